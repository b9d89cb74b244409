#include "capabilities/reasons.hpp"
#include "unit/capabilities/desktop_world.hpp"

using namespace cowork;
using namespace cowork::test;
using report::CapabilityKind;

namespace {

// One world and one row of it.
struct Row {
    std::string name;
    std::vector<std::pair<std::string, std::string>> files;
    CapabilityKind kind;
    std::string id;
    std::string code;
    std::string source;
    std::string place;  // `file:line`, relative to the machine; empty: none
    std::vector<std::pair<std::string, std::string>> evidence = {};
};

void check(const std::vector<Row>& rows, const std::function<void(DesktopOnDisk&)>& prepare = {}) {
    for (const Row& row : rows) {
        CAPTURE(row.name);
        DesktopOnDisk machine;
        if (prepare) prepare(machine);
        for (const auto& [name, content] : row.files) machine.file(name, content);
        const auto found = machine.look();
        CAPTURE(shown(found.tables));
        const report::CapabilityRow& told = row_of(found, row.kind, row.id);
        CHECK(told.reason_code == row.code);
        const auto* reason = capabilities::find_capability_reason(row.code);
        REQUIRE(reason != nullptr);
        CHECK(told.status == reason->status);
        CHECK(told.source.str() == row.source);
        const std::string place = shown(told.place);
        CHECK(place == (row.place.empty() ? ":0" : machine.path(row.place)));
        for (const auto& [key, value] : row.evidence) {
            CAPTURE(key);
            CHECK(evidence_of(told, key) == value);
        }
    }
}

constexpr const char* bundled = "resources/open-cowork.config.json";
constexpr const char* settings = "data/settings.json";

std::string providers(const std::string& more = "") {
    return R"({"allowedEnvPlaceholders": ["NOWHERE"], "providers": {
  "available": ["openrouter", "acme"],
  "descriptors": {"openrouter": {"runtime": "builtin", "name": "OpenRouter",
    "models": [{"id": "big", "name": "Big"}, {"id": "small", "name": "Small"}], "defaultModel": "big"}},
  "custom": {"acme": {"npm": "@acme/sdk", "name": "Acme", "models": {"m1": {}, "m2": {}}, "options": {"baseURL": "{env:NOWHERE}"}}},
  "defaultProvider": "openrouter",
  "defaultModel": "big")" +
           more + "}}";
}

}  // namespace

TEST_CASE("desktop rows: who chose the provider") {
    const auto kind = CapabilityKind::provider;
    check({
        {"settings",
         {{bundled, providers()},
          {settings,
           "{\n\"selectedProviderId\": \"acme\",\n\"providerCredentials\": {\"acme\": {\"token\": "
           "\"t0ps3cret\", \"blank\": \" \", \"apiKey\": \"s3cr3t!\"}}}"}},
         kind,
         "acme",
         "provider.settings",
         "settings",
         "data/settings.json:2",
         {{"providerName", "Acme"},
          {"providerPackage", "@acme/sdk"},
          {"credentialOverrideKeys", "apiKey,token"}}},
        {"nothing saved",
         {{bundled, providers()}},
         kind,
         "openrouter",
         "provider.default",
         "default",
         std::string(bundled) + ":6",
         {{"providerName", "OpenRouter"},
          {"providerPackage", "(none)"},
          {"credentialOverrideKeys", ""},
          {"layer", "bundled"}}},
        {"null",
         {{bundled, providers()}, {settings, R"({"selectedProviderId": null})"}},
         kind,
         "openrouter",
         "provider.default",
         "default",
         std::string(bundled) + ":6"},
        {"gone",
         {{bundled, providers()}, {settings, R"({"selectedProviderId": "gone"})"}},
         kind,
         "openrouter",
         "provider.fallback",
         "fallback",
         std::string(bundled) + ":6"},
        {"none at all",
         {{bundled, R"({"providers": {"available": [], "defaultProvider": null}})"}},
         kind,
         "provider",
         "provider.missing",
         "default",
         std::string(bundled) + ":1"},
        {"user's layer",
         {{bundled, providers()},
          {"home/.config/open-cowork/config.json", "{\n\"providers\": {\"defaultProvider\":\n\"acme\"}}"}},
         kind,
         "acme",
         "provider.default",
         "default",
         "home/.config/open-cowork/config.json:3",
         {{"layer", "user"}}},
        {"encrypted",
         {{bundled, providers()}, {"data/settings.enc", "\x01\x02"}},
         kind,
         "provider",
         "provider.selection-unknown",
         "settings",
         "data/settings.enc:0",
         {{"defaultProviderId", "openrouter"}}},
        {"both",
         {{bundled, providers()},
          {"data/settings.enc", "\x01"},
          {settings, R"({"selectedProviderId": "acme"})"}},
         kind,
         "provider",
         "provider.selection-unknown",
         "settings",
         "data/settings.enc:0"},
        {"corrupt",
         {{bundled, providers()}, {settings, "[1"}},
         kind,
         "provider",
         "provider.selection-unknown",
         "settings",
         "data/settings.json:0"},
    });
}

TEST_CASE("desktop rows: who chose the model") {
    const auto kind = CapabilityKind::model;
    const std::string default_at = std::string(bundled) + ":7";
    check({
        {"settings",
         {{bundled, providers()}, {settings, "{\n\n\"selectedModelId\": \"small\"}"}},
         kind,
         "small",
         "model.settings",
         "settings",
         "data/settings.json:3",
         {{"runtimeModel", "openrouter/small"}, {"defaultModelId", "big"}}},
        {"nothing saved",
         {{bundled, providers()}},
         kind,
         "big",
         "model.default",
         "default",
         default_at,
         {{"runtimeModel", "openrouter/big"}, {"layer", "bundled"}}},
        {"not offered",
         {{bundled, providers()}, {settings, R"({"selectedModelId": "gone"})"}},
         kind,
         "big",
         "model.fallback",
         "fallback",
         default_at},
        {"with the provider's name",
         {{bundled, providers()}, {settings, R"({"selectedModelId": "openrouter/small"})"}},
         kind,
         "small",
         "model.fallback",
         "fallback",
         default_at},
        {"the first of a custom provider",
         {{bundled, providers()}, {settings, R"({"selectedProviderId": "acme"})"}},
         kind,
         "m1",
         "model.fallback",
         "fallback",
         default_at,
         {{"runtimeModel", "acme/m1"}}},
        {"of the catalogue",
         {{bundled, R"({"providers": {"available": ["p/q"], "defaultProvider": "p/q", "defaultModel": "a",
            "descriptors": {"p/q": {"models": [{"id": "a"}], "dynamicCatalog": {"url": "https://x.example"}}}}})"},
          {"data/provider-catalogs/p_q.json", R"({"models": [{"id": "b", "name": "B"}]})"},
          {settings, R"({"selectedModelId": "b"})"}},
         kind,
         "b",
         "model.settings",
         "settings",
         "data/settings.json:1"},
        {"none",
         {{bundled, R"({"providers": {"available": ["p"], "defaultProvider": "p", "defaultModel": null}})"}},
         kind,
         "model",
         "model.missing",
         "fallback",
         std::string(bundled) + ":1"},
        {"encrypted",
         {{bundled, providers()}, {"data/settings.enc", "\x01"}},
         kind,
         "model",
         "model.selection-unknown",
         "settings",
         "data/settings.enc:0",
         {{"defaultModelId", "big"}}},
    });
}

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
    check({
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
