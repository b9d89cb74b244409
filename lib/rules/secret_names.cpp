#include "rules/secret_names.hpp"

#include "net/url.hpp"
#include "rules/lenient.hpp"
#include "rules/standalone_gateway.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace cowork::rules {

bool is_secret_key(std::string_view full_name) {
    if (const GatewayKey* key = find_gateway_key(full_name)) return key->secret();
    constexpr std::array words{"token",   "secret", "password",    "credential", "authorization",
                               "api_key", "apikey", "private_key", "access_key", "database_url"};
    const std::string name = lowered(full_name);
    return std::any_of(words.begin(), words.end(),
                       [&](const char* word) { return name.find(word) != std::string::npos; });
}

void learn_secrets(Redactor& redactor, const config::Config& config) {
    for (const config::Setting& setting : config.settings()) {
        const std::string_view value = setting.value.reveal();
        // Any URL may carry a password, whether or not it is allowed to.
        for (std::string& password : net::passwords_in(value)) {
            redactor.learn(password);
            cleanse(password);
        }
        if (!is_secret_key(setting.key)) continue;
        redactor.learn(value);
        redactor.learn(trimmed(value));
    }
}

}  // namespace cowork::rules
