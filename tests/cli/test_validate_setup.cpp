#include "support/cli_run.hpp"
#include "support/scratch_directory.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

// What setup writes is what validate accepts: no error, no warning, no note. Setup ends with a look at what
// it set up, so the hosts are names that nobody has.
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
                "https://cloud.example.invalid",
                "--database-url",
                "postgres://cowork:Bx5TnE8rWq2ZyUi6OpA9@db.example.invalid:5432/cowork?sslmode=verify-full",
                "--object-store-kind",
                "s3",
                "--object-store-bucket",
                "cowork",
                "--object-store-region",
                "eu-central-1",
                "--auth-mode",
                "oidc",
                "--oidc-issuer-url",
                "https://id.example.invalid",
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
                "https://cloud.example.invalid",
                "--service-token",
                token,
                "--telegram-bot-token",
                "1234567890:AAH4uT9xWq2ZyUi6OpA9SdF3GhJ7KlMvXc1"};
    words.insert(words.end(), more.begin(), more.end());
    return words;
}

Words operator+(Words words, const Words& more) {
    words.insert(words.end(), more.begin(), more.end());
    return words;
}

// Writes with setup, and validates all that it wrote; whether there was anything.
bool check_run(Words run) {
    const ScratchDirectory scratch;
    const std::map<std::string, std::string> home{{"HOME", scratch.path()}};
    run.insert(run.begin(), "setup");
    std::string said;
    for (const std::string& word : run) said += " " + word;
    INFO(said);
    const auto written = run_cowork(run, scratch.path(), home);
    INFO(written.err);
    REQUIRE(written.exit_code == 0);
    if (scratch.entries() == 0) return false;
    // Desktop's files are in a hidden folder, which is looked at when it is named.
    Words validate{"validate", ".", "--strict", "--json"};
    const std::string desktop = scratch.path() + "/.config/open-cowork";
    if (std::filesystem::exists(desktop)) validate.push_back(desktop);
    const auto result = run_cowork(validate, scratch.path(), home);
    INFO(result.out);
    CHECK(result.exit_code == 0);
    CHECK_FALSE(document_of(result).at("results").empty());
    return true;
}

const std::string database = "postgres://cowork:Bx5TnE8rWq2ZyUi6OpA9@db.example.invalid:5432/cowork";
const std::string bot = "1234567891:AAHo5bG2eKx9Rt4WnYq7ZcVm1LdPf8Us3Ja";

// A server of any tier, with all that its role and tier need.
Words server(const std::string& tier, const std::string& role, const std::string& auth,
             const std::string& kind) {
    Words words{"cloud-connect", "--server", "--tier", tier, "--role", role, "--database-url", database};
    if (role != "web" && role != "scheduler")
        words = words + Words{"--worker-id",
                              "worker-1",
                              "--isolation-image",
                              "ghcr.io/example/opencode",
                              "--isolation-image-sha256",
                              digest};
    if (tier == "local") return words;
    words = words + Words{"--cloud-url", "https://cloud.example.invalid", "--auth-mode", auth};
    if (auth == "oidc")
        words =
            words + Words{"--oidc-issuer-url", "https://id.example.invalid", "--oidc-client-id", "cowork"};
    if (kind == "filesystem") return words + Words{"--object-store-kind", kind, "--allow-ephemeral-storage"};
    words = words + Words{"--object-store-kind", kind, "--object-store-bucket", "cowork"};
    if (kind == "minio" || kind == "digitalocean-spaces")
        words = words + Words{"--object-store-endpoint", "https://store.example.invalid"};
    if (kind == "azure-blob") words = words + Words{"--object-store-account-name", "cowork"};
    if (tier == "public_production" && role.starts_with("web"))
        words = words + Words{"--signup-mode", "domain", "--allowed-email-domains", "example.invalid"};
    return words;
}

}  // namespace

