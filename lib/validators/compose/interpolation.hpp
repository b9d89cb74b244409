#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace cowork::validators {

// What the variables in a Compose file's values stand for. They come from files alone, never from the
// environment of this process.
struct ComposeVariables {
    std::unordered_map<std::string, std::string> values;
    // The file that Compose takes them from was read: a variable it lacks is set by nobody that is known.
    bool complete = false;
    // How many bytes more may be put in for variables; past them a variable is as good as not known. A
    // hostile file could name a long one a million times.
    mutable std::size_t room = std::size_t{32} * 1024 * 1024;

    [[nodiscard]] const std::string* find(std::string_view name) const;
};

// A value as Compose reads it. The text may be a secret.
struct ComposeText {
    std::string text;               // unknown parts left out
    std::vector<std::size_t> gaps;  // where in it they were, in order
    bool known = true;              // false: it depends on a variable that is not known and has no default
    bool literal = true;            // no variable in it
    bool defaulted = false;         // a default that is written in the file is part of it, and not empty
    bool bare_name = false;         // has `$NAME`, which is easily written by mistake, beside other text
    bool refused = false;           // not a template: Compose refuses the file
    std::size_t fault = 0;          // where in the value, when refused
    std::string name;               // the first variable in it
    std::string unset;              // the first variable that is not set and has no default
    bool required = false;          // that one is `${NAME:?...}`: Compose refuses to go on without it
    std::string
        unsupported;  // an operator that Compose 1 does not know: `:+` or `+`, or a default in a default
};

// The text with that word for each unknown part.
[[nodiscard]] std::string with_gaps_filled(const ComposeText& text, std::string_view word);

// `$NAME ${NAME} ${NAME:-default} ${NAME-default} ${NAME:?text} ${NAME?text} ${NAME:+text} ${NAME+text} $$`,
// one inside the other, as Compose 2 reads them. Compose 1 differs where `unsupported` says so, and takes a
// `$` before anything else for a mistake. Any text, in time linear to its size.
[[nodiscard]] ComposeText interpolate(std::string_view text, const ComposeVariables& variables);

}  // namespace cowork::validators
