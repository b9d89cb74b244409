#include "support/cli_run.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <filesystem>

// The two set-up paths of Desktop, with the real binary on a home directory of their own.
namespace {

using namespace cowork::test;
using nlohmann::json;

// A user's home with a Desktop that has run.
struct Home {
    ScratchDirectory scratch;
    std::string root = scratch.directory(".config/Open Cowork");
    std::string layer = scratch / ".config/open-cowork/config.json";

    Home() {
        (void)scratch.file(".config/Open Cowork/settings.enc", "sealed");
        (void)scratch.file(".config/Open Cowork/desktop-pairings.json",
                           R"({"schemaVersion": 1, "pairings": [], "audit": []})");
    }
    void write_layer(const std::string& text) const {
        std::filesystem::create_directories(std::filesystem::path(layer).parent_path());
        (void)scratch.file(".config/open-cowork/config.json", text);
    }
    [[nodiscard]] ProcessResult run(std::vector<std::string> arguments) const {
        arguments.insert(arguments.begin(), "setup");
        return run_cowork(arguments, scratch.path(), {{"HOME", scratch.path()}});
    }
    // Everything that setup could have touched.
    [[nodiscard]] std::vector<std::string> picture(const std::string& tree) const {
        std::vector<std::string> seen;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(tree))
            seen.push_back(entry.path().string() +
                           (entry.is_regular_file() ? " " + fingerprint(entry.path()) : ""));
        std::sort(seen.begin(), seen.end());
        return seen;
    }
};

TEST_CASE("setup desktop-local looks and writes nothing") {
    const Home home;
    const auto before = home.picture(home.scratch.path());
    const auto result = home.run({"desktop-local"});
    CAPTURE(result.out, result.err);
    CHECK(result.exit_code == 0);
    CHECK_FALSE(contains(result.out, "Wrote"));
    CHECK(contains(result.out, "Health Center"));
    CHECK(document_of(home.run({"desktop-local", "--json"})).at("files").empty());
    check_printable(result);
    CHECK(home.picture(home.scratch.path()) == before);
}

TEST_CASE("setup desktop-local writes defaults into the user's layer only and once") {
    const Home home;
    const auto data = home.picture(home.root);
    const auto first = home.run({"desktop-local", "--no-cloud", "--permission", "bash=ask", "--json"});
    CAPTURE(first.out, first.err);
    REQUIRE(first.exit_code == 0);
    const json document = document_of(first);
    CHECK(document.at("files").size() == 1);
    CHECK(document.at("files").at(0).at("path") == home.layer);
    CHECK(document.at("files").at(0).at("kind") == "layer");
    CHECK(document.at("files").at(0).at("change") == "created");
    CHECK(json::parse(content_of(home.layer)) ==
          json::parse(R"({"cloudDesktop": {"enabled": false}, "permissions": {"bash": "ask"}})"));
    const std::string written = fingerprint(home.layer);
    const auto second = home.run({"desktop-local", "--no-cloud", "--permission", "bash=ask", "--json"});
    CHECK(document_of(second).at("files").at(0).at("change") == "unchanged");
    CHECK(fingerprint(home.layer) == written);
    CHECK(home.picture(home.root) == data);
}

TEST_CASE("setup desktop-local keeps what a person wrote into the layer") {
    const Home home;
    home.write_layer("{\n  // ours\n  \"features\": { \"voice\": false },\n}\n");
    const auto result = home.run({"desktop-local", "--permission", "web=deny", "--json"});
    CAPTURE(result.out, result.err);
    REQUIRE(result.exit_code == 0);
    CHECK(document_of(result).at("files").at(0).at("diff") == json{"+permissions.web = \"deny\""});
    CHECK(content_of(home.layer) ==
          "{\n  // ours\n  \"features\": { \"voice\": false },\n  \"permissions\": {\n    \"web\": "
          "\"deny\"\n  }\n}\n");
}

TEST_CASE("setup desktop-local writes nothing beside a layer that Desktop refuses") {
    const Home home;
    home.write_layer("{\n  \"cloudDesktop\": {\n    \"enable\": false\n  }\n}\n");
    const std::string before = fingerprint(home.layer);
    const auto result = home.run({"desktop-local", "--no-cloud"});
    CHECK(result.exit_code == 2);
    CHECK(contains(result.err, home.layer + ":3"));
    CHECK(contains(result.err, "did you mean enabled?"));
    CHECK(contains(result.err, "Nothing was written."));
    CHECK(fingerprint(home.layer) == before);
    const auto as_json = home.run({"desktop-local", "--no-cloud", "--json"});
    CHECK(contains(message_of(document_of(as_json)), "cloudDesktop.enable"));
}

TEST_CASE("setup desktop-local with dry-run says what it would do") {
    const Home home;
    const auto result = home.run({"desktop-local", "--no-cloud", "--dry-run"});
    CAPTURE(result.out, result.err);
    CHECK(result.exit_code == 0);
    CHECK(contains(result.out, "Would write"));
    CHECK(contains(result.out, "+cloudDesktop.enabled = false"));
    CHECK_FALSE(std::filesystem::exists(home.layer));
}

TEST_CASE("setup desktop-pairing checks a broker and touches no file") {
    const Home home;
    const auto before = home.picture(home.scratch.path());
    const auto good = home.run({"desktop-pairing", "--broker-url", "https://broker.example.org/", "--json"});
    CAPTURE(good.out, good.err);
    REQUIRE(good.exit_code == 0);
    const json document = document_of(good);
    CHECK(document.at("files").empty());
    CHECK(document.at("steps").size() == 5);
    for (const std::string url :
         {"http://broker.example.org", "https://10.0.0.7", "https://u:hunter2xyz@b.org"}) {
        const auto bad = home.run({"desktop-pairing", "--broker-url", url});
        CAPTURE(url, bad.err);
        CHECK(bad.exit_code == 2);
        CHECK(contains(bad.err, "--broker-url"));
        check_hidden(bad, "hunter2xyz");
    }
    const auto bare = home.run({"desktop-pairing"});
    CHECK(bare.exit_code == 0);
    CHECK(contains(bare.out, "no pairing has a broker yet"));
    CHECK(home.picture(home.scratch.path()) == before);
}

}  // namespace
