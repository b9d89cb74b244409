#include "config/yaml_document.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <string>

// YAML as deployment files have it, with the place of everything, from any text.
namespace {

using namespace cowork;
using config::YamlNode;
using config::YamlStream;

YamlStream parsed(const std::string& text) {
    auto stream = YamlStream::parse(text, "a.yaml");
    INFO(text.substr(0, 200));
    if (!stream) FAIL(stream.error().message);
    return std::move(*stream);
}

const YamlNode& only(const YamlStream& stream) {
    REQUIRE(stream.documents().size() == 1);
    return *stream.documents().front();
}

std::string place(const TextRange& where) {
    return fmt::format("{}:{}-{}:{}", where.line, where.column, where.end_line, where.end_column);
}

// `line:column` of the error; the empty text when there is none.
std::string refused_at(const std::string& text) {
    const auto stream = YamlStream::parse(text, "a.yaml");
    if (stream) return {};
    CHECK(stream.error().where.file == "a.yaml");
    return fmt::format("{}:{}", stream.error().where.line, stream.error().where.column);
}

}  // namespace

TEST_CASE("yaml document: scalars keep their text, their style and their place") {
    const YamlStream stream = parsed(
        "plain: 8787\nquoted: \"a\\tb\"\nsingle: 'it''s'\nblock: |\n  one\n  two\n"
        "tagged: !!str 5\nempty:\ntilde: ~\nword: 'null'\n");
    const YamlNode& top = only(stream);
    REQUIRE(top.members.size() == 8);
    CHECK(top.find("plain")->text == "8787");
    CHECK(top.find("plain")->plain);
    CHECK(place(top.find("plain")->where) == "1:8-1:12");
    CHECK(top.find("quoted")->text == "a\tb");
    CHECK_FALSE(top.find("quoted")->plain);
    CHECK(top.find("single")->text == "it's");
    CHECK(top.find("block")->text == "one\ntwo\n");
    CHECK(top.find("tagged")->tag == "tag:yaml.org,2002:str");
    CHECK(top.find("empty")->is_null());
    CHECK(top.find("tilde")->is_null());
    CHECK_FALSE(top.find("word")->is_null());
    CHECK(top.find("missing") == nullptr);
    CHECK(top.at({"plain", "deeper"}) == nullptr);
}

TEST_CASE("yaml document: columns count characters, not bytes") {
    const YamlStream stream = parsed("größe: [ü, \"💡\", x]\n");
    const YamlNode& list = *only(stream).find("größe");
    CHECK(place(list.where) == "1:8-1:19");
    CHECK(place(list.items[1]->where) == "1:12-1:15");
    CHECK(place(list.items[2]->where) == "1:17-1:18");
}

TEST_CASE("yaml document: an alias is the node of its anchor") {
    const YamlStream stream = parsed("base: &base {a: 1}\nother: *base\nlist: [*base, &two 2, *two]\n");
    const YamlNode& top = only(stream);
    CHECK(top.find("other") == top.find("base"));
    CHECK(top.find("list")->items[0] == top.find("base"));
    CHECK(top.find("list")->items[2]->text == "2");
}

TEST_CASE("yaml document: the last anchor of a name counts, and each document has its own") {
    const YamlStream stream = parsed("a: &x 1\nb: &x 2\nc: *x\n");
    CHECK(only(stream).find("c")->text == "2");
    CHECK(refused_at("a: &x 1\n---\nb: *x\n") == "3:4");
    CHECK(refused_at("a: *nothing\n") == "1:4");
    CHECK(refused_at("a: &a [1, *a]\n") == "1:11");
}

TEST_CASE("yaml document: merge keys fill in what a map does not say") {
    const YamlStream stream = parsed(
        "one: &one {a: 1, b: 1}\n"
        "two: &two {b: 2, c: 2}\n"
        "single: {<<: *one, b: own}\n"
        "several: {<<: [*one, *two], d: own}\n"
        "after: {b: own, <<: *one}\n"
        "twice: {<<: *two, <<: *one}\n"
        "quoted: {\"<<\": *one}\n"
        "chained: {<<: {<<: *one, z: 9}}\n");
    const YamlNode& top = only(stream);
    const auto text = [&](const char* map, const char* key) { return top.at({map, key})->text; };
    CHECK(text("single", "a") == "1");
    CHECK(text("single", "b") == "own");
    CHECK(text("several", "b") == "1");  // the first of several wins
    CHECK(text("several", "c") == "2");
    CHECK(text("after", "b") == "own");
    CHECK(text("twice", "b") == "2");
    CHECK(text("twice", "a") == "1");
    CHECK(top.at({"quoted", "<<", "a"})->text == "1");
    CHECK(text("chained", "a") == "1");
    CHECK(text("chained", "z") == "9");
    CHECK(top.find("single")->member("a")->merged);
    CHECK_FALSE(top.find("single")->member("b")->merged);
    CHECK(top.find("single")->members.size() == 2);
    CHECK(stream.duplicates().empty());
}

TEST_CASE("yaml document: a merge key that names no map is refused") {
    CHECK(refused_at("a: {<<: 1}\n") == "1:9");
    CHECK(refused_at("a: {<<: [{b: 1}, 2]}\n") == "1:9");
}

