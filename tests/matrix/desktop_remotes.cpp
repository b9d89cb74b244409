#include "matrix/desktop_world.hpp"
#include "matrix/groups.hpp"
#include "matrix/transport_faults.hpp"
#include "rules/desktop_workspaces.hpp"
#include "support/certificate.hpp"
#include "support/fake_cloud.hpp"
#include "support/fake_gateway.hpp"
#include "support/schema.hpp"
#include "support/temp_dir.hpp"

namespace cowork::test::matrix {
namespace {

using nlohmann::json;
using rules::RemoteKind;

constexpr std::string_view check = "workspace.remotes.reachable";

// A Desktop with a Cloud and a Gateway among its workspaces.
class RemotesWorld : public DesktopWorld {
  public:
    RemotesWorld()
        : DesktopWorld("desktop-local"),
          cloud(serve(std::make_shared<FakeCloud>())),
          gateway(serve(std::make_shared<FakeGateway>())) {
        clouds({cloud->url()});
        gateways({gateway->url()});
        write(at("cloud-workspace-credentials.json"), "v10 ciphertext");
        write(at("gateway-workspace-credentials.json"), "v10 ciphertext");
        write(at("desktop-pairing-credentials.json"), "v10 ciphertext");
    }
    void clouds(const std::vector<std::string>& urls) const {
        write(at("cloud-workspaces.json"), list(RemoteKind::cloud, urls));
    }
    void gateways(const std::vector<std::string>& urls) const {
        write(at("gateway-workspaces.json"), list(RemoteKind::gateway, urls));
    }

    std::shared_ptr<FakeCloud> cloud;
    std::shared_ptr<FakeGateway> gateway;

