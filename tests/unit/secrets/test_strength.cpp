#include "secrets/strength.hpp"

#include <catch2/catch.hpp>

#include <optional>
#include <set>
#include <string>
#include <vector>

using namespace cowork;

namespace {

// 32 different characters without a weak word.
const std::string strong = "Zq8WnR4vYx2BkM7cUj5HgT9fLp3As6Ge";

}  // namespace

TEST_CASE("strength: each rule in the product's order") {
    struct Row {
        const char* why;
        std::string secret;
        std::optional<std::string> problem;  // its beginning
    };
    const std::vector<Row> rows{
        {"good", strong, std::nullopt},
        {"good among blanks", " \t" + strong + "\r\n", std::nullopt},
        {"31 bytes", strong.substr(1), "shorter than 32"},
        {"blanks do not count", strong.substr(1) + "   ", "shorter than 32"},
        {"empty", "", "shorter than 32"},
        {"short comes before the weak word", "password", "shorter than 32"},
        {"weak word", strong + "local", "contains a word"},
        {"weak word in capitals", strong + "CHANGE-ME", "contains a word"},
        {"weak word with a blank", strong + "Change Me!", "contains a word"},
        {"weak word before repetition", "devdevdevdevdevdevdevdevdevdevdevdev", "contains a word"},
        {"15 different characters", "abcdefghijklmnoabcdefghijklmnoabc", "has fewer than 16"},
        {"one character", std::string(40, 'x'), "has fewer than 16"},
        {"16 different characters", "hgfebadcponmlkjihgfebadcponmlkji", std::nullopt},
        {"digits first", "0123456789" + strong, "starts with a plain sequence"},
        {"alphabet first", "abcdefghijklmnopqrstuvwxyz012345", "starts with a plain sequence"},
        {"alphabet in capitals", "ABCDEFGHIJKLMNOPQRSTUVWXYZ987654", "starts with a plain sequence"},
        {"alphabet backwards", "zyxwvutsrqponmlkjihgfedcba#$%&/(", "starts with a plain sequence"},
        {"a sequence in the middle is allowed", strong + "0123456789", std::nullopt},
        {"little entropy", strong.substr(0, 16) + std::string(60, 'a'), "has less than 3.5 bits"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.why);
        const auto problem = strength_problem(row.secret);
        REQUIRE(problem.has_value() == row.problem.has_value());
        if (row.problem) CHECK(problem->starts_with(*row.problem));
    }
}

TEST_CASE("strength: every word that marks test values") {
    for (const char* word : {"change-me", "change_me", "changeme", "change me", "local", "demo", "dev",
                             "example", "test", "password", "secret", "cookie"}) {
        CAPTURE(word);
        const auto problem = strength_problem(strong.substr(0, 20) + word + strong.substr(20));
        REQUIRE(problem);
        CHECK(problem->starts_with("contains a word"));
    }
}

TEST_CASE("strength: placeholders that the gateway refuses") {
    for (const char* value : {"change-me", "Change-Me-now", "REPLACE-WITH-a-token", "replace-with",
                              "example-token", "DEMO-1", " change-me", "\tdemo-x "}) {
        CAPTURE(value);
        CHECK(is_placeholder(value));
    }
    for (const char* value : {"", "change", "changeme", "x-change-me", "replace_with", "example",
                              "demonstration", "not-a-placeholder"}) {
        CAPTURE(value);
        CHECK_FALSE(is_placeholder(value));
    }
}

TEST_CASE("strength: every generated secret passes, and none comes twice") {
    std::set<std::string> seen;
    for (int i = 0; i < 1000; ++i) {
        const Secret secret = generate_secret();
        CHECK(secret.size() == 43);
        CHECK_FALSE(strength_problem(secret.reveal()));
        CHECK_FALSE(is_placeholder(secret.reveal()));
        CHECK(secret.reveal().find_first_not_of(
                  "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") ==
              std::string_view::npos);
        CHECK(seen.emplace(secret.reveal()).second);
    }
}
