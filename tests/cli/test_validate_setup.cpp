#include "support/cli_run.hpp"
#include "support/scratch_directory.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

// What setup writes is what validate accepts: no error, no warning, no note.
namespace {

using namespace cowork::test;
using Words = std::vector<std::string>;

const std::string digest = "sha256:" + std::string(64, '7');
const std::string token = "occ_tok_7f3a9c21_Zq7VwX2pLk9RtYb4NmC8HsJd6G";

// A server of public_production that has everything.
Words production(const Words& roles) {
    Words words{"cloud-connect",
                "--server",
                "--tier",
                "public_production",
                "--cloud-url",
                "https://cloud.example.com",
                "--database-url",
                "postgres://cowork:Bx5TnE8rWq2ZyUi6OpA9@db.example.com:5432/cowork?sslmode=verify-full",
                "--object-store-kind",
                "s3",
                "--object-store-bucket",
                "cowork",
                "--object-store-region",
                "eu-central-1",
                "--auth-mode",
                "oidc",
                "--oidc-issuer-url",
                "https://id.example.com",
                "--oidc-client-id",
                "cowork",
                "--signup-mode",
                "invite"};
    const Words isolation{"--worker-id",
                          "worker-1",
                          "--isolation-image",
                          "ghcr.io/example/opencode",
                          "--isolation-image-sha256",
                          digest,
                          "--isolation-network-name",
                          "cowork",
                          "--isolation-egress-policy-id",
                          "only-models"};
    for (const std::string& role : roles) {
        words.insert(words.end(), {"--role", role});
        if (role == "worker") words.insert(words.end(), isolation.begin(), isolation.end());
    }
    return words;
}

Words gateway_of_cloud(Words more) {
    Words words{"cloud-gateway",
                "--cloud-url",
                "https://cloud.example.com",
                "--service-token",
                token,
                "--telegram-bot-token",
                "1234567890:AAH4uT9xWq2ZyUi6OpA9SdF3GhJ7KlMvXc1"};
    words.insert(words.end(), more.begin(), more.end());
    return words;
}

}  // namespace

TEST_CASE("validate: what setup writes is in order") {
    std::vector<Words> runs{
        {"gateway-only", "--evaluate"},
        {"gateway-only", "--evaluate", "--assets", "assets"},
        {"cloud-connect", "--cloud-url", "https://cloud.example.com"},
        {"cloud-connect", "--server", "--evaluate"},
        {"cloud-connect", "--server", "--evaluate", "--assets", "assets"},
        {"desktop-local", "--no-cloud"},
        {"full-hybrid", "--evaluate", "--cloud-url", "https://cloud.example.com", "--service-token", token,
         "--cloud-gateway-telegram-bot-token", "1234567890:AAH4uT9xWq2ZyUi6OpA9SdF3GhJ7KlMvXc1"},
        gateway_of_cloud({"--evaluate"}),
        gateway_of_cloud({"--evaluate", "--assets", "assets"}),
        production({"web", "worker", "scheduler"}),
        production({"web"}),
        production({"worker"}),
        production({"scheduler"}),
    };
    for (const char* dialect : {"portable", "sh", "systemd", "docker", "compose"}) {
        runs.push_back({"gateway-only", "--evaluate", "--dialect", dialect});
        runs.push_back(gateway_of_cloud({"--evaluate", "--dialect", dialect}));
        runs.push_back({"cloud-connect", "--server", "--evaluate", "--dialect", dialect});
    }
    for (Words run : runs) {
        const ScratchDirectory scratch;
        const std::map<std::string, std::string> home{{"HOME", scratch.path()}};
        run.insert(run.begin(), "setup");
        std::string said;
        for (const std::string& word : run) said += " " + word;
        INFO(said);
        const auto written = run_cowork(run, scratch.path(), home);
        INFO(written.err);
        REQUIRE(written.exit_code == 0);
        // Desktop's files are in a hidden folder, which is looked at when it is named.
        Words validate{"validate", ".", "--strict", "--json"};
        const std::string desktop = scratch.path() + "/.config/open-cowork";
        if (std::filesystem::exists(desktop)) validate.push_back(desktop);
        const auto result = run_cowork(validate, scratch.path(), home);
        INFO(result.out);
        CHECK(result.exit_code == 0);
        CHECK_FALSE(document_of(result).at("results").empty());
    }
}
