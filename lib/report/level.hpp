#pragma once

#include "report/model.hpp"

#include <string_view>

namespace cowork::report {

// How loud a row is in formats that know three levels; `none` for what asks for nothing.
enum class Level { none, note, warning, error };
[[nodiscard]] std::string_view to_string(Level level);

// An error is what fails the run, unless it is only degraded: a warning. What does not decide is a note.
[[nodiscard]] Level level_of(const Row& row, const Verdict& verdict);
[[nodiscard]] Level level_of(std::string_view severity);  // of a rule

// What was found, and what to do about it where something is to be done.
[[nodiscard]] std::string told(const Row& row);
// A message and what to do about it, each as a sentence. Messages often begin with a key, so that they keep
// their first letter.
[[nodiscard]] std::string told(std::string_view message, std::string_view remedy);
// A sentence, with a full stop where it ends with no mark of its own.
[[nodiscard]] std::string sentence(std::string_view text);
[[nodiscard]] std::string capital(std::string_view text);  // the same, beginning with a capital

// `cowork doctor gateway-only`.
[[nodiscard]] std::string title_of(const Report& report);

// Whether the place is one in a file that others can open, not an option, the environment or standard input.
[[nodiscard]] bool names_file(const SourceRef& source);

}  // namespace cowork::report
