#include "setup/cloud/connect_desktop.hpp"
#include "support/desktop_machine.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <string>
#include <vector>

using namespace cowork;
using namespace cowork::setup;
using namespace cowork::test;
using Json = nlohmann::ordered_json;

namespace {

using Said = std::vector<std::pair<std::string, std::string>>;
const std::string url = "https://cowork.example.org";

Planned planned(DesktopMachine& machine, const Said& said) {
    return plan_cloud_connect_desktop(desktop_answers(said), machine.surroundings());
}

// The block that the plan writes, as compact JSON; "(nothing)" when no file is planned.
std::string block(const Planned& plan) {
    if (!plan) return "refused: " + problems_of(plan);
    if (plan->layers.empty()) return "(nothing)";
    return Json::parse(plan->layers[0].text, nullptr, true, true)["cloudDesktop"].dump();
}

bool holds(const std::string& text, const std::string& words) {
    return text.find(words) != std::string::npos;
}

}  // namespace

TEST_CASE("cloud-connect on Desktop: a URL is enough") {
    DesktopMachine machine;
    const auto plan = planned(machine, {{"--cloud-url", url + "/"}});
    CHECK(block(plan) == R"({"preconfiguredConnections":[{"baseUrl":"https://cowork.example.org"}]})");
    REQUIRE(plan);
    CHECK(plan->intent == catalogue::Intent::cloud_connect);
    CHECK(plan->env_files.empty());
    CHECK(plan->layers[0].path == DesktopMachine::user_layer);
    const std::string steps = steps_of(*plan);
    CHECK(holds(steps, "Restart Desktop"));
    CHECK(holds(steps, "choose https://cowork.example.org and sign in"));
    CHECK(plan->steps.size() == 2);
}

TEST_CASE("cloud-connect on Desktop: every option becomes its key") {
    DesktopMachine machine;
    const auto plan = planned(machine, {{"--cloud-url", url},
                                        {"--label", "Acme"},
                                        {"--cache-mode", "metadata-only"},
                                        {"--cache-encryption-fallback", "fail-startup"},
                                        {"--require-managed-org", "true"},
                                        {"--allow-user-added-connections", "false"}});
    CHECK(block(plan) ==
          R"({"cacheMode":"metadata-only","cacheEncryptionFallback":"fail-startup","requireManagedOrg":true,)"
          R"("allowUserAddedConnections":false,)"
          R"("preconfiguredConnections":[{"baseUrl":"https://cowork.example.org","label":"Acme"}]})");
    REQUIRE(plan);
    CHECK(holds(steps_of(*plan), "choose Acme and sign in"));
    CHECK(plan->layers[0].edits.size() == 5);
}

TEST_CASE("cloud-connect on Desktop: what cannot be is refused by its option") {
    struct Row {
        Said said;
        std::vector<std::string> words;
    };
    for (const Row& row : std::vector<Row>{
             {{}, {"--cloud-url | --cloud-url is missing"}},
             {{{"--cloud-url", "http://cowork.example.org"}}, {"--cloud-url | ", "allows only to localhost"}},
             {{{"--cloud-url", "https://ada:hunter2@x.org"}}, {"user name or password"}},
             {{{"--cloud-url", "http://127.0.0.2:8787"}}, {"127.0.0.1 and localhost only", "in the app"}},
             {{{"--cloud-url", "https://x.org/{env:HOME}"}}, {"placeholder"}},
             {{{"--cloud-url", url}, {"--label", ""}}, {"--label | --label is not a plain text of 1 to 80"}},
             {{{"--cloud-url", url}, {"--label", std::string(81, 'x')}}, {"--label is not a plain text"}},
             {{{"--cloud-url", url}, {"--label", "{env:HOME}"}}, {"--label is not a plain text"}},
             {{{"--cloud-url", url}, {"--cache-mode", "none"}},
              {"--cache-mode | --cache-mode is not one of full, metadata-only, disabled"}},
             {{{"--cloud-url", url}, {"--cache-encryption-fallback", "full"}},
              {"is not one of metadata-only, disabled, fail-startup"}},
             {{{"--cloud-url", url}, {"--allow-user-added-connections", "no"}}, {"is not true or false"}},
             {{{"--label", ""}, {"--cache-mode", "x"}},
              {"--cloud-url is missing", "--label", "--cache-mode"}},
         }) {
        DesktopMachine machine;
        const auto plan = planned(machine, row.said);
        const std::string problems = problems_of(plan);
        CAPTURE(problems);
        CHECK_FALSE(plan);
        CHECK_FALSE(holds(problems, "hunter2"));
        for (const std::string& words : row.words) CHECK(holds(problems, words));
    }
}

TEST_CASE("cloud-connect on Desktop: a Cloud on this machine is spelled as the schema wants it") {
    DesktopMachine machine;
    const auto plan = planned(machine, {{"--cloud-url", "http://localhost:8787"}});
    CHECK(block(plan) == R"({"preconfiguredConnections":[{"baseUrl":"http://localhost:8787//"}]})");
    REQUIRE(plan);
    CHECK(holds(notes_of(*plan), "Desktop trims it to http://localhost:8787"));
    machine.files[DesktopMachine::user_layer] = plan->layers[0].text;
    CHECK(block(planned(machine, {{"--cloud-url", "http://localhost:8787"}})) == "(nothing)");
}

TEST_CASE("cloud-connect on Desktop: a connection that is there is recognised") {
    const std::string there =
        R"({"cloudDesktop": {"preconfiguredConnections": [{"baseUrl": "https://other.org", "label": "O"},
            {"baseUrl": "https://Cowork.example.org/", "label": "Old"}]}})";
    struct Row {
        Said said;
        std::string block;
    };
    for (const Row& row : std::vector<Row>{
             {{{"--cloud-url", url}}, "(nothing)"},
             {{{"--cloud-url", url}, {"--label", "Old"}}, "(nothing)"},
             {{{"--cloud-url", url}, {"--label", "New"}},
              R"({"preconfiguredConnections":[{"baseUrl":"https://other.org","label":"O"},)"
              R"({"baseUrl":"https://Cowork.example.org/","label":"New"}]})"},
             {{{"--cloud-url", "https://third.org"}},
              R"({"preconfiguredConnections":[{"baseUrl":"https://other.org","label":"O"},)"
              R"({"baseUrl":"https://Cowork.example.org/","label":"Old"},{"baseUrl":"https://third.org"}]})"},
         }) {
        DesktopMachine machine;
        machine.files[DesktopMachine::user_layer] = there;
        CHECK(block(planned(machine, row.said)) == row.block);
    }
}

TEST_CASE("cloud-connect on Desktop: a list of a lower layer is taken over and said") {
    DesktopMachine machine;
    machine.variables["OPEN_COWORK_CONFIG_DIR"] = "/acme";
    machine.files["/acme/config.json"] =
        R"({"cloudDesktop": {"preconfiguredConnections": [{"baseUrl": "https://acme.org", "label": "Acme"}]}})";
    const auto plan = planned(machine, {{"--cloud-url", url}});
    CHECK(block(plan) == R"({"preconfiguredConnections":[{"baseUrl":"https://acme.org","label":"Acme"},)"
                         R"({"baseUrl":"https://cowork.example.org"}]})");
    REQUIRE(plan);
    CHECK(holds(notes_of(*plan), "!the user's list of connections replaces the 1 of /acme/config.json"));
    CHECK(block(planned(machine, {{"--cloud-url", "https://acme.org"}})) == "(nothing)");
    CHECK(block(planned(machine, {{"--cloud-url", "https://acme.org"}, {"--label", "A"}})) ==
          R"({"preconfiguredConnections":[{"baseUrl":"https://acme.org","label":"A"}]})");

    machine.files["/acme/config.json"] =
        R"({"cloudDesktop": {"preconfiguredConnections": [{"baseUrl": "{file:url.txt}"}]}})";
    CHECK(holds(problems_of(planned(machine, {{"--cloud-url", url}})), "placeholders"));
}

TEST_CASE("cloud-connect on Desktop: the managed layer has the last word") {
    struct Row {
        std::string managed;
        Said said;
        std::string words;  // empty when it is accepted without a change
    };
    const std::string listed =
        R"({"cloudDesktop": {"preconfiguredConnections": [{"baseUrl": ")" + url + "\"}]}}";
    for (const Row& row : std::vector<Row>{
             {listed, {{"--cloud-url", url}}, ""},
             {listed, {{"--cloud-url", "https://other.org"}}, "for everybody on this machine"},
             {R"({"cloudDesktop": {"cacheMode": "full"}})",
              {{"--cloud-url", url}, {"--cache-mode", "disabled"}},
              "--cache-mode would have no effect"},
             {R"({"cloudDesktop": {"enabled": false}})", {{"--cloud-url", url}}, "ask whoever administers"},
             {R"({"cloudDesktop": {"enabled": false}})",
              {{"--cloud-url", url}, {"--enable-cloud", "true"}},
              "--enable-cloud would have no effect"},
         }) {
        DesktopMachine machine;
        machine.files[DesktopMachine::managed_layer] = row.managed;
        const auto plan = planned(machine, row.said);
        CAPTURE(row.managed, problems_of(plan));
        CHECK(plan.has_value() == row.words.empty());
        if (plan) CHECK(block(plan) == "(nothing)");
        if (!plan) CHECK(holds(problems_of(plan), row.words));
    }
}

TEST_CASE("cloud-connect on Desktop: Cloud workspaces that are turned off are turned on only when asked") {
    DesktopMachine machine;
    machine.files[DesktopMachine::user_layer] = "{\n  \"cloudDesktop\": {\n    \"enabled\": false\n  }\n}\n";
    CHECK(holds(problems_of(planned(machine, {{"--cloud-url", url}})), "config.json:3"));
    CHECK(holds(problems_of(planned(machine, {{"--cloud-url", url}})), "add --enable-cloud"));
    CHECK(block(planned(machine, {{"--cloud-url", url}, {"--enable-cloud", "true"}})) ==
          R"({"enabled":true,"preconfiguredConnections":[{"baseUrl":"https://cowork.example.org"}]})");
}

TEST_CASE("cloud-connect on Desktop: policies that are in force are said") {
    DesktopMachine machine;
    machine.files[DesktopMachine::user_layer] =
        R"({"cloudDesktop": {"allowUserAddedConnections": false, "requireManagedOrg": true}})";
    machine.files[std::string(DesktopMachine::root) + "/cloud-workspaces.json"] =
        R"([7, {"baseUrl": 3}, {"id": "cloud:1", "baseUrl": "https://cowork.example.org"}])";
    const auto plan = planned(machine, {{"--cloud-url", url}});
    REQUIRE(plan);
    const std::string notes = notes_of(*plan);
    CHECK(holds(notes, "people cannot add Clouds in the app"));
    CHECK(holds(notes, "only configured connections are shown"));
    CHECK(holds(notes, "Desktop knows this Cloud already"));
}

TEST_CASE("cloud-connect on Desktop: a layer that Desktop refuses is named with everything else") {
    DesktopMachine machine;
    machine.files[DesktopMachine::user_layer] = R"({"cloudDesktop": {"cacheMode": "some"}})";
    const std::string problems = problems_of(planned(machine, {}));
    CHECK(holds(problems, "cloudDesktop.cacheMode is not one of"));
    CHECK(holds(problems, "--cloud-url is missing"));
}
