#include "validators/recognise.hpp"

#include <catch2/catch.hpp>

// What a file is taken for: by its content, whatever it is called.
namespace {

using namespace cowork::validators;

Kind kind_of(const std::string& path, const std::string& text) {
    Input input;
    input.path = path;
    input.text = text;
    recognise(input, std::nullopt);
    return input.kind;
}

struct Case {
    const char* path;
    const char* text;
    Kind kind;
};

}  // namespace

TEST_CASE("recognise: by content") {
    for (const Case& one : {
             Case{"gateway.conf", "# settings\nOPEN_COWORK_GATEWAY_PORT=8790\n", Kind::env},
             Case{"settings", "export A=1\nB=2\n", Kind::env},
             Case{"-",
                  "\xEF\xBB\xBF"
                  "A=1\r\n",
                  Kind::env},
             Case{".env", "", Kind::env},
             Case{"prod.env", "not an assignment\n", Kind::env},
             Case{"stack.yml", "services:\n  web:\n    image: a\n", Kind::compose},
             Case{"-", "services:\n  web:\n    image: a\n", Kind::compose},
             Case{"-", "---\n# Source: x\napiVersion: v1\nkind: Secret\n", Kind::kubernetes},
             Case{"out.yaml", "---\n---\napiVersion: v1\nkind: Service\n", Kind::kubernetes},
             Case{"docker-compose.yml", "", Kind::compose},
             Case{".config/open-cowork/config.json", R"({"permissions": {"bash": "ask"}})",
                  Kind::product_config},
             Case{"open-cowork/config.json", "{}", Kind::product_config},
             Case{"not-open-cowork/config.json", R"({"permissions": {"bash": "ask"}})", Kind::text},
             Case{"config.json", "{}", Kind::text},
             Case{"a.json", R"({"purpose": "open-cowork-launch-failover-drill-evidence"})",
                  Kind::failover_drill},
         }) {
        INFO(one.path << ": " << one.text);
        CHECK(kind_of(one.path, one.text) == one.kind);
    }
}

namespace {

Input recognised(const std::string& path, const std::string& text, std::optional<Kind> kind = std::nullopt) {
    Input input;
    input.path = path;
    input.text = text;
    recognise(input, kind);
    return input;
}

}  // namespace

TEST_CASE("recognise: a chart's template is left to helm") {
    const char* const text = "kind: Deployment\napiVersion: v1\nmetadata: {name: {{ .Values.name }}}\n";
    for (const char* path : {"chart/templates/a.yaml", "templates/a.yaml"}) {
        const Input input = recognised(path, text);
        CHECK(input.kind == Kind::text);
        CHECK_FALSE(input.fault);
        CHECK(input.unread.find("helm template") != std::string_view::npos);
    }
    CHECK_FALSE(recognised("a.yaml", text).fault);
    CHECK(recognised("chart/templates/a.yaml", text, Kind::kubernetes).fault);
    CHECK(recognised("chart/templates/a.yaml", "kind: Service\napiVersion: v1\n").kind == Kind::kubernetes);
}

TEST_CASE("recognise: a fault is one of JSON or of YAML, whatever the file is called") {
    const auto rule = [](const Input& input) { return input.fault ? input.fault->rule : std::string_view{}; };
    CHECK(rule(recognised("a.json", "{")) == "file.json-syntax");
    CHECK(rule(recognised("a.jsonc", "{")) == "file.json-syntax");
    CHECK(rule(recognised("-", "{", Kind::opencode)) == "file.json-syntax");
    CHECK(rule(recognised("a.yml", "a: [")) == "file.yaml-syntax");
    CHECK(rule(recognised("-", "a: [", Kind::compose)) == "file.yaml-syntax");
    // Lists, and more of it than a configuration has, are no faults of other programs' files, but of ours.
    CHECK(rule(recognised("list.json", "[1]")).empty());
    CHECK(rule(recognised("list.yaml", "? [1]\n: 2\n")).empty());
    CHECK(rule(recognised("opencode.json", "[1]")) == "file.json-syntax");
    CHECK(rule(recognised("compose.yaml", "? [1]\n: 2\n")) == "file.yaml-syntax");
}

TEST_CASE("recognise: what OpenCode fills in is no fault") {
    const auto unread = [](const char* path, const std::string& text) {
        const Input input = recognised(path, text);
        return input.kind == Kind::opencode && !input.fault && !input.json && !input.unread.empty();
    };
    CHECK(unread("opencode.json", R"({"server": {"port": {env:PORT}}})"));
    CHECK(
        unread("a.json", R"({"$schema": "https://opencode.ai/config.json", "agent": {file:./agents.json}})"));
    CHECK_FALSE(unread("a.json", R"({"port": {env:PORT}})"));
    CHECK_FALSE(unread("opencode.json", R"({"server": {"port": {env:PORT}})"));
    CHECK_FALSE(unread("opencode.json", R"({"server": {"port": {env:PO)"
                                        "\n"
                                        R"(RT}}})"));
    CHECK_FALSE(unread("opencode.json", R"({"username": "{env:NAME}"})"));
}

TEST_CASE("recognise: other people's files are other texts") {
    for (const Case& one : {
             Case{"package.json", R"({"name": "x", "scripts": {}})", Kind::text},
             Case{"ci.yml", "on: push\njobs:\n  a:\n    runs-on: x\n", Kind::text},
             Case{"run.sh", "#!/bin/sh\nA=1\nB=2\n", Kind::text},
             Case{"run.sh", "A=1\nfor x in 1 2; do\n echo $x\ndone\n", Kind::text},
             Case{"main.cpp", "#include <a>\nint x = 1;\n", Kind::text},
             Case{"README.md", "# Title\n\ntext: with a colon\n", Kind::text},
             Case{"Makefile", "CC = gcc\nall:\n\tcc x\n", Kind::text},
             Case{"app.ini", "[section]\nkey=value\n", Kind::text},
             Case{"app.properties", "server.port=8080\nname=x\n", Kind::text},
             Case{"empty.txt", "", Kind::text},
         }) {
        INFO(one.path << ": " << one.text);
        CHECK(kind_of(one.path, one.text) == Kind::text);
    }
}

TEST_CASE("recognise: a kind that was named is not doubted") {
    Input input;
    input.path = "x.txt";
    input.text = "{";
    recognise(input, Kind::compose);
    CHECK(input.kind == Kind::compose);
    CHECK(input.fault);
}

TEST_CASE("recognise: only a name that promises a syntax makes a fault of another one") {
    for (const auto& [path, fault] : std::vector<std::pair<std::string, bool>>{
             {"a.yaml", true}, {"a.json", true}, {"a.txt", false}, {"-", false}}) {
        Input input;
        input.path = path;
        input.text = "{ a: [";
        recognise(input, std::nullopt);
        INFO(path);
        CHECK(input.fault.has_value() == fault);
    }
}
