#include "net/url.hpp"
#include "unit/capabilities/desktop_world.hpp"

#include <sys/stat.h>

using namespace cowork;
using namespace cowork::test;
using report::CapabilityKind;

namespace {

constexpr const char* bundled = "resources/open-cowork.config.json";
const std::string opencode = "data/runtime-home/.config/opencode/";

std::string base64(std::string_view bytes) {
    constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    for (std::size_t at = 0; at + 2 < bytes.size(); at += 3) {
        const auto byte = [&](std::size_t i) {
            return static_cast<unsigned>(static_cast<unsigned char>(bytes[at + i]));
        };
        const unsigned word = byte(0) << 16 | byte(1) << 8 | byte(2);
        for (const unsigned shift : {18U, 12U, 6U, 0U}) out += digits[word >> shift & 63U];
    }
    return out;
}

}  // namespace

TEST_CASE("desktop rows: no secret gets into a row") {
    const std::vector<std::string> secrets{
        "s/cret option+of-a-provider 1", "s/cret header+of-a-builtin-mcp",  "s/cret-from+a-file-inlined",
        "s/cret+from-the-environment",   "s/cret-password%2Bin-a-url",      "s/cret query+of-a-url",
        "s/cret argument+of-a-command",  "s/cret environment+of-an-mcp",    "s/cret header+of-a-custom-mcp",
        "s/cret+label-of-the-sidecar",   "s/cret+credential-of-a-provider", "s/cret+credential-of-an-mcp",
        "s/cret-option+of-a-plugin",     "s/cret+line-of-a-front-matter",   "s/cret-part+of-adc",
        "s/cret+in-the-policy"};
    const auto& s = secrets;
    DesktopOnDisk machine;
    machine.with_project();
    machine.set("CANARY", s[3]);
    machine.file("resources/inlined", s[2]);
    machine.file(
        bundled,
        R"({"allowedEnvPlaceholders": ["CANARY"], "auth": {"mode": "google-oauth"}, "providers": {"available": ["acme"],
        "defaultProvider": "acme", "defaultModel": "m", "custom": {"acme": {"npm": "{file:inlined}", "name": "{env:CANARY}", "models": {"m": {"options": {"k": ")" +
            s[0] + R"("}}}, "options": {"apiKey": ")" + s[0] + R"(", "baseURL": "{env:CANARY}"}}}},
        "mcps": [{"name": "b", "type": "remote", "url": "https://x.example/?k={file:inlined}", "headers": {"Authorization": ")" +
            s[1] + R"("},
          "googleAuth": true, "credentials": [{"key": "token", "placeholder": "{env:CANARY}"}]},
         {"name": "c", "type": "local", "command": ["node", ")" +
            s[6] + R"("]},
         {"name": "d", "type": "local", "command": ["{env:CANARY}"]}],
        "skills": [{"name": "S", "sourceName": "s", "description": ")" +
            s[13] + R"("}], "tools": [{"id": "t", "description": ")" + s[13] + R"("}]})");
    for (const std::string& place : {opencode + "opencode", std::string("project/.opencowork/config")})
        machine.file(place + ".json",
                     R"({"mcp": {"u": {"type": "remote", "url": "https://user:)" + net::percent_encode(s[4]) +
                         R"(@mcp.example.com/p?k=)" + net::percent_encode(s[5]) + R"(", "headers": {"X": ")" +
                         s[8] + R"("}},
            "v": {"type": "local", "command": ["node", "--token=)" +
                         s[6] + R"("], "environment": {"K": ")" + s[7] + R"("}},
            "w": {"type": "local", "command": ["/opt/)" +
                         s[6] + R"("]}},
            "plugin": [["own@1.0.0", {"secret": ")" +
                         s[12] + R"("}], "git+https://user:)" + net::percent_encode(s[4]) +
                         R"(@example.com/own.git?k=)" + net::percent_encode(s[5]) + R"("]})");
    machine.file(opencode + "mcp.open-cowork.json",
                 R"({"u": {"label": ")" + s[9] + R"(", "permissionMode": ")" + s[9] + R"("}})");
    machine.file(opencode + "skills/k/SKILL.md", "---\nname: k\ndescription: " + s[13] + "\n---\n" + s[13]);
    machine.file(opencode + "agents/a.md", "---\ndescription: '" + s[13] + "'\n---\n" + s[13]);
    machine.file("data/application_default_credentials.json", R"({"refresh_token": ")" + s[14] + R"("})");
    machine.file("data/managed-policy.json", R"({"permissionCeilings": {"bash": ")" + s[15] + R"("}})");
    machine.file("data/settings.json", R"({"selectedProviderId": "acme", "selectedModelId": ")" + s[10] +
                                           R"(",
        "providerCredentials": {"acme": {"apiKey": ")" +
                                           s[10] + R"(", ")" + s[10] + R"(": "x"}},
        "integrationCredentials": {"b": {"token": ")" +
                                           s[11] + R"("}, ")" + s[11] + R"(": {"k": "v"}}})");
    const auto found = machine.look();
    std::string text = shown(found.tables);
    for (const Error& problem : found.problems)
        text += problem.message + problem.remedy + problem.where.place();
    CAPTURE(text);
    CHECK(found.tables.capabilities.size() > 12);
    for (const std::string& secret : secrets) {
        CAPTURE(secret);
        for (const std::string& form : {secret, base64(secret), base64(secret.substr(1)),
                                        base64(secret.substr(2)), net::percent_encode(secret)}) {
            CHECK(text.find(form) == std::string::npos);
            CHECK(text.find(form.substr(0, form.size() / 2)) == std::string::npos);
        }
    }
}

