#include "config/jsonc_document.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <string>
#include <vector>

using namespace cowork;
using namespace cowork::config;

TEST_CASE("Desktop document: comments and trailing commas are read as Desktop reads them") {
    struct Row {
        std::string text;
        std::string json;  // empty when refused
    };
    for (const Row& row : std::vector<Row>{
             {"", "{}"},
             {" \n\t", "{}"},
             {"{}", "{}"},
             {"{\"a\": 1,}", R"({"a":1})"},
             {"{\"a\": [1, 2, /* last */ ], // end\n}", R"({"a":[1,2]})"},
             {"// first\n{\"a\": \"http://x/*y*/\"} // last", R"({"a":"http://x/*y*/"})"},
             {"{\"a\": \"q\\\"//,}\"}", R"({"a":"q\"//,}"})"},
             {"\xEF\xBB\xBF{\"a\": true}", R"({"a":true})"},
             {"{\"b\": 1, \"a\": 2}", R"({"b":1,"a":2})"},
             {"[]", ""},
             {"3", ""},
             {"{", ""},
             {"{} {}", ""},
             {"{'a': 1}", ""},
             {"{\"a\": 1 \"b\": 2}", ""},
             {"// only a comment", ""},
             {"{\"a\": \"\xFF\"}", ""},
             {std::string(200000, '['), ""},
             {"{\"a\": " + std::string(100, '[') + std::string(100, ']') + "}", ""},
         }) {
        CAPTURE(row.text.substr(0, 60));
        const auto document = JsoncDocument::parse(row.text, "config.json");
        CHECK(document.has_value() == !row.json.empty());
        if (document) CHECK(document->root().dump() == row.json);
        if (document) CHECK(document->uncommented().size() == document->text().size());
        const bool no_object = row.text == "[]" || row.text == "3";
        if (!document) CHECK(document.error().code == (no_object ? ErrorCode::refused : ErrorCode::invalid));
        if (!document) CHECK(document.error().message.find("config.json") == 0);
    }
}

TEST_CASE("Desktop document: a refusal names the line and shows nothing of the text") {
    const auto document = JsoncDocument::parse("{\n  \"a\": 1,\n  \"b\": hunter2\n}", "/x/config.json");
    REQUIRE_FALSE(document);
    CHECK(document.error().where.place() == "/x/config.json:3");
    CHECK(document.error().message.find("/x/config.json:3") == 0);
    CHECK(document.error().message.find("hunter2") == std::string::npos);
}

TEST_CASE("Desktop document: every value knows where it stands") {
    const std::string text =
        "{ // top\n"
        "  \"flag\": true, \"n\": -12, \"none\": null,\n"
        "  \"half\": 1.5e3,\n"
        "  \"t\": \"a\\\"b\", /* x */ \"list\": [ 7, {\"deep\": [] }, \"z\" ],\n"
        "  \"a/b~c\": {\"k\" /* odd */ : /* very */ 8}\n"
        "}\n";
    const auto document = JsoncDocument::parse(text, "c.json");
    REQUIRE(document);
    struct Row {
        std::string pointer;
        std::string value;
        int line;
        std::string key;
    };
    for (const Row& row : std::vector<Row>{
             {"/flag", "true", 2, "flag"},
             {"/n", "-12", 2, "n"},
             {"/none", "null", 2, "none"},
             {"/half", "1.5e3", 3, "half"},
             {"/t", "\"a\\\"b\"", 4, "t"},
             {"/list", "[ 7, {\"deep\": [] }, \"z\" ]", 4, "list"},
             {"/list/0", "7", 4, "list[0]"},
             {"/list/1/deep", "[]", 4, "list[1].deep"},
             {"/list/2", "\"z\"", 4, "list[2]"},
             {"/a~1b~0c/k", "8", 5, "a/b~c.k"},
         }) {
        CAPTURE(row.pointer);
        const Span* span = document->span(row.pointer);
        REQUIRE(span != nullptr);
        CHECK(text.substr(span->begin, span->end - span->begin) == row.value);
        REQUIRE(document->find(row.pointer) != nullptr);
        CHECK(document->where(row.pointer).line == row.line);
        CHECK(document->where(row.pointer).key == row.key);
    }
    CHECK(document->span("")->end == text.size() - 1);
    CHECK(text[document->span("/list")->last - 1] == '"');
    CHECK(document->span("/list/1/deep")->last == 0);
    CHECK(document->find("/list/9") == nullptr);
    CHECK(document->find("/flag/x") == nullptr);
    CHECK(document->where("/missing/deep").line == 1);
}

