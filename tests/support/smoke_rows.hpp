#pragma once

#include "smoke/runner.hpp"

#include <string>
#include <string_view>

namespace cowork::test {

// The row of that step; throws when there is none.
[[nodiscard]] const report::Row& row_of(const smoke::Outcome& outcome, std::string_view id);

// The id of a run whose process of this machine has ended.
[[nodiscard]] std::string id_of_the_dead();

}  // namespace cowork::test