TEST_CASE("desktop rows: names that would steer a terminal") {
    DesktopOnDisk machine;
    machine.file(
        bundled,
        R"({"mcps": [{"name": "a\u001b[2Jb", "type": "local", "authMode": "none", "command": ["\u0007\u202e"]}], "tools": [{"id": "t\nx"}]})");
    machine.file(
        opencode + "opencode.json",
        R"({"mcp": {"\u001b]0;x\u0007": {"type": "local", "command": ["node"]}}, "plugin": ["\u001b[1m"]})");
    machine.file(opencode + "skills/\x1b[31m/SKILL.md", "x");
    machine.file(opencode + "agents/\xFF\xFE.md", "\xFF\xFE");
    const std::string text = shown(machine.look().tables);
    CAPTURE(text);
    CHECK(text.find_first_of("\x1b\x07") == std::string::npos);
    CHECK(text.find("\xE2\x80\xAE") == std::string::npos);
    CHECK(text.find('\xFF') == std::string::npos);
    CHECK(std::count(text.begin(), text.end(), '\n') == 10);
}

TEST_CASE("desktop rows: files that are none") {
    DesktopOnDisk machine;
    for (const char* directory : {"skills/fifo", "agents", "skills/circle"})
        std::filesystem::create_directories(machine.path(opencode + directory));
    for (const std::string& fifo : {std::string(bundled), opencode + "opencode.json",
                                    opencode + "mcp.open-cowork.json", opencode + "skills/fifo/SKILL.md",
                                    opencode + "agents/fifo.md", std::string("data/managed-policy.json"),
                                    std::string("data/settings.json"), std::string("home/fifo")})
        REQUIRE(::mkfifo(machine.path(fifo).c_str(), 0600) == 0);
    std::filesystem::create_symlink(machine.path(opencode + "skills/circle"),
                                    machine.path(opencode + "skills/circle/again"));
    std::filesystem::create_symlink("SKILL.md", machine.path(opencode + "skills/circle/SKILL.md"));
    std::filesystem::create_symlink("loop.md", machine.path(opencode + "agents/loop.md"));
    machine.file("home/.config/open-cowork/config.json",
                 R"({"mcps": [{"name": "f", "type": "remote", "url": "{file:~/fifo}"}],
        "skills": [{"name": "X", "sourceName": "x"}]})");
    std::filesystem::create_directories(machine.path("resources/skills/x"));
    std::filesystem::create_symlink("..", machine.path("resources/skills/x/up"));
    const auto found = machine.look();
    CAPTURE(shown(found.tables));
    CHECK(row_of(found, CapabilityKind::skill, "fifo").reason_code == "skill.invalid");
    CHECK(row_of(found, CapabilityKind::skill, "circle").reason_code == "skill.invalid");
    CHECK(row_of(found, CapabilityKind::skill, "x").reason_code == "skill.configured-missing");
    CHECK(row_of(found, CapabilityKind::agent, "fifo").reason_code == "agent.invalid");
    CHECK(row_of(found, CapabilityKind::mcp, "f").reason_code == "mcp.choice-unknown");
    CHECK(row_of(found, CapabilityKind::provider, "provider").reason_code == "provider.selection-unknown");
    CHECK(found.problems.size() == 2);  // the settings and opencode.json
}

