#include "rules/desktop_workspaces.hpp"
#include "secrets/digest.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace cowork;
using namespace cowork::rules;

TEST_CASE("SHA-256 is the standard's") {
    // FIPS 180-2, appendix B.1, and of nothing.
    CHECK(sha256_hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(sha256_hex("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST_CASE("a workspace's id is made from its URL") {
    const std::string url = "https://cloud.example.org";
    const std::string id = workspace_id(RemoteKind::cloud, url);
    CHECK(id == "cloud:" + sha256_hex(url).substr(0, 16));
    CHECK(workspace_id(RemoteKind::gateway, url) == "gateway:" + sha256_hex(url).substr(0, 16));
    const auto row = [](const std::string& with_id, const std::string& with_url) {
        return R"([{"id":")" + with_id + R"(","baseUrl":")" + with_url + R"(","label":"Work"}])";
    };
    const auto file = judge_workspaces(row(id, url), RemoteKind::cloud);
    CHECK(file.problems.empty());
    REQUIRE(file.workspaces.size() == 1);
    CHECK(file.workspaces[0].base_url == url);
    // A trailing slash is not part of it.
    CHECK(judge_workspaces(row(id, url + "/"), RemoteKind::cloud).problems.empty());
    for (const std::string& wrong :
         {row("cloud:0123456789abcdef", url), row("local", url), row("cloud:" + std::string(16, 'Z'), url)}) {
        CAPTURE(wrong);
        const auto judged = judge_workspaces(wrong, RemoteKind::cloud);
        REQUIRE(judged.problems.size() == 1);
        CHECK(judged.problems[0].trouble == WorkspaceTrouble::id);
        CHECK(judged.workspaces.empty());
    }
    CHECK(judge_workspaces(row(id, url), RemoteKind::gateway).problems.size() == 1);
}

TEST_CASE("no problem of a workspace shows a value of the file") {
    const std::string secret = "TOKEN-3f9c1d7a8b2e4056";
    for (const std::string& text :
         {R"([{"accessToken":")" + secret + R"("}])",
          R"([{"id":")" + secret + R"(","baseUrl":"https://a.example","label":"x"}])",
          R"([{"id":"x","baseUrl":"https://u:)" + secret + R"(@a","label":"x"}])", R"([")" + secret + R"("])",
          "\"" + secret + "\"", secret}) {
        CAPTURE(text);
        const auto judged = judge_workspaces(text, RemoteKind::cloud);
        REQUIRE(judged.problems.size() == 1);
        CHECK(judged.problems[0].message.find(secret) == std::string::npos);
    }
}

TEST_CASE("a workspace's label and last sync are read, and no sync is a reason to drop it") {
    const std::string url = "https://cloud.example.org";
    const std::string id = workspace_id(RemoteKind::cloud, url);
    struct One {
        std::string written, read;
    };
    const std::string when = "2026-08-01T09:00:00.000Z";
    for (const One& one : {One{"\"" + when + "\"", when}, One{"null", ""}, One{"7", ""}, One{"{}", ""},
                           One{"\"yesterday\"", ""}, One{"\"\"", ""}}) {
        CAPTURE(one.written);
        const auto file = judge_workspaces(R"([{"id":")" + id + R"(","baseUrl":")" + url +
                                               R"(","label":"Work","lastSyncedAt":)" + one.written + "}]",
                                           RemoteKind::cloud);
        CHECK(file.problems.empty());
        REQUIRE(file.workspaces.size() == 1);
        CHECK(file.workspaces[0].label == "Work");
        CHECK(file.workspaces[0].last_synced == one.read);
    }
}

// A quarter of a million rows: each compared with each would take minutes.
TEST_CASE("desktop workspaces: of very many rows the first thousand are judged") {
    using rules::most_workspaces;
    std::string text = "[";
    const auto add = [&](const std::string& url) {
        text += R"({"id":")" + rules::workspace_id(rules::RemoteKind::cloud, url) + R"(","baseUrl":")" + url +
                R"(","label":"x"},)";
    };
    for (std::size_t i = 0; i < 250'000; ++i) add("https://c" + std::to_string(i) + ".example");
    text.back() = ']';
    const auto many = rules::judge_workspaces(text, rules::RemoteKind::cloud);
    CHECK(many.workspaces.size() == most_workspaces);
    REQUIRE(many.problems.size() == 1);
    CHECK(many.problems[0].message == "the file has more than 1000 rows; the rest is not looked at");

    text = "[";
    for (std::size_t i = 0; i < most_workspaces; ++i) add("https://same.example");
    text.back() = ']';
    const auto same = rules::judge_workspaces(text, rules::RemoteKind::cloud);
    CHECK(same.workspaces.size() == 1);
    REQUIRE_FALSE(same.problems.empty());
    CHECK(same.problems[0].trouble == rules::WorkspaceTrouble::twice);
}
