#include "report/capability.hpp"

namespace cowork::report {

std::string_view to_string(CapabilityKind kind) {
    switch (kind) {
        case CapabilityKind::provider:
            return "provider";
        case CapabilityKind::model:
            return "model";
        case CapabilityKind::mcp:
            return "mcp";
        case CapabilityKind::skill:
            return "skill";
        case CapabilityKind::agent:
            return "agent";
        case CapabilityKind::tool:
            return "tool";
        case CapabilityKind::workflow:
            return "workflow";
        case CapabilityKind::opencode_plugin:
            return "opencode-plugin";
    }
    return "tool";
}

std::string_view to_string(CapabilityStatus status) {
    switch (status) {
        case CapabilityStatus::active:
            return "active";
        case CapabilityStatus::available:
            return "available";
        case CapabilityStatus::disabled:
            return "disabled";
        case CapabilityStatus::blocked:
            return "blocked";
        case CapabilityStatus::missing:
            return "missing";
        case CapabilityStatus::auth_pending:
            return "auth-pending";
        case CapabilityStatus::runtime_failure:
            return "runtime-failure";
        case CapabilityStatus::unsupported:
            return "unsupported";
        case CapabilityStatus::ask_gated:
            return "ask-gated";
        case CapabilityStatus::unknown:
            return "unknown";
    }
    return "unknown";
}

int urgency(CapabilityStatus status) {
    switch (status) {
        case CapabilityStatus::blocked:
        case CapabilityStatus::runtime_failure:
        case CapabilityStatus::unsupported:
            return 0;
        case CapabilityStatus::auth_pending:
        case CapabilityStatus::ask_gated:
        case CapabilityStatus::disabled:
        case CapabilityStatus::missing:
            return 1;
        case CapabilityStatus::unknown:
            return 2;
        case CapabilityStatus::active:
        case CapabilityStatus::available:
            return 3;
    }
    return 2;
}

bool is_critical(const CapabilityRow& row) {
    if (urgency(row.status) != 0) return false;
    std::string_view modes = row.product_mode;
    while (!modes.empty()) {
        const auto comma = modes.find(',');
        if (modes.substr(0, comma) == "desktop-local") return true;
        if (comma == std::string_view::npos) break;
        modes.remove_prefix(comma + 1);
    }
    return false;
}

}  // namespace cowork::report
