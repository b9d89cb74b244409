#pragma once

#include "config/config.hpp"
#include "rules/channel_gateway_providers.hpp"

#include <string_view>
#include <vector>

namespace cowork::rules {

// The three JSON texts that the gateway's environment may hold. What could not be read is a problem about
// the key; no message holds a piece of the text.

// PROVIDERS: an array of providers.
[[nodiscard]] ProviderList read_providers_json(std::string_view text);
// The `providers` of CONFIG_JSON; problems are left to config_json_problems().
[[nodiscard]] std::vector<ChannelProvider> read_config_providers(std::string_view text);

// The settings with those of CONFIG_JSON below them. Values are copied.
[[nodiscard]] config::Config with_config_json(const config::Config& config);
[[nodiscard]] std::vector<ProviderProblem> config_json_problems(std::string_view text);
// Members of CONFIG_JSON that another value wins over, where `settings` are the effective ones.
[[nodiscard]] std::vector<ProviderProblem> shadowed_members(std::string_view text,
                                                            const config::Config& settings);

// PUBLIC_BRANDING_JSON: no JSON, or links that users will not see.
[[nodiscard]] std::vector<ProviderProblem> branding_problems(std::string_view text);
// Whether the gateway shows that link: https, or mailto where that is allowed.
[[nodiscard]] bool is_branding_url(std::string_view url, bool mailto);

}  // namespace cowork::rules
