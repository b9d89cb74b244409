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

// How much a status asks for, as a report's headline weighs them: somebody has to act, something is down,
// nobody knows, something must not be left so.
constexpr int severity(Status status) {
    switch (status) {
        case Status::ready:
            return 0;
        case Status::degraded:
            return 1;
        case Status::unknown:
            return 2;
        case Status::offline:
            return 3;
        case Status::action_required:
            return 4;
    }
    return 2;
}

}  // namespace cowork
