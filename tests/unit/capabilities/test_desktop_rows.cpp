#include "unit/capabilities/desktop_world.hpp"

using namespace cowork;
using namespace cowork::test;
using report::CapabilityKind;

namespace {

constexpr const char* bundled = "resources/open-cowork.config.json";
constexpr const char* settings = "data/settings.json";

}  // namespace

TEST_CASE("desktop rows: the bundled layer unseen") {
    DesktopOnDisk machine;
    machine.without_resources();
    machine.file("home/.config/open-cowork/config.json", R"({"providers": {"defaultProvider": "acme"}})");
    const auto found = machine.look();
    CHECK(row_of(found, CapabilityKind::provider, "acme").reason_code == "provider.default");
    CHECK(row_of(found, CapabilityKind::model, "model").reason_code == "model.selection-unknown");
    CHECK(found.problems.size() == 1);

    machine.file(settings, R"({"selectedProviderId": "other"})");
    CHECK(row_of(machine.look(), CapabilityKind::provider, "provider").reason_code ==
          "provider.selection-unknown");
}

TEST_CASE("desktop rows: one bad layer discards them all") {
    DesktopOnDisk machine;
    machine.file(bundled, R"({"mcps": [{"name": "x", "type": "local"}], "tools": [{"id": "t"}]})");
    machine.file("home/.config/open-cowork/config.json", R"({"surprise": 1})");
    machine.file("data/runtime-home/.config/opencode/opencode.json",
                 R"({"mcp": {"mine": {"type": "local", "command": ["node"]}}})");
    const auto found = machine.look();
    CHECK(found.problems.size() == 1);
    const std::string text = shown(found.tables);
    CAPTURE(text);
    CHECK(text.find("provider") == std::string::npos);
    CHECK(text.find("mcp.configured") == std::string::npos);
    CHECK(text.find("tool.declared") == std::string::npos);
    CHECK(row_of(found, CapabilityKind::mcp, "mine").reason_code == "mcp.custom-stdio-configured");
}

TEST_CASE("desktop rows: static rows, agents, tools and plugins") {
    const std::string oc = "data/runtime-home/.config/opencode/";
    check_rows({
        {"delegation",
         {},
         CapabilityKind::agent,
         "subagent-delegation",
         "agent.delegation-parent-permission-gated",
         "agent-config",
         "",
         {{"parentDenyRulesInherited", "true"}, {"delegatedRemoteApproval", "policy-gated"}}},
        {"plugin policy",
         {},
         CapabilityKind::opencode_plugin,
         "opencode-plugin-remote-fail-closed",
         "plugin.product-mode-unsupported",
         "opencode-compatibility-registry",
         "",
         {{"owner", "capabilities"}}},
        {"tool",
         {{bundled, "{\"tools\": [\n{\"id\": \"charts\"}]}"}},
         CapabilityKind::tool,
         "charts",
         "tool.declared",
         "builtin",
         std::string(bundled) + ":2",
         {{"layer", "bundled"}}},
        {"agent of the configuration",
         {{bundled, R"({"agents": [{"name": "research"}]})"}},
         CapabilityKind::agent,
         "research",
         "agent.declared",
         "builtin",
         std::string(bundled) + ":1"},
        {"agent",
         {{oc + "agents/mine.md", "---\ndescription: x\n---\nGo."}},
         CapabilityKind::agent,
         "mine",
         "agent.declared",
         "custom",
         oc + "agents/mine.md:1",
         {{"scope", "machine"}}},
        {"disabled agent",
         {{oc + "agents/mine.disabled.md", "---\n: ["}},
         CapabilityKind::agent,
         "mine",
         "agent.disabled-by-configuration",
         "custom",
         oc + "agents/mine.disabled.md:1"},
        {"invalid agent",
         {{oc + "agents/mine.md", "---\na: [\n---\n"}},
         CapabilityKind::agent,
         "mine",
         "agent.invalid",
         "custom",
         oc + "agents/mine.md:1"},
        {"plugin package",
         {{oc + "opencode.json", "{\"plugin\": [\n\"@acme/p@1.2.3\", 7]}"}},
         CapabilityKind::opencode_plugin,
         "@acme/p",
         "plugin.declared",
         "custom",
         oc + "opencode.json:2"},
        {"plugin with options",
         {{oc + "opencode.jsonc", R"({"plugin": [["p@1", {"token": "x"}]]} // )"}},
         CapabilityKind::opencode_plugin,
         "p",
         "plugin.declared",
         "custom",
         oc + "opencode.jsonc:1"},
        {"plugin file",
         {{oc + "opencode.json", R"({"plugin": ["file:///home/x/plugins/own.ts?k=v"]})"}},
         CapabilityKind::opencode_plugin,
         "own.ts",
         "plugin.declared",
         "custom",
         oc + "opencode.json:1"},
        {"plugin of git",
         {{oc + "opencode.json", R"({"plugin": ["git+https://u:p@example.com/x/own.git"]})"}},
         CapabilityKind::opencode_plugin,
         "own.git",
         "plugin.declared",
         "custom",
         oc + "opencode.json:1"},
    });
}

TEST_CASE("desktop rows: the order is the product's") {
    DesktopOnDisk machine;
    machine.file(bundled, R"({"mcps": [{"name": "z", "type": "local", "packageName": "z", "authMode": "none"},
        {"name": "a", "type": "local", "packageName": "a", "authMode": "none"}],
        "skills": [{"name": "Gone", "sourceName": "gone"}, {"name": "B", "sourceName": "b"}], "tools": [{"id": "t"}]})");
    machine.file("resources/skills/b/SKILL.md", "---\nname: b\ndescription: d\n---\n");
    machine.file("data/runtime-home/.config/opencode/skills/a/SKILL.md",
                 "---\nname: a\ndescription: d\ntitle: A\n---\n");
    machine.file("data/runtime-home/.config/opencode/opencode.json",
                 R"({"mcp": {"y": {"type": "local", "command": ["node"]},
        "b": {"type": "remote", "url": "https://x.example"}}, "plugin": ["p"]})");
    std::vector<std::string> ids;
    for (const auto& row : machine.look().tables.capabilities) ids.push_back(row.id.str());
    CHECK(ids == std::vector<std::string>{"provider", "model", "z", "a", "b", "y", "a", "b", "gone",
                                          "opencode-plugin-remote-fail-closed", "p", "subagent-delegation",
                                          "t"});
}
