#include "config/env_file.hpp"
#include "envfile/document.hpp"
#include "envfile/quote.hpp"
#include "support/env_readers.hpp"
#include "support/scratch_directory.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

using namespace cowork;
using namespace cowork::envfile;
using namespace cowork::test;
using config::Dialect;

namespace {

constexpr unsigned seed = 20'260'802;

std::string rendered(const std::string& value, Dialect dialect) {
    const auto result = render_value("KEY", Secret(value), dialect);
    return result ? std::string(result->reveal()) : "refused";
}

// Every printable character at every kind of place, and what people put into such files.
std::vector<std::string> fixed_values() {
    std::vector<std::string> values{"",
                                    "postgres://user:p%40ss@127.0.0.1:5432/db?sslmode=require",
                                    "123456:AAF-abc_def",
                                    "YWJjZA==",
                                    "/srv/open cowork/data",
                                    "it's \"quoted\" `here`",
                                    "$HOME ${HOME} $(id) $$ $1",
                                    "\\ \\\\ \\n \\' \\\" \\$ ends in \\",
                                    "'\\",
                                    "''",
                                    "\"\"",
                                    " leading and trailing ",
                                    "a # b",
                                    "export X=1",
                                    "{\"a\": [1, \"b\"]}",
                                    "grüße € 😀",
                                    "*",
                                    "/*",
                                    "{a,b}",
                                    "~root",
                                    "a=~root",
                                    "!!",
                                    "[a-z]*"};
    for (char c = ' '; c <= '~'; ++c) {
        for (const char* pattern :
             {"{0}", "{0}x", "x{0}", "x{0}y", "{0}{0}", "x:{0}", "x={0}", "x{0} {0}y", "'{0}", "\\{0}"}) {
            values.push_back(fmt::format(fmt::runtime(pattern), c));
        }
    }
    return values;
}

std::vector<std::string> random_values(std::mt19937& random, const std::vector<std::string>& alphabet,
                                       int count) {
    std::vector<std::string> values;
    for (int i = 0; i < count; ++i) {
        std::string value;
        for (auto left = random() % 40; left > 0; --left) value += alphabet[random() % alphabet.size()];
        values.push_back(std::move(value));
    }
    return values;
}

std::vector<std::string> printable() {
    std::vector<std::string> alphabet{"é",  "€",  "😀",  "\u00A0", "\u200B", "'", "'",
                                      "\\", "\\", "\"", "$",      "`",      "#", " "};
    for (char c = ' '; c <= '~'; ++c) alphabet.emplace_back(1, c);
    return alphabet;
}

// The values that the dialect holds, under names of their own.
Variables values_for(Dialect dialect) {
    std::mt19937 random(seed);
    std::vector<std::string> values = fixed_values();
    std::vector<std::string> alphabet = printable();
    if (dialect == Dialect::portable) {
        alphabet.erase(std::remove_if(alphabet.begin(), alphabet.end(),
                                      [](const std::string& text) {
                                          return config::not_portable("x" + text) != config::CharClass::none;
                                      }),
                       alphabet.end());
    }
    if (dialect == Dialect::sh) alphabet.insert(alphabet.end(), {"\xFF", "\x81", "\x88", "\xC3"});
    const auto more = random_values(random, alphabet, 4000);
    values.insert(values.end(), more.begin(), more.end());
    Variables held;
    for (const std::string& value : values) {
        if (render_value("KEY", Secret(value), dialect)) held[fmt::format("V{:05}", held.size())] = value;
    }
    return held;
}

Secret file_of(const Variables& variables, Dialect dialect) {
    Document document(dialect, ".env.test");
    document.comment("It's a \"comment\" with $HOME, `id`, KEY=value and a backslash at its end \\");
    for (const auto& [key, value] : variables) document.assign(key, Secret(value));
    auto text = document.render("0.1.0");
    REQUIRE(text);
    return std::move(*text);
}

// How many come back otherwise than they were written; names the first.
int differences(const Variables& written, const Variables& read, const std::string& reader) {
    int count = 0;
    for (const auto& [key, value] : written) {
        const auto found = read.find(key);
        if (found != read.end() && found->second == value) continue;
        if (count++ == 0) {
            UNSCOPED_INFO(reader << " reads " << value << " as "
                                 << (found == read.end() ? "nothing" : found->second));
        }
    }
    return count;
}

}  // namespace

TEST_CASE("every dialect's values come back byte for byte from cowork's own parser") {
    CAPTURE(seed);
    for (const Dialect dialect : config::all_dialects) {
        const Variables written = values_for(dialect);
        CHECK(written.size() > 4000);
        const config::EnvFile file = config::parse_env_file(file_of(written, dialect).reveal());
        CHECK(file.dialect == dialect);
        CHECK(file.diagnostics.empty());
        Variables read;
        for (const auto& entry : file.entries) read[entry.key] = entry.value.reveal();
        CHECK(differences(written, read, std::string(to_string(dialect))) == 0);
    }
}

TEST_CASE("every dialect's values come back byte for byte from its real readers") {
    CAPTURE(seed);
    const ScratchDirectory scratch;
    for (const EnvReader& reader : real_env_readers()) {
        if (!reader.present) {
            WARN("NOT TESTED: " << reader.name << " is missing on this machine");
            CHECK_FALSE((reader.needed_in_ci && in_ci()));
            continue;
        }
        for (const Dialect dialect : reader.dialects) {
            CAPTURE(reader.name, to_string(dialect));
            const Variables written = values_for(dialect);
            const std::string path = scratch.file("env", std::string(file_of(written, dialect).reveal()));
            const auto read = reader.read(path);
            REQUIRE(read);
            CHECK(differences(written, *read, reader.name) == 0);
        }
    }
}

TEST_CASE("systemd's own parser and cowork's agree about hostile files") {
    for (const EnvReader& reader : real_env_readers()) {
        if (reader.name != "systemd" || !reader.present) continue;
        CAPTURE(seed);
        const ScratchDirectory scratch;
        std::mt19937 random(seed);
        const std::string alphabet = "AB=='\"\\\\$`#; \t\n\nx";
        int compared = 0;
        for (int i = 0; i < 3000; ++i) {
            std::string text;
            for (auto left = random() % 30; left > 0; --left) text += alphabet[random() % alphabet.size()];
            const config::EnvFile file = config::parse_env_file(text, "f", Dialect::systemd);
            // What it does with such a quote or such a name is not documented.
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
          Row{"a $b\\c", Dialect::compose, "'a $b\\c'"}, Row{"it's $", Dialect::compose, "\"it's \\$\""},
          Row{"a\\", Dialect::compose, "\"a\\\\\""}, Row{"a b", Dialect::portable, "refused"}}) {
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
    for (const Row& row : {Row{"s3cret x", Dialect::portable, "a space", others},
                           Row{"s3cret'", Dialect::portable, "quote", others},
                           Row{"s3cret\\", Dialect::portable, "backslash", others},
                           Row{"s3cret$", Dialect::portable, "dollar", others},
                           Row{"s3cret#", Dialect::portable, "hash", others},
                           Row{"s3cret&", Dialect::portable, "shell syntax", others},
                           Row{"=s3cret", Dialect::portable, "first character", others},
                           Row{"s3cret:~", Dialect::portable, "tilde", others},
                           Row{"s3cret\u00e9", Dialect::portable, "outside ASCII", others},
                           Row{"s3cret\xFF", Dialect::docker, "not UTF-8", "sh"},
                           Row{"s3cret\uFFFE", Dialect::systemd, "not UTF-8", "sh, docker, compose"}}) {
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
