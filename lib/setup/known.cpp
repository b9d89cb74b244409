#include "setup/known.hpp"

#include "core/text.hpp"
#include "rules/service.hpp"
#include "setup/full_hybrid.hpp"

#include <algorithm>

namespace cowork::setup {

std::string spoken_flag(const Path& path, const Path& part, std::string_view flag) {
    return path.intent == part.intent ? std::string(flag) : hybrid_flag(part, flag);
}

std::string full_key(const Path& path, const Option& option) {
    if (option.key.empty()) return {};
    return full_key(path, option.key);
}

std::string full_key(const Path& path, std::string_view name) {
    for (const rules::Service* service : path.services)
        if (std::string full = service->full_name(name); service->find(full) != nullptr) return full;
    return std::string(name);
}

std::string key_of(const Path& path, std::string_view flag) {
    if (path.intent == catalogue::Intent::full_hybrid)
        for (const Path& part : parts())
            for (const Option& option : part.options)
                if (hybrid_flag(part, option.flag) == flag && !option.key.empty())
                    return full_key(part, option);
    const Option* option = find_option(path, flag);
    return option == nullptr ? std::string{} : full_key(path, *option);
}

Standing Known::find(std::string_view flag) const {
    const Option* option = find_option(part_, flag);
    return find(flag, option == nullptr ? std::string{} : full_key(part_, *option));
}

Standing Known::find(std::string_view flag, const std::string& key) const {
    if (const Secret* answer = answers_.find(spoken_flag(path_, part_, flag)))
        return {Standing::From::answer, answer->reveal(), {}};
    if (key.empty() || answers_.is_unset(key)) return {};
    const rules::Key* row = rules::find_key(key);
    if (row != nullptr && row->secret())
        if (const auto value = surroundings_.variable(key)) return {Standing::From::environment, *value, key};
    for (const auto& [path, file] : files_)
        if (const auto* setting = file.find(key); setting != nullptr && !setting->value.empty())
            return {Standing::From::file, setting->value.reveal(), setting->source.place()};
    return {};
}

std::string_view Known::text(std::string_view flag) const { return trimmed(find(flag).value); }

bool Known::is(std::string_view flag, std::string_view word) const { return lowered(text(flag)) == word; }

bool Known::lists(std::string_view flag, std::string_view word) const {
    for (std::string_view rest = text(flag); !rest.empty();) {
        const auto comma = rest.find(',');
        if (lowered(trimmed(rest.substr(0, comma))) == word) return true;
        rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(comma + 1);
    }
    return false;
}

bool Known::blamed(std::string_view flag) const {
    const std::string spoken = spoken_flag(path_, part_, flag);
    const Option* option = find_option(part_, flag);
    const std::string key = option == nullptr ? std::string{} : full_key(part_, *option);
    return std::any_of(problems_.begin(), problems_.end(), [&](const Error& error) {
        return error.where.file == spoken || (!key.empty() && error.where.key == key);
    });
}

}  // namespace cowork::setup
