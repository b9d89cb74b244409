#include "setup/answers.hpp"

#include "core/text.hpp"

#include <algorithm>

namespace cowork::setup {
namespace {

const Secret* last_of(const std::vector<Answer>& answers, std::string_view flag) {
    const auto found =
        std::find_if(answers.rbegin(), answers.rend(), [&](const Answer& a) { return a.flag == flag; });
    return found == answers.rend() ? nullptr : &found->value;
}

}  // namespace

const Secret* Answers::find(std::string_view flag) const { return last_of(given_, flag); }
const Secret* Answers::find_set(std::string_view key) const { return last_of(sets_, key); }

std::string_view Answers::text(std::string_view flag) const {
    const Secret* value = find(flag);
    return value == nullptr ? std::string_view{} : trimmed(value->reveal());
}

std::vector<std::string> Answers::all(std::string_view flag) const {
    std::vector<std::string> words;
    for (const Answer& answer : given_) {
        if (answer.flag != flag) continue;
        for (std::string_view rest = answer.value.reveal(); !rest.empty();) {
            const auto comma = rest.find(',');
            const std::string word(trimmed(rest.substr(0, comma)));
            if (!word.empty() && std::find(words.begin(), words.end(), word) == words.end())
                words.push_back(word);
            rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(comma + 1);
        }
    }
    return words;
}

bool Answers::is_unset(std::string_view key) const {
    return std::find(unsets_.begin(), unsets_.end(), key) != unsets_.end();
}

Answers Answers::clone() const {
    Answers copy;
    copy.evaluate = evaluate;
    for (const Answer& answer : given_) copy.add(answer.flag, answer.value.clone());
    for (const Answer& answer : sets_) copy.set(answer.flag, answer.value.clone());
    copy.unsets_ = unsets_;
    return copy;
}

}  // namespace cowork::setup