TEST_CASE("yaml document: a key that stands twice is told, and the last one counts") {
    const YamlStream stream = parsed("a: 1\nb: {c: x, c: x}\na: 2\n\"a\": 3\nd: [1]\nd: [1]\n");
    CHECK(only(stream).find("a")->text == "3");
    CHECK(only(stream).members.size() == 3);
    REQUIRE(stream.duplicates().size() == 4);
    const auto& first = stream.duplicates()[0];
    CHECK(first.key == "c");
    CHECK(first.identical);
    CHECK(place(first.where) == "2:11-2:12");
    CHECK(place(first.first) == "2:5-2:6");
    CHECK_FALSE(stream.duplicates()[1].identical);
    CHECK(place(stream.duplicates()[1].where) == "3:1-3:2");
    CHECK(place(stream.duplicates()[2].first) == "3:1-3:2");
    CHECK_FALSE(stream.duplicates()[3].identical);  // lists are not compared
}

TEST_CASE("yaml document: several documents, and none") {
    CHECK(parsed("a: 1\n---\nb: 2\n---\n- c\n...\n").documents().size() == 3);
    CHECK(parsed("").documents().empty());
    CHECK(parsed("# only a comment\n").documents().empty());
    CHECK(parsed("---\n").documents().size() == 1);
    CHECK(only(parsed("---\n")).is_null());
    CHECK(parsed("---\n---\n").documents().size() == 2);
}

TEST_CASE("yaml document: line ends and a byte order mark do not count") {
    const YamlStream crlf = parsed("a: 1\r\nb: [x,\r\n  y]\r\n");
    CHECK(only(crlf).find("a")->text == "1");
    CHECK(place(only(crlf).find("b")->items[1]->where) == "3:3-3:4");
    const YamlStream marked = parsed(
        "\xEF\xBB\xBF"
        "a: 1\n");
    CHECK(only(marked).find("a")->text == "1");
}

TEST_CASE("yaml document: what is no YAML is refused with its place") {
    CHECK(refused_at("a: [1, 2\n") == "2:1");
    CHECK(refused_at("a: {b: 1\n") == "2:1");
    CHECK(refused_at("a: \"open\n") == "2:1");
    CHECK(refused_at("a:\n\tb: 1\n") == "2:1");
    CHECK(refused_at("a: 1\n b: 2\n") == "2:3");
    CHECK(refused_at("? [1]\n: 2\n") == "1:3");
    CHECK_FALSE(refused_at("a: \xFF\xFE\n").empty());
    CHECK_FALSE(refused_at("a: \xC3\n").empty());
    CHECK_FALSE(refused_at(std::string("a: \0b\n", 6)).empty());
    CHECK_FALSE(refused_at("a: \x01\n").empty());
}

TEST_CASE("yaml document: YAML that is none of a deployment's is told from what is none at all") {
    const auto code = [](const std::string& text) { return YamlStream::parse(text, "a.yaml").error().code; };
    CHECK(code("a: [1, 2\n") == ErrorCode::invalid);
    CHECK(code("a: *none\n") == ErrorCode::invalid);
    CHECK(code("? [1]\n: 2\n") == ErrorCode::refused);
    CHECK(code(std::string(250, '[') + std::string(250, ']')) == ErrorCode::refused);
}

TEST_CASE("yaml document: no text of the file is in an error") {
    for (const char* text : {"password: [s3cr3t-value\n", "s3cr3t-value: *s3cr3t-value\n",
                             "a: \"s3cr3t-value\n", "<<: s3cr3t-value\n", "%s3cr3t-value 1\n"}) {
        const auto stream = YamlStream::parse(text, "a.yaml");
        REQUIRE_FALSE(stream);
        INFO(stream.error().message);
        CHECK(stream.error().message.find("s3cr3t") == std::string::npos);
        CHECK(stream.error().remedy.find("s3cr3t") == std::string::npos);
    }
}

TEST_CASE("yaml document: aliases that unfold to a billion are refused") {
    std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
    for (int i = 1; i < 10; ++i) {
        text += fmt::format("a{0}: &a{0} [", i);
        for (int j = 0; j < 10; ++j) text += fmt::format("*a{}, ", i - 1);
        text += "]\n";
    }
    CHECK_FALSE(refused_at(text).empty());
    std::string merges = "a0: &a0 {k: 1}\n";
    for (int i = 1; i < 40; ++i) merges += fmt::format("a{0}: &a{0} {{l: *a{1}, r: *a{1}}}\n", i, i - 1);
    CHECK_FALSE(refused_at(merges).empty());
}

TEST_CASE("yaml document: deep nesting is refused, wide files are not") {
    CHECK_FALSE(refused_at(std::string(100'000, '[')).empty());
    CHECK_FALSE(
        refused_at(std::string(YamlStream::deepest + 1, '[') + std::string(YamlStream::deepest + 1, ']'))
            .empty());
    CHECK(refused_at(std::string(YamlStream::deepest, '[') + std::string(YamlStream::deepest, ']')).empty());
    std::string wide;
    for (int i = 0; i < 50'000; ++i) wide += fmt::format("key{}: value\n", i);
    CHECK(only(parsed(wide)).members.size() == 50'000);
}

TEST_CASE("yaml document: nodes live as long as a copy of their stream") {
    const YamlNode* node = nullptr;
    YamlStream copy = [&] {
        YamlStream stream = parsed("a: {b: text}\n");
        node = only(stream).at({"a", "b"});
        return stream;
    }();
    CHECK(node->text == "text");
    CHECK(copy.documents().size() == 1);
}
