#include "validators/failover_drill.hpp"

namespace cowork::validators {

std::span<const Rule> failover_drill_rules() { return {}; }

void validate_failover_drill(const Input&, const Settings&, Findings&) {}

}  // namespace cowork::validators
