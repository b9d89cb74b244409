#include "rules/secret_names.hpp"

#include "net/url.hpp"
#include "rules/lenient.hpp"
#include "rules/service.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace cowork::rules {

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
        // Any URL may carry a password, whether or not it is allowed to.
        for (std::string& password : net::passwords_in(value)) {
            redactor.learn(password);
            cleanse(password);
        }
        if (!is_secret_key(setting.key)) return;
        redactor.learn(value);
        redactor.learn(trimmed(value));
    };
    for (const config::Setting& setting : config.settings()) learn(setting);
    // A value that lost may still be the one that a running service knows, and tells.
    for (const config::Setting& setting : config.overridden()) learn(setting);
}

}  // namespace cowork::rules
