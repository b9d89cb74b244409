#pragma once

#include "catalogue/catalogue.hpp"
#include "checks/context.hpp"
#include "config/load.hpp"
#include "cowork/command_line.hpp"
#include "cowork/io.hpp"

#include <optional>
#include <string>
#include <vector>

namespace cowork::app {

// What one run of doctor looks at.
struct Scope {
    std::optional<catalogue::Intent> intent;  // of the report; none when several paths are set up
    std::vector<catalogue::Intent> paths;     // empty: nothing is set up
    checks::Presence present;
    std::vector<std::string> env_files;
    config::Loaded loaded;
};

// Reads the env files of the path, or of every path that has one here, and tells which paths are set up.
// Options that belong to one of several services are added to the settings of the one that is meant;
// ErrorCode::usage when two could be.
[[nodiscard]] Result<Scope> read_scope(const DoctorOptions& options, const Io& io);

// The env files that setup writes for a path and that lie in this directory.
[[nodiscard]] std::vector<std::string> default_env_files(catalogue::Intent intent);

}  // namespace cowork::app
