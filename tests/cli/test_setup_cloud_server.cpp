#include "config/env_file.hpp"
#include "core/atomic_file.hpp"
#include "rules/cloud_server.hpp"
#include "support/cli_run.hpp"
#include "support/cloud_env.hpp"

#include <catch2/catch.hpp>

#include <filesystem>
#include <map>

// setup cloud-connect --server: the files of the Cloud's own server, by role and tier.
namespace {

using namespace cowork::test;
using cowork::rules::check_cloud;

const std::string password = "hunter2-hunter2";
const std::map<std::string, std::string> environment{
    {"DATABASE", "postgres://cloud:" + password + "@db.example.org:5432/cloud"}};

using Words = std::vector<std::string>;

Words operator+(Words a, const Words& b) {
    a.insert(a.end(), b.begin(), b.end());
    return a;
}

Words complete(const std::string& tier) {
    Words words{"--tier",
                tier,
                "--database-url",
                "env:DATABASE",
                "--worker-id",
                "w-1",
                "--isolation-image",
                "registry.example.org/opencode:1",
                "--isolation-image-sha256",
                cloud_image_digest()};
    if (tier == "local") return words;
    return words + Words{"--cloud-url",           "https://cloud.example.org",
                         "--oidc-issuer-url",     "https://sign-in.example.org",
                         "--oidc-client-id",      "cowork",
                         "--object-store-kind",   "s3",
                         "--object-store-bucket", "artifacts"};
}

struct CloudSetup {
    ScratchDirectory scratch;

