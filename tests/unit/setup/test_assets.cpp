#include "net/url.hpp"
#include "rules/secret_names.hpp"
#include "secrets/encodings.hpp"
#include "support/asset_context.hpp"
#include "support/scratch_directory.hpp"

#include <catch2/catch.hpp>
#include <glob.h>

#include <regex>
#include <set>

using namespace cowork;
using catalogue::Intent;
using test::asset_case;
using test::asset_text;
using test::assets_of;

namespace {

const std::string gateway = "OPEN_COWORK_STANDALONE_GATEWAY_";
const std::string channel = "OPEN_COWORK_GATEWAY_";
const std::string cloud = "OPEN_COWORK_CLOUD_";

std::set<std::string> names_of(const std::vector<setup::Asset>& assets) {
    std::set<std::string> names;
    for (const auto& asset : assets) names.insert(asset.name);
    return names;
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

// Whether one of the sentences about what is left out names all of these.
bool is_left_out(const test::AssetCase& made, const std::string& name, const std::string& why) {
    const auto sentences = setup::left_out(made.context());
    return std::any_of(sentences.begin(), sentences.end(),
                       [&](const std::string& text) { return has(text, name) && has(text, why); });
}

}  // namespace

TEST_CASE("assets: each path has those of its services") {
    CHECK(names_of(assets_of(asset_case(Intent::gateway_only))) ==
          std::set<std::string>{"sysusers.d/open-cowork.conf", "opencode.service",
                                "open-cowork-gateway.service", "compose.yaml", "postgres-role.sql",
                                "nginx.conf", "Caddyfile", "prometheus.yml", "cowork-doctor.service",
                                "cowork-doctor.timer"});
    CHECK(names_of(assets_of(asset_case(Intent::cloud_gateway))) ==
          std::set<std::string>{"sysusers.d/open-cowork.conf", "open-cowork-channel-gateway.service",
                                "compose.yaml", "nginx.conf", "Caddyfile", "prometheus.yml",
                                "cowork-doctor.service", "cowork-doctor.timer"});
    CHECK(names_of(assets_of(asset_case(Intent::cloud_connect))) ==
          std::set<std::string>{"sysusers.d/open-cowork.conf", "open-cowork-cloud-web.service",
                                "postgres-role.sql", "nginx.conf", "Caddyfile", "cowork-doctor.service",
                                "cowork-doctor.timer"});
}

TEST_CASE("assets: a Cloud server has the unit of its role") {
    const auto [role, unit] = GENERATE(table<std::string, std::string>({
        {"", "open-cowork-cloud.service"},
        {"all-in-one", "open-cowork-cloud.service"},
        {"web", "open-cowork-cloud-web.service"},
        {"worker", "open-cowork-cloud-worker.service"},
        {"scheduler", "open-cowork-cloud-scheduler.service"},
    }));
    const auto made = asset_case(Intent::cloud_connect, {{cloud + "ROLE", role}});
    const auto assets = assets_of(made);
    CAPTURE(role);
    CHECK(names_of(assets).count(unit) == 1);
    const bool serves = role != "worker" && role != "scheduler";
    CHECK(names_of(assets).count("nginx.conf") == (serves ? 1 : 0));
    CHECK(is_left_out(made, "nginx.conf", "serves no requests") == !serves);
    // Executions need Docker, which is as good as root: only where they happen.
    const bool executes = role.empty() || role == "all-in-one" || role == "worker";
    CHECK(has(asset_text(assets, unit), "SupplementaryGroups=docker") == executes);
}

TEST_CASE("assets: what a value rules out is left out and said") {
    struct Row {
        Intent intent;
        test::Pairs change;
        std::string absent, why;
    };
    const auto row = GENERATE(values<Row>({
        {Intent::gateway_only, {{gateway + "PUBLIC_URL", ""}}, "nginx.conf", "PUBLIC_URL is not set"},
        {Intent::gateway_only, {{gateway + "PUBLIC_URL", ""}}, "Caddyfile", "PUBLIC_URL is not set"},
        {Intent::gateway_only, {{gateway + "PUBLIC_URL", "http://gateway.test"}}, "nginx.conf", "not https"},
        {Intent::gateway_only,
         {{gateway + "PUBLIC_URL", "https://gateway.test/x"}},
         "Caddyfile",
         "has a path"},
        {Intent::gateway_only, {{gateway + "STORE", "memory"}}, "postgres-role.sql", "names no PostgreSQL"},
        {Intent::gateway_only,
         {{gateway + "DATABASE_URL", "postgres://db.test/x"}},
         "postgres-role.sql",
         "names no role"},
        {Intent::gateway_only,
         {{gateway + "OPENCODE_URL", "http://10.0.0.7:4096"}},
         "opencode.service",
         "runs elsewhere"},
        {Intent::gateway_only,
         {{gateway + "OPENCODE_URL", "https://127.0.0.1:4096"}},
         "compose.yaml",
         "OPENCODE_URL"},
        {Intent::gateway_only, {{gateway + "DATABASE_SSL", "true"}}, "compose.yaml", "DATABASE_URL"},
        {Intent::gateway_only, {{gateway + "PORT", "0"}}, "compose.yaml", "PORT"},
        {Intent::cloud_gateway,
         {{channel + "METRICS_ENABLED", "false"}},
         "prometheus.yml",
         "METRICS_ENABLED is off"},
        {Intent::cloud_gateway, {{channel + "ADMIN_TOKEN", ""}}, "compose.yaml", "ADMIN_TOKEN"},
        {Intent::cloud_gateway, {{channel + "CLI_ENABLED", "true"}}, "compose.yaml", "the cli provider"},
        {Intent::cloud_gateway,
         {{channel + "TELEGRAM_BOT_TOKEN", ""}, {channel + "ENABLE_FAKE_PROVIDER", "true"}},
         "compose.yaml",
         "the fake provider"},
        {Intent::cloud_gateway,
         {{"OPEN_COWORK_CLOUD_BASE_URL", "http://localhost:8787"}},
         "compose.yaml",
         "loopback"},
        {Intent::cloud_connect,
         {{cloud + "CONTROL_PLANE_URL", ""}},
         "postgres-role.sql",
         "names no PostgreSQL"},
    }));
    const auto made = asset_case(row.intent, row.change);
    CAPTURE(row.absent, row.why);
    CHECK(asset_text(assets_of(made), row.absent).empty());
    CHECK(is_left_out(made, row.absent, row.why));
}

TEST_CASE("assets: the dialect decides who can read the env file") {
    auto made = asset_case(Intent::gateway_only);
    SECTION("systemd cannot read it") {
        made.dialect = GENERATE(config::Dialect::sh, config::Dialect::docker);
        const auto refused = setup::make_assets(made.context());
        REQUIRE_FALSE(refused);
        CHECK(refused.error().code == ErrorCode::refused);
        CHECK(has(refused.error().remedy, "--dialect systemd"));
        CHECK(has(refused.error().message, made.env_file));
    }
    SECTION("only systemd can") {
        made.dialect = config::Dialect::systemd;
        CHECK(names_of(assets_of(made)).count("compose.yaml") == 0);
        CHECK(names_of(assets_of(made)).count("open-cowork-gateway.service") == 1);
        CHECK(is_left_out(made, "compose.yaml", "--dialect compose"));
    }
    SECTION("only Compose can") {
        made.dialect = config::Dialect::compose;
        CHECK(names_of(assets_of(made)).count("compose.yaml") == 1);
        CHECK(names_of(assets_of(made)).count("open-cowork-gateway.service") == 0);
        // It runs cowork, which reads every dialect.
        CHECK(names_of(assets_of(made)).count("cowork-doctor.service") == 1);
        CHECK(is_left_out(made, "systemd units", "--dialect systemd"));
    }
}

TEST_CASE("assets: an intent without services is called wrongly") {
    const auto intent = GENERATE(Intent::desktop_local, Intent::desktop_pairing, Intent::full_hybrid);
    auto made = asset_case(Intent::gateway_only);
    made.intent = intent;
    const auto refused = setup::make_assets(made.context());
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::usage);
    CHECK(setup::left_out(made.context()).empty());
}

