#pragma once

#include "core/error.hpp"
#include "secrets/secret.hpp"
#include "setup/questions.hpp"

#include <cstddef>
#include <string_view>

namespace cowork::setup {

// Refuses what no answer may hold: more than `longest` bytes, control characters, bytes that are no UTF-8.
[[nodiscard]] Result<void> check_typed(std::string_view typed, std::size_t longest);

// What a typed answer means to the option of a question: a choice's word for its number, words of several
// joined by commas, `true` or `false` for yes and no, else the text without blanks around it. The error names
// what can be answered.
[[nodiscard]] Result<Secret> read_typed(const Question& question, std::string_view typed);

}  // namespace cowork::setup
