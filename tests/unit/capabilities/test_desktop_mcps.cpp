#include "capabilities/reasons.hpp"
#include "unit/capabilities/desktop_world.hpp"

using namespace cowork;
using namespace cowork::test;
using report::CapabilityKind;

namespace {

constexpr const char* bundled = "resources/open-cowork.config.json";
constexpr const char* settings = "data/settings.json";
constexpr const char* custom = "data/runtime-home/.config/opencode/opencode.json";
constexpr const char* sidecar = "data/runtime-home/.config/opencode/mcp.open-cowork.json";

struct Row {
    std::string name;
    std::string mcp;       // without name
    std::string settings;  // empty: none were saved
    std::string code;
    std::vector<std::pair<std::string, std::string>> evidence = {};
    std::function<void(DesktopOnDisk&)> prepare = {};
};

void check_builtin(const std::vector<Row>& rows) {
    for (const Row& row : rows) {
        CAPTURE(row.name);
        DesktopOnDisk machine;
        machine.file(bundled, "{\"auth\": {\"mode\": \"google-oauth\"}, \"mcps\": [\n{\"name\": \"x\", " +
                                  row.mcp + "}]}");
        if (!row.settings.empty()) machine.file(settings, row.settings);
        if (row.prepare) row.prepare(machine);
        const auto found = machine.look();
        const auto& told = row_of(found, CapabilityKind::mcp, "x");
        CAPTURE(shown(told));
        CHECK(told.reason_code == row.code);
        CHECK(told.status == capabilities::find_capability_reason(row.code)->status);
        CHECK(told.source.str() == "builtin");
        CHECK(shown(told.place) == machine.path(bundled) + ":2");
        for (const auto& [key, value] : row.evidence) {
            CAPTURE(key);
            CHECK(evidence_of(told, key) == value);
        }
    }
}

struct CustomRow {
    std::string name;
    std::string entry;
    std::string sidecar;
    std::string code;
    std::vector<std::pair<std::string, std::string>> evidence;
};

}  // namespace

TEST_CASE("desktop rows: tool connections of the configuration") {
    const std::string local = R"("type": "local", "authMode": "none", "packageName": "x")";
    const std::string runs = R"("type": "local", "authMode": "none", "command": ["tool", "serve"])";
    const std::string remote = R"("type": "remote", "url": "https://x.example")";
    const std::string keyed =
        local + R"(, "credentials": [{"key": "token"}, {"key": "extra", "required": false},
        {"key": "region", "when": {"key": "cloud", "op": "eq", "value": "eu"}}])";
    const auto on_path = [](DesktopOnDisk& machine) { machine.program("bin/tool"); };
    const auto encrypted = [](DesktopOnDisk& machine) { machine.file("data/settings.enc", "x"); };
    const auto signed_in = [](DesktopOnDisk& machine) {
        machine.file("data/application_default_credentials.json", "{}");
    };
    check_builtin({
        {"a package",
         local,
         "",
         "mcp.configured",
         {{"type", "local"},
          {"authMode", "none"},
          {"credentialKeys", ""},
          {"configuredCredentialKeys", ""},
          {"layer", "bundled"}}},
        {"turned off", local, R"({"integrationEnabled": {"x": false}})", "mcp.disabled-by-user"},
        {"turned off before the program", runs, R"({"integrationEnabled": {"x": false}})",
         "mcp.disabled-by-user"},
        {"no program", runs, "", "mcp.command-not-installed"},
        {"no program, turned on", runs, R"({"integrationEnabled": {"x": true}})",
         "mcp.command-not-installed"},
        {"a program on PATH", runs, "", "mcp.configured", {}, on_path},
        {"a file that is no program",
         runs,
         "",
         "mcp.command-not-installed",
         {},
         [](DesktopOnDisk& machine) { machine.file("bin/tool", ""); }},
        {"a directory of that name",
         runs,
         "",
         "mcp.command-not-installed",
         {},
         [](DesktopOnDisk& machine) { machine.file("bin/tool/x", ""); }},
        {"a program of the application",
         runs,
         "",
         "mcp.configured",
         {},
         [](DesktopOnDisk& machine) { machine.program("resources/bin/tool"); }},
        {"an absolute path",
         R"("type": "local", "command": ["DIR/bin/tool"])",
         "",
         "mcp.configured",
         {},
         on_path},
        {"an absolute path that is not there", R"("type": "local", "command": ["/nowhere/tool"])", "",
         "mcp.command-not-installed"},
        {"a relative path", R"("type": "local", "command": ["./tool"])", "", "mcp.choice-unknown"},
        {"OAuth",
         remote + R"(, "authMode": "oauth")",
         "",
         "mcp.awaiting-oauth-opt-in",
         {{"authMode", "oauth"}}},
        {"OAuth, turned on", remote + R"(, "authMode": "oauth")", R"({"integrationEnabled": {"x": true}})",
         "mcp.configured"},
        {"OAuth before the URL", R"("type": "remote", "authMode": "oauth")", "", "mcp.awaiting-oauth-opt-in"},
        {"Google", remote + R"(, "googleAuth": true)", "", "mcp.not-signed-in-google"},
        {"Google, turned on", remote + R"(, "googleAuth": true)", R"({"integrationEnabled": {"x": true}})",
         "mcp.not-signed-in-google"},
        {"Google, signed in", remote + R"(, "googleAuth": true)", "", "mcp.configured", {}, signed_in},
        {"Google is not the way to sign in",
         remote + R"(, "googleAuth": true)",
         "",
         "mcp.not-signed-in-google",
         {},
         [&](DesktopOnDisk& machine) {
             signed_in(machine);
             machine.file("home/.config/open-cowork/config.json", R"({"auth": {"mode": "none"}})");
         }},
        {"no credential",
         keyed,
         "",
         "mcp.not-configured",
         {{"credentialKeys", "extra,region,token"}, {"configuredCredentialKeys", ""}}},
        {"a blank credential", keyed, R"({"integrationCredentials": {"x": {"token": "  "}}})",
         "mcp.not-configured"},
        {"a credential",
         keyed,
         R"({"integrationCredentials": {"x": {"token": "t0ken", "other": "oth3r"}}})",
         "mcp.configured",
         {{"configuredCredentialKeys", "other,token"}}},
        {"a credential that another one asks for", keyed,
         R"({"integrationCredentials": {"x": {"token": "t0ken", "cloud": "eu"}}})", "mcp.not-configured"},
        {"no URL",
         R"("type": "remote", "authMode": "none")",
         "",
         "mcp.invalid",
         {{"type", "remote"}, {"credentialKeys", "(none)"}}},
        {"an empty URL", R"("type": "remote", "url": "", "authMode": "none")", "", "mcp.invalid"},
        {"a URL", remote, "", "mcp.configured"},
        {"encrypted",
         local,
         "",
         "mcp.choice-unknown",
         {{"credentialKeys", ""}, {"configuredCredentialKeys", "(none)"}},
         encrypted},
        {"encrypted, no program", runs, "", "mcp.command-not-installed", {}, encrypted},
        {"encrypted, no URL", R"("type": "remote")", "", "mcp.invalid", {}, encrypted},
    });
}

