#pragma once

#include "catalogue/catalogue.hpp"
#include "catalogue/recovery.hpp"
#include "core/source_ref.hpp"
#include "core/status.hpp"
#include "report/model.hpp"
#include "secrets/safe_text.hpp"

#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace cowork::checks {

struct Context;

// What one run of a check found. Built with Layers (layers.hpp).
struct Finding {
    Status status = Status::unknown;
    std::string_view reason_code;  // one of the row's reasons
    SafeText summary;
    SafeText action;   // replaces the reason's recovery sentence where the case knows better
    SafeText command;  // the exact next command, if there is one
    SourceRef source;
    report::Evidence evidence;
    std::vector<report::Probe> probes;
    std::optional<bool> required;  // overrides the row where the configuration decides
    std::string_view because;      // id of the check whose trouble this one only shows; empty for its own
    report::CapabilityTables capabilities;  // rows for the report's tables
    std::vector<report::WorkspaceRow> workspaces;
    std::vector<report::PairingRow> pairings;
};

// A way to end, documented by --explain and the reference page.
struct Reason {
    std::string_view code;
    Status status;
    std::string_view meaning;
    std::string_view recovery;  // one sentence, imperative
    catalogue::Safety safety = catalogue::Safety::safe;
    catalogue::Actor actor = catalogue::Actor::operator_;
};

// All that is known of a check before anything runs. Lists that others need (an intent's readyWhen, --list,
// --explain, completions, the reference) are derived from these rows.
struct Check {
    std::string_view id;
    std::string_view label;
    catalogue::Authority authority;
    std::optional<catalogue::ControlPlane> control_plane;
    Status failing;                                 // the product's severityWhenMissing, or ours
    std::string_view looks_at;                      // one or two sentences for --explain
    std::span<const std::string_view> docs;         // pages of docs/ that help further
    std::span<const std::string_view> needs;        // ids that must be ready or degraded first
    std::span<const catalogue::Intent> ready_when;  // product intents that wait for it
    std::span<const catalogue::Intent> also_for;    // intents for which cowork requires it besides
    std::span<const Reason> reasons;
    Finding (*run)(const Context&);
    std::span<const catalogue::Intent> shown_for = {};  // intents that show it, and do not wait for it

    [[nodiscard]] bool applies_to(catalogue::Intent intent) const;
    [[nodiscard]] bool required_for(catalogue::Intent intent) const;
    [[nodiscard]] bool needed_by_cowork(catalogue::Intent intent) const;  // by `also_for`
    [[nodiscard]] const Reason* reason(std::string_view code) const;
};

// Reasons that any check can end with, given by the engine.
[[nodiscard]] std::span<const Reason> engine_reasons();

}  // namespace cowork::checks
