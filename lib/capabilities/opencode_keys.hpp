#pragma once

#include "config/jsonc_document.hpp"

#include <string>
#include <vector>

namespace cowork::capabilities {

enum class OpencodeTrouble {
    refused,      // OpenCode does not start, or answers no request for the directory
    unknown_key,  // OpenCode passes over it without a word
    two_files,    // a .json beside a .jsonc: both count, the latter wins
    no_file,      // a variable names a file that is not there
    unreadable    // cowork cannot read what OpenCode may be able to
};

struct OpencodeProblem {
    OpencodeTrouble trouble = OpencodeTrouble::refused;
    std::string message;  // holds no value of a file
    std::string remedy;
    SourceRef where;
};

// Told of one file, of each kind of trouble.
inline constexpr std::size_t most_opencode_problems = 20;

// What OpenCode 1.18 refuses or passes over in one of its configuration files: keys and shapes of its own
// published schema, as far as capabilities hang on them.
[[nodiscard]] std::vector<OpencodeProblem> judge_opencode_layer(const config::JsoncDocument& document);

}  // namespace cowork::capabilities
