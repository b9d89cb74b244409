#include "capabilities/reasons.hpp"
#include "capabilities/snapshot.hpp"
#include "unit/capabilities/opencode_world.hpp"

#include <functional>
#include <set>

// Every reason code, status, kind and conflict code is brought about by files, by a server's answers or by an
// export; one that nothing brings about fails here, and has no business in the list.

using namespace cowork;
using namespace cowork::test;

namespace {

using Files = std::vector<std::pair<std::string, std::string>>;
struct Way {
    std::string code;
    std::function<report::CapabilityTables()> tables;
};

constexpr const char* bundled = "resources/open-cowork.config.json";
constexpr const char* settings = "data/settings.json";
constexpr const char* encrypted = "data/settings.enc";
const std::string runtime = "data/runtime-home/.config/opencode/";
constexpr const char* good_skill = "---\nname: own\ndescription: d\n---\n";
constexpr const char* open_mind =
    R"({"permissionCeilings":{"bash":"allow","fileWrite":"allow","web":"allow","webSearch":"allow","task":"allow","mcp":"allow","externalDirectory":"allow"},"extensions":{"customSkills":false,"customMcps":false,"customProviders":true}})";

std::string providers(const std::string& defaults) {
    return R"({"providers":{"available":["p","q"],"descriptors":{)"
           R"("p":{"models":[{"id":"m"}],"name":"P"},"q":{"models":[{"id":"n"}],"name":"Q"}})" +
           defaults + "}}";
}
const std::string with_defaults = providers(R"(,"defaultProvider":"p","defaultModel":"m")");

std::string one_mcp(const std::string& more) {
    return R"({"auth":{"mode":"google-oauth"},"mcps":[{"name":"x",)" + more + "}]}";
}
const std::string custom_mcp = R"({"mcp":{"c":{"type":"remote","url":"https://x.example/mcp"}}})";

Way desktop(std::string code, Files files, std::map<std::string, std::string> variables = {},
            bool resources = true) {
    return {std::move(code), [files = std::move(files), variables = std::move(variables), resources] {
                DesktopOnDisk machine;
                if (!resources) machine.without_resources();
                for (const auto& [name, content] : files) machine.file(name, content);
                for (const auto& [name, value] : variables) machine.set(name, value);
                return machine.look().tables;
            }};
}

Way opencode(std::string code, Files files, std::map<std::string, std::string> answers = {},
             std::map<std::string, std::string> variables = {}) {
    return {std::move(code),
            [files = std::move(files), answers = std::move(answers), variables = std::move(variables)] {
                OpencodeOnDisk machine;
                for (const auto& [name, content] : files) machine.file(name, content);
                for (const auto& [path, body] : answers) {
                    std::string text = body;
                    for (auto at = text.find("DIR"); at != std::string::npos; at = text.find("DIR", at))
                        text.replace(at, 3, machine.path("").substr(0, machine.path("").size() - 1));
                    machine.answers(path, text);
                }
                for (const auto& [name, value] : variables) machine.set(name, value);
                return machine.look();
            }};
}

Way snapshot(std::string code, const std::string& kind, const std::string& status) {
    const std::string text =
        R"({"capabilities":[{"id":"x","kind":")" + kind + R"(","status":")" + status + R"(","reasonCode":")" +
        code + R"(","source":"s","productMode":"desktop-local","redacted":true}],"conflicts":[]})";
    return {std::move(code), [text] {
                auto read = capabilities::read_snapshot(text, Redactor());
                REQUIRE(read);
                return read->tables;
            }};
}

