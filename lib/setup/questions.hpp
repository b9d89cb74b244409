#pragma once

#include "setup/known.hpp"
#include "setup/paths.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace cowork::setup {

struct Choice {
    std::string_view word;
    std::string_view meaning;  // one line
};

// How a question is answered.
enum class Kind {
    text,
    secret,   // hidden while it is typed, never shown
    choice,   // one of `choices`
    several,  // any of `choices`, or none
    yes_no,   // of a switch; no is the default
};

// What the wizard asks about one option of a path. Questions stand in the order in which they are asked, and
// depend only on those before them.
struct Question {
    std::string_view flag;
    std::string_view ask;
    std::string_view help;  // one line, shown with the question
    Kind kind = Kind::text;
    std::vector<Choice> choices = {};
    // What the planner takes when nothing is said and nothing is there: shown as the default.
    std::string_view fallback = {};
    // May stay without a value, which the planner may mind for now: a later answer can do as well. What the
    // planner does not miss may stay so anyhow.
    bool optional = false;
    std::string_view unsaid = "none";  // what it is then, shown as the default
    // Whether it is needed at all; none: always.
    std::function<bool(const Known&)> when = {};
    // In full-hybrid the part that it belongs to, which knows the option by that name; null otherwise.
    const Path* part = nullptr;
};

// The questions of a path: what it needs, and the few decisions that everybody has. All else has defaults.
// full-hybrid has those of its parts, and of an option that they share one.
[[nodiscard]] std::vector<Question> questions_of(const Path& path);

[[nodiscard]] std::vector<Question> desktop_local_questions();
[[nodiscard]] std::vector<Question> gateway_only_questions();
[[nodiscard]] std::vector<Question> desktop_pairing_questions();
[[nodiscard]] std::vector<Question> cloud_connect_desktop_questions();

}  // namespace cowork::setup
