#include "support/doctor_run.hpp"
#include "support/httplib_config.hpp"
#include "support/node.hpp"
#include "support/process.hpp"
#include "support/real_opencode.hpp"
#include "support/require_service.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <vector>

// What doctor says of a real OpenCode's capabilities: each with its source and status, and winners that are
// those which the server has in force.
namespace {

using namespace cowork::test;
using namespace std::chrono_literals;
using nlohmann::json;

std::string canary(int number) { return "CANARY" + std::to_string(1000 + number) + "xQ7vLp93mZtR"; }
constexpr int canaries = 40;

// An MCP server over standard input and output, as small as one can be.
constexpr const char* mcp_server = R"(import readline from 'node:readline';
const say = (message) => process.stdout.write(JSON.stringify(message) + '\n');
readline.createInterface({input: process.stdin}).on('line', (line) => {
  const asked = JSON.parse(line);
  if (asked.id === undefined) return;
  if (asked.method === 'initialize')
    say({jsonrpc: '2.0', id: asked.id, result: {protocolVersion: asked.params.protocolVersion,
         capabilities: {tools: {}}, serverInfo: {name: 'test', version: '1'}}});
  else if (asked.method === 'tools/list')
    say({jsonrpc: '2.0', id: asked.id, result: {tools: [{name: 'ping', inputSchema: {type: 'object'}}]}});
  else say({jsonrpc: '2.0', id: asked.id, result: {}});
});
)";

std::string node() {
    const auto programs = node_programs();
    return programs.empty() ? std::string{} : programs.front();
}

json provider(const std::string& model) {
    return {{"npm", "@ai-sdk/openai-compatible"},
            {"options",
             {{"baseURL", "http://user:" + canary(0) + "@127.0.0.1:9/v1?key=" + canary(1)},
              {"apiKey", canary(2)},
              {"headers", {{"X-Key", canary(3)}, {"Authorization", "Bearer " + canary(4)}}},
              {"nested", {{"deep", {{"token", canary(5)}}}}}}},
            {"models",
             {{model,
               {{"name", model}, {"options", {{"secret", canary(6)}}}, {"headers", {{"K", canary(7)}}}}}}}};
}

std::string markdown(const std::string& name, const std::string& secret) {
    return "---\nname: " + name + "\ndescription: has " + secret + "\n---\nThe body has " + secret +
           " too.\n";
}

// The global layer: what the others override, and a tool connection that only it has.
json global_layer() {
    return {{"provider", {{"mock", provider("old-model")}, {"second", provider("other-model")}}},
            {"model", "second/other-model"},
            {"small_model", "mock/nowhere"},
            {"username", canary(8)},
            {"mcp",
             {{"works", {{"type", "local"}, {"command", {"/bin/false", canary(9)}}}},
              {"blocked",
               {{"type", "remote"},
                {"url", "http://me:" + canary(10) + "@127.0.0.1:9/mcp?token=" + canary(11)},
                {"headers", {{"Authorization", "Bearer " + canary(12)}, {"X-Other", canary(13)}}},
                {"oauth", {{"clientId", "id"}, {"clientSecret", canary(14)}}}}},
              {"off", {{"type", "local"}, {"command", {"node", "x.mjs"}}, {"enabled", false}}}}},
            {"agent", {{"reviewer", {{"description", canary(15)}, {"prompt", canary(16)}}}}},
            {"command", {{"ship", {{"template", "global " + canary(17)}}}}},
            {"instructions", {canary(18)}}};
}

// The layer of OPENCODE_CONFIG.
json named_layer() {
    return {{"provider", {{"mock", provider("mock-model")}}},
            {"model", "mock/mock-model"},
            {"mcp",
             {{"works",
               {{"type", "local"},
                {"command", {node(), "DIR/mcp.mjs", canary(19)}},
                {"environment", {{"API_KEY", canary(20)}, {"PLAIN", canary(21)}}}}},
              {"fails",
               {{"type", "local"},
                {"command", {node(), "DIR/nowhere-" + canary(22) + ".mjs", "--token=" + canary(23)}},
                {"environment", {{"TOKEN", canary(24)}}}}}}}};
}

// The project's.
json project_layer() {
    return {
        {"agent", {{"reviewer", {{"description", "of the project"}}}}},
        {"command", {{"ship", {{"template", "project " + canary(25)}}}}},
        {"plugin",
         json::array({json::array({"./plugin.js", {{"secret", canary(26)}, {"list", {canary(27)}}}})})},
        {"permission", {{"bash", "ask"}, {"webfetch", "deny"}}},
        {"formatter", {{"own", {{"command", {"fmt", canary(28)}}, {"environment", {{"K", canary(29)}}}}}}},
        {"disabled_providers", {"second"}}};
}

