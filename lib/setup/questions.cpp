#include "setup/questions.hpp"

#include "setup/full_hybrid.hpp"

#include <algorithm>
#include <utility>

namespace cowork::setup {
namespace {

using Needed = std::function<bool(const Known&)>;

// Not asked of a part that is left out.
Needed unless_left_out(const Path& part, Needed needed) {
    return [&part, needed = std::move(needed)](const Known& known) {
        if (known.whole().lists(without_option.flag, catalogue::row(part.intent).id)) return false;
        return !needed || needed(known.within(part));
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

std::vector<Question> full_hybrid_questions() {
    std::vector<Question> all{which_parts()};
    std::vector<std::string> flags{std::string(without_option.flag)};
    for (const Path& part : parts()) {
        for (Question& question : questions_of(part)) {
            question.part = &part;
            question.when = unless_left_out(part, std::move(question.when));
            std::string flag = hybrid_flag(part, question.flag);
            const auto same = std::find(flags.begin(), flags.end(), flag);
            if (same == flags.end()) {
                flags.push_back(std::move(flag));
                all.push_back(std::move(question));
                continue;
            }
            Needed& first = all[static_cast<std::size_t>(same - flags.begin())].when;
            first = [a = std::move(first), b = std::move(question.when)](const Known& known) {
                return a(known) || b(known);
            };
        }
    }
    return all;
}

}  // namespace

std::vector<Question> questions_of(const Path& path) {
    switch (path.intent) {
        case catalogue::Intent::gateway_only:
            return gateway_only_questions();
        case catalogue::Intent::full_hybrid:
            return full_hybrid_questions();
        case catalogue::Intent::desktop_local:
            return desktop_local_questions();
        case catalogue::Intent::desktop_pairing:
            return desktop_pairing_questions();
        case catalogue::Intent::cloud_connect:
            return cloud_connect_desktop_questions();
        case catalogue::Intent::cloud_gateway:
            break;
    }
    return {};
}

}  // namespace cowork::setup
