#pragma once

#include "core/error.hpp"
#include "cowork/command_line.hpp"
#include "cowork/io.hpp"
#include "report/model.hpp"
#include "secrets/secret.hpp"
#include "validators/fix/fix.hpp"

#include <memory>
#include <vector>

namespace cowork::app {

// Validates, and with --fix mends first. `chosen` is parallel to validators::rule_ids().
[[nodiscard]] Result<validators::FixOutcome> run_validators(const validators::Request& request,
                                                            const ValidateOptions& options,
                                                            const std::vector<bool>& chosen);

// Adds to the report what was mended, or would be, and what was not: a row each for formats that machines
// read, and a note each for people.
void tell_fixes(report::Report& report, const validators::FixOutcome& outcome,
                const ValidateOptions& options);

// Adds how many leaked secrets the operator allows: they stand in the files all the same.
void tell_allowed_leaks(report::Report& report, const validators::Outcome& outcome);

// The value of --fingerprint-salt; null without.
[[nodiscard]] Result<std::shared_ptr<const Secret>> fingerprint_salt(const ValidateOptions& options,
                                                                     const Io& io);

}  // namespace cowork::app
