#pragma once

#include "core/error.hpp"
#include "report/capability.hpp"
#include "secrets/redactor.hpp"

#include <cstddef>
#include <string_view>

namespace cowork::capabilities {

// Capabilities as somebody else has told them: the text that Desktop's diagnostics export gives
// (contract/health-center.md section 10.1), the object of its section "Runtime Inputs" by itself or under
// `runtimeInputs`, or a JSON report of cowork.
struct Snapshot {
    report::CapabilityTables tables;
    std::string_view form;    // `bundle`, `runtime-inputs`, `report`
    SafeText generated_at;    // may be empty
    std::size_t dropped = 0;  // rows that could not be read
};

inline constexpr std::size_t largest_snapshot = 16UL * 1024 * 1024;
inline constexpr std::size_t most_snapshot_rows = 20'000;

// Nothing of the text is trusted: all of it goes through the redactor, and words outside the closed lists do
// not get into the tables. ErrorCode::invalid, with the line where there is one, for what is none of these.
[[nodiscard]] Result<Snapshot> read_snapshot(std::string_view text, const Redactor& redactor);

}  // namespace cowork::capabilities