TEST_CASE("assets: Desktop's own file of a Cloud is no server's") {
    test::AssetCase made{Intent::cloud_connect, {{"OPEN_COWORK_CLOUD_BASE_URL", "https://cloud.test"}}};
    made.config = test::config_of(made.pairs);
    const auto refused = setup::make_assets(made.context());
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::usage);
    CHECK(has(refused.error().remedy, "--server"));
}

TEST_CASE("assets: no secret is in any of them in any spelling") {
    const auto intent = GENERATE(Intent::gateway_only, Intent::cloud_gateway, Intent::cloud_connect);
    auto made = asset_case(intent);
    made.dialect = GENERATE(config::Dialect::portable, config::Dialect::systemd, config::Dialect::compose);
    const auto assets = assets_of(made);
    std::vector<std::string> secrets;
    for (const auto& [key, value] : made.pairs) {
        if (rules::is_secret_key(key)) secrets.push_back(value);
        for (auto& password : net::passwords_in(value)) secrets.push_back(password);
    }
    REQUIRE(secrets.size() > 3);
    for (const auto& asset : assets) {
        CAPTURE(asset.name);
        CHECK_FALSE(has(asset.text, "c4n4ry"));
        CHECK_FALSE(has(asset.next, "c4n4ry"));
        for (const auto& secret : secrets)
            for (const auto& spelling : spellings_of(secret)) CHECK_FALSE(has(asset.text, spelling));
    }
}