    [[nodiscard]] ProcessResult run(const Words& more) const {
        return run_cowork(Words{"setup", "cloud-connect", "--server"} + more, scratch.path(), environment);
    }
    [[nodiscard]] cowork::config::Config read(const std::string& name) const {
        cowork::config::Config config;
        auto file = cowork::config::parse_env_file(content_of(scratch / name), name);
        CHECK(file.diagnostics.empty());
        for (auto& entry : file.entries) config.set(entry.key, std::move(entry.value), entry.where);
        return config;
    }
    [[nodiscard]] std::string value(const std::string& name, const std::string& key) const {
        return std::string(read(name).text("OPEN_COWORK_CLOUD_" + key));
    }
};

TEST_CASE("cloud server: each role and tier is written so that the server takes it") {
    for (const std::string tier : {"local", "self_host_beta", "private_beta", "public_production"})
        for (const std::string role : {"all-in-one", "web", "worker", "scheduler"}) {
            const CloudSetup setup;
            const auto result = setup.run(complete(tier) + Words{"--role", role, "--json"});
            INFO(tier << " " << role << result.out << result.err);
            const bool refused = tier == "public_production" && role == "all-in-one";
            REQUIRE(result.exit_code == (refused ? 2 : 0));
            const auto document = document_of(result);
            CHECK(setup.scratch.entries() == (refused ? 0 : 1));
            if (refused) continue;
            CHECK(document.at("files").at(0).at("path") == ".env.cloud");
            CHECK(mode_of(setup.scratch / ".env.cloud") == 0600);
            CHECK(check_cloud(setup.read(".env.cloud")).empty());
            check_hidden(result, setup.value(".env.cloud", "SECRET_KEY"));
            check_hidden(result, password);
            check_printable(result);
        }
}

TEST_CASE("cloud server: three roles in one run and again") {
    const CloudSetup setup;
    const auto first =
        setup.run(complete("public_production") + Words{"--role", "web", "--role", "worker,scheduler"});
    INFO(first.out << first.err);
    REQUIRE(first.exit_code == 0);
    const Words files{".env.cloud.web", ".env.cloud.worker", ".env.cloud.scheduler"};
    CHECK(setup.scratch.entries() == files.size());
    std::map<std::string, std::string> before;
    for (const auto& file : files) {
        CAPTURE(file);
        CHECK(mode_of(setup.scratch / file) == 0600);
        CHECK(check_cloud(setup.read(file)).empty());
        CHECK(setup.value(file, "SECRET_KEY") == setup.value(files[0], "SECRET_KEY"));
        check_hidden(first, setup.value(file, "SECRET_KEY"));
        CHECK(contains(first.out, file));
        before[file] = fingerprint(setup.scratch / file);
    }
    check_hidden(first, password);
    check_hidden(first, setup.value(files[0], "COOKIE_SECRET"));
    CHECK(setup.value(files[2], "COOKIE_SECRET").empty());
    CHECK(setup.value(files[1], "COOKIE_SECRET") == setup.value(files[0], "COOKIE_SECRET"));
    CHECK(contains(first.out, "pnpm cloud:migrate:start"));
    // Nothing needs to be said again, and nothing changes.
    for (const Words& again :
         {Words{}, Words{"--role", "web,worker,scheduler"}, complete("public_production")}) {
        const auto second = setup.run(again + Words{"--json"});
        INFO(second.out << second.err);
        REQUIRE(second.exit_code == 0);
        for (const auto& file : document_of(second).at("files")) CHECK(file.at("change") == "unchanged");
        for (const auto& file : files) CHECK(fingerprint(setup.scratch / file) == before[file]);
    }
    // One answer changes the files that have its key.
    const auto moved = setup.run({"--object-store-bucket", "other"});
    INFO(moved.out << moved.err);
    REQUIRE(moved.exit_code == 0);
    for (const auto& file : files) CHECK(setup.value(file, "OBJECT_STORE_BUCKET") == "other");
}

TEST_CASE("cloud server: all that is missing is named, and nothing is written") {
    const CloudSetup setup;
    const auto result = setup.run({"--tier", "public_production"});
    CHECK(result.exit_code == 2);
    CHECK(setup.scratch.entries() == 0);
    for (const std::string option :
         {"--database-url", "--cloud-url", "--auth-mode", "--object-store-kind", "--object-store-bucket",
          "--worker-id", "--isolation-image", "--isolation-image-sha256"})
        CHECK(count_of(result.err, option + " is missing") == 1);
    const auto document = document_of(setup.run({"--tier", "public_production", "--json"}));
    CHECK(contains(message_of(document), "--worker-id is missing"));
}

TEST_CASE("cloud server: a refusal names the option and shows no secret") {
    struct Row {
        Words said;
        std::string option, hint;
    };
    for (const Row& row : std::vector<Row>{
             {{"--role", "api"}, "--role", "worker and scheduler"},
             {{"--role", "all-in-one"}, "--role", "web,worker,scheduler"},
             {{"--role", "web", "--secret-key", "hunter2-hunter2"}, "--secret-key", "generated"},
             {{"--role", "web", "--secret-key-ref", "vault:hunter2"}, "--secret-key-ref", "gcp-sm://"},
             {{"--role", "web", "--host", "a b"}, "--host", "127.0.0.1"},
             {{"--role", "web", "--set", "AUTO_PROCESS_COMMANDS=on"}, "--set AUTO_PROCESS_COMMANDS", "false"},
             {{"--role", "worker", "--isolation-mode", "development-process"}, "--isolation-mode", "sandbox"},
             {{"--role", "web,worker", "--output", "x.env"}, "--output", "--directory"},
             {{"--evaluate"}, "--evaluate", "--tier local"},
             {{"--label", "Ours"}, "--label", "leave out"},
         }) {
        const CloudSetup setup;
        const auto result = setup.run(complete("public_production") + row.said);
        INFO(result.out << result.err);
        CHECK(result.exit_code == 2);
        CHECK(contains(result.err, row.option));
        CHECK(contains(result.err, row.hint));
        CHECK(contains(result.err, "Nothing was written."));
        CHECK(setup.scratch.entries() == 0);
        check_hidden(result, password);
    }
}

TEST_CASE("cloud server: options of the server need --server") {
    const ScratchDirectory scratch;
    const auto result =
        run_cowork({"setup", "cloud-connect", "--cloud-url", "https://cloud.example.org", "--tier", "local"},
                   scratch.path(), {{"HOME", scratch.path()}});
    CHECK(result.exit_code == 2);
    CHECK(contains(result.err, "--tier is about the Cloud's own server"));
    CHECK(contains(result.err, "add --server"));
}

TEST_CASE("cloud server: a trial needs nothing, runs on loopback and says that it is open") {
    const CloudSetup setup;
    const auto result = setup.run({"--evaluate", "--root", setup.scratch / "state"});
    INFO(result.out << result.err);
    REQUIRE(result.exit_code == 0);
    const auto config = setup.read(".env.cloud");
    CHECK(check_cloud(config).empty());
    CHECK(cowork::rules::view_cloud(config).loopback_bind());
    CHECK(mode_of(setup.scratch / "state") == 0700);
    CHECK(contains(result.out, "unprotected"));
    CHECK(contains(result.out, "--isolation-image"));
    CHECK(contains(result.out, "pnpm cloud:start"));
    check_hidden(result, setup.value(".env.cloud", "SECRET_KEY"));
    const std::string before = fingerprint(setup.scratch / ".env.cloud");
    REQUIRE(setup.run({"--evaluate", "--root", setup.scratch / "state"}).exit_code == 0);
    CHECK(fingerprint(setup.scratch / ".env.cloud") == before);
}

TEST_CASE("cloud server: --set HOST means the server's own key") {
    const CloudSetup setup;
    const auto result = setup.run(complete("private_beta") + Words{"--set", "HOST=0.0.0.0"});
    INFO(result.out << result.err);
    REQUIRE(result.exit_code == 0);
    CHECK(setup.value(".env.cloud", "HOST") == "0.0.0.0");
    CHECK(setup.read(".env.cloud").find("HOST") == nullptr);
}

}  // namespace
