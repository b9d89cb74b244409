#include "matrix/groups.hpp"
#include "matrix/transport_faults.hpp"
#include "support/backup_evidence.hpp"
#include "support/delay_proxy.hpp"
#include "support/fake_channel_gateway.hpp"
#include "support/fake_cloud.hpp"
#include "support/fake_gateway.hpp"
#include "support/fake_opencode.hpp"
#include "support/gateway_env.hpp"
#include "support/places.hpp"
#include "support/real_postgres.hpp"

#include <fmt/chrono.h>
#include <nlohmann/json.hpp>

#include <chrono>
#include <csignal>
#include <fstream>
#include <set>
#include <thread>

namespace cowork::test::matrix {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;

constexpr const char* provider_check = "gateway.provider.healthy";
constexpr const char* operator_check = "gateway.operator_auth.configured";
const std::string bot_token = "1234567890:AAH-bot-Tok_3f9c1d7a8b2e4056c7";

std::string now_text(std::chrono::seconds ago = {}) {
    return fmt::format(
        "{:%Y-%m-%dT%H:%M:%S}.000Z",
        fmt::gmtime(std::chrono::system_clock::to_time_t(std::chrono::system_clock::now() - ago)));
}

// A Desktop with a pairing, a Standalone Gateway, a Channel Gateway and their Cloud, on one machine.
class HybridWorld : public World {
  public:
    // Every answer takes that long.
    explicit HybridWorld(milliseconds delay = {})
        : opencode(serve(std::make_shared<FakeOpencode>(FakeOpencodeOptions{.server = slow(delay)}))),
          gateway(serve(std::make_shared<FakeGateway>(FakeGatewayOptions{.server = slow(delay)}))),
          cloud(serve(std::make_shared<FakeCloud>(
              FakeCloudOptions{.scopes = {"desktop", "gateway", "operator"}, .server = slow(delay)}))),
          channel(serve(std::make_shared<FakeChannelGateway>(
              FakeChannelGatewayOptions{.cloud_url = cloud->url(), .server = slow(delay)}))) {
        standalone = {{"STORE", "memory"},
                      {"ADMIN_TOKEN", FakeGatewayOptions{}.admin_token},
                      {"OPENCODE_URL", opencode->url()},
                      {"RUNTIME_ROOT", scratch.directory("runtime")},
                      {"PORT", std::to_string(gateway->port())},
                      {"WEBHOOK_SHARED_SECRET", "WEBHOOK-sig-8b2e40563f9c1d7a"},
                      {"WEBHOOK_DELIVERY_URL", "http://127.0.0.1:9/deliveries"}};
        channel_values = {{"OPEN_COWORK_CLOUD_BASE_URL", cloud->url()},
                          {"OPEN_COWORK_GATEWAY_SERVICE_TOKEN", FakeCloudOptions{}.token},
                          {"OPEN_COWORK_GATEWAY_ADMIN_TOKEN", FakeChannelGatewayOptions{}.admin_token},
                          {"OPEN_COWORK_GATEWAY_PORT", std::to_string(channel->port())},
                          {"OPEN_COWORK_GATEWAY_TELEGRAM_BOT_TOKEN", bot_token}};
        environment = {{"HOME", scratch.path()}, {"OPEN_COWORK_CLOUD_TOKEN", FakeCloudOptions{}.token}};
        secrets = {FakeCloudOptions{}.token, FakeGatewayOptions{}.admin_token,
                   FakeChannelGatewayOptions{}.admin_token, bot_token};
    }
    void silence() {
        // In turn, so that each service is silent on its own.
        standalone["OPENCODE_URL"] = at_tarpit(*this, Tarpit::silent());
        standalone["PORT"] = port_of(at_tarpit(*this, Tarpit::silent()));
        standalone["STORE"] = "postgres";
        standalone["DATABASE_URL"] = "postgres://gateway:ROLE-pw-51a7c0ffee91@127.0.0.1:" +
                                     port_of(at_tarpit(*this, Tarpit::silent())) + "/g";
        channel_values["OPEN_COWORK_GATEWAY_PORT"] = port_of(at_tarpit(*this, Tarpit::silent()));
        channel_values["OPEN_COWORK_CLOUD_BASE_URL"] = at_tarpit(*this, Tarpit::silent());
    }
    // A run that the test watches.
    [[nodiscard]] ProcessOptions options(const std::vector<std::string>& more) {
        ready();
        ProcessOptions made;
        made.argv = {COWORK_BINARY, "doctor", "full-hybrid", "--json"};
        made.argv.insert(made.argv.end(), more.begin(), more.end());
        made.environment = std::vector<std::string>{"PATH=/usr/bin:/bin"};
        for (const auto& [key, value] : environment) made.environment->push_back(key + "=" + value);
        made.directory = scratch.path();
        return made;
    }

