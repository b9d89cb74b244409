#include "validators/sealed_values.hpp"

#include "core/text.hpp"

#include <algorithm>
#include <array>

namespace cowork::validators {

bool is_sealed(std::string_view value) {
    constexpr std::array<std::string_view, 6> beginnings{"ENC[",   "ref+", "secretref+",
                                                         "<path:", "${",   "vault:"};
    const std::string_view text = trimmed(value);
    return std::any_of(beginnings.begin(), beginnings.end(),
                       [&](std::string_view beginning) { return text.starts_with(beginning); });
}

}  // namespace cowork::validators
