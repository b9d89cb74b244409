#include "setup/questions.hpp"
#include "setup/wizard.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <set>
#include <string>

using namespace cowork;
using namespace cowork::setup;

namespace {

const Path& owner(const Path& path, const Question& question) {
    return question.part == nullptr ? path : *question.part;
}

bool fits(Kind kind, Takes takes) {
    switch (kind) {
        case Kind::text:
        case Kind::choice:
            return takes == Takes::value;
        case Kind::secret:
            return takes == Takes::secret || takes == Takes::new_secret;
        case Kind::several:
            return takes == Takes::values;
        case Kind::yes_no:
            return takes == Takes::nothing;
    }
    return false;
}

}  // namespace

TEST_CASE(
    "questions: every option of a path has one, of its kind, and one that is written down is an option") {
    for (const Path& path : paths()) {
        INFO(catalogue::row(path.intent).id);
        const auto questions = questions_of(path);
        std::set<std::string> asked;
        for (const Question& question : questions) {
            CAPTURE(question.flag);
            REQUIRE(find_option(owner(path, question), question.flag) != nullptr);
            const std::string spoken = spoken_flag(path, owner(path, question), question.flag);
            CHECK(find_option(path, spoken) != nullptr);
            // Two questions about one option belong to different situations.
            CHECK((asked.insert(spoken).second || question.when));
        }
        for (const Option& option : path.options) CHECK(asked.count(std::string(option.flag)) == 1);
        for (const Question& question : written_questions(path.intent)) {
            CAPTURE(question.flag);
            REQUIRE(find_option(path, question.flag) != nullptr);
            CHECK(fits(question.kind, find_option(path, question.flag)->takes));
            if (!question.key.empty()) CHECK(rules::find_key(full_key(path, question.key)) != nullptr);
        }
        CHECK(written_questions(path.intent).empty() == (path.intent == catalogue::Intent::full_hybrid));
    }
}

TEST_CASE("questions: a question and its help are one line, choices are words that name a value each") {
    for (const Path& path : parts()) {
        for (const Question& question : written_questions(path.intent)) {
            CAPTURE(question.flag);
            CHECK(question.ask.ends_with("?"));
            CHECK(question.ask.size() <= 63);  // full-hybrid puts the part before it
            CHECK((question.help.ends_with(".") || question.help.starts_with("postgres://")));
            CHECK(question.help.size() <= 78);
            const bool chooses = question.kind == Kind::choice || question.kind == Kind::several;
            CHECK(chooses == !question.choices.empty());
            std::set<std::string_view> words;
            for (const Choice& choice : question.choices) {
                CHECK(words.insert(choice.word).second);
                CHECK(choice.word.find_first_of(" ,ABCDEFGHIJKLMNOPQRSTUVWXYZ") == std::string_view::npos);
                CHECK_FALSE(choice.meaning.empty());
            }
            if (question.kind == Kind::choice && !question.fallback.empty())
                CHECK(words.count(question.fallback) == 1);
        }
    }
}

TEST_CASE("questions: a choice offers what the service's own table of the key knows") {
    for (const Path& path : parts()) {
        for (const Question& question : written_questions(path.intent)) {
            const rules::Key* key = rules::find_key(full_key(path, *find_option(path, question.flag)));
            if (question.kind != Kind::choice || key == nullptr || key->choices.empty()) continue;
            CAPTURE(question.flag);
            for (const Choice& choice : question.choices)
                CHECK(("|" + std::string(key->choices) + "|").find("|" + std::string(choice.word) + "|") !=
                      std::string::npos);
        }
    }
}

// The default that is shown must be what the planner does: it is not said with an option.
TEST_CASE("questions: a default with a key is what the planner or the service takes by itself") {
    // Shown by the wizard's own tests: the planner presets them.
    const std::set<std::string_view> by_planner{"--opencode-url", "--runtime-root", "--store"};
    for (const Path& path : parts()) {
        for (const Question& question : written_questions(path.intent)) {
            const Option* option = find_option(path, question.flag);
            REQUIRE(option != nullptr);
            if (question.fallback.empty() || option->key.empty() || by_planner.count(question.flag) != 0)
                continue;
            CAPTURE(question.flag);
            const rules::Key* key = rules::find_key(full_key(path, *option));
            REQUIRE(key != nullptr);
            CHECK(question.fallback == key->fallback);
        }
    }
}

TEST_CASE("questions: in full-hybrid an option's key is that of its own part") {
    const Path& hybrid = *find_path(catalogue::Intent::full_hybrid);
    CHECK(key_of(hybrid, "--gateway-only-telegram-bot-token") ==
          "OPEN_COWORK_STANDALONE_GATEWAY_TELEGRAM_BOT_TOKEN");
    CHECK(key_of(hybrid, "--cloud-gateway-telegram-bot-token") == "OPEN_COWORK_GATEWAY_TELEGRAM_BOT_TOKEN");
    CHECK(key_of(hybrid, "--without").empty());
    CHECK(key_of(*find_path(catalogue::Intent::cloud_connect), "--host") == "OPEN_COWORK_CLOUD_HOST");
}
