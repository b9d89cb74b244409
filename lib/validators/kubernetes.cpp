#include "validators/kubernetes.hpp"

namespace cowork::validators {

std::span<const Rule> kubernetes_rules() { return {}; }

void validate_kubernetes(const Input&, const Settings&, Findings&) {}

}  // namespace cowork::validators
