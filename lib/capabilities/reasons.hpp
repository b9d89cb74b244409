#pragma once

#include "report/capability.hpp"

#include <span>
#include <string_view>
#include <vector>

namespace cowork::capabilities {

// The closed list of reason codes that a capability row can have. A code has one kind and one status, so
// both are read from here and nowhere else. Those of the product are its own words
// (contract/health-center.md section 4.3); `ours` are for what the product never tells.
struct CapabilityReason {
    std::string_view code;
    report::CapabilityKind kind;
    report::CapabilityStatus status;
    bool ours;
    std::string_view meaning;
    std::string_view recovery;  // one sentence, imperative; empty where nothing is to be done
};
[[nodiscard]] std::span<const CapabilityReason> capability_reasons();
[[nodiscard]] const CapabilityReason* find_capability_reason(std::string_view code);

// What a snapshot may give rise to besides: it has a code that is in none of the tables, so kind and status
// are the snapshot's own. A capability keeps that code in its evidence.
inline constexpr std::string_view unknown_capability_code = "capability.unknown-code";
inline constexpr std::string_view unknown_conflict_code = "conflict.unknown-code";
inline constexpr std::string_view unknown_code_meaning =
    "the snapshot gives a reason that this version of cowork does not know";

// The same for conflicts (section 4.4).
struct ConflictReason {
    std::string_view code;
    report::CapabilityKind kind;
    bool ours;
    std::string_view meaning;
};
[[nodiscard]] std::span<const ConflictReason> conflict_reasons();
[[nodiscard]] const ConflictReason* find_conflict_reason(std::string_view code);

// A row whose kind and status are those of the code. The code must be of the list.
[[nodiscard]] report::CapabilityRow capability_row(std::string_view code, SafeText id, SafeText source,
                                                   report::CapabilityPlace place,
                                                   std::string_view product_mode);
// The same for a conflict: its kind and meaning are those of the code.
[[nodiscard]] report::ConflictRow conflict_row(std::string_view code, SafeText id, SafeText winner,
                                               report::CapabilityPlace winner_place,
                                               std::vector<report::ConflictLoser> losers,
                                               std::string_view product_mode);

}  // namespace cowork::capabilities
