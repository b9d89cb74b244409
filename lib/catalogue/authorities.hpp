#pragma once

#include "catalogue/surfaces.hpp"

#include <span>
#include <string_view>

namespace cowork::catalogue {

// Who runs an agent's turn: the product's five execution authorities (health center, section 5.2), and
// `mixed` for a path or a check that concerns several. A thread never has `mixed`.
enum class Authority {
    desktop_local,
    gateway_standalone,
    desktop_paired,
    cloud_worker,
    cloud_channel_gateway,
    mixed
};

// What the product promises for the threads of an authority (health center, section 5.3). The words are the
// product's.
struct AuthorityRow {
    Authority authority;
    std::string_view meaning;
    Authority runtime;                  // whose OpenCode does the work: one of the three that have one
    std::string_view state_owner;       // of all but credentials
    std::string_view credential_owner;  // the same owner, for all authorities but one
    Surface default_surface;
    std::string_view path_exposure;
    std::string_view pairing_state;
    std::string_view artifacts;
    std::string_view interactions;  // who answers approvals, and questions
    std::string_view workflows;
};

[[nodiscard]] std::span<const AuthorityRow> authorities();              // five: `mixed` has no contract
[[nodiscard]] const AuthorityRow* find_authority(Authority authority);  // null for `mixed`

[[nodiscard]] std::string_view to_string(Authority authority);

}  // namespace cowork::catalogue
