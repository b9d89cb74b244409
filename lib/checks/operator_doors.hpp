#pragma once

#include "checks/gateway_target.hpp"

#include <optional>
#include <span>
#include <string_view>

namespace cowork::checks {

// What the checks of both gateways' operator endpoints share: the admin token has to be worth something, and
// each endpoint is a door that is tried without a token, with a wrong one, and with the configured one.

struct OperatorDoor {
    using Judge = bool (*)(const probes::HttpAnswer&);
    std::string_view path;
    Judge opened;                   // what only somebody with the token may get
    Judge closed;                   // what anybody else should get
    Judge served;                   // what may come with the token, beside a refusal
    bool tells_by_content = false;  // answers everybody, and tells more to somebody with the token
};

// By the status alone: a success, and an answer that asks for a token or for another one.
[[nodiscard]] bool succeeded(const probes::HttpAnswer& answer);
[[nodiscard]] bool refused_token(const probes::HttpAnswer& answer);

// Ends the check when the admin token is missing, a placeholder, or short. `key` is its setting.
[[nodiscard]] std::optional<Finding> judge_admin_token(Layers& layers, const Context& context,
                                                       const Target& target, std::string_view key);

// Tries every door, and ends the check when one is open to others, did not answer, or refuses the token.
// `open_here`: the configuration opens them to this machine, so that only the last counts.
[[nodiscard]] std::optional<Finding> judge_doors(Layers& layers, const Context& context, const Target& target,
                                                 std::span<const OperatorDoor> doors, bool open_here);

}  // namespace cowork::checks
