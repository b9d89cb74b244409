#pragma once

#include "catalogue/authorities.hpp"
#include "core/status.hpp"

#include <span>
#include <string_view>

namespace cowork::catalogue {

// A check of the product's Health Center (health center, section 2.2). The ids, labels, authorities and
// failing statuses are the product's; how cowork looks is in lib/checks.
struct ProductCheck {
    std::string_view id;
    std::string_view label;
    Authority authority;
    Status failing;  // when what it looks for is missing
};

[[nodiscard]] std::span<const ProductCheck> product_checks();               // 13, in the product's order
[[nodiscard]] const ProductCheck* find_product_check(std::string_view id);  // null when there is none

}  // namespace cowork::catalogue
