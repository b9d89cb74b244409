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
    // Whether it is needed; none: always.
    std::function<bool(const Known&)> when = {};
    // The key that is set, where the option does not say it because it depends on other answers.
    std::string_view key = {};
    // In full-hybrid the part that it belongs to, which knows the option by that name; null otherwise.
    const Path* part = nullptr;
};

// The questions of a path: what it needs, and the few decisions that everybody has. All else has defaults.
// At the end every other option of the path, in its own words and asked only when the planner complains about
// it. full-hybrid has those of its parts; what one part has asked another does not ask again.
[[nodiscard]] std::vector<Question> questions_of(const Path& path);

// What is asked when the planner misses the option, or when it stands in the file already.
[[nodiscard]] std::function<bool(const Known&)> when_needed(std::string_view flag);

// Those that are written down, a function a path.
[[nodiscard]] std::vector<Question> written_questions(catalogue::Intent intent);
[[nodiscard]] std::vector<Question> desktop_local_questions();
[[nodiscard]] std::vector<Question> gateway_only_questions();
[[nodiscard]] std::vector<Question> desktop_pairing_questions();
[[nodiscard]] std::vector<Question> cloud_connect_questions();
[[nodiscard]] std::vector<Question> cloud_gateway_questions();

}  // namespace cowork::setup
