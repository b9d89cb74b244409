#pragma once

#include "capabilities/snapshot.hpp"
#include "catalogue/catalogue.hpp"
#include "checks/check.hpp"
#include "config/config.hpp"
#include "core/error.hpp"
#include "cowork/command_line.hpp"
#include "cowork/commands/doctor_scope.hpp"
#include "cowork/io.hpp"

#include <memory>
#include <vector>

namespace cowork::app {

// doctor --capabilities and --snapshot: what such a run looks at.

// The scope of a run that looks at a snapshot: no path is looked for, and no env file is read.
// ErrorCode::usage for a path that has no Desktop.
[[nodiscard]] Result<Scope> snapshot_scope(const DoctorOptions& options, const Io& io);

// The checks that tell what an agent can use. Without any path, because nothing is set up, those of an
// OpenCode, where its address is given or the user has a configuration of it.
[[nodiscard]] std::vector<const checks::Check*> capability_checks(
    const DoctorOptions& options, const Io& io, const std::vector<catalogue::Intent>& paths);

// The file of --snapshot; null without one. `config` holds the secrets that must not be shown.
[[nodiscard]] Result<std::shared_ptr<const capabilities::Snapshot>> read_snapshot_file(
    const DoctorOptions& options, const config::Config& config);

// Makes --project absolute and, without it, this directory. An error when --project or --resources names no
// directory.
[[nodiscard]] Result<void> settle_directories(checks::Wishes& wishes);

}  // namespace cowork::app
