#include "config/dialect.hpp"
#include "config/env_node.hpp"
#include "support/env_readers.hpp"
#include "support/scratch_directory.hpp"

#include <catch2/catch.hpp>

#include <random>
#include <string>
#include <vector>

// What cowork says Node reads is what Node reads.
namespace {

using namespace cowork;
using namespace cowork::test;

Variables read_as_node(const std::string& text) {
    Variables values;
    for (const config::EnvEntry& entry : config::parse_node_env_file(text).entries)
        values[entry.key] = std::string(entry.value.reveal());
    return values;
}

// Lines of pieces that readers differ about. `seed` makes the same text in every run.
std::string odd_text(unsigned seed) {
    static const std::vector<std::string> pieces{"a",  "b c", "#",    " #",      "'",     "\"", "`",
                                                 "\\", "\\n", "\\\"", "$X",      "=",     " ",  "\t",
                                                 "é",  ";",   "\r",   "export ", "\"q\"", "'s'"};
    std::mt19937 random(seed);
    std::string text;
    for (int line = 0; line < 40; ++line) {
        if (random() % 5 != 0)
            text += (random() % 6 == 0 ? "export COWORK_K" : "COWORK_K") + std::to_string(line);
        if (random() % 9 != 0) text += random() % 7 == 0 ? " = " : "=";
        for (auto n = random() % 5; n > 0; --n) text += pieces[random() % pieces.size()];
        text += random() % 10 == 0 ? "\r\n" : "\n";
    }
    return text;
}

void compare(const EnvReader& node, const std::string& text) {
    const ScratchDirectory scratch;
    const auto real = node.read(scratch.file("env", text));
    INFO(text);
    REQUIRE(real);
    for (const auto& [key, value] : read_as_node(text)) {
        INFO(key);
        REQUIRE(real->contains(key));
        CHECK(real->at(key) == value);
    }
    for (const auto& [key, value] : *real)
        if (key.starts_with("COWORK_") && config::is_valid_key(key)) CHECK(read_as_node(text).contains(key));
}

}  // namespace

TEST_CASE("env node: the reader agrees with node") {
    for (const EnvReader& reader : real_env_readers()) {
        if (!reader.name.starts_with("node")) continue;
        // Older ones read some of these otherwise; the pinned one is what cowork describes.
        if (reader.present && reader.name.find("node_modules") == std::string::npos) continue;
        if (!reader.present) {
            WARN("NOT TESTED: node is missing on this machine");
            CHECK_FALSE(in_ci());
            continue;
        }
        for (const char* text :
             {"COWORK_A=abc#def\nCOWORK_B=#abc\nCOWORK_C=\"a\\\"b\"\nCOWORK_D= spaced \nCOWORK_E =before\n",
              "export COWORK_F=exported\nCOWORK_G=`back tick`\nCOWORK_H=\"two\nlines\"\nCOWORK_I=Bob's\n",
              "COWORK_A=   \nCOWORK_B=x\n", "COWORK_A=\nCOWORK_B=x\n", "COWORK_A=\"open\n",
              "COWORK_A=\"open\nCOWORK_B=after\nCOWORK_C=\"a\"b\nCOWORK_D=d\n",
              "COWORK_A=a\r\nCOWORK_B=\"b\"\r\n", "  # a comment\nCOWORK_A=a\nno assignment\nCOWORK_B=b",
              "COWORK_A=\"a\\nb\"\nCOWORK_B='a\\nb'\n"})
            compare(reader, text);
        for (unsigned seed = 1; seed <= 40; ++seed) compare(reader, odd_text(seed));
    }
}