void lay_out(const TempDir& machine) {
    const auto write = [&](const std::string& name, std::string text) {
        const std::string root = machine.path().string();
        for (auto at = text.find("DIR/"); at != std::string::npos; at = text.find("DIR/", at))
            text.replace(at, 3, root);
        machine.write(name, text);
    };
    Process git({.argv = {"git", "init", "--quiet", machine.file("work")}});
    const ProcessResult made = git.wait(20s);
    REQUIRE(made.exit_code == 0);
    write("mcp.mjs", mcp_server);
    write("home/config/opencode/opencode.json", global_layer().dump(2));
    write("opencode.json", named_layer().dump(2));
    write("work/opencode.json", project_layer().dump(2));
    write("work/plugin.js", "export const P = async () => ({}) // " + canary(30));
    write("work/.opencode/agent/reviewer.md", markdown("reviewer", canary(31)));
    write("home/config/opencode/agent/writer.md", markdown("writer", canary(32)));
    write("work/.opencode/command/deploy.md", markdown("deploy", canary(33)));
    write("home/config/opencode/skill/review/SKILL.md", markdown("review", canary(34)));
    write("work/.opencode/skill/review/SKILL.md", markdown("review", canary(35)));
    write("home/config/opencode/skill/solo/SKILL.md", markdown("solo", canary(36)));
    write("work/.opencode/tool/measure.js",
          "export default {description: '" + canary(37) + "', args: {}, async execute() { return 'x' }}\n");
    write(
        "home/data/opencode/auth.json",
        json{{"mock", {{"type", "api"}, {"key", canary(38)}}},
             {"other", {{"type", "oauth"}, {"refresh", canary(39)}, {"access", canary(39)}, {"expires", 0}}}}
            .dump());
}

struct Machine {
    RealOpencode opencode{RealOpencodeOptions{.prepare = lay_out}};

    [[nodiscard]] json answer(const std::string& path) const {
        httplib::Client client("127.0.0.1", opencode.port());
        client.set_read_timeout(20s);
        const auto response = client.Get(path);
        REQUIRE(response);
        return json::parse(response->body);
    }
    [[nodiscard]] ProcessResult doctor(std::vector<std::string> more) const {
        more.insert(more.begin(),
                    {"doctor", "--capabilities", "--opencode-url", opencode.url(), "--timeout", "20s"});
        return run_cowork(more, opencode.work_directory());
    }
    [[nodiscard]] std::string path(const std::string& name) const {
        return std::filesystem::canonical(opencode.directory().path() / name).string();
    }
};

Machine* shared() {
    static std::unique_ptr<Machine> machine;
    if (!require_service(RealOpencode::available() && !node().empty(), "OpenCode and Node")) return nullptr;
    if (!machine) machine = std::make_unique<Machine>();
    return machine.get();
}

json find(const json& rows, const std::string& kind, const std::string& id) {
    for (const json& row : rows)
        if (row["kind"] == kind && row["id"] == id) return row;
    return nullptr;
}

}  // namespace

TEST_CASE("a real OpenCode: each capability has its source and its status") {
    Machine* machine = shared();
    if (machine == nullptr) return;
    const json report = json_of(machine->doctor({"--json"}));
    struct Row {
        std::string kind, id, code, source, file;
    };
    const std::string global = "home/config/opencode/opencode.json";
    for (const Row& row : std::vector<Row>{
             {"provider", "mock", "provider.loaded", "config-file", "opencode.json"},
             {"provider", "second", "provider.disabled-by-configuration", "global", global},
             {"model", "mock/mock-model", "model.loaded", "config-file", "opencode.json"},
             {"model", "mock/nowhere", "model.not-offered", "global", global},
             {"mcp", "works", "mcp.loaded", "config-file", "opencode.json"},
             {"mcp", "fails", "mcp.runtime-failure", "config-file", "opencode.json"},
             {"mcp", "blocked", "mcp.url-policy-blocked", "global", global},
             {"mcp", "off", "mcp.disabled-by-configuration", "global", global},
             {"skill", "solo", "skill.loaded", "global", "home/config/opencode/skill/solo/SKILL.md"},
             {"skill", "customize-opencode", "skill.not-declared", "opencode", ""},
             {"agent", "reviewer", "agent.loaded", "project-directory", "work/.opencode/agent/reviewer.md"},
             {"agent", "writer", "agent.loaded", "global", "home/config/opencode/agent/writer.md"},
             {"agent", "build", "agent.not-declared", "opencode", ""},
             {"tool", "measure", "tool.loaded", "project-directory", "work/.opencode/tool/measure.js"},
             {"tool", "bash", "tool.permission-ask", "opencode", ""},
             {"tool", "webfetch", "tool.permission-denied", "opencode", ""},
             {"tool", "read", "tool.not-declared", "opencode", ""},
             {"workflow", "ship", "workflow.loaded", "project", "work/opencode.json"},
             {"workflow", "deploy", "workflow.loaded", "project-directory",
              "work/.opencode/command/deploy.md"},
             {"workflow", "init", "workflow.not-declared", "opencode", ""},
             {"opencode-plugin", "plugin.js", "plugin.loaded", "project", "work/opencode.json"},
         }) {
        CAPTURE(row.kind, row.id);
        const json told = find(report["capabilities"], row.kind, row.id);
        REQUIRE(told.is_object());
        CHECK(told["reasonCode"] == row.code);
        CHECK(told["source"] == row.source);
        if (row.file.empty()) {
            CHECK(told["place"].is_null());
        } else {
            REQUIRE(told["place"].is_object());
            CHECK(std::filesystem::canonical(told["place"]["file"].get<std::string>()) ==
                  machine->path(row.file));
            CHECK(told["place"]["line"].get<int>() >= 1);
        }
    }
    const json blocked = find(report["capabilities"], "mcp", "blocked");
    CHECK(blocked["evidence"]["policy"] == "loopback");
    CHECK(blocked["evidence"]["host"] == "127.0.0.1");
    CHECK(find(report["capabilities"], "mcp", "fails")["evidence"]["error"] == "connection closed");
    CHECK(report["status"] == "degraded");
    CHECK(report["exitCode"] == 4);
}

