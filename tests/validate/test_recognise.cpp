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
             Case{"a.json", R"({"purpose": "open-cowork-launch-failover-drill-evidence"})",
                  Kind::failover_drill},
         }) {
        INFO(one.path << ": " << one.text);
        CHECK(kind_of(one.path, one.text) == one.kind);
    }
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