TEST_CASE("desktop rows: documents that are too deep, too large, or broken") {
    const std::vector<std::string> documents{std::string(100000, '['),
                                             R"({"mcp": )" + std::string(5000, '{'),
                                             "{\"mcp\": {\"\xFF\xFE\": {\"type\": \"local\"}}}",
                                             std::string(4UL * 1024 * 1024 + 1, ' '),
                                             "null",
                                             "{\"mcp\": {\"a\": {\"type\": \"local\"",
                                             std::string("{\0}", 3)};
    for (const std::string& document : documents) {
        CAPTURE(document.substr(0, 40), document.size());
        for (const std::string& place :
             {std::string(bundled), opencode + "opencode.json", std::string("data/settings.json")}) {
            CAPTURE(place);
            DesktopOnDisk machine;
            machine.file(place, document);
            machine.file(opencode + "mcp.open-cowork.json", document);
            machine.file("data/managed-policy.json", document);
            const auto found = machine.look();
            CHECK(!found.problems.empty());
            CHECK(row_of(found, CapabilityKind::agent, "subagent-delegation").reason_code ==
                  "agent.delegation-parent-permission-gated");
        }
    }
}

TEST_CASE("desktop rows: ten thousand entries") {
    DesktopOnDisk machine;
    std::string mcps = "[", skills = "[", secrets = "{", custom = "{\"mcp\": {";
    for (int i = 0; i < 10000; ++i) {
        const std::string n = std::to_string(i);
        mcps += (i == 0 ? "" : ",") +
                ("{\"name\": \"m" + n + "\", \"type\": \"local\", \"command\": [\"absent\"]}");
        if (i < 4000)
            custom +=
                (i == 0 ? "" : ",") + ("\"m" + n + "\": {\"type\": \"local\", \"command\": [\"node\"]}");
        if (i < 100) secrets += (i == 0 ? "" : ",") + ("\"k" + n + "\": \"credential-" + n + "\"");
    }
    machine.file(bundled, "{\"mcps\": " + mcps + "]}");
    machine.file(opencode + "opencode.json", custom + "}}");
    machine.file("data/settings.json", R"({"providerCredentials": {"p": )" + secrets + "}}}");
    for (int i = 0; i < 300; ++i) machine.file(opencode + "agents/a" + std::to_string(i) + ".md", "x");
    const auto before = std::chrono::steady_clock::now();
    const auto found = machine.look();
    const auto took = std::chrono::steady_clock::now() - before;
    CHECK(found.tables.capabilities.size() > 14300);
    CHECK(found.tables.conflicts.size() == 4000);
    CHECK(std::chrono::duration_cast<std::chrono::milliseconds>(took).count() < 20000);
}
