#include "setup/builder.hpp"

#include "core/text.hpp"
#include "rules/secret_names.hpp"
#include "secrets/redactor.hpp"
#include "secrets/strength.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace cowork::setup {

EnvBuilder::EnvBuilder(const rules::Service& service, std::span<const Option> options, const Answers& answers,
                       const Surroundings& surroundings, std::string path)
    : service_(service), options_(options), answers_(answers), surroundings_(surroundings) {
    file_.path = std::move(path);
    file_.service = &service;
    if (auto existing = surroundings.existing(file_.path)) {
        existing_ = std::move(*existing);
    } else {
        problems_.push_back(existing.error());
    }
    gather();
}

std::string_view EnvBuilder::text(std::string_view name) const {
    return trimmed(file_.text(service_.full_name(name)));
}

std::string_view EnvBuilder::effective(std::string_view name) const {
    const auto value = text(name);
    return value.empty() ? service_.find(service_.full_name(name))->fallback : value;
}

bool EnvBuilder::said(std::string_view name) const {
    const PlannedValue* value = file_.find(service_.full_name(name));
    return value != nullptr && value->origin == Origin::option;
}

void EnvBuilder::put(std::string_view name, Secret value, Origin origin) {
    put_full(service_.full_name(name), std::move(value), origin);
}

void EnvBuilder::put_full(const std::string& key, Secret value, Origin origin) {
    std::erase_if(file_.values, [&](const PlannedValue& planned) { return planned.key == key; });
    std::erase(file_.absent, key);
    file_.values.push_back({key, std::move(value), rules::is_secret_key(key), origin});
}

void EnvBuilder::preset(std::string_view name, std::string_view value) {
    if (!has(name) && !answers_.is_unset(service_.full_name(name))) put(name, Secret(value), Origin::preset);
}

void EnvBuilder::spell_out(std::string_view name) {
    if (fresh()) preset(name, service_.find(service_.full_name(name))->fallback);
}

void EnvBuilder::generate(std::string_view name) {
    if (!has(name)) put(name, generate_secret(), Origin::generated);
}

void EnvBuilder::drop(std::string_view name) {
    const std::string key = service_.full_name(name);
    std::erase_if(file_.values, [&](const PlannedValue& planned) { return planned.key == key; });
    if (existing_.find(key) != nullptr) file_.absent.push_back(key);
}

const Option* EnvBuilder::option_for(const std::string& key) const {
    const auto found = std::find_if(options_.begin(), options_.end(), [&](const Option& option) {
        return !option.key.empty() && service_.full_name(option.key) == key;
    });
    return found == options_.end() ? nullptr : &*found;
}

void EnvBuilder::gather() {
    for (const rules::Key& row : service_.keys) {
        const std::string key = service_.full_name(row);
        const Option* option = option_for(key);
        const Secret* said = answers_.find_set(key);
        if (said == nullptr && option != nullptr) said = answers_.find(option->flag);
        const auto* there = existing_.find(key);
        const auto in_environment = row.secret() ? surroundings_.variable(key) : std::nullopt;
        if (said != nullptr) {
            put_full(key, said->clone(), Origin::option);
        } else if (answers_.is_unset(key)) {
            if (there != nullptr) file_.absent.push_back(key);
        } else if (in_environment) {
            put_full(key, Secret(*in_environment), Origin::environment);
        } else if (there != nullptr && !there->value.empty()) {
            put_full(key, there->value.clone(), Origin::existing);
        }
    }
    keep_foreign();
}

// Keys of the existing file that are none of the service's stay in it.
void EnvBuilder::keep_foreign() {
    for (const auto& setting : existing_.settings()) {
        if (service_.find(setting.key) != nullptr) continue;
        if (answers_.is_unset(setting.key)) {
            file_.absent.push_back(setting.key);
            continue;
        }
        file_.values.push_back(
            {setting.key, setting.value.clone(), rules::is_secret_key(setting.key), Origin::existing});
    }
}

void EnvBuilder::in_file_order() {
    const auto place = [&](const PlannedValue& value) -> std::ptrdiff_t {
        const auto* key = service_.find(value.key);
        return key == nullptr ? static_cast<std::ptrdiff_t>(service_.keys.size())
                              : key - service_.keys.data();
    };
    std::stable_sort(file_.values.begin(), file_.values.end(),
                     [&](const auto& a, const auto& b) { return place(a) < place(b); });
}

void EnvBuilder::miss(std::string_view flag, std::string_view why, std::string_view name) {
    if (!name.empty()) missed_.push_back(service_.full_name(name));
    for (const Option& option : options_)
        if (option.flag == flag && !option.key.empty()) missed_.push_back(service_.full_name(option.key));
    problems_.push_back(missing_option(flag, why));
}

void EnvBuilder::refuse(std::string_view flag, std::string message, std::string remedy) {
    problems_.push_back(
        {ErrorCode::usage, std::move(message), std::move(remedy), {std::string(flag), 0, 0, {}}});
}

// Every rule of the service, and the silently replaced values too: setup writes nothing that needs mending.
void EnvBuilder::judge() {
    constexpr std::size_t longest_shown = 200;
    for (rules::Violation& violation : service_.check(file_.as_config())) {
        const PlannedValue* planned = file_.find(violation.key);
        const std::string source = source_of(violation.key);
        const bool named_already =
            violation.key.empty() ? !missed_.empty()
                                  : std::find(missed_.begin(), missed_.end(), violation.key) != missed_.end();
        if (named_already) continue;
        if (violation.reason_code == "configuration.unknown-key" && planned != nullptr &&
            planned->origin == Origin::existing) {
            notes_.push_back({false, fmt::format("{} ({})", violation.message, source), violation.remedy});
            continue;
        }
        // Not `--admin-token: NAME`, which reads like a secret and its value, and would be redacted.
        if (planned != nullptr && planned->origin == Origin::option && !planned->secret) {
            violation.message +=
                fmt::format(" ({} '{}')", source,
                            Redactor().clean(planned->value.reveal().substr(0, longest_shown)).str());
        } else if (!source.empty()) {
            violation.message += fmt::format(" ({})", source);
        }
        problems_.push_back({ErrorCode::usage,
                             std::move(violation.message),
                             std::move(violation.remedy),
                             {source, 0, 0, violation.key}});
    }
}

// The option, variable or file that a key's value came from; for one without a value the option that gives
// it.
std::string EnvBuilder::source_of(const std::string& key) const {
    const PlannedValue* planned = file_.find(key);
    const Option* option = option_for(key);
    if (planned != nullptr && planned->origin == Origin::environment) return "environment";
    if (planned != nullptr && planned->origin == Origin::existing)
        if (const auto* setting = existing_.find(key)) return setting->source.place();
    if (answers_.find_set(key) != nullptr) {
        const auto* row = service_.find(key);
        return fmt::format("--set {}", row == nullptr ? key : std::string(row->name));
    }
    return option == nullptr ? std::string{} : std::string(option->flag);
}

std::optional<EnvFile> EnvBuilder::finish() {
    in_file_order();
    judge();
    if (!problems_.empty()) return std::nullopt;
    return std::move(file_);
}

}  // namespace cowork::setup
