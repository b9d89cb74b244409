#include "validators/product_config.hpp"

namespace cowork::validators {

std::span<const Rule> product_config_rules() { return {}; }

void validate_product_config(const Input&, const Settings&, Findings&) {}

}  // namespace cowork::validators
