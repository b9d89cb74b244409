#pragma once

#include "core/error.hpp"
#include "secrets/safe_text.hpp"
#include "validators/findings.hpp"
#include "validators/input.hpp"

#include <optional>
#include <string>
#include <vector>

namespace cowork::validators {

// What to validate.
struct Request {
    std::vector<std::string> paths;  // `-` is standard input
    std::string standard_input;      // its text, when it is among the paths
    std::optional<Kind> kind;        // --kind
    Settings settings;
};

// One file and what was found in it.
struct Checked {
    SafeText path;
    Kind kind = Kind::text;
    bool named = false;
    SafeText left_out;  // why nothing was validated; empty when something was
    SafeText failure;   // why it could not be told: a defect of cowork; empty as a rule
    std::vector<Finding> findings;
};

struct Outcome {
    std::vector<Checked> files;
};

// One text as if it stood in that file, by itself: nothing about other files, and nothing is allowed.
[[nodiscard]] Checked examine(const std::string& path, std::string text,
                              const std::optional<FileFacts>& facts, const Request& request);

// Reads, recognises and validates; changes nothing. ErrorCode::not_found or permission for a path that
// cannot be used.
[[nodiscard]] Result<Outcome> validate(const Request& request);

}  // namespace cowork::validators
