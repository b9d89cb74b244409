#pragma once

#include "capabilities/opencode_keys.hpp"
#include "capabilities/opencode_permissions.hpp"
#include "capabilities/opencode_places.hpp"
#include "core/budget.hpp"
#include "probes/files.hpp"
#include "report/capability.hpp"

#include <nlohmann/json_fwd.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cowork::capabilities {

enum class DefinitionFault {
    none,
    invalid,      // its file cannot be used, and OpenCode passes over it
    file_missing  // it names a file that is not there
};

// One capability as one layer defines it.
struct Definition {
    report::CapabilityKind kind = report::CapabilityKind::provider;
    std::string slot;  // what a later layer overrides: mostly the id, `model` for whichever model is chosen
    std::string id;
    std::string_view source;  // the layer: global, config-file, project, project-directory, home-directory,
                              // config-directory, inline, managed, external, skill-path
    SourceRef where;
    DefinitionFault fault = DefinitionFault::none;
};

// What OpenCode's layers hold, read as OpenCode reads them.
struct OpencodeConfiguration {
    std::vector<Definition> definitions;  // later wins
    std::vector<OpencodeProblem> problems;
    std::vector<std::string> files;                // of configuration that were read, later wins
    std::shared_ptr<const nlohmann::json> merged;  // an object; arrays are replaced, plugins left out
    std::vector<PermissionRule> permissions;       // in order, later wins
    [[nodiscard]] bool refused() const;            // whether OpenCode would not run with it
};

// Reads everything, changes nothing. Once the budget is spent the rest is left out.
[[nodiscard]] OpencodeConfiguration read_opencode(const OpencodePlaces& places, probes::FileProbe& files,
                                                  std::optional<Budget> budget = std::nullopt);

// One that holds nothing, for a server whose files cannot be seen.
[[nodiscard]] OpencodeConfiguration no_configuration();

// The name by which OpenCode tells plugins apart: a package without its version, a file by its path.
// `base` is the directory of the file that names it. It may hold a credential of a URL: plugin_name is for
// people.
[[nodiscard]] std::string plugin_slot(std::string_view spec, const std::string& base);

}  // namespace cowork::capabilities
