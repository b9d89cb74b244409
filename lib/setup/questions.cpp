#include "setup/questions.hpp"

#include "setup/full_hybrid.hpp"

#include <algorithm>
#include <utility>

namespace cowork::setup {
namespace {

using Needed = std::function<bool(const Known&)>;

// Not asked of a part that is left out, nor what an earlier part has asked.
Needed unless_left_out(const Path& part, std::string_view flag, Needed needed) {
    return [&part, flag, needed = std::move(needed)](const Known& known) {
        if (known.answered(flag) || known.whole().lists(without_option.flag, catalogue::row(part.intent).id))
            return false;
        return !needed || needed(known);
    };
}

Question which_parts() {
    Question question{.flag = without_option.flag,
                      .ask = "Which parts are set up elsewhere, or not wanted?",
                      .help = "Every other part is set up here.",
                      .kind = Kind::several,
                      .optional = true};
    for (const Path& part : parts()) {
        const auto& row = catalogue::row(part.intent);
        question.choices.push_back({row.id, row.when});
    }
    return question;
}

Kind kind_of(const Option& option) {
    if (option.secret()) return Kind::secret;
    return option.takes == Takes::nothing ? Kind::yes_no : Kind::text;
}

// What is written down, and every other option in case that the planner asks for it.
std::vector<Question> complete(const Path& path) {
    std::vector<Question> all = written_questions(path.intent);
    for (const Option& option : path.options) {
        const bool written =
            std::any_of(all.begin(), all.end(), [&](const Question& q) { return q.flag == option.flag; });
        if (written) continue;
        all.push_back({.flag = option.flag,
                       .ask = option.meaning,
                       .help = {},
                       .kind = kind_of(option),
                       .when = [flag = option.flag](const Known& known) { return known.blamed(flag); }});
    }
    return all;
}

std::vector<Question> full_hybrid_questions() {
    std::vector<Question> all{which_parts()};
    for (const Path& part : parts()) {
        for (Question& question : complete(part)) {
            question.part = &part;
            question.when = unless_left_out(part, question.flag, std::move(question.when));
            all.push_back(std::move(question));
        }
    }
    return all;
}

}  // namespace

std::function<bool(const Known&)> when_needed(std::string_view flag) {
    return [flag](const Known& known) { return known.blamed(flag) || known.has(flag); };
}

std::vector<Question> questions_of(const Path& path) {
    return path.intent == catalogue::Intent::full_hybrid ? full_hybrid_questions() : complete(path);
}

std::vector<Question> written_questions(catalogue::Intent intent) {
    switch (intent) {
        case catalogue::Intent::desktop_local:
            return desktop_local_questions();
        case catalogue::Intent::gateway_only:
            return gateway_only_questions();
        case catalogue::Intent::cloud_connect:
            return cloud_connect_questions();
        case catalogue::Intent::desktop_pairing:
            return desktop_pairing_questions();
        case catalogue::Intent::cloud_gateway:
            return cloud_gateway_questions();
        case catalogue::Intent::full_hybrid:
            break;  // has those of its parts
    }
    return {};
}

}  // namespace cowork::setup
