#pragma once

#include "rules/desktop_layers.hpp"
#include "setup/answers.hpp"
#include "setup/plan.hpp"

#include <span>
#include <vector>

namespace cowork::setup {

// `setup desktop-local`: looks at what Desktop needs on this machine, and with an option writes defaults into
// the user's configuration layer. What Desktop keeps itself is never touched.
[[nodiscard]] std::span<const Option> desktop_local_options();
[[nodiscard]] Planned plan_desktop_local(const Answers& answers, const Surroundings& surroundings);

// What was found about Desktop on this machine (contract/health-center.md sections 7 and 8).
[[nodiscard]] std::vector<Note> desktop_findings(const rules::DesktopLayers& layers,
                                                 const Surroundings& surroundings);
// Whether Desktop has saved settings: its first start is over.
[[nodiscard]] bool has_settings(const rules::DesktopLayers& layers, const Surroundings& surroundings);

}  // namespace cowork::setup
