#pragma once

#include "config/config.hpp"
#include "config/env_file.hpp"
#include "core/error.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cowork::config {

using Environment = std::vector<std::pair<std::string_view, std::string_view>>;

// Where a configuration is read from (design: cli.md, "Where doctor and smoke read from").
struct Sources {
    std::vector<std::string> env_files;  // later wins; each must be there
    Environment environment;       // for keys that no file sets; only OPEN_COWORK_* and OPENCODE_SERVER_*
    std::vector<Setting> options;  // win over all
    // The service's prefix: with it, PREFIX + CONFIG and PREFIX + CONFIG_JSON add a lowest layer.
    std::string_view prefix;
};

struct Loaded {
    Config config;
    std::vector<EnvDiagnostic> diagnostics;  // of the env files
};

// ErrorCode::not_found, permission, refused or io when a file cannot be read; invalid when CONFIG or
// CONFIG_JSON cannot be used.
[[nodiscard]] Result<Loaded> load(Sources sources);

// This process's environment.
[[nodiscard]] Environment process_environment();

}  // namespace cowork::config
