#pragma once

#include "core/error.hpp"
#include "secrets/safe_text.hpp"
#include "validators/validate.hpp"

#include <set>
#include <string_view>
#include <vector>

namespace cowork::validators {

// What --fix may do.
struct FixOptions {
    bool dry_run = false;              // plan, and make every check; change nothing
    bool generate = false;             // placeholders of secrets that the operator chooses become new secrets
    std::set<std::string_view> rules;  // only these; all when empty
};

// How --fix may mend a finding in a file of that kind: only env files are mended, and only those secrets
// renewed that the operator chooses.
[[nodiscard]] Fix mendable(const Finding& finding, Kind kind);

// One change in a file.
struct FixStep {
    const Rule* rule = nullptr;
    int line = 0;   // in the file as it was; 0 for the file as a whole
    SafeText what;  // `the line is removed`; never holds a value
};

// A file that holds something to mend.
struct FixedFile {
    SafeText path;
    Kind kind = Kind::text;
    std::vector<FixStep> steps;  // what was changed; in a dry run, what would be
    std::vector<FixStep> left;   // what was not, with the reason
    SafeText backup;             // path of the file as it was; empty when only its mode changed
};

struct FixOutcome {
    std::vector<FixedFile> files;
    Outcome after;  // what remains
};

// Mends what is safe and mechanical: one rule after another in the file's text, each accepted only when
// validating the new text finds less of that rule and nothing else. Then each file is replaced in one step,
// with a backup beside it, under the checks of envfile/writer.hpp; a file that git has keeps its mode, an env
// file gets 0600. Killed at any moment, a file is as it was or as it is to be. Everything is validated once
// more; a file that came out worse gets its old text back. Nothing is changed in a file where git would pick
// up the backup.
//
// ErrorCode::not_found or permission as from validate(). What fails for one file is told in its `left`.
[[nodiscard]] Result<FixOutcome> fix(const Request& request, const FixOptions& options);

}  // namespace cowork::validators
