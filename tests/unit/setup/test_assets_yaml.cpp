#include "support/asset_context.hpp"

#include <catch2/catch.hpp>
#include <yaml-cpp/yaml.h>

#include <regex>

using namespace cowork;
using catalogue::Intent;
using test::asset_case;
using test::asset_text;
using test::assets_of;

namespace {

const std::string gateway = "OPEN_COWORK_STANDALONE_GATEWAY_";
const std::string hostile = R"(/srv/a b"c'd%n$HOME;{e}: #\f)";

YAML::Node compose_of(const test::AssetCase& made) {
    return YAML::Load(asset_text(assets_of(made), "compose.yaml"));
}

// As Compose reads it: `$$` is a dollar. A lone one would be a variable.
std::string interpolated(std::string text) {
    for (std::size_t at = 0; (at = text.find("$$", at)) != std::string::npos; ++at) text.erase(at, 1);
    return text;
}

bool lists(const YAML::Node& list, const std::string& value) {
    return std::any_of(list.begin(), list.end(),
                       [&](const YAML::Node& item) { return item.as<std::string>() == value; });
}

}  // namespace

TEST_CASE("compose: nothing unpinned starts, nothing runs with more than it needs") {
    const auto intent = GENERATE(Intent::gateway_only, Intent::cloud_gateway);
    const auto services = compose_of(asset_case(intent))["services"];
    REQUIRE(services.size() == (intent == Intent::gateway_only ? 4 : 1));
    for (const auto& service : services) {
        CAPTURE(service.first.as<std::string>());
        const auto image = service.second["image"].as<std::string>();
        CHECK(std::regex_search(image, std::regex("@sha256:[0-9a-f]{64}$|^\\$\\{[A-Z_]+:\\?[^}]+\\}$")));
        CHECK(service.second["read_only"].as<bool>());
        CHECK(lists(service.second["cap_drop"], "ALL"));
        CHECK(lists(service.second["security_opt"], "no-new-privileges:true"));
        const bool one_shot = service.first.as<std::string>() == "directories";
        CHECK((service.second["user"].as<std::string>() == "0:0") == one_shot);
        CHECK(service.second["cap_add"].IsDefined() == one_shot);
        CHECK(service.second["healthcheck"].IsDefined() != one_shot);
        for (const auto& port : service.second["ports"])
            CHECK(port.as<std::string>().rfind("127.0.0.1:", 0) == 0);
    }
}

TEST_CASE("compose: OpenCode is published nowhere and cannot reach the database") {
    const auto services = compose_of(asset_case(Intent::gateway_only))["services"];
    CHECK_FALSE(services["opencode"]["ports"].IsDefined());
    CHECK_FALSE(services["opencode"]["env_file"].IsDefined());
    // The database listens on the loopback of the network that only the gateway shares.
    CHECK(services["gateway"]["network_mode"].as<std::string>() == "service:postgres");
    CHECK(lists(services["postgres"]["command"], "listen_addresses=127.0.0.1"));
    CHECK(services["postgres"]["ports"][0].as<std::string>() == "127.0.0.1:8795:8795");
    const auto environment = services["gateway"]["environment"];
    CHECK(environment[gateway + "HOST"].as<std::string>() == "0.0.0.0");
    CHECK(environment[gateway + "OPENCODE_URL"].as<std::string>() == "http://opencode.internal:4096");
    CHECK(environment[gateway + "ALLOW_PRIVATE_DNS"].as<std::string>() == "true");
    CHECK(services["postgres"]["environment"]["POSTGRES_PASSWORD"].as<std::string>().rfind("${", 0) == 0);
}

