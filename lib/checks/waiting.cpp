#include "checks/waiting.hpp"

#include <algorithm>
#include <array>

namespace cowork::checks {

bool may_mend_itself(std::string_view reason_code) {
    // What stands behind the dot, whichever service it is about.
    constexpr std::array ends{"connection-refused",
                              "unreachable",
                              "connect-timeout",
                              "silent",
                              "closed",
                              "name-not-found",
                              "starting",
                              "busy",
                              "draining",
                              "not-ready",
                              "provider-inactive",
                              "provider-failed",
                              "lease-stale",
                              "no-model",
                              "unhealthy",
                              "exceeded",
                              "not_ready",
                              "tables-missing",
                              "http-status",
                              "heartbeat-stale",
                              "migration-missing",
                              "connections-low",
                              "stale"};
    const auto dot = reason_code.find('.');
    if (dot == std::string_view::npos) return false;
    return std::find(ends.begin(), ends.end(), reason_code.substr(dot + 1)) != ends.end();
}

}  // namespace cowork::checks
