#include "config/env_file.hpp"
#include "support/places.hpp"
#include "support/scratch_directory.hpp"

#include <catch2/catch.hpp>

#include <filesystem>
#include <random>
#include <string>
#include <vector>

using namespace cowork;
using namespace cowork::config;
using namespace std::string_literals;

namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

Pairs pairs(const EnvFile& file) {
    Pairs result;
    for (const EnvEntry& entry : file.entries) result.emplace_back(entry.key, entry.value.reveal());
    return result;
}

std::vector<EnvIssue> issues(const EnvFile& file) {
    std::vector<EnvIssue> result;
    for (const EnvDiagnostic& diagnostic : file.diagnostics) result.push_back(diagnostic.issue);
    return result;
}

struct Row {
    std::string text;
    Pairs expected;
    std::vector<EnvIssue> problems = {};
};

void check(Dialect dialect, const std::vector<Row>& rows) {
    for (const Row& row : rows) {
        CAPTURE(to_string(dialect), row.text);
        const EnvFile file = parse_env_file(row.text, "f", dialect);
        CHECK(pairs(file) == row.expected);
        CHECK(issues(file) == row.problems);
    }
}

using I = EnvIssue;

}  // namespace

TEST_CASE("env file: docker takes lines as they stand") {
    check(Dialect::docker, {
                               {"", {}},
                               {"A=1\nB=2", {{"A", "1"}, {"B", "2"}}},
                               {"# c\n\n  A=1 # no comment \n", {{"A", "1 # no comment "}}},
                               {"A='x' \"y\" $Z `w` \\n\n", {{"A", "'x' \"y\" $Z `w` \\n"}}},
                               {"A=\nB==\n", {{"A", ""}, {"B", "="}}},
                               {"A\n", {}, {I::from_environment}},
                               {"A b=1\n=2\n1A=3\nexport A=1\n",
                                {},
                                {I::invalid_key, I::invalid_key, I::invalid_key, I::invalid_key}},
                               {"some words\n", {}, {I::malformed_line}},
                               {"A=1\nA=2\n", {{"A", "1"}, {"A", "2"}}, {I::duplicate_key}},
                               {"A=1\r\nB=2\r\n", {{"A", "1"}, {"B", "2"}}, {I::carriage_return}},
                               {"\xEF\xBB\xBF"
                                "A=1\n",
                                {{"A", "1"}},
                                {I::byte_order_mark}},
                               {std::string("A=1\0"
                                            "2\nB=3\n",
                                            10),
                                {{"B", "3"}},
                                {I::nul_byte, I::nul_byte}},
                               {"A=x\ty\n", {{"A", "x\ty"}}, {I::control_character}},
                               {"A=\xFF\n", {{"A", "\xFF"}}, {I::invalid_utf8}},
                           });
}

TEST_CASE("env file: portable reports what readers disagree about") {
    check(Dialect::portable,
          {
              {"A=postgres://u:p%40@h:5432/db?sslmode=require\n",
               {{"A", "postgres://u:p%40@h:5432/db?sslmode=require"}}},
              {"A=a b\nB='x'\n", {{"A", "a b"}, {"B", "'x'"}}, {I::not_portable, I::not_portable}},
              {"A=~\n", {{"A", "~"}}, {I::not_portable}},
          });
}

TEST_CASE("env file: sh takes literal assignments and refuses what would run") {
    check(
        Dialect::sh,
        {
            {"A=1\nexport B=2\n  C=3 # c\n#D=4\n", {{"A", "1"}, {"B", "2"}, {"C", "3"}}},
            {"A=1; B=2\nC=3 D=4\nexport E=5 F\n",
             {{"A", "1"}, {"B", "2"}, {"C", "3"}, {"D", "4"}, {"E", "5"}}},
            {"A=a'b c'\"d e\"\\ f#g\n", {{"A", "ab cd e f#g"}}},
            {"A='it'\\''s'\n", {{"A", "it's"}}},
            {"A=\"q\\\"b\\\\d\\$e\\`f\\g\\\nh\"\n", {{"A", "q\"b\\d$e`f\\gh"}}},
            {"A=x\\\ny\n", {{"A", "xy"}}},
            {"A=\nB=''\n", {{"A", ""}, {"B", ""}}},
            {"A=#x\n", {{"A", "#x"}}},
            {"A=a$\nB=\"a$\"\nC=5$%\n", {{"A", "a$"}, {"B", "a$"}, {"C", "5$%"}}},
            {"A=$B\nA=${B}\nA=$(id)\nA=`id`\nA=\"$B\"\nA=\"`id`\"\nA=$'x'\nA=~\nA=x:~y\nB=1\n",
             {{"B", "1"}},
             std::vector<I>(9, I::not_literal)},
            {"A='~'\nB=x~\n", {{"A", "~"}, {"B", "x~"}}},
            {"A=1 rm -rf x\nid\nA=1&\nA=1|x\nA=<x\n(A=1)\n. ./x\n", {}, std::vector<I>(7, I::malformed_line)},
            {"A='x\nB=1\n", {}, {I::unterminated_quote}},
            {"A=\"x\nB=1\n", {}, {I::unterminated_quote}},
            {"A=\"$x\nB=1\n\"\nC=1\n", {{"C", "1"}}, {I::not_literal}},
            {"A='x\ny'\nB=1\n", {{"A", "x\ny"}, {"B", "1"}}, {I::control_character}},
            {"A=1\r\n", {{"A", "1\r"}}, {I::carriage_return, I::control_character}},
            {"A=\\", {{"A", "\\"}}},
        });
}

