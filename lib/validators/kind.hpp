#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace cowork::validators {

// What a file is.
enum class Kind {
    env,          // an env file of one of the product's services
    compose,      // Docker Compose
    kubernetes,   // manifests, as `helm template` prints them
    helm,         // values for one of the product's charts
    topology,     // topology profiles, security gates, or the choice of one
    load_report,  // of a load or soak run
    failover_drill,
    launch_evidence,  // the manifest of fifteen items
    backup_evidence,  // cowork's own format
    opencode,         // OpenCode's configuration, JSON or JSONC
    product_config,   // open-cowork.config.json
    settings,         // .cowork-validate.json
    text,             // none of these: looked through for leaked secrets only
};
inline constexpr std::array all_kinds{Kind::env,
                                      Kind::compose,
                                      Kind::kubernetes,
                                      Kind::helm,
                                      Kind::topology,
                                      Kind::load_report,
                                      Kind::failover_drill,
                                      Kind::launch_evidence,
                                      Kind::backup_evidence,
                                      Kind::opencode,
                                      Kind::product_config,
                                      Kind::settings,
                                      Kind::text};

[[nodiscard]] std::string_view to_string(Kind kind);  // `load-report`
[[nodiscard]] std::optional<Kind> parse_kind(std::string_view word);
// What to call it in a sentence: `a load or soak report`.
[[nodiscard]] std::string_view described(Kind kind);

}  // namespace cowork::validators
