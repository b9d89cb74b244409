#pragma once

#include "config/dialect.hpp"
#include "core/error.hpp"
#include "secrets/secret.hpp"
#include "setup/plan.hpp"

#include <string_view>

namespace cowork::setup {

// The text of a new env file. ErrorCode::refused names the value that the dialect cannot hold.
[[nodiscard]] Result<Secret> render_new(const EnvFile& file, config::Dialect dialect,
                                        std::string_view version);

}  // namespace cowork::setup
