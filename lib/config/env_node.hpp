#pragma once

#include "config/env_file.hpp"

#include <string_view>

namespace cowork::config {

// The assignments as `node --env-file` reads them. No dialect: cowork writes none for it, because the
// portable one serves. Only key, value and the key's offset are set, and nothing is reported.
[[nodiscard]] EnvFile parse_node_env_file(std::string_view text, std::string_view file_name = {});

}  // namespace cowork::config
