#pragma once

#include "validators/input.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace cowork::test {

// What is found in a JSON text of that name, without files: `rule severity key` each, in the order of the
// text.
[[nodiscard]] std::vector<std::string> found_in(std::string_view text, const std::string& name,
                                                const validators::Settings& settings = {});
// The same, only of one rule, and only the keys.
[[nodiscard]] std::vector<std::string> keys_of(std::string_view rule, std::string_view text,
                                               const std::string& name,
                                               const validators::Settings& settings = {});
// What kind the text is taken for.
[[nodiscard]] validators::Kind kind_of(std::string_view text, const std::string& name);

}  // namespace cowork::test