TEST_CASE("desktop rows: the switch of semantic-ui") {
    for (const bool encrypted : {false, true}) {
        DesktopOnDisk machine;
        machine.file(bundled, R"({"mcps": [{"name": "semantic-ui", "type": "local", "packageName": "s"}]})");
        if (encrypted) machine.file("data/settings.enc", "x");
        machine.set("OPEN_COWORK_DISABLE_SEMANTIC_UI_MCP", "true");
        CHECK(row_of(machine.look(), CapabilityKind::mcp, "semantic-ui").reason_code ==
              (encrypted ? "mcp.choice-unknown" : "mcp.configured"));
        machine.set("OPEN_COWORK_DISABLE_SEMANTIC_UI_MCP", "1");
        CHECK(row_of(machine.look(), CapabilityKind::mcp, "semantic-ui").reason_code ==
              "mcp.disabled-by-user");
    }
}

TEST_CASE("desktop rows: placeholders") {
    DesktopOnDisk machine;
    machine.file(bundled, R"({"allowedEnvPlaceholders": ["MCP_URL", "UNSET"], "mcps": [
        {"name": "a", "type": "remote", "url": "{env:MCP_URL}"},
        {"name": "b", "type": "remote", "url": "{env:UNSET}"},
        {"name": "c", "type": "remote", "url": "{file:url.txt}"},
        {"name": "d", "type": "remote", "url": "{file:absent}"},
        {"name": "e", "type": "remote", "url": "{file:~/url}"},
        {"name": "f", "type": "remote", "url": "{file:DIR/big}"},
        {"name": "g", "type": "remote", "url": "{file:} {env:lower}"}]})");
    machine.file("resources/url.txt", "https://x.example").file("home/url", "https://x.example");
    machine.file("big", std::string(64UL * 1024 + 1, 'x'));
    machine.set("MCP_URL", "https://x.example");
    const auto found = machine.look();
    std::string codes;
    for (const auto& row : found.tables.capabilities)
        if (row.kind == CapabilityKind::mcp) codes += row.id.str() + ":" + std::string(row.reason_code) + " ";
    CHECK(codes ==
          "a:mcp.configured b:mcp.choice-unknown c:mcp.configured d:mcp.invalid e:mcp.configured "
          "f:mcp.choice-unknown g:mcp.configured ");
}

