#include "validators/load_report.hpp"

namespace cowork::validators {

std::span<const Rule> load_report_rules() { return {}; }

void validate_load_report(const Input&, const Settings&, Findings&) {}

}  // namespace cowork::validators
