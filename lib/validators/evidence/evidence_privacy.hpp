#pragma once

#include <string_view>

namespace cowork::validators {

// What must not stand in a part of evidence that is published. What is found is named, never shown; an empty
// answer means nothing was found.

// `a token`, `an account number`, ... What merely contains a marker (`task-`, `risk-`) is none.
[[nodiscard]] std::string_view private_value_in(std::string_view text);
// Whether there is a web address other than the examples that the product allows.
[[nodiscard]] bool has_foreign_url(std::string_view text);
// The marker that the product's own check refuses wherever it stands, also inside of an ordinary word
// (contract/cloud.md section 14.3).
[[nodiscard]] std::string_view refused_marker_in(std::string_view text);
// Whether a member of that name is refused, unless it only says whether something is there.
[[nodiscard]] bool is_secret_member(std::string_view name);

}  // namespace cowork::validators