TEST_CASE("JSON document: keys that stand twice are known, with both places") {
    struct Row {
        std::string text;
        std::vector<std::string> pointers;
        bool identical;
    };
    for (const Row& row : std::vector<Row>{
             {R"({"a": 1, "b": 2})", {}, false},
             {R"({"a": {"x": 1}, "b": {"x": 1}})", {}, false},
             {R"([{"x": 1}, {"x": 1}])", {}, false},
             {R"({"a": 1, /* "a": 2 */ "b": 2})", {}, false},
             {R"({"a": 1, "a": 2})", {"/a"}, false},
             {R"({"a": [1, {"k": 2}], "a": [1, {"k": 2}]})", {"/a"}, true},
             {R"({"a": "x", "\u0061": "x"})", {"/a"}, true},
             {R"({"l": [{"k/y": 1, "k/y": 1}]})", {"/l/0/k~1y"}, true},
             {R"({"a": 1, "a": 2, "a": 3})", {"/a", "/a"}, false},
         }) {
        CAPTURE(row.text);
        const auto document = JsoncDocument::parse(row.text, "config.json");
        if (!document) continue;
        std::vector<std::string> pointers;
        for (const JsonDuplicate& one : document->duplicates()) {
            pointers.push_back(one.pointer);
            CHECK(one.identical == row.identical);
            CHECK(one.first.end <= one.where.begin);
            CHECK(row.text[one.where.begin] == '"');
            CHECK(row.text[one.where.end - 1] == '"');
        }
        CHECK(pointers == row.pointers);
    }
}

TEST_CASE("JSON document: where a reader of plain JSON stops") {
    const auto parsed = [](const std::string& text) { return JsoncDocument::parse(text, "a.json").value(); };
    CHECK_FALSE(parsed(R"({"a": "// no", "b": ",}"})").first_comment());
    CHECK_FALSE(parsed(R"({"a": "// no", "b": ",}"})").first_trailing_comma());
    CHECK(parsed("{ // yes\n\"a\": 1}").first_comment() == 2);
    CHECK(parsed("{\"a\": [1, ]\n}").first_trailing_comma() == 8);
    CHECK(parsed("{\"a\": 1, /* in between */ }").first_trailing_comma() == 7);
}

TEST_CASE("Desktop document: a pointer that leads nowhere finds nothing, whatever it is made of") {
    const auto document =
        JsoncDocument::parse(R"({"list": [1, {"a": 2}], "text": "x", "": {"": 3}})", "file");
    REQUIRE(document);
    CHECK(*document->find("/list/1/a") == 2);
    CHECK(*document->find("//") == 3);
    CHECK(document->find("") == &document->root());
    for (const char* pointer : {"/list/2", "/list/-", "/list/01", "/list/99999999999999999999999999",
                                "/list/1a", "/list/+1", "/list/", "/text/0", "/text/a", "/none/0", "list"}) {
        CAPTURE(pointer);
        CHECK(document->find(pointer) == nullptr);
    }
}

// Every value's place holds the keys above it: a mebibyte of key would be kept for each of its children.
TEST_CASE("Desktop document: keys longer than any are refused, alone and one below the other") {
    const auto children = [](std::size_t count) {
        std::string text = "{";
        for (std::size_t i = 0; i < count; ++i) text += "\"e" + std::to_string(i) + "\":1,";
        text.back() = '}';
        return text;
    };
    const auto refused = [](const std::string& text) {
        const auto document = JsoncDocument::parse(text, "file");
        return !document &&
               document.error().message == "file holds more values or longer keys than any configuration";
    };
    CHECK(refused("{\"mcp\":{\"" + std::string(1'000'000, 'k') + "\":" + children(4998) + "}}"));
    CHECK(refused("{\"" + std::string(JsoncDocument::longest_key + 1, 'k') + "\":1}"));
    CHECK(JsoncDocument::parse("{\"" + std::string(JsoncDocument::longest_key, 'k') + "\":1}", "file"));
    const auto nested = [&](std::size_t key) {
        std::string text = children(4000), end;
        for (int i = 0; i < 60; ++i) {
            text = "{\"" + std::string(key, 'k') + "\":" + text;
            end += '}';
        }
        return text + end;
    };
    CHECK(refused(nested(1000)));
    CHECK(JsoncDocument::parse(nested(10), "file"));
}

TEST_CASE("Desktop document: two million slashes are one key") {
    const std::string slashes(2'000'000, '/');
    CHECK(dotted(child_pointer("/a", slashes)) == "a." + slashes);
    const std::string tildes(2'000'000, '~');
    CHECK(dotted(child_pointer("", tildes)) == tildes);
    CHECK(dotted("/~01/~10/~2/~") == "~1./0.~2.~");
}
