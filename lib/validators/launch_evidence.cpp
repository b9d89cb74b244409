#include "validators/launch_evidence.hpp"

namespace cowork::validators {

std::span<const Rule> launch_evidence_rules() { return {}; }

void validate_launch_evidence(const Input&, const Settings&, Findings&) {}

}  // namespace cowork::validators
