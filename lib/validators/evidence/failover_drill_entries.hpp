#pragma once

#include "validators/evidence/evidence_record.hpp"

namespace cowork::validators {

// The probes and hooks of a failover drill, and whether its result follows from them.
void check_drill_entries(EvidenceJudge& judge, const Part& drill, bool dry_run);

}  // namespace cowork::validators
