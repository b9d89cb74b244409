#pragma once

#include "capabilities/opencode_config.hpp"
#include "capabilities/opencode_live.hpp"
#include "core/budget.hpp"
#include "report/capability.hpp"
#include "secrets/redactor.hpp"

#include <optional>
#include <string_view>

namespace cowork::capabilities {

// What files promise beside what the running server has. `live` is null when no server was asked; a kind
// whose answer was not understood counts as not asked.
struct OpencodeSources {
    const OpencodePlaces& places;
    const OpencodeConfiguration& configuration;
    const LiveOpencode* live = nullptr;
    probes::FileProbe& files;
    std::string_view product_mode = "standalone-gateway";
    std::optional<Budget> budget = std::nullopt;  // once spent, the rest is left out
};
[[nodiscard]] report::CapabilityTables opencode_capabilities(const OpencodeSources& sources,
                                                             const Redactor& redactor);

}  // namespace cowork::capabilities
