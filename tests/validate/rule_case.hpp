#pragma once

#include "validators/validate.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace cowork::test {

// The proof of one rule, tests/validate/cases/RULE/:
//   bad/…, good/…   the files that break it and that do not; each directory is validated as a whole
//   expect.json     {"bad": [{"file", "line", "column"[, "severity", "key"]}], and for both directories
//                    "options": {"tier", "intent", "reader", "kind", "now", "helmDefaults", "promotion"},
//                    "modes": {"a.env": "0644"}, "git": {"a.env": "tracked" | "ignored" | "untracked"},
//                    "owners": {"a.env": 65534}   (needs root),
//                    "paths": ["a.env"]   what is named instead of the whole directory,
//                    "good": {…}}         the same again where it is different for the good files
//   fix/…           instead of bad/ for --fix, where a rule can be mended only in some of its bad files
struct Expected {
    std::string file, severity, key;
    int line = 0, column = 0;
};

struct RuleCase {
    std::string rule;
    std::filesystem::path directory;
    std::vector<Expected> expected;
};

[[nodiscard]] std::filesystem::path cases_directory();
[[nodiscard]] RuleCase read_case(const std::string& rule);
// Whether only root can bring it about, and this is not root.
[[nodiscard]] bool out_of_reach(const RuleCase& one);
// Copies one of its directories to a new one, and says how to validate it.
[[nodiscard]] validators::Request prepare_case(const RuleCase& one, const std::string& which,
                                               const std::string& copy);
// Validates a copy of its `bad` or `good` directory; paths in the outcome are relative to it.
[[nodiscard]] validators::Outcome validate_case(const RuleCase& one, const std::string& which);

// Every place in which the outcome reports the rule, as `file:line:column severity [key]`.
[[nodiscard]] std::vector<std::string> places_of(const validators::Outcome& outcome, const std::string& rule);

}  // namespace cowork::test