TEST_CASE("env file: systemd") {
    check(Dialect::systemd,
          {
              {"A=1\n; c\n # c\nB = x y \t\n", {{"A", "1"}, {"B", "x y"}}},
              {"A='x' \"y\" z 'w' #k  \n", {{"A", "xyz 'w' #k"}}},
              {"A=\"q\\\"b\\\\d\\$e\\`f\\g\\\nh\"\n", {{"A", "q\"b\\d$e`f\\gh"}}},
              {"A=a\\\n b\\c\\ \n", {{"A", "a bc "}}},
              {"A=$B `id` $(x)\n", {{"A", "$B `id` $(x)"}}},
              {"# c\\\nA=1\nB=2\n", {{"B", "2"}}},
              {"words\nA=1\n", {{"A", "1"}}, {I::malformed_line}},
              {"A='x\n", {}, {I::unterminated_quote}},
              {"export A=1\n", {}, {I::invalid_key}},
              {"A=\nB=''\n", {{"A", ""}, {"B", ""}}},
              {"A=1\r\nB=2\r\n", {{"A", "1"}, {"B", "2"}}, {I::carriage_return}},
              {"A=\rB=x\\\r\nC=3", {{"A", ""}, {"B", "x"}, {"C", "3"}}, {I::carriage_return}},
          });
}

TEST_CASE("env file: compose") {
    check(
        Dialect::compose,
        {
            {"A=1\nB: 2\nexport C=3\nD = x y  \n", {{"A", "1"}, {"B", "2"}, {"C", "3"}, {"D", "x y"}}},
            {"A=x # c\nB=x#y\nC='x' # c\nD=\"x\" #c\nE=#c\n",
             {{"A", "x"}, {"B", "x#y"}, {"C", "x"}, {"D", "x"}, {"E", ""}}},
            {"A='$B \\n # x'\nB='it\\'s'\nC='a\\\\'\n", {{"A", "$B \\n # x"}, {"B", "it's"}, {"C", "a\\\\"}}},
            {"A=\"a\\\"b\\\\c\\$d$$e\\q\\041\"\n", {{"A", "a\"b\\c$d$e\\q!"}}},
            {"A=\"a\\nb\"\n", {{"A", "a\nb"}}, {I::control_character}},
            {"A=$$x\n", {{"A", "$x"}}},
            {"A=$B\nA=${B}\nA=\"${B}\"\nB=1\n", {{"B", "1"}}, std::vector<I>(3, I::not_literal)},
            {"A\n", {}, {I::from_environment}},
            {"A='x\n", {}, {I::unterminated_quote}},
            {"A=\"${x}\nB=1\n\"\nC=1\n", {{"C", "1"}}, {I::not_literal}},
            {"A='x' y\nwords here\n", {}, {I::malformed_line, I::malformed_line}},
            {"A=\nB=''\nC=\"\"\n", {{"A", ""}, {"B", ""}, {"C", ""}}},
            {"A=1\r\nB='2'\r\n", {{"A", "1"}, {"B", "2"}}, {I::carriage_return}},
        });
}

TEST_CASE("env file: places are exact and messages hold no value") {
    const EnvFile file =
        parse_env_file("# c\n  A='s3cret\n2'\nB=$(s3cret)\nA=s3cret\ns3cret words\n", ".env", Dialect::sh);
    REQUIRE(file.entries.size() == 2);
    CHECK(file.entries[0].where.place() == ".env:2");
    CHECK(file.entries[0].where.column == 3);
    CHECK(file.entries[0].where.key == "A");
    CHECK(file.entries[1].where.line == 5);
    REQUIRE(file.diagnostics.size() == 4);
    CHECK(file.diagnostics[1].where.place() == ".env:4");
    CHECK(file.diagnostics[1].where.key == "B");
    CHECK(file.diagnostics[1].drops_entry);
    CHECK_FALSE(file.diagnostics[2].drops_entry);
    for (const EnvDiagnostic& diagnostic : file.diagnostics) {
        CHECK(diagnostic.message.find("s3cret") == std::string::npos);
        CHECK(diagnostic.where.key.find("s3cret") == std::string::npos);
    }
    CHECK(file.find("A")->value.reveal() == "s3cret");
    CHECK(file.find("B") == nullptr);
    CHECK(file.has(EnvIssue::duplicate_key));
}

