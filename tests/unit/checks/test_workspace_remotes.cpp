#include "checks/registry.hpp"
#include "rules/desktop_workspaces.hpp"
#include "support/fake_probes.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <string>
#include <vector>

// What the kill matrix cannot bring about on loopback: workspaces on the internet. The rest is there.
namespace {

using namespace cowork;
using namespace cowork::test;
using rules::RemoteKind;

constexpr const char* root = "/home/ada/.config/Open Cowork";

std::string list(RemoteKind kind, const std::vector<std::string>& urls) {
    auto rows = nlohmann::json::array();
    for (const std::string& url : urls)
        rows.push_back({{"id", rules::workspace_id(kind, url)}, {"baseUrl", url}, {"label", "Work"}});
    return rows.dump();
}

struct DesktopFakes : FakeWorld {
    DesktopFakes() {
        present = {.desktop = true};
        wishes.data_dir = root;
        wishes.ca_file = "/ca.pem";
        environment = config::Environment{{"HOME", "/home/ada"}};
        probes::FileFacts directory;
        directory.kind = probes::FileKind::directory;
        files.files[root] = files.files[std::string(root) + "/."] = directory;
        config.set(std::string(checks::cloud_token_key), Secret("occ_tok_1_0123456789abcdef"),
                   {"test", 0, 0, {}});
    }
    checks::Finding found() {
        const auto made = context();
        return checks::find_check("workspace.remotes.reachable")->run(*made);
    }
};

}  // namespace

TEST_CASE("remote workspaces: no credential goes along, and nothing goes in clear over a network") {
    DesktopFakes world;
    world.files.contents[std::string(root) + "/cloud-workspaces.json"] =
        list(RemoteKind::cloud, {"https://cloud.example.org/base", "http://10.0.0.5"});
    world.files.contents[std::string(root) + "/gateway-workspaces.json"] =
        list(RemoteKind::gateway, {"https://lab.example.org"});
    world.http.answer = [](const AskedRequest&) { return json_answer(R"({"ok":true})"); };
    const auto finding = world.found();
    CHECK(finding.status == Status::ready);
    std::vector<std::string> asked;
    for (const AskedRequest& one : world.http.asked()) {
        asked.push_back(one.url);
        CHECK(one.bearer.empty());
        CHECK(one.basic.empty());
        CHECK(one.addresses == net::AddressRule::not_forbidden);
    }
    CHECK(asked ==
          std::vector<std::string>{"https://cloud.example.org/base/livez", "https://lab.example.org/health"});
    REQUIRE(finding.workspaces.size() == 3);
    CHECK(finding.workspaces[1].base_url.str() == "https://cloud.example.org");
    CHECK(finding.workspaces[1].reachable == true);
}

TEST_CASE("remote workspaces: several that are down are counted, the first is named") {
    DesktopFakes world;
    world.files.contents[std::string(root) + "/gateway-workspaces.json"] = list(
        RemoteKind::gateway, {"https://a.example.org", "https://b.example.org", "https://c.example.org"});
    world.http.answer = [](const AskedRequest& asked) {
        if (asked.url.starts_with("https://b.")) return json_answer(R"({"ok":true})");
        return asked.url.starts_with("https://a.") ? failed_answer(probes::HttpFailure::refused)
                                                   : json_answer("{}");
    };
    const auto finding = world.found();
    CHECK(finding.status == Status::offline);
    CHECK(finding.reason_code == "workspace-remote.unreachable");
    CHECK(finding.summary.str() ==
          "2 of 3 remote workspaces are offline: Work at https://a.example.org refuses connections: nothing "
          "listens there");
    CHECK(finding.because.empty());
    REQUIRE(finding.probes.size() == 4);  // the place, and a workspace each
    CHECK(finding.probes[2].status == Status::ready);
    CHECK(finding.probes[3].reason_code == "workspace-remote.not-the-service");
}

TEST_CASE("remote workspaces: without a Desktop there is nothing to ask") {
    FakeWorld world;
    world.present = {.cloud = true};
    const auto context = world.context();
    const auto finding = checks::find_check("workspace.remotes.reachable")->run(*context);
    CHECK(finding.status == Status::ready);
    CHECK(finding.workspaces.empty());
    CHECK(world.http.asked().empty());
}
