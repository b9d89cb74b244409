#pragma once

#include <cstddef>
#include <random>
#include <string>
#include <vector>

namespace cowork::test {

// Every printable ASCII character at every kind of place of a value, and what people put into env files.
[[nodiscard]] std::vector<std::string> fixed_values();

// Arbitrary bytes, most of them near what some reader of env files treats specially: quotes, dollars,
// backslashes, blanks at the ends, comments, line ends, controls, broken UTF-8, realistic settings with a
// flaw, and lengths up to and beyond every limit.
[[nodiscard]] std::vector<std::string> nasty_values(std::mt19937& random, std::size_t count);

// For messages: printable ASCII as it is, every other byte as \xNN, cut after 200 bytes.
[[nodiscard]] std::string shown(const std::string& value);

}  // namespace cowork::test