TEST_CASE("env file: the bytes of every assignment are known") {
    struct Bytes {
        std::string line, key_on, value;
        bool exported = false;
    };
    struct File {
        Dialect dialect;
        std::string text;
        std::vector<Bytes> expected;
    };
    for (const File& row : {
             File{Dialect::docker,
                  "\xEF\xBB\xBF# c\n  A=1 # x\r\nwords\nB=",
                  {{"  A=1 # x\r\n", "A=1", "1 # x"}, {"B=", "B=", ""}}},
             File{Dialect::sh,
                  "# c\n\n A='1\n2' # c\nid\n export B=x\\\ny; C=\"3\"\n\nD=$X\nE=1\r\nF=",
                  {{" A='1\n2' # c\n", "A='", "'1\n2'"},
                   {" export B=x\\\ny; C=\"3\"\n", "B=x", "x\\\ny", true},
                   {" export B=x\\\ny; C=\"3\"\n", "C=", "\"3\""},
                   {"E=1\r\n", "E=1", "1\r"},
                   {"F=", "F=", ""}}},
             File{Dialect::sh, "A=x\\\n\n\nB=1", {{"A=x\\\n\n", "A=", "x\\\n"}, {"B=1", "B=", "1"}}},
             File{Dialect::sh,
                  "export A=1 B=2\n",
                  {{"export A=1 B=2\n", "A=", "1", true}, {"export A=1 B=2\n", "B=", "2", true}}},
             File{Dialect::systemd,
                  "; c \\\nx=1\n A = 'x' \"y\n\" z \t\r\n\nB= \nC=a\\\n b \\\n\nD=1\rE=2\n",
                  {{" A = 'x' \"y\n\" z \t\r\n", "A =", "'x' \"y\n\" z"},
                   {"B= \n", "B=", ""},
                   {"C=a\\\n b \\\n\n", "C=", "a\\\n b \\\n"},
                   {"D=1\rE=2\n", "D=", "1"},
                   {"D=1\rE=2\n", "E=", "2"}}},
             File{Dialect::compose,
                  "#c\n\n export A : x $$ y  # c\r\nB='1\n2'#c\nC= # c\nD=\"x\"\rE=1\n",
                  {{" export A : x $$ y  # c\r\n", "A :", "x $$ y", true},
                   {"B='1\n2'#c\n", "B=", "'1\n2'"},
                   {"C= # c\n", "C=", ""},
                   {"D=\"x\"\rE=1\n", "D=", "\"x\""},
                   {"D=\"x\"\rE=1\n", "E=", "1"}}},
         }) {
        CAPTURE(to_string(row.dialect), row.text);
        const EnvFile file = parse_env_file(row.text, "f", row.dialect);
        REQUIRE(file.entries.size() == row.expected.size());
        for (std::size_t i = 0; i < row.expected.size(); ++i) {
            const Bytes& expected = row.expected[i];
            const EnvPlace& place = file.entries[i].place;
            CHECK(row.text.substr(place.line_begin, place.line_end - place.line_begin) == expected.line);
            CHECK(row.text.compare(place.key_begin, expected.key_on.size(), expected.key_on) == 0);
            CHECK(row.text.substr(place.value_begin, place.value_end - place.value_begin) == expected.value);
            CHECK(place.exported == expected.exported);
        }
    }
    const EnvFile file = parse_env_file("\nA=\"$X\n\" # c\nB=1\n", "f", Dialect::sh);
    REQUIRE(file.diagnostics.size() == 1);
    CHECK(file.diagnostics[0].line_begin == 1);
    CHECK(file.diagnostics[0].line_end == 13);
    CHECK(pairs(file) == Pairs{{"B", "1"}});
}

TEST_CASE("env file: the dialect is the header's, or guessed") {
    for (const Dialect dialect : all_dialects) {
        const EnvFile file = parse_env_file(header_line({"1.2.3", dialect}) + "\r\nA=1\n");
        CHECK(file.by_cowork);
        CHECK(file.dialect == dialect);
        CHECK(parse_dialect(to_string(dialect)) == dialect);
    }
    CHECK_FALSE(parse_dialect("bash"));
    CHECK(read_header(header_line({"1.2.3", Dialect::sh}))->version == "1.2.3");
    for (const char* text :
         {"# Written by cowork", "# Written by cowork 1 (dialect: x)", " # Written by cowork 1 (dialect: sh)",
          "# Written by cowork  (dialect: sh", "\n# Written by cowork 1 (dialect: sh)"}) {
        CHECK_FALSE(read_header(text));
    }
    struct Guess {
        std::string text;
        Dialect dialect;
    };
    for (const Guess& guess : {Guess{"", Dialect::portable}, Guess{"A=1\n# it's\n", Dialect::portable},
                               Guess{"A=x y\n", Dialect::docker}, Guess{"A=x'y\n", Dialect::docker},
                               Guess{"A=x y\nB='z'\n", Dialect::sh}, Guess{"export A=1\n", Dialect::sh},
                               Guess{"A=\"x\"\r\n", Dialect::sh}}) {
        CAPTURE(guess.text);
        CHECK(parse_env_file(guess.text).dialect == guess.dialect);
    }
}