TEST_CASE("assets: a user and password in a public URL are not published") {
    const auto made =
        asset_case(Intent::gateway_only, {{gateway + "PUBLIC_URL", "https://me:c4n4ry@gateway.test"}});
    for (const auto& asset : assets_of(made)) CHECK_FALSE(has(asset.text, "c4n4ry"));
}

TEST_CASE("assets: every one says whose it is and what it is for") {
    const auto intent = GENERATE(Intent::gateway_only, Intent::cloud_gateway, Intent::cloud_connect);
    for (const auto& asset : assets_of(asset_case(intent))) {
        CAPTURE(asset.name);
        const std::string first = asset.text.substr(0, asset.text.find('\n'));
        CHECK(std::regex_match(first, std::regex("(#|--) Written by cowork [0-9.]+: .+")));
        CHECK(asset.text.ends_with('\n'));
        CHECK_FALSE(asset.purpose.empty());
        CHECK(asset.purpose.find('\n') == std::string::npos);
        CHECK(asset.next.find('\n') == std::string::npos);
    }
}

TEST_CASE("assets: what no file can hold is refused by the name of its key") {
    struct Row {
        std::string key, value;
    };
    const auto row = GENERATE(values<Row>({
        {gateway + "RUNTIME_ROOT", "/srv/a\nExecStart=/bin/sh"},
        {gateway + "RUNTIME_ROOT", "/srv/a\rb"},
        {gateway + "RUNTIME_ROOT", "/srv/a\xff"},
        {gateway + "RUNTIME_ROOT", "/srv/ends-in\\"},
        {gateway + "HOST", "127.0.0.1; return 200"},
        {gateway + "HOST", "a{b}"},
        {gateway + "HOST", "\"x\""},
        {gateway + "PUBLIC_URL", "https://g\u00e4teway.test"},
        {gateway + "PUBLIC_URL", "https://a;b.test"},
        {gateway + "PUBLIC_URL", "https://a$b.test"},
        {gateway + "PUBLIC_URL", "https://a{b}.test"},
        {gateway + "DATABASE_URL", "postgres://ro%0Ale:c4n4ry@127.0.0.1/db"},
        {gateway + "DATABASE_URL", "postgres://role:c4n4ry@127.0.0.1/" + std::string(64, 'd')},
        {gateway + "DATABASE_SSL_CA_PATH", "/home/a\nb"},
    }));
    const auto made = asset_case(Intent::gateway_only, {{row.key, row.value}});
    const auto refused = setup::make_assets(made.context());
    CAPTURE(row.key, row.value);
    if (refused) {
        // Some readers of URLs see no URL at all; then nothing is published.
        CHECK(row.key == gateway + "PUBLIC_URL");
        CHECK(asset_text(*refused, "nginx.conf").empty());
        return;
    }
    CHECK(refused.error().code == ErrorCode::refused);
    CHECK(has(refused.error().message, row.key));
    CHECK_FALSE(refused.error().remedy.empty());
    CHECK_FALSE(has(refused.error().message, "c4n4ry"));
}

