#include "validators/compose.hpp"

namespace cowork::validators {

std::span<const Rule> compose_rules() { return {}; }

void validate_compose(const Input&, const Settings&, Findings&) {}

}  // namespace cowork::validators