    std::shared_ptr<FakeOpencode> opencode;
    std::shared_ptr<FakeGateway> gateway;
    std::shared_ptr<FakeCloud> cloud;
    std::shared_ptr<FakeChannelGateway> channel;
    std::map<std::string, std::string> standalone, channel_values;
    bool with_gateways = true, with_desktop = true;

  protected:
    void prepare() override {
        if (with_gateways) {
            (void)scratch.file(".env.standalone-gateway", gateway_env(standalone));
            std::string text;
            for (const auto& [key, value] : channel_values) text += key + "=" + value + "\n";
            (void)scratch.file(".env.gateway", text);
        }
        if (with_desktop) {
            const std::string root = scratch.directory(".config/Open Cowork");
            std::ofstream(root + "/desktop-pairings.json") << pairings().dump();
        }
    }

  private:
    static FakeServerOptions slow(milliseconds delay) {
        FakeServerOptions options;
        options.delay = delay;
        options.keep_alive = delay.count() > 0;
        return options;
    }
    static std::string port_of(const std::string& url) { return url.substr(url.rfind(':') + 1); }
    static json pairings() {
        const json policy{{"allowRemotePrompts", true},
                          {"allowRemoteAbort", true},
                          {"remoteApprovals", "local_confirmation"},
                          {"remoteQuestions", "local_confirmation"},
                          {"exposeArtifactBodies", false},
                          {"exposeLocalPaths", false},
                          {"exposeLocalMcpDetails", false},
                          {"allowRemoteAttachments", false}};
        const json record{{"id", "desktop_pairing_1"},
                          {"label", "Phone"},
                          {"deviceName", "ada"},
                          {"status", "paired_online"},
                          {"enabled", true},
                          {"brokerUrl", "https://broker.example.com"},
                          {"allowedWorkspaceIds", {"local"}},
                          {"allowedSessionIds", nullptr},
                          {"policy", policy},
                          {"lastConnectedAt", now_text()},
                          {"lastHeartbeatAt", now_text()},
                          {"lastCommandSequence", 0},
                          {"error", nullptr},
                          {"createdAt", now_text()},
                          {"updatedAt", now_text()},
                          {"revokedAt", nullptr}};
        return {{"schemaVersion", 1}, {"pairings", {record}}, {"audit", json::array()}};
    }
};

const std::vector<Case<HybridWorld>>& cases() {
    static const std::vector<Case<HybridWorld>> all = [] {
        std::vector<Case<HybridWorld>> made;
        for (const char* check : {provider_check, operator_check}) {
            made.push_back({{check, "full hybrid: nothing", Status::ready, "", 0}, nullptr});
            made.push_back(
                {{check, "full hybrid: no gateway is set up", Status::unknown, "gateway.not-set-up", 3},
                 [](HybridWorld& world) { world.with_gateways = false; }});
        }
        made.push_back({{provider_check, "full hybrid: the second of two gateways is down", Status::offline,
                         "gateway.connection-refused", 1},
                        [](HybridWorld& world) {
                            world.channel_values["OPEN_COWORK_GATEWAY_PORT"] = std::to_string(free_port());
                        }});
        for (auto& one : made)
            one.breaks = [check = one.row.check, breaks = one.breaks](HybridWorld& world) {
                world.path = "full-hybrid";
                world.arguments = {"--only", std::string(check)};
                if (breaks) breaks(world);
            };
        return made;
    }();
    return all;
}

json run(HybridWorld& world, const std::vector<std::string>& more = {}) {
    std::vector<std::string> arguments{"--json"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const auto result = world.doctor(arguments);
    INFO(result.out << result.err);
    return json_of(result);
}

}  // namespace

// For scripts/bench: a healthy full hybrid whose every answer takes 50 ms. Writes its directory to the file
// that COWORK_BENCH_OUT names, and serves until its standard input ends.
TEST_CASE("bench: a full hybrid", "[.serve]") {
    const char* out = std::getenv("COWORK_BENCH_OUT");
    REQUIRE(out != nullptr);
    constexpr milliseconds delay{50};
    RealPostgres postgres;
    postgres.create_gateway_schema();
    postgres.create_role("gateway", "ROLE-pw-51a7c0ffee91", "SELECT, INSERT, UPDATE, DELETE");
    postgres.exec(
        "INSERT INTO standalone_gateway_channel_identities (identity_id, provider, external_user_id, role, "
        "status)"
        " VALUES ('i1', 'webhook', 'alice', 'owner', 'active');"
        "INSERT INTO standalone_gateway_daemon_leases (lease_id, owner_id, expires_at)"
        " VALUES ('standalone-gateway:daemon', 'host:1', now() + interval '1 hour');");
    const DelayProxy database(postgres.port(), delay);
    HybridWorld world(delay);
    world.standalone.erase("STORE");
    world.standalone["DATABASE_URL"] =
        "postgres://gateway:ROLE-pw-51a7c0ffee91@127.0.0.1:" + std::to_string(database.port()) + "/gateway";
    (void)world.scratch.file("backup-evidence.json", good_backup_evidence().dump());
    world.ready();
    std::ofstream(out) << world.scratch.path() << std::endl;
    char byte = 0;
    while (::read(STDIN_FILENO, &byte, 1) > 0) {
    }
}

std::vector<Row> hybrid_rows() { return rows_of(cases()); }

TEST_CASE("kill matrix: full hybrid", "[hybrid]") {
    run_cases(cases(), [] { return std::make_unique<HybridWorld>(); });
}

TEST_CASE("hybrid: without INTENT, doctor checks every path that is set up, each under its authority",
          "[hybrid]") {
    HybridWorld world;
    const json report = run(world);
    CHECK(report.at("intent").is_null());
    CHECK(report.at("paths") == json{"desktop-local", "gateway-only", "desktop-pairing", "cloud-gateway"});
    std::set<std::string> authorities;
    for (const json& row : report.at("results")) authorities.insert(row.at("authority"));
    for (const char* authority : {"desktop_local", "gateway_standalone", "desktop_paired", "cloud_worker"})
        CHECK(authorities.contains(authority));
    CHECK(row_of(report, "pairing.connection.active").at("status") == "ready");
    CHECK(row_of(report, "desktop.runtime.ready").at("required") == true);

    HybridWorld one;
    one.with_desktop = false;
    one.channel_values.clear();
    one.ready();
    REQUIRE(::unlink((one.scratch / ".env.gateway").c_str()) == 0);
    one.environment.erase("OPEN_COWORK_CLOUD_TOKEN");
    CHECK(run(one).at("intent") == "gateway-only");
}

TEST_CASE("hybrid: a full hybrid waits for what the product wants of it, whatever is there", "[hybrid]") {
    HybridWorld world;
    world.path = "full-hybrid";
    const json report = run(world);
    CHECK(report.at("intent") == "full-hybrid");
    CHECK(report.at("executionAuthority") == "mixed");
    for (const char* id : {"workspace.authority.declared", "workspace.cloud.sync.reachable", provider_check,
                           "cloud.backup_posture.configured", "pairing.remote_policy.scoped"})
        CHECK(row_of(report, id).at("required") == true);
    CHECK(row_of(report, "desktop.runtime.ready").at("required") == false);
    CHECK(row_of(report, "gateway.env_file.private").at("required") == true);
    for (const char* id : {"workspace.cloud.sync.reachable", provider_check, "pairing.remote_policy.scoped"})
        CHECK(row_of(report, id).at("status") == "ready");
}

TEST_CASE("hybrid: one root cause, and what only shows it", "[hybrid]") {
    HybridWorld world;
    world.path = "full-hybrid";
    const std::string dead = "http://127.0.0.1:" + std::to_string(free_port());
    world.channel_values["OPEN_COWORK_CLOUD_BASE_URL"] = dead;
    world.channel->update([&](FakeChannelGatewayOptions& o) { o.cloud_url = dead; });
    const json report = run(world);
    const json root = row_of(report, "workspace.cloud.sync.reachable");
    CHECK(root.at("status") == "offline");
    for (const char* id : {provider_check, "workspace.cloud.authenticated"}) {
        CHECK(row_of(report, id).at("rootCause") == "workspace.cloud.sync.reachable");
        const json& symptoms = root.at("symptoms");
        CHECK(std::find(symptoms.begin(), symptoms.end(), id) != symptoms.end());
    }
    const auto text = world.doctor({"-q"});
    CHECK(text.out.find("shows in") != std::string::npos);
}

TEST_CASE("hybrid: all targets silent at once end at the deadline, with every check in the report",
          "[hybrid]") {
    HybridWorld healthy;
    healthy.path = "full-hybrid";
    const std::size_t checks = run(healthy).at("results").size();
    HybridWorld world;
    world.path = "full-hybrid";
    world.silence();
    world.timeout = "20s";
    const json report = run(world, {"--deadline", "1s"});
    CHECK(report.at("results").size() == checks);
    // The report's own clock: the bound is part of the contract, not a measure of this machine.
    CHECK(report.at("durationMs") >= 900);
    CHECK(report.at("durationMs") <= 1250);
    for (const char* id : {provider_check, "gateway.private_opencode.reachable", "gateway.database.ready",
                           "workspace.cloud.sync.reachable"})
        CHECK(row_of(report, id).at("reasonCode") == "deadline.exceeded");
    CHECK(row_of(report, "gateway.env_file.private").at("status") == "ready");
}

TEST_CASE("hybrid: a signal ends a silent run with a whole report at once", "[hybrid]") {
    for (const auto& [signal, code] : {std::pair{SIGINT, 130}, std::pair{SIGTERM, 143}}) {
        HybridWorld world;
        world.silence();
        const auto silent = world.keep(std::make_shared<Tarpit>(Tarpit::silent()));
        world.standalone["OPENCODE_URL"] = silent->http_url("");
        Process process(world.options({"--timeout", "60s", "--deadline", "2m"}));
        const auto began = std::chrono::steady_clock::now();
        while (silent->accepted() == 0 && std::chrono::steady_clock::now() - began < std::chrono::seconds(20))
            std::this_thread::yield();
        process.send_signal(signal);
        const auto sent = std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - began);
        const auto result = process.wait(std::chrono::seconds{20});
        INFO(result.out << result.err);
        CHECK(result.exit_code == code);
        const json report = json_of(result);
        CHECK(report.at("exitCode") == code);
        CHECK(report.at("results").size() > 15);
        CHECK(row_of(report, "gateway.private_opencode.reachable").at("reasonCode") == "run.stopped");
        // By the report's own clock, which begins after the process was started.
        CHECK(report.at("durationMs") <= sent.count() + 250);
    }
}

}  // namespace cowork::test::matrix