TEST_CASE("validate: what setup writes is in order") {
    std::vector<Words> runs{
        {"gateway-only", "--evaluate"},
        {"gateway-only", "--evaluate", "--assets", "assets"},
        {"cloud-connect", "--cloud-url", "https://cloud.example.invalid"},
        {"cloud-connect", "--server", "--evaluate"},
        {"cloud-connect", "--server", "--evaluate", "--assets", "assets"},
        {"desktop-local", "--no-cloud"},
        {"full-hybrid", "--evaluate", "--cloud-url", "https://cloud.example.invalid", "--service-token",
         token, "--cloud-gateway-telegram-bot-token", "1234567890:AAH4uT9xWq2ZyUi6OpA9SdF3GhJ7KlMvXc1"},
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
    for (const Words& run : runs) CHECK(check_run(run));
}

TEST_CASE("validate: what setup writes for a Standalone Gateway is in order in every mode") {
    const Words gateway{"gateway-only", "--telegram-bot-token", bot, "--database-url", database};
    for (const char* mode : {"solo", "team", "enterprise"})
        for (const Words& more : std::vector<Words>{
                 {},
                 {"--assets", "assets"},
                 {"--database-ca", "/etc/ssl/database.pem"},
                 {"--host", "0.0.0.0"},
                 {"--public-url", "https://gateway.example.invalid", "--trusted-proxies", "10.0.0.0/8",
                  "--assets", "assets"},
                 {"--public-url", "https://gateway.example.invalid", "--telegram-mode", "webhook",
                  "--telegram-webhook-secret", "generate"},
                 {"--webhook-shared-secret", "generate", "--webhook-delivery-url",
                  "https://hooks.example.invalid/in"},
                 {"--opencode-url", "http://opencode.lan:4096", "--allow-private-dns"},
             })
            CHECK(check_run(gateway + Words{"--deployment-mode", mode} + more));
    CHECK(check_run({"gateway-only", "--store", "memory", "--webhook-shared-secret", "generate",
                     "--webhook-delivery-url", "http://127.0.0.1:9/in"}));
}

TEST_CASE("validate: what setup writes for a Channel Gateway is in order with every provider") {
    const Words gateway{"cloud-gateway", "--cloud-url", "https://cloud.example.invalid", "--service-token",
                        token};
    const Words exposed{"--public-url", "https://gateway.example.invalid"};
    const std::vector<Words> providers{
        {"--telegram-bot-token", bot},
        {"--telegram-bot-token", bot, "--telegram-mode", "webhook", "--telegram-webhook-secret", "generate",
         "--public-url", "https://gateway.example.invalid"},
        {"--slack-bot-token", "xoxb-2f4a6c8e0b1d3f5a", "--slack-signing-secret", "8f742231b10e8888abcd99"},
        {"--email-inbound-secret", "generate", "--email-from", "gateway@example.invalid", "--email-smtp-host",
         "smtp.example.invalid"},
        {"--webhook-delivery-url", "https://hooks.example.invalid/in", "--webhook-shared-secret", "generate"},
        {"--discord-delivery-url", "https://10.1.2.3/in", "--discord-allow-private-delivery",
         "--discord-shared-secret", "generate"},
        {"--whatsapp-delivery-url", "https://bridge.example.invalid", "--whatsapp-shared-secret", "generate"},
        {"--signal-delivery-url", "https://bridge.example.invalid", "--signal-shared-secret", "generate"},
    };
    for (const Words& provider : providers)
        for (const Words& more : {Words{}, Words{"--assets", "assets"}, Words{"--container"}})
            CHECK(check_run(gateway + provider + more));
    // These two are for this machine alone: no Compose file is written for them.
    for (const char* kind : {"fake", "cli"})
        for (const Words& more : {Words{}, Words{"--assets", "assets"}})
            CHECK(check_run(gateway + Words{"--provider", kind} + more));
}

TEST_CASE("validate: what setup writes for the Cloud is in order in every tier and role") {
    for (const char* tier : {"local", "self_host_beta", "private_beta", "public_production"})
        for (const std::string role : {"all-in-one", "web", "worker", "scheduler", "web,worker,scheduler"})
            if (std::string(tier) != "public_production" || role != "all-in-one")  // that is refused
                CHECK(check_run(server(tier, role, "oidc", "s3")));
    for (const char* tier : {"self_host_beta", "public_production"})
        CHECK(check_run(server(tier, "web,worker,scheduler", "header", "s3")));
    for (const char* kind : {"gcs", "azure-blob", "digitalocean-spaces", "minio"})
        CHECK(check_run(server("public_production", "web,worker,scheduler", "oidc", kind) +
                        Words{"--assets", "assets"}));
    CHECK(check_run(server("self_host_beta", "all-in-one", "oidc", "filesystem")));
    for (const char* reference : {"gcp-sm://projects/p/secrets/s/versions/1",
                                  "aws-sm://cowork/key?region=eu-central-1", "azure-kv://vault1/secrets/key"})
        CHECK(check_run(server("public_production", "web,worker,scheduler", "oidc", "s3") +
                        Words{"--secret-key-ref", reference, "--cookie-secret-ref", reference}));
}

TEST_CASE("validate: what setup writes for Desktop is in order") {
    for (const Words& run : std::vector<Words>{
             {"desktop-local", "--default-provider", "openai", "--default-model", "gpt-5"},
             {"desktop-local", "--permission", "bash=ask"},
             {"desktop-local", "--permission", "bash=deny", "--permission", "webSearch=false"},
             {"cloud-connect", "--cloud-url", "https://cloud.example.invalid", "--label", "Ours",
              "--cache-mode", "metadata-only", "--cache-encryption-fallback", "disabled",
              "--require-managed-org"},
             {"cloud-connect", "--cloud-url", "https://cloud.example.invalid",
              "--allow-user-added-connections", "false"},
         })
        CHECK(check_run(run));
    // It is done in Desktop itself.
    CHECK_FALSE(check_run({"desktop-pairing", "--broker-url", "https://broker.example.invalid"}));
}

TEST_CASE("validate: what setup writes for everything together is in order") {
    const Words hybrid{"full-hybrid",
                       "--cloud-url",
                       "https://cloud.example.invalid",
                       "--service-token",
                       token,
                       "--cloud-gateway-telegram-bot-token",
                       "1234567890:AAH4uT9xWq2ZyUi6OpA9SdF3GhJ7KlMvXc1"};
    for (const Words& more : std::vector<Words>{
             {"--evaluate", "--assets", "assets"},
             {"--evaluate", "--server", "--assets", "assets"},
             {"--gateway-only-telegram-bot-token", bot, "--gateway-only-database-url", database},
         })
        CHECK(check_run(hybrid + more));
}
