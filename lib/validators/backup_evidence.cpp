#include "validators/backup_evidence.hpp"

namespace cowork::validators {

std::span<const Rule> backup_evidence_rules() { return {}; }

void validate_backup_evidence(const Input&, const Settings&, Findings&) {}

}  // namespace cowork::validators