TEST_CASE("env file: limits hold") {
    EnvFile file = parse_env_file(std::string(max_env_file_bytes + 1, 'A'));
    CHECK(file.entries.empty());
    CHECK(file.has(EnvIssue::too_large));
    std::string many;
    for (std::size_t i = 0; i < max_env_entries + 5; ++i) many += "K" + std::to_string(i) + "=\n";
    file = parse_env_file(many);
    CHECK(file.entries.size() == max_env_entries);
    CHECK(file.has(EnvIssue::too_large));
    std::string bad;
    for (int i = 0; i < 100'000; ++i) bad += "1=\n";
    CHECK(parse_env_file(bad).diagnostics.size() == max_env_diagnostics + 1);
}

TEST_CASE("env file: hostile text and the fuzz corpus crash no dialect") {
    std::vector<std::string> texts;
    for (const auto& entry :
         std::filesystem::directory_iterator(COWORK_SOURCE_DIR "/tests/fuzz/corpus/env_file")) {
        texts.push_back(test::content_of(entry.path().string()));
    }
    CHECK(texts.size() >= 5);
    constexpr unsigned seed = 20'260'801;
    CAPTURE(seed);
    std::mt19937 random(seed);
    const std::string alphabet = "AB=='\"\\\\$`#;: \t\r\n{}(~export \0\xC2\xFF"s;
    for (int i = 0; i < 5000; ++i) {
        std::string text;
        for (auto left = random() % 60; left > 0; --left) text += alphabet[random() % alphabet.size()];
        texts.push_back(std::move(text));
    }
    for (const std::string& text : texts) {
        for (const Dialect dialect : all_dialects) {
            const EnvFile file = parse_env_file(text, "f", dialect);
            for (const EnvEntry& entry : file.entries) {
                if (!is_valid_key(entry.key) || entry.where.line < 1 || entry.where.column < 1)
                    FAIL("bad entry");
                const EnvPlace& place = entry.place;
                if (place.line_begin > place.key_begin || place.key_begin >= place.value_begin ||
                    place.value_begin > place.value_end || place.value_end > place.line_end ||
                    place.line_end > text.size() ||
                    text.compare(place.key_begin, entry.key.size(), entry.key) != 0)
                    FAIL("bad place");
            }
        }
        (void)parse_env_file(text);
    }
}

TEST_CASE("values are classified") {
    struct Class {
        std::string value;
        CharClass expected;
    };
    for (const Class& row : {Class{"", CharClass::none},
                             Class{"aZ0_-./:@%+,=^!*?[]{}~", CharClass::none},
                             Class{"a\nb", CharClass::newline},
                             Class{"a\r", CharClass::newline},
                             Class{"\u2028", CharClass::newline},
                             Class{"\u0085", CharClass::newline},
                             Class{std::string(1, '\0'), CharClass::control},
                             Class{"\t", CharClass::control},
                             Class{"\x7F", CharClass::control},
                             Class{"\u009F", CharClass::control},
                             Class{"\u00A0", CharClass::non_ascii},
                             Class{"\xFF", CharClass::non_ascii},
                             Class{"a b", CharClass::space},
                             Class{"'", CharClass::quote},
                             Class{"\\", CharClass::backslash},
                             Class{"$", CharClass::dollar},
                             Class{"a#", CharClass::hash},
                             Class{"a&b", CharClass::shell_syntax},
                             Class{"=a", CharClass::leading},
                             Class{"~a", CharClass::leading},
                             Class{"a:~", CharClass::tilde},
                             Class{std::string(max_value_bytes + 1, 'a'), CharClass::too_long}}) {
        CAPTURE(row.value);
        CHECK(not_portable(row.value) == row.expected);
        CHECK_FALSE(describe(row.expected).empty());
    }
    for (const char* text : {"", "a", "é", "€", "😀"}) CHECK(is_valid_utf8(text));
    for (const char* text :
         {"\x80", "\xC1\x81", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xC3", "\xE2\x82"}) {
        CHECK_FALSE(is_valid_utf8(text));
    }
}
