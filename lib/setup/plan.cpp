#include "setup/plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

namespace cowork::setup {

std::string_view to_string(Origin origin) {
    switch (origin) {
        case Origin::option:
            return "option";
        case Origin::environment:
            return "environment";
        case Origin::existing:
            return "existing file";
        case Origin::generated:
            return "generated";
        case Origin::preset:
            return "default";
    }
    return "default";
}

const PlannedValue* EnvFile::find(std::string_view full_name) const {
    const auto found =
        std::find_if(values.begin(), values.end(), [&](const auto& value) { return value.key == full_name; });
    return found == values.end() ? nullptr : &*found;
}

std::string_view EnvFile::text(std::string_view full_name) const {
    const PlannedValue* value = find(full_name);
    return value == nullptr ? std::string_view{} : value->value.reveal();
}

config::Config EnvFile::as_config() const {
    config::Config config;
    for (const PlannedValue& value : values)
        config.set(value.key, value.value.clone(), {path, 0, 0, value.key});
    return config;
}

namespace {
constexpr std::string_view missing_words = " is missing: ";
}

Error missing_option(std::string_view flag, std::string_view why) {
    return {
        ErrorCode::usage, fmt::format("{}{}{}", flag, missing_words, why), {}, {std::string(flag), 0, 0, {}}};
}

std::string_view why_missing(const Error& error) {
    const std::string& flag = error.where.file;
    const std::string_view message = error.message;
    if (flag.empty() || !message.starts_with(flag) || !message.substr(flag.size()).starts_with(missing_words))
        return {};
    return message.substr(flag.size() + missing_words.size());
}

bool is_missing(const Error& error) { return !why_missing(error).empty(); }

std::optional<std::string_view> Surroundings::variable(std::string_view name) const {
    if (environment == nullptr) return std::nullopt;
    for (const auto& [key, value] : *environment)
        if (key == name && !value.empty()) return value;
    return std::nullopt;
}

std::string Surroundings::place(std::string_view name) const {
    return directory.empty() ? std::string(name) : (std::filesystem::path(directory) / name).string();
}

}  // namespace cowork::setup
