#include "rules/secret_names.hpp"

#include "config/jsonc.hpp"
#include "core/json_depth.hpp"
#include "net/url.hpp"
#include "rules/lenient.hpp"
#include "rules/service.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <string>

namespace cowork::rules {
namespace {

void learn_passwords(Redactor& redactor, std::string_view text) {
    // Any URL may carry a password, whether or not it is allowed to.
    for (std::string& password : net::passwords_in(text)) {
        redactor.learn(password);
        cleanse(password);
    }
}

// The secrets inside a JSON value: a service may tell one of them alone.
void learn_members(Redactor& redactor, const nlohmann::json& value, std::string_view name) {
    if (value.is_structured()) {
        for (const auto& [inner, member] : value.items())
            learn_members(redactor, member, value.is_object() ? std::string_view(inner) : name);
    } else if (value.is_string()) {
        const auto& text = value.get_ref<const std::string&>();
        learn_passwords(redactor, text);
        if (!is_secret_key(name)) return;
        redactor.learn(text);
        redactor.learn(trimmed(text));
    }
}

void learn_json(Redactor& redactor, std::string_view text) {
    std::string strict = config::without_trailing_commas(text);
    if (!too_deep(strict)) learn_members(redactor, nlohmann::json::parse(strict, nullptr, false, true), {});
    cleanse(strict);
}

}  // namespace

bool is_secret_key(std::string_view full_name) {
    if (const Key* key = find_key(full_name)) return key->secret();
    constexpr std::array words{"token",  "secret",     "password",  "credential", "authorization",
                               "apikey", "privatekey", "accesskey", "databaseurl"};
    std::string name = lowered(full_name);
    std::erase_if(name, [](char c) { return c == '_' || c == '-'; });
    return std::any_of(words.begin(), words.end(),
                       [&](const char* word) { return name.find(word) != std::string::npos; });
}

void learn_secrets(Redactor& redactor, const config::Config& config) {
    const auto learn = [&](const config::Setting& setting) {
        const std::string_view value = setting.value.reveal();
        learn_passwords(redactor, value);
        if (const Key* key = find_key(setting.key); key != nullptr && key->kind == KeyKind::json)
            learn_json(redactor, value);
        if (!is_secret_key(setting.key)) return;
        redactor.learn(value);
        redactor.learn(trimmed(value));
    };
    for (const config::Setting& setting : config.settings()) learn(setting);
    // A value that lost may still be the one that a running service knows, and tells.
    for (const config::Setting& setting : config.overridden()) learn(setting);
}

}  // namespace cowork::rules