std::vector<Way> of_the_product() {
    const std::string choice = R"({"selectedProviderId":"q","selectedModelId":"n"})";
    const std::string unknown = R"({"selectedProviderId":"z","selectedModelId":"z"})";
    const std::string runs = R"("type":"local","authMode":"none","command":["no-such-tool"])";
    const std::string packed = R"("type":"local","authMode":"none","packageName":"x")";
    const std::string skill = R"({"skills":[{"name":"Own","sourceName":"own"}]})";
    return {
        desktop("provider.settings", {{bundled, with_defaults}, {settings, choice}}),
        desktop("provider.default", {{bundled, with_defaults}}),
        desktop("provider.fallback", {{bundled, with_defaults}, {settings, unknown}}),
        desktop("provider.missing", {{bundled, providers("")}}),
        desktop("provider.selection-unknown", {{bundled, with_defaults}, {encrypted, "x"}}),
        desktop("provider.source-conflict-winner", {{bundled, with_defaults}, {settings, choice}}),
        desktop("model.settings", {{bundled, with_defaults}, {settings, choice}}),
        desktop("model.default", {{bundled, with_defaults}}),
        desktop("model.fallback", {{bundled, with_defaults}, {settings, unknown}}),
        desktop("model.missing", {{bundled, providers("")}}),
        desktop("model.selection-unknown", {{bundled, with_defaults}, {encrypted, "x"}}),
        desktop("model.source-conflict-winner", {{bundled, with_defaults}, {settings, choice}}),
        desktop("mcp.configured", {{bundled, one_mcp(packed)}}),
        desktop("mcp.disabled-by-user",
                {{bundled, one_mcp(packed)}, {settings, R"({"integrationEnabled":{"x":false}})"}}),
        desktop("mcp.awaiting-oauth-opt-in",
                {{bundled, one_mcp(R"("type":"remote","authMode":"oauth","url":"https://x.example")")}}),
        desktop("mcp.not-signed-in-google", {{bundled, one_mcp(packed + R"(,"googleAuth":true)")}}),
        desktop("mcp.not-configured",
                {{bundled, one_mcp(R"("type":"local","authMode":"api_token","packageName":"x",)"
                                   R"("credentials":[{"key":"k","label":"K","description":"d"}])")}}),
        desktop("mcp.command-not-installed", {{bundled, one_mcp(runs)}}),
        desktop("mcp.invalid", {{bundled, one_mcp(R"("type":"remote","authMode":"none")")}}),
        desktop("mcp.choice-unknown", {{bundled, one_mcp(packed)}, {encrypted, "x"}}),
        desktop(
            "mcp.custom-stdio-configured",
            {{runtime + "opencode.json", R"({"mcp":{"c":{"type":"local","command":["node","a.mjs"]}}})"}}),
        desktop("mcp.stdio-policy-blocked",
                {{runtime + "opencode.json", R"({"mcp":{"c":{"type":"local","command":["sh","a"]}}})"}}),
        desktop("mcp.custom-http-configured", {{runtime + "opencode.json", custom_mcp}}),
        desktop("mcp.url-policy-blocked",
                {{runtime + "opencode.json", R"({"mcp":{"c":{"type":"remote","url":"http://10.0.0.1/"}}})"}}),
        desktop("mcp.custom-disabled-by-policy",
                {{runtime + "opencode.json", custom_mcp}, {"data/managed-policy.json", open_mind}}),
        desktop(
            "mcp.custom-overrides-builtin",
            {{bundled, one_mcp(packed)},
             {runtime + "opencode.json", R"({"mcp":{"x":{"type":"remote","url":"https://x.example/"}}})"}}),
        desktop("skill.builtin", {{bundled, skill}, {"resources/skills/own/SKILL.md", good_skill}}),
        desktop("skill.custom", {{runtime + "skills/own/SKILL.md", good_skill}}),
        desktop("skill.configured-missing", {{bundled, skill}}),
        desktop("skill.custom-disabled-by-policy",
                {{runtime + "skills/own/SKILL.md", good_skill}, {"data/managed-policy.json", open_mind}}),
        desktop("skill.bundle-unseen", {{"home/.config/open-cowork/config.json", skill}}, {}, false),
        desktop("skill.custom-overrides-managed", {{bundled, skill},
                                                   {"resources/skills/own/SKILL.md", good_skill},
                                                   {runtime + "skills/own/SKILL.md", good_skill}}),
        desktop("agent.delegation-parent-permission-gated", {}),
        desktop("plugin.product-mode-unsupported", {}),
        snapshot("plugin.supported", "opencode-plugin", "available"),
        snapshot("plugin.shim", "opencode-plugin", "available"),
        snapshot("plugin.private-assumption", "opencode-plugin", "available"),
        snapshot("plugin.unknown", "opencode-plugin", "available"),
    };
}

const std::string global = "home/.config/opencode/";

std::string in_global(const std::string& text) { return "{" + text + "}"; }

std::vector<Way> of_providers_and_models() {
    const Files acme{{global + "opencode.json", R"({"provider":{"acme":{}},"model":"acme/a"})"}};
    const Files twice{{global + "opencode.json", R"({"provider":{"acme":{}},"model":"acme/a"})"},
                      {"work/opencode.json", R"({"provider":{"acme":{}},"model":"acme/b"})"}};
    const std::string ready = R"({"providers":[{"id":"acme","source":"config","env":[],"models":{"a":{}}}]})";
    return {
        opencode("provider.declared", acme),
        opencode("provider.loaded", acme, {{"/config/providers", ready}}),
        opencode("provider.not-loaded", acme, {{"/config", "{}"}}),
        opencode("provider.not-declared", {}, {{"/config/providers", ready}}),
        opencode("provider.disabled-by-configuration",
                 {{global + "opencode.json", R"({"provider":{"acme":{}},"disabled_providers":["acme"]})"}}),
        opencode("provider.credential-missing", acme, {{"/provider", R"({"all":[{"id":"acme"}]})"}}),
        opencode("provider.layer-override", twice),
        opencode("model.declared", acme),
        opencode("model.loaded", acme, {{"/config", R"({"model":"acme/a"})"}, {"/config/providers", ready}}),
        opencode("model.not-loaded", acme, {{"/config", R"({"model":"acme/old"})"}}),
        opencode("model.not-offered", acme, {{"/config", R"({"model":"acme/a"})"}}),
        opencode("model.not-declared", {}, {{"/config", R"({"model":"acme/a"})"}}),
        opencode("model.layer-override", twice),
    };
}

std::vector<Way> of_mcps() {
    const std::string entry = R"("mcp":{"a":{"type":"local","command":["node","a.mjs"]}})";
    const Files one{{global + "opencode.json", in_global(entry)}};
    const std::string as_written = in_global(entry);
    const auto state = [&](const std::string& word) {
        return std::map<std::string, std::string>{{"/config", as_written},
                                                  {"/mcp", R"({"a":{"status":")" + word + R"("}})"}};
    };
    return {
        opencode("mcp.declared", one),
        opencode("mcp.loaded", one, state("connected")),
        opencode("mcp.not-loaded", one, {{"/config", as_written}}),
        opencode("mcp.not-declared", {}, state("connected")),
        opencode("mcp.changed-since-start", one,
                 {{"/config", R"({"mcp":{"a":{"type":"local","command":["node","old.mjs"]}}})"},
                  {"/mcp", R"({"a":{"status":"connected"}})"}}),
        opencode("mcp.disabled-by-configuration",
                 {{global + "opencode.json", R"({"mcp":{"a":{"enabled":false}}})"}}),
        opencode("mcp.runtime-failure", one, state("failed")),
        opencode("mcp.needs-auth", one, state("needs_auth")),
        opencode("mcp.needs-client-registration", one, state("needs_client_registration")),
        opencode("mcp.policy-not-enforced",
                 {{global + "opencode.json", R"({"mcp":{"a":{"type":"local","command":["sh","a"]}}})"}},
                 {{"/mcp", R"({"a":{"status":"connected"}})"}}),
        opencode("mcp.layer-override",
                 {{global + "opencode.json", in_global(entry)}, {"work/opencode.json", in_global(entry)}}),
    };
}

std::vector<Way> of_files() {
    const std::string skill = global + "skill/own/SKILL.md";
    const std::string agent = global + "agent/own.md";
    const std::string command = global + "command/own.md";
    const std::string tool = global + "tool/own.js";
    const std::string plugin = global + "plugin/own.js";
    const std::string broken = "---\n[ not: yaml\n---\n";
    return {
        opencode("skill.declared", {{skill, good_skill}}),
        opencode("skill.loaded", {{skill, good_skill}}, {{"/skill", R"([{"name":"own","location":"x"}])"}}),
        opencode("skill.not-loaded", {{skill, good_skill}}, {{"/skill", "[]"}}),
        opencode("skill.not-declared", {}, {{"/skill", R"([{"name":"own","location":"<built-in>"}])"}}),
        opencode("skill.invalid", {{skill, "no front matter"}}),
        opencode("skill.layer-override",
                 {{skill, good_skill}, {"work/.opencode/skill/own/SKILL.md", good_skill}}),
        opencode("agent.declared", {{agent, "x"}}),
        opencode("agent.loaded", {{agent, "x"}}, {{"/agent", R"([{"name":"own"}])"}}),
        opencode("agent.not-loaded", {{agent, "x"}}, {{"/agent", "[]"}}),
        opencode("agent.not-declared", {}, {{"/agent", R"([{"name":"build","native":true}])"}}),
        opencode("agent.disabled-by-configuration", {{agent, "---\ndisable: true\n---\n"}}),
        opencode("agent.invalid", {{agent, broken}}),
        opencode("agent.layer-override", {{agent, "x"}, {"work/.opencode/agent/own.md", "x"}}),
        opencode("tool.declared", {{tool, ""}}),
        opencode("tool.loaded", {{tool, ""}}, {{"/experimental/tool/ids", R"(["own_first"])"}}),
        opencode("tool.not-loaded", {{tool, ""}}, {{"/experimental/tool/ids", "[]"}}),
        opencode("tool.not-declared", {}, {{"/experimental/tool/ids", R"(["read"])"}}),
        opencode("tool.permission-ask", {{global + "opencode.json", R"({"permission":{"edit":"ask"}})"}},
                 {{"/experimental/tool/ids", R"(["write"])"}}),
        opencode("tool.permission-denied", {{global + "opencode.json", R"({"tools":{"bash":false}})"}},
                 {{"/experimental/tool/ids", R"(["bash"])"}}),
        opencode("tool.layer-override", {{tool, ""}, {"work/.opencode/tool/own.ts", ""}}),
        opencode("workflow.declared", {{command, "x"}}),
        opencode("workflow.loaded", {{command, "x"}},
                 {{"/command", R"([{"name":"own","source":"command"}])"}}),
        opencode("workflow.not-loaded", {{command, "x"}}, {{"/command", "[]"}}),
        opencode("workflow.not-declared", {}, {{"/command", R"([{"name":"init","source":"command"}])"}}),
        opencode("workflow.invalid", {{command, broken}}),
        opencode("workflow.layer-override", {{command, "x"}, {"work/.opencode/command/own.md", "x"}}),
        opencode("plugin.declared", {{plugin, ""}}),
        opencode("plugin.loaded", {{plugin, ""}},
                 {{"/config", R"({"plugin":["file://DIR/home/.config/opencode/plugin/own.js"]})"}}),
        opencode("plugin.not-loaded", {{plugin, ""}}, {{"/config", R"({"plugin":[]})"}}),
        opencode("plugin.not-declared", {}, {{"/config", R"({"plugin":["pack@1.0.0"]})"}}),
        opencode("plugin.file-missing", {{global + "opencode.json", R"({"plugin":["./none.js"]})"}}),
        opencode("plugin.disabled-by-configuration", {{plugin, ""}}, {}, {{"OPENCODE_PURE", "1"}}),
        opencode("plugin.layer-override", {{global + "opencode.json", R"({"plugin":["pack@1"]})"},
                                           {"work/opencode.json", R"({"plugin":["pack@2"]})"}}),
    };
}

std::vector<Way> all_ways() {
    std::vector<Way> all;
    for (const auto& some : {of_the_product(), of_providers_and_models(), of_mcps(), of_files()})
        all.insert(all.end(), some.begin(), some.end());
    return all;
}

}  // namespace

TEST_CASE("capability codes: each is brought about by files, a server or an export") {
    std::set<std::string> reached;
    std::set<report::CapabilityKind> kinds;
    std::set<report::CapabilityStatus> statuses;
    for (const Way& way : all_ways()) {
        CAPTURE(way.code);
        const auto tables = way.tables();
        CAPTURE(shown(tables));
        bool found = false;
        if (const auto* reason = capabilities::find_capability_reason(way.code)) {
            for (const auto& row : tables.capabilities) {
                if (row.reason_code != way.code) continue;
                found = true;
                CHECK(row.kind == reason->kind);
                CHECK(row.status == reason->status);
                CHECK_FALSE(row.id.empty());
                CHECK_FALSE(row.source.empty());
                kinds.insert(row.kind);
                statuses.insert(row.status);
            }
        }
        if (const auto* reason = capabilities::find_conflict_reason(way.code)) {
            for (const auto& row : tables.conflicts) {
                if (row.reason_code != way.code) continue;
                found = true;
                CHECK(row.kind == reason->kind);
                CHECK_FALSE(row.winner.empty());
                CHECK_FALSE(row.losers.empty());
            }
        }
        CHECK(found);
        if (found) reached.insert(way.code);
    }
    for (const auto& reason : capabilities::capability_reasons()) {
        CAPTURE(reason.code);
        CHECK(reached.contains(std::string(reason.code)));
    }
    for (const auto& reason : capabilities::conflict_reasons()) {
        CAPTURE(reason.code);
        CHECK(reached.contains(std::string(reason.code)));
    }
    CHECK(kinds.size() == report::all_capability_kinds.size());
    CHECK(statuses.size() == report::all_capability_statuses.size());
}
