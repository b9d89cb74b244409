#include "config/env_file.hpp"
#include "envfile/quote.hpp"
#include "support/env_readers.hpp"
#include "support/scratch_directory.hpp"
#include "support/seed.hpp"

#include <catch2/catch.hpp>

#include <random>
#include <string>
#include <vector>

using namespace cowork;
using namespace cowork::envfile;
using namespace cowork::test;
using config::Dialect;

namespace {

std::string rendered(const std::string& value, Dialect dialect) {
    const auto result = render_value("KEY", Secret(value), dialect);
    return result ? std::string(result->reveal()) : "refused";
}

}  // namespace

TEST_CASE("systemd's own parser and cowork's agree about hostile files") {
    for (const EnvReader& reader : real_env_readers()) {
        if (reader.name != "systemd" || !reader.present) continue;
        CAPTURE(test_seed());
        const ScratchDirectory scratch;
        std::mt19937 random(test_seed());
        const std::string alphabet = "AB=='\"\\\\$`#; \t\n\nx";
        int compared = 0;
        for (int i = 0; i < 3000; ++i) {
            std::string text;
            for (auto left = random() % 30; left > 0; --left) text += alphabet[random() % alphabet.size()];
            const config::EnvFile file = config::parse_env_file(text, "f", Dialect::systemd);
            // What it does with such a quote, such a name or a backslash that nothing follows is not
            // documented.
            if (file.has(config::EnvIssue::unterminated_quote) || file.has(config::EnvIssue::invalid_key))
                continue;
            const auto theirs = reader.read(scratch.file("env", text));
            REQUIRE(theirs);
            Variables ours;
            for (const auto& entry : file.entries) ours[entry.key] = entry.value.reveal();
            CAPTURE(text);
            if (*theirs != ours) CHECK(*theirs == ours);
            ++compared;
        }
        CHECK(compared > 500);
    }
}

TEST_CASE("values are quoted only as needed") {
    struct Row {
        std::string value;
        Dialect dialect;
        std::string expected;
    };
    for (const Row& row :
         {Row{"abc-1", Dialect::sh, "abc-1"}, Row{"", Dialect::sh, ""},
          Row{"it's", Dialect::sh, "'it'\\''s'"}, Row{"a b", Dialect::systemd, "\"a b\""},
          Row{"a$\\\"`", Dialect::systemd, "\"a\\$\\\\\\\"\\`\""}, Row{"a 'b\"", Dialect::docker, "a 'b\""},
          Row{"a $b\\c", Dialect::compose, "'a $b\\c'"}, Row{"it's \"", Dialect::compose, "refused"},
          Row{"it's \"so\".", Dialect::compose, "\"it's \\\"so\\\".\""},
          Row{"a\\\\b", Dialect::compose, "\"a\\\\\\\\b\""}, Row{"a b", Dialect::portable, "refused"}}) {
        CAPTURE(row.value, to_string(row.dialect));
        CHECK(rendered(row.value, row.dialect) == row.expected);
    }
}

TEST_CASE("what a dialect cannot hold is refused without showing it") {
    struct Row {
        std::string value;
        Dialect dialect;
        std::string kind;
        std::string instead;  // the dialects the remedy names
    };
    const std::string others = "sh, systemd, docker, compose";
    const std::string uncomposed = "sh, systemd, docker";
    for (const Row& row : {Row{"s3cret x", Dialect::portable, "a space", others},
                           Row{"s3cret'", Dialect::portable, "quote", others},
                           Row{"s3cret\\x", Dialect::portable, "backslash", others},
                           Row{"s3cret$", Dialect::portable, "dollar", others},
                           Row{"s3cret#", Dialect::portable, "hash", others},
                           Row{"s3cret&", Dialect::portable, "shell syntax", others},
                           Row{"=s3cret", Dialect::portable, "first character", others},
                           Row{"s3cret:~", Dialect::portable, "tilde", others},
                           Row{"s3cret\u00e9", Dialect::portable, "outside ASCII", others},
                           Row{"s3cret\xFF", Dialect::docker, "not UTF-8", "sh"},
                           Row{"s3cret\uFFFE", Dialect::systemd, "not UTF-8", "sh, docker, compose"},
                           Row{"s3cret \\", Dialect::compose, "backslash at its end", uncomposed},
                           Row{"s3cret${", Dialect::compose, "before an opening brace", uncomposed},
                           Row{"s3cret'$", Dialect::compose, "dollar sign and a single quote", uncomposed},
                           Row{"s3cret\\\\$", Dialect::compose, "backslashes in a row", uncomposed},
                           Row{"\"s3cret'", Dialect::compose, "double quote at an end", uncomposed},
                           Row{"\"s3cret\\\\x", Dialect::compose, "backslashes in a row", uncomposed}}) {
        CAPTURE(row.value, to_string(row.dialect));
        const auto refused = render_value("MY_KEY", Secret(row.value), row.dialect);
        REQUIRE_FALSE(refused);
        const Error& error = refused.error();
        CHECK(error.code == ErrorCode::refused);
        CHECK(error.message.find("MY_KEY") != std::string::npos);
        CHECK(error.message.find(row.kind) != std::string::npos);
        CHECK(error.where.key == "MY_KEY");
        CHECK((error.message + error.remedy).find("s3cret") == std::string::npos);
        CHECK(error.remedy.substr(error.remedy.rfind(": ") + 2) == row.instead);
    }
}

TEST_CASE("line breaks and control characters are refused by every dialect") {
    std::vector<std::string> values{"a\nB=1", "a\r",    "\u0085",
                                    "\u2028", "\u2029", "\x7F",
                                    "\u0080", "\u009F", std::string(config::max_value_bytes + 1, 'a')};
    for (int c = 0; c < 0x20; ++c) values.push_back("x" + std::string(1, static_cast<char>(c)));
    for (const std::string& value : values) {
        for (const Dialect dialect : config::all_dialects) CHECK(rendered(value, dialect) == "refused");
        CHECK(dialects_holding(Secret(value)).empty());
    }
}
