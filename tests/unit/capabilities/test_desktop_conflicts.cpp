#include "unit/capabilities/desktop_world.hpp"

using namespace cowork;
using namespace cowork::test;

namespace {

constexpr const char* bundled = "resources/open-cowork.config.json";
constexpr const char* user = "home/.config/open-cowork/config.json";
const std::string opencode = "data/runtime-home/.config/opencode/";
constexpr const char* skill = "---\nname: own\ndescription: d\n---\n";

// The conflicts of a machine, one a line; its directory is left out.
std::string conflicts(const DesktopOnDisk& machine) {
    std::string text;
    for (const auto& row : machine.look().tables.conflicts) text += shown(row) + "\n";
    const std::string root = machine.path("");
    for (auto at = text.find(root); at != std::string::npos; at = text.find(root))
        text.erase(at, root.size());
    return text;
}

}  // namespace

TEST_CASE("desktop conflicts: provider and model") {
    DesktopOnDisk machine;
    machine.file(bundled,
                 "{\"providers\": {\n\"available\": [\"p\", \"q\"],\n\"defaultProvider\": "
                 "\"p\",\n\"defaultModel\": \"m\"}}");
    CHECK(conflicts(machine).empty());
    machine.file("data/settings.json", "{\"selectedProviderId\": \"q\",\n\"selectedModelId\": \"n\"}");
    CHECK(conflicts(machine) ==
          "q provider provider.source-conflict-winner settings@data/settings.json:1 > "
          "default:p@resources/open-cowork.config.json:3\n"
          "n model model.source-conflict-winner settings@data/settings.json:2 > "
          "default:m@resources/open-cowork.config.json:4\n");
    // A layer that says the same has lost nothing.
    const std::string before = conflicts(machine);
    machine.file(user, R"({"providers": {"defaultProvider": "p"}})");
    CHECK(conflicts(machine).find("layer-override") == std::string::npos);
    CHECK(conflicts(machine) != before);  // the user's layer decides the default now
    // A default of the user's layer over the bundled one.
    machine.file(user, "{\"providers\": {\"defaultProvider\": \"q\", \"defaultModel\": \"n\"}}");
    CHECK(conflicts(machine) ==
          "q provider provider.layer-override user@home/.config/open-cowork/config.json:1 > "
          "bundled@resources/open-cowork.config.json:3\n"
          "n model model.layer-override user@home/.config/open-cowork/config.json:1 > "
          "bundled@resources/open-cowork.config.json:4\n");
}

TEST_CASE("desktop conflicts: layers in order") {
    DesktopOnDisk machine;
    machine.file(bundled, R"({"mcps": [{"name": "x", "type": "local"}, {"name": "only", "type": "local"}]})");
    machine.file("override.json",
                 R"({"mcps": [{"name": "y", "type": "local"}, {"name": "x", "type": "local"}]})");
    machine.file("dir/config.json", R"({"mcps": []})");
    machine.file(user, "{\"mcps\": [\n{\"name\": \"x\", \"type\": \"local\", \"packageName\": \"x\"}]}");
    machine.set("OPEN_COWORK_CONFIG_PATH", machine.path("override.json"));
    machine.set("OPEN_COWORK_CONFIG_DIR", machine.path("dir"));
    CHECK(conflicts(machine) ==
          "x mcp mcp.layer-override user@home/.config/open-cowork/config.json:2 > "
          "override-file@override.json:1 > "
          "bundled@resources/open-cowork.config.json:1\n");
}

TEST_CASE("desktop conflicts: the user's over what ships") {
    DesktopOnDisk machine;
    machine.with_project();
    machine.file(bundled,
                 "{\"mcps\": [{\"name\": \"x\", \"type\": \"local\"}],\n\"skills\": [{\"name\": \"Own\", "
                 "\"sourceName\": \"own\"}]}");
    machine.file("resources/skills/own/SKILL.md", skill);
    machine.file(opencode + "opencode.json", "{\"mcp\": {\n\"x\": {\"type\": \"local\"}}}");
    machine.file(opencode + "skills/own/SKILL.md", skill);
    const std::string of_skill =
        "own skill skill.custom-overrides-managed custom:machine@" + opencode +
        "skills/own/SKILL.md:1 > builtin:open-cowork@resources/skills/own/SKILL.md:1\n";
    const std::string of_mcp = "x mcp mcp.custom-overrides-builtin custom:machine@" + opencode +
                               "opencode.json:2 > builtin@resources/open-cowork.config.json:1\n";
    CHECK(conflicts(machine) == of_skill + of_mcp);
    // Desktop drops the second one as well.
    machine.file("data/managed-policy.json",
                 R"({"permissionCeilings": {}, "extensions": {"customSkills": false}})");
    CHECK(conflicts(machine) == of_mcp);
    machine.file("data/managed-policy.json",
                 R"({"permissionCeilings": {}, "extensions": {"customMcps": false}})");
    CHECK(conflicts(machine) == of_skill);
    machine.file("data/managed-policy.json", "{}");
    machine.file(opencode + "skills/own/SKILL.md", "nothing");
    CHECK(conflicts(machine) == of_mcp);
}

TEST_CASE("desktop conflicts: every loser, the strongest first") {
    DesktopOnDisk machine;
    machine.with_project();
    machine.file(bundled, R"({"mcps": [{"name": "x", "type": "local"}]})");
    machine.file(opencode + "opencode.json", R"({"mcp": {"x": {"type": "local"}, "z": {"type": "local"}}})");
    machine.file("project/.opencowork/config.json",
                 R"({"mcp": {"x": {"type": "local"}, "z": {"type": "local"}}})");
    for (const std::string& place : {opencode, std::string("project/.opencowork/")})
        machine.file(place + "skills/own/SKILL.md", skill).file(place + "agents/a.md", "x");
    CHECK(conflicts(machine) ==
          "x mcp mcp.custom-overrides-builtin custom:project@project/.opencowork/config.json:1 > "
          "custom:machine@" +
              opencode +
              "opencode.json:1 > builtin@resources/open-cowork.config.json:1\n"
              "z mcp mcp.layer-override custom:project@project/.opencowork/config.json:1 > custom:machine@" +
              opencode +
              "opencode.json:1\n"
              "own skill skill.layer-override custom:project@project/.opencowork/skills/own/SKILL.md:1 > "
              "custom:machine@" +
              opencode +
              "skills/own/SKILL.md:0\n"
              "a agent agent.layer-override custom:project@project/.opencowork/agents/a.md:1 > "
              "custom:machine@" +
              opencode + "agents/a.md:1\n");
}