  private:
    static std::string list(RemoteKind kind, const std::vector<std::string>& urls) {
        json rows = json::array();
        for (const std::string& url : urls)
            rows.push_back({{"id", rules::workspace_id(kind, url)},
                            {"baseUrl", url},
                            {"label", kind == RemoteKind::cloud ? "Org" : "Lab"},
                            {"lastSyncedAt", "2026-08-01T09:00:00.000Z"}});
        return rows.dump();
    }
};

using RemotesCase = Case<RemotesWorld>;

void add_places(std::vector<RemotesCase>& all) {
    const auto add = [&](const char* fault, const char* reason, std::function<void(RemotesWorld&)> breaks) {
        all.push_back({{check, fault, Status::unknown, reason, 3}, std::move(breaks)});
    };
    add("HOME is not set", "desktop.no-home", [](RemotesWorld& world) { world.environment.erase("HOME"); });
    add("Desktop never ran", "desktop.not-installed",
        [](RemotesWorld& world) { std::filesystem::remove_all(world.at("")); });
    add("the data directory is closed to this user", "desktop.data-unreadable",
        [](RemotesWorld& world) { world.close(world.at(".")); });
    add("a FIFO in place of the list of Gateway workspaces", "workspace.file-unreadable",
        [](RemotesWorld& world) { world.fifo(world.at("gateway-workspaces.json")); });
}

// Optional, so the exit code stays that of a healthy Desktop.
void add_offline(std::vector<RemotesCase>& all) {
    const auto add = [&](std::string fault, const char* reason, std::function<void(RemotesWorld&)> breaks) {
        all.push_back({{check, std::move(fault), Status::offline, reason, 0}, std::move(breaks)});
    };
    for (const auto& fault : transport_faults<RemotesWorld>())
        add("a Gateway: " + fault.words, "workspace-remote.unreachable", [fault](RemotesWorld& world) {
            world.clouds({});
            fault.breaks(world, [](RemotesWorld& w, const std::string& url) { w.gateways({url}); });
        });
    add("a Cloud where nothing listens, beside a Gateway that answers", "workspace-remote.unreachable",
        [](RemotesWorld& world) { world.clouds({"http://127.0.0.1:" + std::to_string(free_port())}); });
    add("a certificate that nobody trusts", "workspace-remote.unreachable", [](RemotesWorld& world) {
        const auto directory = world.keep(std::make_shared<TempDir>());
        const auto files = make_certificate(*directory);
        FakeGatewayOptions options;
        options.server.cert_file = files.cert_file;
        options.server.key_file = files.key_file;
        world.gateways({world.serve(std::make_shared<FakeGateway>(options))->url()});
    });
    const auto answer = [&](const char* fault, const CannedAnswer& canned) {
        add(fault, "workspace-remote.not-the-service",
            [canned](RemotesWorld& world) { world.gateway->override_path("/health", canned); });
    };
    answer("a Gateway's address answers with a page", {.content_type = "text/html", .body = "<p>ok</p>"});
    answer("a Gateway's address knows no such path", {.status = 404, .body = "{}"});
    answer("a Gateway's address leads elsewhere",
           {.status = 302, .body = "", .headers = {{"Location", "https://elsewhere.example.org/"}}});
    answer("a Gateway's answer does not say ok", {.body = R"({"ok":false})"});
    answer("a Gateway's answer is nested without end",
           {.body = R"({"ok":true,"a":)" + std::string(100000, '[')});
    add("a Gateway in place of a Cloud", "workspace-remote.not-the-service", [](RemotesWorld& world) {
        world.clouds({world.gateway->url()});
        world.gateways({});
    });
}

const std::vector<RemotesCase>& cases() {
    static const std::vector<RemotesCase> all = [] {
        std::vector<RemotesCase> made;
        made.push_back({{check, "nothing", Status::ready, "", 0}, nullptr});
        made.push_back(
            {{check, "nothing, and no remote workspace", Status::ready, "", 0}, [](RemotesWorld& world) {
                 world.clouds({});
                 world.gateways({});
             }});
        add_places(made);
        add_offline(made);
        made.push_back({{check, "Desktop has 18 remote workspaces, and 16 answer", Status::unknown,
                         "workspace-remote.not-asked", 0},
                        [](RemotesWorld& world) {
                            std::vector<std::string> urls;
                            for (int i = 1; i <= 17; ++i) {
                                const std::string path = "/" + std::to_string(i);
                                urls.push_back(world.gateway->url(path));
                                world.gateway->override_path(path + "/health", {.body = R"({"ok":true})"});
                            }
                            world.gateways(urls);
                        }});
        return made;
    }();
    return all;
}

std::map<std::string, json> by_kind(const json& report) {
    std::map<std::string, json> rows;
    for (const json& row : report.at("workspaces")) rows[row.at("kind").get<std::string>()] = row;
    return rows;
}

}  // namespace

std::vector<Row> desktop_remotes_rows() { return rows_of(cases()); }

TEST_CASE("kill matrix: Desktop's remote workspaces", "[desktop]") {
    run_cases(cases(), [] { return std::make_unique<RemotesWorld>(); });
}

TEST_CASE("remote workspaces: nobody is shown a credential, and the Cloud's token stays here", "[desktop]") {
    RemotesWorld world;
    world.path = "full-hybrid";
    world.environment["OPEN_COWORK_CLOUD_TOKEN"] = FakeCloudOptions{}.token;
    world.arguments = {"--only", std::string(check)};
    const json report = json_of(world.doctor());
    CHECK(row_of(report, std::string(check)).at("status") == "ready");
    const auto asked_cloud = world.cloud->requests(), asked_gateway = world.gateway->requests();
    REQUIRE(asked_cloud.size() == 1);
    REQUIRE(asked_gateway.size() == 1);
    CHECK(asked_cloud[0].method + " " + asked_cloud[0].target == "GET /livez");
    CHECK(asked_gateway[0].method + " " + asked_gateway[0].target == "GET /health");
    CHECK(asked_cloud[0].authorization.empty());
    CHECK(asked_gateway[0].authorization.empty());
}

TEST_CASE("remote workspaces: the list has what an answer tells", "[desktop]") {
    RemotesWorld world;
    world.gateways({"http://127.0.0.1:" + std::to_string(free_port())});
    const json report = json_of(world.doctor());
    CHECK(schema_violations(report, "report").empty());
    const auto rows = by_kind(report);
    const json& cloud = rows.at("cloud");
    CHECK(cloud.at("label") == "Org");
    CHECK(cloud.at("status") == "online");
    CHECK(cloud.at("statusSource") == "probe");
    CHECK(cloud.at("reachable") == true);
    CHECK(cloud.at("credential").at("status") == "unknown");
    CHECK(cloud.at("support").at("summary") == "10 blocked, 23 depend on the Cloud's policy");
    CHECK(cloud.at("pathExposure") == "cloud_safe_refs");
    CHECK(cloud.at("artifacts") == "cloud_object_store");
    CHECK(cloud.at("approvals") == "cloud_control_plane");
    CHECK(cloud.at("pairingState") == "not_applicable");
    CHECK(cloud.at("lastSyncedAt") == "2026-08-01T09:00:00.000Z");
    CHECK(cloud.at("lastSyncedAgeSeconds").is_number_integer());
    const json& gateway = rows.at("gateway");
    CHECK(gateway.at("status") == "offline");
    CHECK(gateway.at("reachable") == false);
    CHECK(gateway.at("support").at("blocked") == 14);
    CHECK(rows.at("local").at("status") == "online");
    CHECK(rows.at("local").at("support").at("summary") == "37 supported");
    CHECK(rows.at("paired_desktop").at("pairingState") == "paired_online");
    CHECK(rows.at("paired_desktop").at("reachable").is_null());
    const json row = row_of(report, std::string(check));
    CHECK(row.at("evidence").at("signed_in") == "unknown");
    CHECK(row.at("evidence").at("answered") == 1);

    // Problems first, and with -q nothing else.
    const auto quiet = world.doctor({"-q", "--color", "never"});
    CHECK(quiet.out.find("\nWorkspaces\noffline ") != std::string::npos);
    CHECK(quiet.out.find("online ") == std::string::npos);
    const auto normal = world.doctor({"--color", "never"});
    CHECK(normal.out.find("\nWorkspaces\noffline ") != std::string::npos);
    CHECK(normal.out.find("\nonline          This Desktop") != std::string::npos);
    CHECK(normal.out.find("\nPairings\npaired_online   Phone") != std::string::npos);
}

TEST_CASE("remote workspaces: without any credential file Desktop has to sign in, even where it answers",
          "[desktop]") {
    RemotesWorld world;
    std::filesystem::remove(world.at("cloud-workspace-credentials.json"));
    const auto rows = by_kind(json_of(world.doctor()));
    CHECK(rows.at("cloud").at("status") == "auth_required");
    CHECK(rows.at("cloud").at("reachable") == true);
    CHECK(rows.at("cloud").at("credential").at("status") == "missing");
    CHECK(rows.at("gateway").at("status") == "online");
}

TEST_CASE("remote workspaces: a run that ends at its deadline lists them as unknown", "[desktop]") {
    RemotesWorld world;
    world.timeout = "20s";
    world.gateways({at_tarpit(world, Tarpit::silent())});
    const json report = json_of(world.doctor({"--json", "--deadline", "1s"}));
    const json row = row_of(report, std::string(check));
    CHECK(row.at("status") == "unknown");
    CHECK(row.at("reasonCode") == "deadline.exceeded");
    CHECK(report.at("durationMs") <= 1250);
    const auto rows = by_kind(report);
    CHECK(rows.at("gateway").at("status") == "unknown");
    CHECK(rows.at("gateway").at("statusSource") == "probe");
    CHECK(rows.at("gateway").at("reachable").is_null());
    CHECK(rows.at("cloud").at("status") == "online");
    CHECK(report.at("pairings").size() == 1);
}

TEST_CASE("remote workspaces: left out, the lists come from the files alone", "[desktop]") {
    RemotesWorld world;
    const json report = json_of(world.doctor({"--json", "--skip", std::string(check)}));
    const auto rows = by_kind(report);
    CHECK(rows.at("cloud").at("status") == "unknown");
    CHECK(rows.at("cloud").at("statusSource") == "files");
    CHECK(rows.at("cloud").at("reachable").is_null());
    CHECK(report.at("pairings").size() == 1);
    CHECK(world.gateway->requests().empty());
}

TEST_CASE("remote workspaces: the Cloud that its own check finds down is one trouble", "[desktop]") {
    RemotesWorld world;
    world.path = "cloud-connect";
    world.clouds({"http://127.0.0.1:" + std::to_string(free_port())});
    const json report = json_of(world.doctor());
    CHECK(row_of(report, std::string(check)).at("rootCause") == "workspace.cloud.sync.reachable");
    // Where that check is not part of the run, it explains nothing.
    world.path = "desktop-local";
    CHECK(row_of(json_of(world.doctor()), std::string(check)).at("blockedBy").is_null());
}

TEST_CASE("remote workspaces: names from the files are cleaned, then cut", "[desktop]") {
    RemotesWorld world;
    const std::string key = "sk-or-v1-LABEL-3f9c1d7a8b2e40565aa1c0ffee91";
    world.pairing([&](json& record) {
        record["label"] = std::string(45, 'x') + " " + key;
        record["deviceName"] = std::string(100, 'y');
        record["allowedSessionIds"] = {"s1", "s2"};
        record["policy"]["remoteApprovals"] = "remote_allowed";
    });
    const json report = json_of(world.doctor());
    CHECK(schema_violations(report, "report").empty());
    const json& pairing = report.at("pairings")[0];
    CHECK(pairing.at("label") == std::string(45, 'x') + " [redacted]");
    CHECK(pairing.at("deviceName") == std::string(60, 'y'));
    CHECK(pairing.at("allowedSessions") == 2);
    CHECK(pairing.at("allowedWorkspaces") == 1);
    CHECK(pairing.at("policy").at("remoteApprovals") == "remote_allowed");
    CHECK(pairing.at("policy").at("allowRemotePrompts") == true);
    CHECK(pairing.at("heartbeatAgeSeconds").get<int>() <= 60);
    CHECK(pairing.at("credential").at("status") == "unknown");
    CHECK(pairing.at("revokedAt").is_null());
    CHECK(by_kind(report).at("paired_desktop").at("label") == pairing.at("label"));
    const auto quiet = world.doctor({"-q", "--color", "never"});
    CHECK(quiet.out.find("2 sessions") != std::string::npos);
    CHECK(quiet.out.find("allows more: remoteApprovals") != std::string::npos);
}

}  // namespace cowork::test::matrix