TEST_CASE("desktop rows: tool connections of the user") {
    const std::vector<CustomRow> rows{
        {"stdio",
         R"({"type": "local", "command": ["node", "x.js"]})",
         "",
         "mcp.custom-stdio-configured",
         {{"type", "stdio"}, {"scope", "machine"}, {"permissionMode", "ask"}, {"host", "(none)"}}},
        {"stdio, allowed",
         R"({"type": "local", "command": ["node"]})",
         R"({"permissionMode": "allow"})",
         "mcp.custom-stdio-configured",
         {{"permissionMode", "allow"}}},
        {"stdio, a shell",
         R"({"type": "local", "command": ["bash", "-c", "x"]})",
         "",
         "mcp.stdio-policy-blocked",
         {{"type", "stdio"}, {"rule", "shell"}}},
        {"stdio, nothing",
         R"({"type": "local"})",
         "",
         "mcp.stdio-policy-blocked",
         {{"rule", "command-missing"}}},
        {"stdio, a link in a circle",
         R"({"type": "local", "command": ["DIR/circle"]})",
         "",
         "mcp.stdio-policy-blocked",
         {{"rule", "command-missing"}}},
        {"http",
         R"({"type": "remote", "url": "https://u:pw@mcp.example.com/p?q"})",
         "",
         "mcp.custom-http-configured",
         {{"type", "http"}, {"host", "mcp.example.com"}, {"permissionMode", "ask"}}},
        {"http, private",
         R"({"type": "remote", "url": "http://10.0.0.1"})",
         "",
         "mcp.url-policy-blocked",
         {{"rule", "private"}, {"host", "(none)"}}},
        {"http, private allowed",
         R"({"type": "remote", "url": "http://10.0.0.1"})",
         R"({"allowPrivateNetwork": true})",
         "mcp.custom-http-configured",
         {{"host", "10.0.0.1"}}},
        {"http, private allowed by a text",
         R"({"type": "remote", "url": "http://10.0.0.1"})",
         R"({"allowPrivateNetwork": "true"})",
         "mcp.url-policy-blocked",
         {}},
        {"http, no URL",
         R"({"type": "remote", "url": 7})",
         "",
         "mcp.url-policy-blocked",
         {{"rule", "unreadable-url"}}},
    };
    for (const CustomRow& row : rows) {
        CAPTURE(row.name);
        DesktopOnDisk machine;
        std::filesystem::create_symlink(machine.path("circle"), machine.path("circle"));
        machine.file(custom,
                     "{\"mcp\": {\"odd\": {\"type\": \"other\"}, \"no\": 1,\n\"m\": " + row.entry + "}}");
        if (!row.sidecar.empty()) machine.file(sidecar, R"({"m": )" + row.sidecar + "}");
        const auto found = machine.look();
        const auto& told = row_of(found, CapabilityKind::mcp, "m");
        CHECK(told.reason_code == row.code);
        CHECK(told.status == capabilities::find_capability_reason(row.code)->status);
        CHECK(told.source.str() == "custom");
        CHECK(shown(told.place) == machine.path(custom) + ":2");
        for (const auto& [key, value] : row.evidence) {
            CAPTURE(key);
            CHECK(evidence_of(told, key) == value);
        }
        machine.file("data/managed-policy.json",
                     R"({"permissionCeilings": {}, "extensions": {"customMcps": false}})");
        CHECK(row_of(machine.look(), CapabilityKind::mcp, "m").reason_code ==
              "mcp.custom-disabled-by-policy");
        machine.file("data/managed-policy.json", R"({"extensions": {"customMcps": false}})");
        CHECK(row_of(machine.look(), CapabilityKind::mcp, "m").reason_code == row.code);
    }
}

TEST_CASE("desktop rows: the project's tool connections come before the machine's") {
    DesktopOnDisk machine;
    machine.with_project();
    machine.file(
        custom,
        R"({"mcp": {"m": {"type": "local", "command": ["./serve"]}, "n": {"type": "local", "command": ["./serve"]}}})");
    machine.file("project/.opencowork/config.jsonc",
                 "{ // comment\n\"mcp\": {\"m\": {\"type\": \"local\", \"command\": [\"./serve\"]},}}");
    machine.file("project/.opencowork/mcp.open-cowork.json", R"({"m": {"permissionMode": "allow"}})");
    machine.file("project/serve", "");
    const auto found = machine.look();
    const auto& told = row_of(found, CapabilityKind::mcp, "m");
    CHECK(told.reason_code == "mcp.custom-stdio-configured");
    CHECK(evidence_of(told, "scope") == "project");
    CHECK(evidence_of(told, "permissionMode") == "allow");
    CHECK(shown(told.place) == machine.path("project/.opencowork/config.jsonc") + ":2");
    CHECK(evidence_of(row_of(found, CapabilityKind::mcp, "n"), "rule") == "outside-project");
}
