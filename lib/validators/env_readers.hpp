#pragma once

#include "config/env_file.hpp"
#include "validators/findings.hpp"
#include "validators/input.hpp"

#include <optional>

namespace cowork::validators {

// The reader of the file: the one that was named, or that cowork's header names; none where several could be
// meant, and for the portable dialect, which all of them read alike.
[[nodiscard]] std::optional<config::Dialect> known_reader(const Input& input, const Settings& settings);

// The assignments as that reader sees them; without one, as people mean them: quotes and comments are none
// of the value, and what a reader would expand stands as it is.
[[nodiscard]] config::EnvFile read_as_meant(const Input& input, std::optional<config::Dialect> reader);

// What one reader of env files takes for something else than another: quotes, dollar signs, blanks, line
// ends. Where the reader is known, only what that one misreads counts.
void check_readers(const Input& input, std::optional<config::Dialect> reader, Findings& findings);

}  // namespace cowork::validators
