#include "setup/wizard_answer.hpp"

#include "config/dialect.hpp"
#include "core/names.hpp"
#include "core/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <vector>

namespace cowork::setup {
namespace {

tl::unexpected<Error> wrong(std::string message, std::string remedy = {}) {
    return fail(ErrorCode::usage, std::move(message), std::move(remedy));
}

const Choice* find_choice(const Question& question, std::string_view typed) {
    std::size_t number = 0;
    const auto* const end = typed.data() + typed.size();
    if (const auto read = std::from_chars(typed.data(), end, number);
        read.ec == std::errc{} && read.ptr == end && number >= 1 && number <= question.choices.size())
        return &question.choices[number - 1];
    const std::string word = lowered(typed);
    const auto found = std::find_if(question.choices.begin(), question.choices.end(),
                                    [&](const Choice& choice) { return choice.word == word; });
    return found == question.choices.end() ? nullptr : &*found;
}

tl::unexpected<Error> no_choice(const Question& question, std::string_view typed) {
    std::vector<std::string_view> words;
    for (const Choice& choice : question.choices) words.push_back(choice.word);
    const auto hint = nearest(lowered(typed), words);
    return wrong(fmt::format("that is none of them: answer with a name or a number from 1 to {}",
                             question.choices.size()),
                 hint.empty() ? std::string{} : fmt::format("did you mean {}?", hint));
}

Result<Secret> read_several(const Question& question, std::string_view typed) {
    std::vector<std::string_view> words;
    constexpr std::string_view between = ", \t";
    while (!typed.empty()) {
        const auto end = std::min(typed.find_first_of(between), typed.size());
        const auto part = typed.substr(0, end);
        typed.remove_prefix(std::min(end + 1, typed.size()));
        if (part.empty()) continue;
        const Choice* choice = find_choice(question, part);
        if (choice == nullptr) return no_choice(question, part);
        if (std::find(words.begin(), words.end(), choice->word) == words.end()) words.push_back(choice->word);
    }
    return Secret(fmt::format("{}", fmt::join(words, ",")));
}

std::optional<bool> read_yes_no(std::string_view typed) {
    const std::string word = lowered(typed);
    if (word == "y" || word == "yes") return true;
    if (word == "n" || word == "no") return false;
    return std::nullopt;
}

}  // namespace

Result<void> check_typed(std::string_view typed, std::size_t longest) {
    if (typed.size() > longest)
        return wrong(
            fmt::format("the answer is longer than {} bytes, more than a terminal passes on", longest),
            "say it with the option instead: --help names it");
    if (!config::is_valid_utf8(typed))
        return wrong("the answer has bytes that are no UTF-8", "type it again");
    // C1 controls are two bytes in UTF-8: C2 80 to C2 9F.
    for (std::size_t i = 0; i < typed.size(); ++i) {
        const auto byte = static_cast<unsigned char>(typed[i]);
        const bool c1 = byte == 0xC2 && static_cast<unsigned char>(typed[i + 1]) < 0xA0;
        if (byte < 0x20 || byte == 0x7F || c1)
            return wrong("the answer has a control character, as an arrow key or Tab gives", "type it again");
    }
    return {};
}

Result<Secret> read_typed(const Question& question, std::string_view typed) {
    typed = trimmed(typed);
    switch (question.kind) {
        case Kind::choice: {
            const Choice* choice = find_choice(question, typed);
            if (choice == nullptr) return no_choice(question, typed);
            return Secret(choice->word);
        }
        case Kind::several:
            return read_several(question, typed);
        case Kind::yes_no: {
            const auto yes = read_yes_no(typed);
            if (!yes) return wrong("answer with yes or no");
            return Secret(*yes ? "true" : "false");
        }
        case Kind::text:
        case Kind::secret:
            break;
    }
    return Secret(typed);
}

}  // namespace cowork::setup
