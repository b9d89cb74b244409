#include "setup/desktop/local.hpp"
#include "support/desktop_machine.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <functional>
#include <string>
#include <vector>

using namespace cowork;
using namespace cowork::setup;
using namespace cowork::test;
using Json = nlohmann::ordered_json;

namespace {

using Said = std::vector<std::pair<std::string, std::string>>;

Planned planned(DesktopMachine& machine, const Said& said = {}) {
    return plan_desktop_local(desktop_answers(said), machine.surroundings());
}

bool holds(const std::string& text, const std::string& words) {
    return text.find(words) != std::string::npos;
}

const std::string root = DesktopMachine::root;

DesktopMachine used() {
    DesktopMachine machine;
    machine.files[root + "/settings.enc"] = "\x01\x02";
    return machine;
}

}  // namespace

TEST_CASE("desktop-local: without an option nothing is written") {
    DesktopMachine machine = used();
    machine.files[DesktopMachine::user_layer] = "{}";
    const auto plan = planned(machine);
    REQUIRE(plan);
    CHECK(plan->intent == catalogue::Intent::desktop_local);
    CHECK(plan->layers.empty());
    CHECK(plan->env_files.empty());
    CHECK(plan->directories.empty());
    CHECK(holds(notes_of(*plan), "the user's layer is /home/ada/.config/open-cowork/config.json"));
    CHECK(holds(steps_of(*plan), "Health Center"));
    CHECK_FALSE(holds(steps_of(*plan), "Restart"));
}

TEST_CASE("desktop-local: what was found, row by row") {
    struct Row {
        std::string name;
        std::function<void(DesktopMachine&)> prepare;
        std::string words;  // of a note; those that need attention begin with !
    };
    const auto settings = [](DesktopMachine& m) { m.files[root + "/settings.enc"] = "x"; };
    for (const Row& row : std::vector<Row>{
             {"never started", [](DesktopMachine&) {}, "!" + root + " is not there: Desktop has not run"},
             {"started", settings, "Desktop keeps its data in " + root},
             {"settings are private", settings, "settings are saved, encrypted and private"},
             {"settings are open",
              [&](DesktopMachine& m) {
                  settings(m);
                  m.modes[root + "/settings.enc"] = 0640;
              },
              "settings.enc is open to other users (mode 0640)"},
             {"plain settings", [](DesktopMachine& m) { m.files[root + "/settings.json"] = "{}"; },
              "settings.json holds settings and their secrets in plain text"},
             {"no settings yet", [](DesktopMachine& m) { m.files[root + "/window-state.json"] = "{}"; },
              "!Desktop has saved no settings yet"},
             {"no session bus", [](DesktopMachine&) {}, "!this session has no D-Bus session bus"},
             {"a desktop without keyring",
              [](DesktopMachine& m) {
                  m.variables["DBUS_SESSION_BUS_ADDRESS"] = "unix:path=/run/bus";
                  m.variables["XDG_CURRENT_DESKTOP"] = "i3";
              },
              "!XDG_CURRENT_DESKTOP names no desktop"},
             {"a desktop with a keyring",
              [](DesktopMachine& m) {
                  m.variables["DBUS_SESSION_BUS_ADDRESS"] = "unix:path=/run/bus";
                  m.variables["XDG_CURRENT_DESKTOP"] = "ubuntu:GNOME";
              },
              "this desktop session is one that the app chooses a keyring for"},
             {"OpenCode's own configuration",
              [](DesktopMachine& m) { m.variables["OPENCODE_CONFIG_CONTENT"] = "{hunter2}"; },
              "OPENCODE_CONFIG_CONTENT is set here; it counts only when"},
             {"tools turned off",
              [](DesktopMachine& m) { m.variables["OPEN_COWORK_DISABLE_SEMANTIC_UI_MCP"] = "1"; },
              "!OPEN_COWORK_DISABLE_SEMANTIC_UI_MCP is set here"},
             {"a shadowed layer",
              [](DesktopMachine& m) {
                  m.files["/home/ada/.config/open-cowork/config.jsonc"] = "{}";
                  m.files[DesktopMachine::user_layer] = "{}";
              },
              "!/home/ada/.config/open-cowork/config.json counts for nothing"},
             {"a variable without a file",
              [](DesktopMachine& m) { m.variables["OPEN_COWORK_CONFIG_PATH"] = "/x.json"; },
              "!the layer of OPEN_COWORK_CONFIG_PATH has no file"},
             {"Cloud turned off",
              [](DesktopMachine& m) {
                  m.files[DesktopMachine::managed_layer] = R"({"cloudDesktop": {"enabled": false}})";
              },
              "Cloud workspaces are turned off (/etc/open-cowork/config.json:1)"},
             {"another data root",
              [](DesktopMachine& m) { m.variables["OPEN_COWORK_USER_DATA_DIR"] = "/data"; },
              "!/data is not there"},
         }) {
        CAPTURE(row.name);
        DesktopMachine machine;
        row.prepare(machine);
        const auto plan = planned(machine);
        REQUIRE(plan);
        CAPTURE(notes_of(*plan));
        CHECK(holds("\n" + notes_of(*plan), row.words));
        CHECK_FALSE(holds(notes_of(*plan), "hunter2"));
        for (const Note& note : plan->notes) CHECK(note.ok == note.remedy.empty());
    }
}

