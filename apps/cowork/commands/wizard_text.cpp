#include "cowork/commands/wizard_text.hpp"

#include "catalogue/catalogue.hpp"
#include "core/shell_quote.hpp"
#include "cowork/fold.hpp"
#include "secrets/redactor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

namespace cowork::app {
namespace {

using setup::Default;
using setup::Kind;
using Item = std::pair<std::string_view, std::string_view>;  // word, meaning

std::string strong(std::string_view text, bool bold) {
    return bold ? fmt::format("\033[1m{}\033[0m", text) : std::string(text);
}

std::string paragraph(std::string_view text, std::size_t indent) {
    return fmt::format("{:{}}{}\n", "", indent, fold(split_words(text), indent));
}

std::string menu(const std::vector<Item>& items) {
    std::size_t width = 0;
    for (const Item& item : items) width = std::max(width, item.first.size());
    std::string text;
    int number = 0;
    for (const auto& [word, meaning] : items)
        text +=
            fmt::format("  {}  {:<{}}  {}\n", ++number, word, width, fold(split_words(meaning), 7 + width));
    return text;
}

std::string shown_default(const setup::Question& question, const Default& standing) {
    const Redactor redactor;
    const bool secret = question.kind == Kind::secret;
    switch (standing.from) {
        case Default::From::fallback:
            return standing.text;
        case Default::From::environment:
            return fmt::format("the one in {}", redactor.clean(standing.place).str());
        case Default::From::file:
            return secret ? fmt::format("keep the one in {}", redactor.clean(standing.place).str())
                          : redactor.clean(standing.text).str();
        case Default::From::generated:
            return "generate one";
        case Default::From::nothing:
            return standing.text;
        case Default::From::required:
            break;
    }
    return {};
}

std::string how_to_answer(const setup::Wizard& wizard, const setup::Question& question) {
    switch (question.kind) {
        case Kind::choice:
            return "Type a number or a name.";
        case Kind::several:
            return "Type numbers or names with commas between, or nothing for none.";
        case Kind::yes_no:
            return "Type yes or no.";
        case Kind::secret:
            return fmt::format("Type or paste it, nothing is shown; env:NAME and file:PATH are read{}.",
                               wizard.option(question).takes == setup::Takes::new_secret
                                   ? ", generate makes a new one"
                                   : "");
        case Kind::text:
            break;
    }
    return "Type it.";
}

}  // namespace

std::string introduction() {
    return paragraph(
        "A few questions. Enter takes what stands in [brackets], < goes back, ? says more, Ctrl-C ends. "
        "Nothing is written before you agree.",
        0);
}

std::string paths_menu(const std::vector<const setup::Path*>& paths, bool bold) {
    std::vector<Item> items;
    for (const setup::Path* path : paths) {
        const auto& row = catalogue::row(path->intent);
        items.emplace_back(row.id, row.when);
    }
    return fmt::format("\n{}\n{}", strong("What is to be set up?", bold), menu(items));
}

std::string question_text(const setup::Wizard& wizard, bool bold) {
    const setup::Question& question = *wizard.next();
    std::string text = "\n";
    if (question.part != nullptr) text += fmt::format("{}: ", catalogue::row(question.part->intent).id);
    text += fold(split_words(question.ask), 0);
    text = fmt::format("\n{}\n", strong(text.substr(1), bold));
    if (!question.help.empty()) text += paragraph(question.help, 2);
    std::vector<Item> items;
    for (const setup::Choice& choice : question.choices) items.emplace_back(choice.word, choice.meaning);
    return text + menu(items);
}

std::string prompt_text(const setup::Wizard& wizard) {
    const setup::Question& question = *wizard.next();
    const std::string standing = shown_default(question, wizard.fallback());
    return fmt::format("{}{}> ", question.kind == Kind::secret ? "(hidden) " : "",
                       standing.empty() ? std::string{} : fmt::format("[{}] ", standing));
}

std::string more_text(const setup::Wizard& wizard) {
    const setup::Question& question = *wizard.next();
    const std::string key = wizard.key(question);
    std::string text =
        paragraph(how_to_answer(wizard, question), 2) +
        paragraph(fmt::format("The option {}: {}.", wizard.flag(question), wizard.option(question).meaning),
                  2);
    if (!key.empty()) text += paragraph(fmt::format("It becomes {}.", key), 2);
    return text;
}

std::string problem_text(const Error& error) {
    const Redactor redactor;
    std::string text = paragraph(redactor.clean(error.message).str(), 2);
    if (!error.remedy.empty())
        text += fmt::format("  -> {}\n", fold(split_words(redactor.clean(error.remedy).str()), 5));
    return text;
}

std::string same_command(const SetupOptions& options, const setup::Path& path,
                         const std::vector<std::string>& arguments, const std::string& program) {
    const Redactor redactor;
    std::string text = fmt::format("{} setup {}", shell_word(program), catalogue::row(path.intent).id);
    for (const std::string& argument : arguments) text += " " + shell_word(argument);
    const auto with = [&](std::string_view flag, const std::string& value) {
        if (!value.empty()) text += fmt::format(" {} {}", flag, path_word(redactor.clean(value).str()));
    };
    with("--output", options.output);
    with("--directory", options.directory);
    with("--assets", options.assets);
    if (options.dialect) with("--dialect", std::string(config::to_string(*options.dialect)));
    if (options.force) text += " --force";
    if (options.check) text += " --check";
    return text;
}

}  // namespace cowork::app
