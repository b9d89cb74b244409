#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace cowork::validators {

// What is no secret, but tells strangers whose deployment it is.
struct Identifier {
    std::size_t begin = 0, end = 0;
    std::string_view what;  // an account number of 12 digits
};

// Account numbers, UUIDs, billing ids and hosts of cloud providers in a text that is to be published
// (contract/cloud.md section 12.1).
[[nodiscard]] std::vector<Identifier> identifiers_in(std::string_view text);

}  // namespace cowork::validators
