#include "config/env_file.hpp"
#include "envfile/document.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace cowork;
using namespace cowork::envfile;
using config::Dialect;

TEST_CASE("a document is its header and its lines in order") {
    Document document(Dialect::docker, ".env.gateway");
    document.group("Gateway").assign("TOKEN", Secret("a b")).comment("Two\nlines").assign("EMPTY", Secret());
    const auto text = document.render("1.2.3");
    REQUIRE(text);
    CHECK(text->reveal() ==
          "# Written by cowork 1.2.3 (dialect: docker)\n"
          "# It holds secrets: keep its mode at 0600 and keep it out of version control.\n"
          "# Docker: docker run --env-file .env.gateway ...\n"
          "\n"
          "# Gateway\n"
          "TOKEN=a b\n"
          "# Two\n"
          "# lines\n"
          "EMPTY=\n");
    CHECK(written_by_cowork(text->reveal()));
    CHECK_FALSE(written_by_cowork("TOKEN=1\n" + std::string(text->reveal())));
    CHECK_FALSE(written_by_cowork(""));
    CHECK(document.lines().size() == 6);
}

TEST_CASE("every dialect's header says how to load the file") {
    for (const Dialect dialect : config::all_dialects) {
        const auto text = Document(dialect, "name.env").render("1");
        CHECK(text.value().reveal().find("name.env") != std::string::npos);
        const auto odd = Document(dialect, "a b\nEVIL=1").render("1");
        CHECK(odd.value().reveal().find("EVIL") == std::string::npos);
    }
}

TEST_CASE("keys are names and come once; values fit the dialect") {
    for (const char* key : {"", "1A", "A B", "A=B", "A\nB", "é", "A-B"}) {
        Document document(Dialect::portable, "f");
        document.assign(key, Secret("v4lue"));
        CHECK(document.render("1").error().code == ErrorCode::invalid);
    }
    Document twice(Dialect::portable, "f");
    twice.assign("A", Secret("1")).assign("A", Secret("2"));
    CHECK(twice.render("1").error().where.key == "A");
    Document unfit(Dialect::portable, "f");
    unfit.assign("A", Secret("v4lue x"));
    CHECK(unfit.render("1").error().code == ErrorCode::refused);
    CHECK(unfit.render("1").error().message.find("v4lue") == std::string::npos);
}

TEST_CASE("comments cannot become assignments in any dialect") {
    for (const Dialect dialect : config::all_dialects) {
        Document document(dialect, "f");
        document.comment("ends in a backslash \\").assign("A", Secret("1"));
        document.comment("x\rB=1\x0B\nC=1\nit's \"open").assign("D", Secret("2"));
        const auto text = document.render("1");
        const auto file = config::parse_env_file(text.value().reveal());
        CHECK(file.diagnostics.empty());
        REQUIRE(file.entries.size() == 2);
        CHECK(file.entries[0].key == "A");
        CHECK(file.entries[1].key == "D");
    }
}
