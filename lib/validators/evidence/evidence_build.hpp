#pragma once

#include "validators/evidence/evidence_record.hpp"

#include <initializer_list>
#include <string_view>

namespace cowork::validators {

// The rules <group>.no-build (of that severity) and <group>.build-form: `evidence` holds commitSha and, for
// these services, imageDigests.
void check_build(EvidenceJudge& judge, const Part& evidence, const std::vector<std::string_view>& services,
                 Severity severity);

}  // namespace cowork::validators