TEST_CASE("a real OpenCode: the winners are what the server has in force") {
    Machine* machine = shared();
    if (machine == nullptr) return;
    const json report = json_of(machine->doctor({"--json"}));
    const json config = machine->answer("/config");
    const auto& rows = report["capabilities"];

    CHECK(find(rows, "model", config["model"])["reasonCode"] == "model.loaded");
    // The winner of the tool connection is the layer whose command runs.
    CHECK(config["mcp"]["works"]["command"][0] == node());
    CHECK(find(report["conflicts"], "mcp", "works")["winnerSource"] == "config-file");
    CHECK(find(report["conflicts"], "mcp", "works")["loserSources"] == json{"global"});
    // Of the agent, the file's description, though the project's entry is nearer in the list of files.
    CHECK(config["agent"]["reviewer"]["description"] == "has " + canary(31));
    const json agent = find(report["conflicts"], "agent", "reviewer");
    CHECK(agent["winnerSource"] == "project-directory");
    CHECK(agent["loserSources"] == json{"project", "global"});
    CHECK(config["command"]["ship"]["template"] == "project " + canary(25));
    CHECK(find(report["conflicts"], "workflow", "ship")["winnerSource"] == "project");
    CHECK(find(report["conflicts"], "model", "mock/mock-model")["loserSources"] == json{"global"});

    const json skills = machine->answer("/skill");
    for (const json& skill : skills) {
        if (skill["name"] != "review") continue;
        const std::string place = find(rows, "skill", "review")["place"]["file"];
        CHECK(std::filesystem::canonical(place) ==
              std::filesystem::canonical(skill["location"].get<std::string>()));
    }
    // Nothing that the server has is left out.
    const auto all_told = [&](const std::string& kind, const std::set<std::string>& names) {
        for (const std::string& name : names) {
            CAPTURE(kind, name);
            CHECK(find(rows, kind, name).is_object());
        }
    };
    const json agents = machine->answer("/agent");
    std::set<std::string> names;
    for (const json& each : agents) names.insert(each["name"]);
    all_told("agent", names);
    const json tools = machine->answer("/experimental/tool/ids");
    all_told("tool", tools.get<std::set<std::string>>());
    const json mcps = machine->answer("/mcp");
    names.clear();
    for (const auto& [name, state] : mcps.items()) names.insert(name);
    all_told("mcp", names);
    const json providers = machine->answer("/config/providers");
    names.clear();
    for (const json& each : providers["providers"]) names.insert(each["id"]);
    all_told("provider", names);
}

TEST_CASE("a real OpenCode: no secret of its configuration gets into an output") {
    Machine* machine = shared();
    if (machine == nullptr) return;
    for (const auto& format :
         std::vector<std::vector<std::string>>{{"--json"}, {"-v", "--color", "always"}, {}}) {
        const ProcessResult result = machine->doctor(format);
        const std::string all = result.out + result.err;
        CHECK(all.find("works") != std::string::npos);
        for (int i = 0; i < canaries; ++i)
            for (const std::string& spelling : forbidden_spellings(canary(i))) {
                CAPTURE(i, spelling);
                CHECK(all.find(spelling) == std::string::npos);
            }
    }
}