TEST_CASE("desktop-local: what does not hold is not said") {
    DesktopMachine machine = used();
    machine.variables["OPEN_COWORK_DISABLE_SEMANTIC_UI_MCP"] = "0";
    const auto plan = planned(machine);
    REQUIRE(plan);
    const std::string notes = notes_of(*plan);
    CHECK_FALSE(holds(notes, "!"));
    CHECK_FALSE(holds(notes, "SEMANTIC_UI"));
    CHECK_FALSE(holds(notes, "keyring"));
    CHECK_FALSE(holds(steps_of(*plan), "first start"));
}

TEST_CASE("desktop-local: when nobody may look it says so instead of guessing") {
    DesktopMachine machine = used();
    auto around = machine.surroundings();
    around.facts = Surroundings().facts;
    const auto plan = plan_desktop_local({}, around);
    REQUIRE(plan);
    CHECK(holds(notes_of(*plan), "!cannot tell whether " + root + " is there"));
    CHECK_FALSE(holds(notes_of(*plan), "saved"));
}

TEST_CASE("desktop-local: options become keys of the user's layer") {
    struct Row {
        Said said;
        std::string written;
    };
    for (const Row& row : std::vector<Row>{
             {{{"--no-cloud", "true"}}, R"({"cloudDesktop":{"enabled":false}})"},
             {{{"--default-provider", "openai"}, {"--default-model", "gpt-x"}},
              R"({"providers":{"defaultProvider":"openai","defaultModel":"gpt-x"}})"},
             {{{"--permission", "bash=ask,web=deny"}, {"--permission", "webSearch=false"}},
              R"({"permissions":{"bash":"ask","web":"deny","webSearch":false}})"},
         }) {
        DesktopMachine machine;
        const auto plan = planned(machine, row.said);
        REQUIRE(plan);
        REQUIRE(plan->layers.size() == 1);
        CHECK(plan->layers[0].path == DesktopMachine::user_layer);
        CHECK(Json::parse(plan->layers[0].text).dump() == row.written);
        CHECK(holds(steps_of(*plan), "Restart Desktop"));
    }
}

TEST_CASE("desktop-local: what cannot be is refused by its option") {
    struct Row {
        Said said;
        std::vector<std::string> words;
    };
    for (const Row& row : std::vector<Row>{
             {{{"--default-provider", "anthropic"}},
              {"--default-provider | ", "ignore all configuration", "openrouter, openai, github-copilot"}},
             {{{"--default-provider", ""}}, {"--default-provider is not one"}},
             {{{"--default-model", " "}}, {"--default-model | ", "no name of a model"}},
             {{{"--default-model", "{file:x}"}}, {"no name of a model"}},
             {{{"--permission", "bash"}}, {"--permission takes NAME=VALUE", "did you mean bash?"}},
             {{{"--permission", "bahs=ask"}}, {"did you mean bash?"}},
             {{{"--permission", "bash=never"}}, {"--permission bash is not one of allow, ask, deny"}},
             {{{"--permission", "webSearch=ask"}}, {"--permission webSearch is not true or false"}},
             {{{"--permission", "bash=ask,bash=deny"}}, {"says bash twice"}},
         }) {
        DesktopMachine machine;
        const std::string problems = problems_of(planned(machine, row.said));
        CAPTURE(problems);
        for (const std::string& words : row.words) CHECK(holds(problems, words));
    }
    DesktopMachine machine;
    auto around = machine.surroundings();
    around.output = "x.env";
    CHECK(holds(problems_of(plan_desktop_local({}, around)), "--output | "));
}

TEST_CASE("desktop-local: a provider is one that the layers offer") {
    DesktopMachine machine;
    machine.files[DesktopMachine::managed_layer] = R"({"providers": {"available": ["acme"]}})";
    CHECK(planned(machine, {{"--default-provider", "acme"}}));
    CHECK(holds(problems_of(planned(machine, {{"--default-provider", "openai"}})), "write one of acme"));
}

TEST_CASE("desktop-local: a default that a person's own choice covers is told") {
    DesktopMachine machine = used();
    const auto plan = planned(machine, {{"--default-provider", "openai"}});
    REQUIRE(plan);
    CHECK(holds(notes_of(*plan), "!--default-provider changes nothing for this user"));
}

TEST_CASE("desktop-local: a layer that Desktop refuses stops it, option or not") {
    DesktopMachine machine = used();
    machine.files[DesktopMachine::user_layer] = "{\"tools\": 1}";
    CHECK(holds(problems_of(planned(machine)), "tools is not a list"));
}
