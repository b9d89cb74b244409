#include "support/gateway_setup.hpp"

#include <catch2/catch.hpp>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <sstream>

// A second run of setup over a file that is there: what a person wrote stays as it was written.
namespace {

using namespace cowork::test;

// As an operator would write it by hand, for a shell.
std::string hand_made(const std::string& root) {
    return "#!/bin/sh\n"
           "# Gateway of the Vienna office. Ask Ines before changing the port!\n"
           "\n"
           "export OPEN_COWORK_STANDALONE_GATEWAY_STORE='memory'   # until the database is there\n"
           "OPEN_COWORK_STANDALONE_GATEWAY_PORT=8795 # was 8080\n"
           "  OPEN_COWORK_STANDALONE_GATEWAY_HOST=\"127.0.0.1\"\n"
           "OUR_OWN_SETTING='two words'\n"
           "\n"
           "# --- secrets, rotated in May\n"
           "OPEN_COWORK_STANDALONE_GATEWAY_ADMIN_TOKEN='Zq8WnR4vYx2BkM7cUj5HwT3s'\n"
           "OPEN_COWORK_STANDALONE_GATEWAY_TELEGRAM_BOT_TOKEN=123456:Zq8WnR4vYx2BkM7cUj5H\n"
           "OPEN_COWORK_STANDALONE_GATEWAY_OPENCODE_URL=http://127.0.0.1:4096\n"
           "OPEN_COWORK_STANDALONE_GATEWAY_RUNTIME_ROOT='" +
           root + "'\n# the end";
}

struct Again {
    ScratchDirectory scratch;
    std::string file = scratch / "gateway.env";
    std::string text = hand_made(scratch / "root");

