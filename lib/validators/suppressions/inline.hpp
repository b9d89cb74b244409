#pragma once

#include "core/line_index.hpp"
#include "validators/input.hpp"
#include "validators/suppressions/permit.hpp"

#include <vector>

namespace cowork::validators {

// A permission in the file itself.
struct Directive {
    Permit permit;
    TextRange where;   // the comment
    int line = 0;      // whose findings it allows; 0 when no line follows
    bool own = false;  // on a line of its own, where it counts for the file as a whole too
};

// The comments `cowork: allow RULE [until DATE] because REASON` of a file, in their order: `#` in YAML and
// env files, `//` and `/* */` in JSON, `<!-- -->` and the others in text. In text, where it may stand in a
// page about cowork, only what permits a leak counts.
[[nodiscard]] std::vector<Directive> directives_in(const Input& input, const LineIndex& index);

}  // namespace cowork::validators