TEST_CASE("assets: an env file or a program whose path no unit can hold is refused") {
    auto made = asset_case(Intent::gateway_only);
    SECTION("env file") { made.env_file = "/etc/a\nb"; }
    SECTION("program") { made.program = "/usr/bin/a\nb"; }
    // systemd takes no such program, however it is quoted.
    SECTION("program with a quote") { made.program = "/opt/a\"b/cowork"; }
    SECTION("program with a backslash") { made.program = "/opt/a\\b/cowork"; }
    CHECK_FALSE(setup::make_assets(made.context()));
}

TEST_CASE("assets: the pattern that systemd looks for the env file with finds that file alone") {
    const test::ScratchDirectory scratch;
    const std::string name = GENERATE(as<std::string>{}, "plain", "a b", "a%nb", "a*", "a?", "[ab]", "a\\b",
                                      "a\"b'c", "a$HOME;{x,y}");
    auto made = asset_case(Intent::gateway_only);
    made.env_file = scratch.file(name, "");
    // What a pattern would match too.
    for (const char* other : {"ab", "aa", "a", "b"}) (void)scratch.file(other, "");
    const auto unit = asset_text(assets_of(made), "open-cowork-gateway.service");
    std::smatch line;
    REQUIRE(std::regex_search(unit, line, std::regex("\nEnvironmentFile=(.*)\n")));
    const std::string pattern = std::regex_replace(line[1].str(), std::regex("%%"), "%");
    glob_t found{};
    REQUIRE(::glob(pattern.c_str(), 0, nullptr, &found) == 0);
    REQUIRE(found.gl_pathc == 1);
    CHECK(made.env_file == found.gl_pathv[0]);
    ::globfree(&found);
}

TEST_CASE(
    "assets: OpenCode cannot read the gateway's environment, the gateway can use OpenCode's directory") {
    const auto assets = assets_of(asset_case(Intent::gateway_only));
    const auto opencode = asset_text(assets, "opencode.service");
    const auto service = asset_text(assets, "open-cowork-gateway.service");
    CHECK(has(opencode, "\nUser=open-cowork-agent\n"));
    CHECK(has(service, "\nUser=open-cowork\n"));
    CHECK(has(service, "\nSupplementaryGroups=open-cowork-agent\n"));
    CHECK_FALSE(has(opencode, "/etc/open-cowork/gateway.env"));
}

TEST_CASE("assets: a runtime root is made by whatever can make it") {
    const auto [root, in_unit, in_tmpfiles] = GENERATE(table<std::string, std::string, bool>({
        {"/var/lib/open-cowork/x", "StateDirectory=open-cowork/x", false},
        {"/srv/agents", "ReadWritePaths=\"/srv/agents\"", true},
        {"/home/me/agents", "BindPaths=\"/home/me/agents\"", true},
        {"/tmp/agents", "BindPaths=\"/tmp/agents\"", true},
        {"/var/lib/../agents", "ReadWritePaths=\"/var/lib/../agents\"", true},
    }));
    const auto assets = assets_of(asset_case(Intent::gateway_only, {{gateway + "RUNTIME_ROOT", root}}));
    CAPTURE(root);
    CHECK(has(asset_text(assets, "opencode.service"), "\n" + in_unit + "\n"));
    CHECK(asset_text(assets, "tmpfiles.d/open-cowork.conf").empty() != in_tmpfiles);
}

TEST_CASE("assets: a port below 1024 takes the one capability for it") {
    const auto low = assets_of(asset_case(Intent::gateway_only, {{gateway + "PORT", "443"}}));
    CHECK(has(asset_text(low, "open-cowork-gateway.service"), "AmbientCapabilities=CAP_NET_BIND_SERVICE"));
    const auto high = assets_of(asset_case(Intent::gateway_only));
    CHECK_FALSE(has(asset_text(high, "open-cowork-gateway.service"), "AmbientCapabilities"));
}
