#pragma once

#include "support/cli_run.hpp"

#include <array>
#include <string>

namespace cowork::test {

// What --format takes besides text.
inline const std::array<std::string, 4> machine_formats{"json", "sarif", "junit", "github"};

// That a text is exactly one document of the format, by its own schema or rules, and tells that exit code.
void check_format(const std::string& format, const std::string& text, int exit_code);
// The same for the standard output.
void check_format(const std::string& format, const ProcessResult& result);

// Without times and durations, to compare two renderings of the same.
std::string timeless(const std::string& text);

}  // namespace cowork::test
