#pragma once

#include "config/load.hpp"
#include "core/error.hpp"
#include "probes/files.hpp"
#include "report/capability.hpp"
#include "rules/desktop_layers.hpp"
#include "secrets/redactor.hpp"

#include <sys/types.h>

#include <string>
#include <vector>

namespace cowork::capabilities {

// Where a Desktop's capabilities are read from. Everything referred to outlives the call.
struct DesktopSources {
    const rules::DesktopLayers& layers;
    std::string root;       // Desktop's data
    std::string resources;  // the application's own files; empty: nobody knows where they are
    std::string project;    // a project whose own configuration counts as well; may be empty
    const config::Environment& environment;
    probes::FileProbe& files;
    uid_t owner = 0;  // who runs Desktop
};

struct DesktopCapabilities {
    report::CapabilityTables tables;
    // Why rows may be missing: a layer that Desktop refuses, a file that cannot be read.
    std::vector<Error> problems;
};

// What Desktop's own `app.runtimeInputs()` would say (contract/health-center.md section 4), in its order,
// with the place of every decision, and rows of ours for what it does not tell. Credentials in plain settings
// are learned by the redactor; no value of an option, header, variable or argument gets into a row, and a
// text with a placeholder is shown as it is written.
[[nodiscard]] DesktopCapabilities desktop_capabilities(const DesktopSources& sources, Redactor& redactor);

}  // namespace cowork::capabilities
