#pragma once

#include "core/status.hpp"
#include "report/capability.hpp"

#include <fmt/format.h>

#include <string>
#include <string_view>

namespace cowork::report {

// SGR codes; a status keeps one colour everywhere.
constexpr std::string_view bold = "\033[1m";
constexpr std::string_view dim = "\033[2m";
constexpr std::string_view reset = "\033[0m";
constexpr std::string_view color_of(Status status) {
    switch (status) {
        case Status::ready:
            return "\033[32m";
        case Status::degraded:
            return "\033[33m";
        case Status::action_required:
        case Status::offline:
            return "\033[31m";
        case Status::unknown:
            return "\033[35m";
    }
    return "";
}

// The product's tones (contract/health-center.md section 1.2): danger, warning, info, success.
inline std::string_view color_of(CapabilityStatus status) {
    switch (status) {
        case CapabilityStatus::blocked:
        case CapabilityStatus::runtime_failure:
        case CapabilityStatus::unsupported:
            return "\033[31m";
        case CapabilityStatus::disabled:
        case CapabilityStatus::missing:
        case CapabilityStatus::unknown:
            return "\033[33m";
        case CapabilityStatus::auth_pending:
        case CapabilityStatus::ask_gated:
            return "\033[36m";
        case CapabilityStatus::active:
        case CapabilityStatus::available:
            return "\033[32m";
    }
    return "";
}

inline std::string painted(bool color, std::string_view code, std::string_view text) {
    return color ? fmt::format("{}{}{}", code, text, reset) : std::string(text);
}

}  // namespace cowork::report
