#include "validators/together.hpp"

namespace cowork::validators {

std::span<const Rule> together_rules() { return {}; }

void check_together(std::vector<Document>&, const Settings&) {}

}  // namespace cowork::validators
