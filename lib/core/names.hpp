#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cowork {

// Shell-style match of a whole name: `*` any run, `?` one character.
[[nodiscard]] bool glob_match(std::string_view pattern, std::string_view name);

// The candidate with the smallest edit distance, if it is near enough to be a plausible slip; else empty.
[[nodiscard]] std::string_view nearest(std::string_view word,
                                       const std::vector<std::string_view>& candidates);

}  // namespace cowork
