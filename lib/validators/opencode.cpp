#include "validators/opencode.hpp"

namespace cowork::validators {

std::span<const Rule> opencode_rules() { return {}; }

void validate_opencode(const Input&, const Settings&, Findings&) {}

}  // namespace cowork::validators