TEST_CASE("compose: a database elsewhere is not bundled, and its certificate is mounted") {
    const auto services = compose_of(asset_case(
        Intent::gateway_only, {{gateway + "DATABASE_URL", "postgres://role:c4n4ry@db.test/db"},
                               {gateway + "DATABASE_SSL", "true"},
                               {gateway + "DATABASE_SSL_CA_PATH", "/etc/ssl/ca.pem"}}))["services"];
    CHECK_FALSE(services["postgres"].IsDefined());
    CHECK(services["gateway"]["ports"][0].as<std::string>() == "127.0.0.1:8795:8795");
    const auto volumes = services["gateway"]["volumes"];
    REQUIRE(volumes.size() == 2);
    CHECK(volumes[1]["source"].as<std::string>() == "/etc/ssl/ca.pem");
    CHECK(volumes[1]["read_only"].as<bool>());
}

TEST_CASE("compose: hostile values come back as they were") {
    auto made =
        asset_case(Intent::gateway_only,
                   {{gateway + "RUNTIME_ROOT", hostile},
                    {gateway + "DATABASE_URL", "postgres://r%24%7Bx%7D%22:p4ss@127.0.0.1/d%22%27%20b"}});
    made.env_file = hostile + "/env";
    const auto services = compose_of(made)["services"];
    CHECK(interpolated(services["gateway"]["env_file"][0].as<std::string>()) == hostile + "/env");
    CHECK(interpolated(services["opencode"]["working_dir"].as<std::string>()) == hostile);
    CHECK(interpolated(services["opencode"]["volumes"][0]["target"].as<std::string>()) == hostile);
    CHECK(interpolated(services["directories"]["command"][2].as<std::string>()) == hostile);
    CHECK(interpolated(services["postgres"]["environment"]["POSTGRES_USER"].as<std::string>()) == "r${x}\"");
    CHECK(interpolated(services["postgres"]["environment"]["POSTGRES_DB"].as<std::string>()) == "d\"' b");
    // No variable but the required ones is left in the text.
    const auto text = asset_text(assets_of(made), "compose.yaml");
    const std::regex variable(R"((?:^|[^$])(?:\$\$)*\$(?!\$)(\{[A-Z_]+:\?)?)");
    for (auto found = std::sregex_iterator(text.begin(), text.end(), variable);
         found != std::sregex_iterator(); ++found)
        CHECK((*found)[1].matched);
}

TEST_CASE("prometheus: one job with a token from a file") {
    const auto [intent, target, job] = GENERATE(table<Intent, std::string, std::string>({
        {Intent::gateway_only, "127.0.0.1:8795", "open-cowork-gateway"},
        {Intent::cloud_gateway, "127.0.0.1:8790", "open-cowork-channel-gateway"},
    }));
    const auto root = YAML::Load(asset_text(assets_of(asset_case(intent)), "prometheus.yml"));
    REQUIRE(root.size() == 1);
    const auto jobs = root["scrape_configs"];
    REQUIRE(jobs.size() == 1);
    CHECK(jobs[0]["job_name"].as<std::string>() == job);
    CHECK(jobs[0]["metrics_path"].as<std::string>() == "/metrics");
    CHECK(jobs[0]["static_configs"][0]["targets"][0].as<std::string>() == target);
    CHECK(jobs[0]["authorization"]["credentials_file"].as<std::string>().front() == '/');
    CHECK_FALSE(jobs[0]["authorization"]["credentials"].IsDefined());
}

TEST_CASE("prometheus: a wildcard or an IPv6 address is reached where it listens") {
    const auto [host, target] = GENERATE(table<std::string, std::string>({
        {"0.0.0.0", "127.0.0.1:8795"},
        {"::", "[::1]:8795"},
        {"fd00::5", "[fd00::5]:8795"},
        {"10.1.2.3", "10.1.2.3:8795"},
    }));
    const auto made = asset_case(Intent::gateway_only, {{gateway + "HOST", host}});
    const auto root = YAML::Load(asset_text(assets_of(made), "prometheus.yml"));
    CHECK(root["scrape_configs"][0]["static_configs"][0]["targets"][0].as<std::string>() == target);
}
