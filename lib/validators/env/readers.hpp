#pragma once

#include "validators/env/causes.hpp"
#include "validators/env/lines.hpp"
#include "validators/findings.hpp"
#include "validators/input.hpp"

#include <optional>

namespace cowork::validators {

// The reader of the file: the one that was named, or that cowork's header names; none where several could be
// meant, and for the portable dialect, which all of them read alike.
[[nodiscard]] std::optional<Reader> known_reader(const Input& input, const Settings& settings);

// What one reader of env files takes for something else than another: quotes, dollar signs, blanks, line
// ends. Where the reader is known, only what that one misreads counts.
void check_readers(const Input& input, const EnvLines& lines, std::optional<Reader> reader,
                   Findings& findings);

}  // namespace cowork::validators
