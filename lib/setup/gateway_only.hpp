#pragma once

#include "config/config.hpp"
#include "config/dialect.hpp"
#include "config/load.hpp"
#include "core/error.hpp"
#include "secrets/secret.hpp"

#include <tl/expected.hpp>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cowork::setup {

// An option of `setup gateway-only` that sets one key (design: cli.md, "setup").
struct GatewayOption {
    std::string_view flag;     // --opencode-url
    std::string_view key;      // without the prefix
    std::string_view meaning;  // for --help
    bool secret = false;
    bool may_generate = false;  // the operator, not a provider, chooses the value
    bool is_switch = false;     // present means true
};
[[nodiscard]] std::span<const GatewayOption> gateway_options();

// What the operator said. A key at most once; sources are option names.
struct GatewayAnswers {
    bool evaluate = false;  // fill in an embedded default for everything that is not said
    std::vector<config::Setting> given;
};

// Where defaults may come from.
struct Surroundings {
    const config::Environment* environment =
        nullptr;                               // secrets of the same name as their key, HOME, XDG_DATA_HOME
    const config::Config* existing = nullptr;  // the file that is there already; may be null
    bool root = false;                         // effective user 0
};

enum class Origin { option, environment, existing, generated, preset };
[[nodiscard]] std::string_view to_string(Origin origin);

struct PlannedValue {
    std::string key;  // full name
    Secret value;
    bool secret = false;
    Origin origin = Origin::preset;
};

// What will be written, before anything is.
struct GatewayPlan {
    std::vector<PlannedValue> values;  // in the order of the file
    std::string runtime_root;
    bool create_runtime_root = false;  // --evaluate brings its own directory

    [[nodiscard]] const PlannedValue* find(std::string_view full_name) const;
    [[nodiscard]] config::Config as_config(const std::string& file) const;
};

// Either a plan that passes every rule of the gateway, or all that is missing or wrong, each option once.
[[nodiscard]] tl::expected<GatewayPlan, std::vector<Error>> plan_gateway(const GatewayAnswers& answers,
                                                                         const Surroundings& surroundings);

// The file's text. ErrorCode::refused names the value that the dialect cannot hold.
[[nodiscard]] Result<Secret> render_gateway(const GatewayPlan& plan, config::Dialect dialect,
                                            const std::string& file_name, std::string_view version);

}  // namespace cowork::setup
