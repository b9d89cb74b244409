#pragma once

#include <array>
#include <string_view>

namespace cowork {

// The product's five health states (health center, section 1.2). Switches over it have no default,
// so that a sixth state would not compile unnoticed.
enum class Status { ready, degraded, action_required, offline, unknown };

inline constexpr std::array all_statuses{Status::ready, Status::degraded, Status::action_required,
                                         Status::offline, Status::unknown};

// The name as reports print it: `ready`, `action_required`, ...
constexpr std::string_view to_string(Status status) {
    switch (status) {
        case Status::ready:
            return "ready";
        case Status::degraded:
            return "degraded";
        case Status::action_required:
            return "action_required";
        case Status::offline:
            return "offline";
        case Status::unknown:
            return "unknown";
    }
    return "unknown";
}

}  // namespace cowork