    Again() { (void)scratch.file("gateway.env", text); }
    [[nodiscard]] ProcessResult run(std::vector<std::string> more) const {
        more.insert(more.begin(), {"setup", "gateway-only", "--output", file});
        return run_cowork(more, scratch.path());
    }
    [[nodiscard]] std::vector<std::string> backups() const {
        std::vector<std::string> names;
        for (const auto& entry : std::filesystem::directory_iterator(scratch.path()))
            if (contains(entry.path().filename(), ".backup-")) names.push_back(entry.path());
        std::sort(names.begin(), names.end());
        return names;
    }
};

std::string with(std::string text, const std::string& from, const std::string& to) {
    const auto at = text.find(from);
    REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
}

TEST_CASE("a file written by hand changes only where it was asked to") {
    struct Row {
        std::vector<std::string> asked;
        std::string from, to;
    };
    for (const Row& row : std::vector<Row>{
             {{"--port", "9001"}, "PORT=8795 # was", "PORT=9001 # was"},
             {{"--host", "10.0.0.7"}, "\"127.0.0.1\"", "'10.0.0.7'"},
             {{"--set", "STORE=in-memory"}, "'memory'   #", "'in-memory'   #"},
             {{"--unset", "HOST"}, "  OPEN_COWORK_STANDALONE_GATEWAY_HOST=\"127.0.0.1\"\n", ""},
             {{"--unset", "OPEN_COWORK_STANDALONE_GATEWAY_PORT"},
              "OPEN_COWORK_STANDALONE_GATEWAY_PORT=8795 # was 8080\n",
              ""},
         }) {
        Again again;
        const auto result = again.run(row.asked);
        INFO(result.out << result.err);
        REQUIRE(result.exit_code == 0);
        CHECK(content_of(again.file) == with(again.text, row.from, row.to));
        REQUIRE(again.backups().size() == 1);
        CHECK(content_of(again.backups()[0]) == again.text);
        CHECK(mode_of(again.backups()[0]) == 0600);
    }
}

TEST_CASE("asking for what a file says already writes nothing") {
    Again again;
    const std::string before = fingerprint(again.file);
    for (const std::vector<std::string>& asked :
         {std::vector<std::string>{}, {"--port", "8795"}, {"--store", "memory", "--host", "127.0.0.1"}}) {
        const auto result = again.run(asked);
        INFO(result.out << result.err);
        REQUIRE(result.exit_code == 0);
        CHECK(contains(result.out, "nothing written"));
    }
    CHECK(fingerprint(again.file) == before);
    CHECK(again.backups().empty());
}

TEST_CASE("rotating a token changes its line alone, and five backups are kept") {
    Again again;
    std::string earlier = again.text;
    for (int round = 0; round < 7; ++round) {
        const auto result = again.run({"--admin-token", "generate"});
        INFO(result.out << result.err);
        REQUIRE(result.exit_code == 0);
        const std::string now = content_of(again.file);
        CHECK(now != earlier);
        std::istringstream a(earlier), b(now);
        int different = 0;
        for (std::string left, right; std::getline(a, left) && std::getline(b, right);)
            if (left != right) {
                ++different;
                CHECK(contains(right, "ADMIN_TOKEN="));
            }
        CHECK(different == 1);
        earlier = now;
    }
    CHECK(again.backups().size() == 5);
    for (const std::string& backup : again.backups()) CHECK(mode_of(backup) == 0600);
}

TEST_CASE("option --dry-run shows what would change, secrets masked, and writes nothing") {
    Again again;
    const std::string before = fingerprint(again.file);
    const auto result = again.run(
        {"--dry-run", "--port", "9001", "--admin-token", "generate", "--set", "RETENTION_AUDIT_DAYS=730"});
    INFO(result.out << result.err);
    REQUIRE(result.exit_code == 0);
    CHECK(contains(result.out, "-OPEN_COWORK_STANDALONE_GATEWAY_PORT=8795"));
    CHECK(contains(result.out, "+OPEN_COWORK_STANDALONE_GATEWAY_PORT=9001  [option]"));
    CHECK(contains(result.out, "-OPEN_COWORK_STANDALONE_GATEWAY_ADMIN_TOKEN=(secret)"));
    CHECK(contains(result.out, "+OPEN_COWORK_STANDALONE_GATEWAY_RETENTION_AUDIT_DAYS=730"));
    CHECK_FALSE(contains(result.out, "TELEGRAM"));  // nothing about what stays
    check_hidden(result, "Zq8WnR4vYx2BkM7cUj5HwT3s");
    CHECK(fingerprint(again.file) == before);
    CHECK(again.backups().empty());
    const auto document = document_of(again.run({"--dry-run", "--json", "--port", "9001"}));
    CHECK(document.at("files").at(0).at("diff").size() == 3);
    CHECK(document.at("files").at(0).at("change") == "replaced");
}

TEST_CASE("a key that cannot be understood in the file is not edited, and its line is named") {
    Again again;
    (void)again.scratch.file("gateway.env", with(again.text, "PORT=8795", "PORT=$(cat port)"));
    const std::string before = fingerprint(again.file);
    const auto result = again.run({"--port", "9001"});
    CHECK(result.exit_code == 2);
    CHECK(contains(result.err, "gateway.env:5"));
    CHECK(contains(result.err, "Nothing was written."));
    CHECK(fingerprint(again.file) == before);
}

TEST_CASE("option --dialect turns a file into another dialect, and refuses what that cannot hold") {
    GatewaySetup setup;
    REQUIRE(setup.evaluate({"--dialect", "sh"}).exit_code == 0);
    const std::string mine = "\n# Ask Ines first!\nexport OUR_OWN_SETTING='two words'\n";
    (void)setup.scratch.file(".env.standalone-gateway", content_of(setup.file) + mine);
    const std::string before = content_of(setup.file);
    const auto refused = setup.evaluate({"--dialect", "portable"});
    CHECK(refused.exit_code == 2);
    CHECK(contains(refused.err, "OUR_OWN_SETTING"));
    CHECK(content_of(setup.file) == before);
    const auto turned = setup.evaluate({"--dialect", "systemd"});
    INFO(turned.out << turned.err);
    REQUIRE(turned.exit_code == 0);
    const std::string now = content_of(setup.file);
    CHECK(contains(now, "(dialect: systemd)"));
    CHECK(contains(now, "# Ask Ines first!"));
    CHECK_FALSE(contains(now, "export "));
    CHECK(contains(now, "OUR_OWN_SETTING=\"two words\""));
    // Without the option it stays what it is.
    REQUIRE(setup.evaluate({"--port", "9001"}).exit_code == 0);
    CHECK(contains(content_of(setup.file), "(dialect: systemd)"));
}

}  // namespace
