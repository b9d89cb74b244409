#pragma once

#include "secrets/safe_text.hpp"

#include <array>
#include <cstdint>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace cowork::report {

// What an agent can use, why, and who decided: rows for capabilities and for conflicts between sources
// (contract/health-center.md section 4). Kinds and statuses are the product's, hyphenated as it writes them.

enum class CapabilityKind { provider, model, mcp, skill, agent, tool, workflow, opencode_plugin };
inline constexpr std::array all_capability_kinds{CapabilityKind::provider, CapabilityKind::model,
                                                 CapabilityKind::mcp,      CapabilityKind::skill,
                                                 CapabilityKind::agent,    CapabilityKind::tool,
                                                 CapabilityKind::workflow, CapabilityKind::opencode_plugin};
[[nodiscard]] std::string_view to_string(CapabilityKind kind);  // `opencode-plugin`

enum class CapabilityStatus {
    active,
    available,
    disabled,
    blocked,
    missing,
    auth_pending,
    runtime_failure,
    unsupported,
    ask_gated,
    unknown
};
inline constexpr std::array all_capability_statuses{
    CapabilityStatus::active,          CapabilityStatus::available,   CapabilityStatus::disabled,
    CapabilityStatus::blocked,         CapabilityStatus::missing,     CapabilityStatus::auth_pending,
    CapabilityStatus::runtime_failure, CapabilityStatus::unsupported, CapabilityStatus::ask_gated,
    CapabilityStatus::unknown};
[[nodiscard]] std::string_view to_string(CapabilityStatus status);  // `auth-pending`

// The product's order of urgency (section 1.4): 0 blocked, runtime-failure, unsupported; 1 auth-pending,
// ask-gated, disabled, missing; 2 unknown; 3 active, available.
[[nodiscard]] int urgency(CapabilityStatus status);

// Where a value stands; line and column count from 1, 0 where they mean nothing.
struct CapabilityPlace {
    SafeText file;  // path, or the name of a variable; may be empty
    int line = 0;
    int column = 0;
};

using CapabilityEvidenceValue = std::variant<bool, std::int64_t, SafeText, std::vector<SafeText>>;
// Keys are literals. Every value was cleaned, and is a name, a word or a number, never an option's value.
using CapabilityEvidence = std::vector<std::pair<std::string_view, CapabilityEvidenceValue>>;

struct CapabilityRow {
    SafeText id;
    CapabilityKind kind = CapabilityKind::provider;
    CapabilityStatus status = CapabilityStatus::unknown;
    std::string_view reason_code;   // of capabilities/reasons.hpp
    SafeText source;                // who decided: `settings`, `custom:machine`, `project` ...
    CapabilityPlace place;          // of the winning definition
    std::string_view product_mode;  // `desktop-local`, `standalone-gateway`; several joined by commas
    CapabilityEvidence evidence;
    std::string_view meaning;   // of the reason code, and what to do about it: literals of its table;
    std::string_view recovery;  // empty where nothing is to be done
};

struct ConflictLoser {
    SafeText source;
    CapabilityPlace place;
};
struct ConflictRow {
    SafeText id;
    CapabilityKind kind = CapabilityKind::provider;
    std::string_view reason_code;
    SafeText winner;
    CapabilityPlace winner_place;
    std::vector<ConflictLoser> losers;  // in order, the strongest first
    std::string_view product_mode;
    std::string_view meaning;  // of the reason code
};

struct CapabilityTables {
    std::vector<CapabilityRow> capabilities;
    std::vector<ConflictRow> conflicts;
};

// A capability that the product's Health Center counts as critical: urgency 0 in mode desktop-local
// (section 1.4).
[[nodiscard]] bool is_critical(const CapabilityRow& row);

}  // namespace cowork::report
