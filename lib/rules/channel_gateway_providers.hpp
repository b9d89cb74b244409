#pragma once

#include "config/config.hpp"
#include "core/status.hpp"
#include "rules/channel_gateway.hpp"
#include "secrets/secret.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace cowork::rules {

// The gateway's providers as it puts them together: from the keys of single providers or from PROVIDERS,
// merged over those of CONFIG_JSON. One shape, so that one set of rules judges them wherever they came from.

// A credential or a setting of a provider.
struct ProviderField {
    std::string name;         // in the product's own words: botToken
    bool credential = false;  // else a setting
    Secret value;
    std::string key;    // of the env file: TELEGRAM_BOT_TOKEN or PROVIDERS
    std::string label;  // how messages name it
};

struct ChannelProvider {
    ChannelKind kind = ChannelKind::fake;
    std::string id;
    std::string binding;
    std::string workspace;
    bool enabled = true;
    std::string key;    // that it came from, for what no field has: WEBHOOK_DELIVERY_URL or PROVIDERS
    std::string place;  // "entry 2 of OPEN_COWORK_GATEWAY_PROVIDERS"; empty when single keys made it
    std::vector<ProviderField> fields;

    [[nodiscard]] const ProviderField* find(std::string_view name) const;
    // Trimmed; empty when it is not set.
    [[nodiscard]] std::string_view text(std::string_view name) const;
    // How messages name a field, set or not, and the key that sets it.
    [[nodiscard]] std::string label(std::string_view name) const;
    [[nodiscard]] std::string key_of(std::string_view name) const;
    [[nodiscard]] std::string describe() const;  // "the slack provider", or its place
};

// A broken rule about a provider, for Judge::add.
struct ProviderProblem {
    std::string_view reason;
    std::string key;  // short name; empty for none
    std::string message;
    std::string remedy;
    Status status = Status::action_required;
};

struct ProviderList {
    std::vector<ChannelProvider> providers;  // disabled ones too
    std::vector<ProviderProblem> problems;   // of what could not be read
};

// `settings` are the effective ones, see channel_gateway_json.hpp.
[[nodiscard]] ProviderList read_providers(const config::Config& settings);

// What is wrong with them, one by one and together.
[[nodiscard]] std::vector<ProviderProblem> judge_providers(const std::vector<ChannelProvider>& providers,
                                                           long long largest_body);

// The keys of single providers that have no effect: a counterpart is missing, or PROVIDERS is set.
[[nodiscard]] std::vector<ProviderProblem> idle_provider_keys(const config::Config& settings);

// Whether a key is the field of some provider.
[[nodiscard]] bool is_provider_field(std::string_view name);

// The trimmed value of a key of the gateway.
[[nodiscard]] std::string_view channel_value(const config::Config& settings, std::string_view name);
// As the gateway reads a boolean or a bounded integer: out of bounds is clamped, unreadable is the fallback.
[[nodiscard]] bool channel_boolean(const config::Config& settings, std::string_view name);
[[nodiscard]] long long channel_integer(const config::Config& settings, std::string_view name);
// As the gateway tells loopback: localhost, 127.a.b.c and ::1.
[[nodiscard]] bool is_channel_loopback(std::string_view host);

}  // namespace cowork::rules
