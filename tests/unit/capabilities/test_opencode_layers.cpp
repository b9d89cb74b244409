#include "capabilities/plugin_name.hpp"
#include "unit/capabilities/opencode_world.hpp"

#include <nlohmann/json.hpp>

using namespace cowork;
using namespace cowork::test;
using capabilities::Definition;
using capabilities::OpencodeTrouble;
using report::CapabilityKind;

namespace {

constexpr const char* global_file = "home/.config/opencode/opencode.json";

std::vector<std::string> sources_of(const capabilities::OpencodeConfiguration& found, CapabilityKind kind,
                                    const std::string& id) {
    std::vector<std::string> sources;
    for (const Definition& each : found.definitions)
        if (each.kind == kind && each.slot == id) sources.emplace_back(each.source);
    return sources;
}

std::string model_of(const capabilities::OpencodeConfiguration& found) {
    return found.merged->value("model", std::string{});
}

}  // namespace

// As OpenCode 1.18.3 itself merges them; the live test holds this table to a real server.
TEST_CASE("opencode layers: later ones win, in OpenCode's own order") {
    OpencodeOnDisk machine;
    const auto layer = [](const std::string& name) { return "{\"model\": \"m/" + name + "\"}"; };
    struct Row {
        std::string file, winner;
    };
    machine.serves("work/sub");
    std::filesystem::create_directories(machine.path("work/sub"));
    for (const Row& row : std::vector<Row>{
             {"home/.config/opencode/config.json", "global-old"},
             {"home/.config/opencode/opencode.json", "global"},
             {"home/.config/opencode/opencode.jsonc", "global-jsonc"},
             {"named.json", "named"},
             {"work/opencode.json", "outer"},
             {"work/opencode.jsonc", "outer-jsonc"},
             {"work/sub/opencode.json", "inner"},
             {"work/sub/.opencode/opencode.json", "inner-dot"},
             {"work/.opencode/opencode.json", "outer-dot"},
             {"home/.opencode/opencode.json", "home-dot"},
             {"extra/opencode.json", "config-dir"},
         }) {
        CAPTURE(row.file);
        machine.set("OPENCODE_CONFIG", machine.path("named.json"));
        machine.set("OPENCODE_CONFIG_DIR", machine.path("extra"));
        machine.file(row.file, layer(row.winner));
        CHECK(model_of(machine.read()) == "m/" + row.winner);
    }
    machine.set("OPENCODE_CONFIG_CONTENT", layer("inline"));
    CHECK(model_of(machine.read()) == "m/inline");
    machine.file("managed/opencode.jsonc", layer("managed"));
    const auto found = machine.read();
    CHECK(model_of(found) == "m/managed");
    CHECK(sources_of(found, CapabilityKind::model, "model") ==
          std::vector<std::string>{"global", "global", "global", "config-file", "project", "project",
                                   "project", "project-directory", "project-directory", "home-directory",
                                   "config-directory", "inline", "managed"});
    machine.set("OPENCODE_DISABLE_PROJECT_CONFIG", "1");
    const auto without = sources_of(machine.read(), CapabilityKind::model, "model");
    CHECK(std::find(without.begin(), without.end(), "project") == without.end());
    CHECK(std::find(without.begin(), without.end(), "project-directory") == without.end());
}

TEST_CASE("opencode layers: every definition knows its line and column") {
    OpencodeOnDisk machine;
    machine.file(
        global_file,
        "{\n  \"mcp\": {\n    // first\n    \"a\": {\"type\": \"local\", \"command\": [\"x\"]},\n"
        "    \"b\": {\"enabled\": false},\n  },\n  \"plugin\": [\"p@1.0.0\",\n    [\"./q.js\", {}]],\n}\n");
    const auto found = machine.read();
    CHECK(found.problems.empty());
    std::string shown;
    for (const Definition& each : found.definitions)
        shown +=
            each.id + "@" + std::to_string(each.where.line) + ":" + std::to_string(each.where.column) + " ";
    CHECK(shown == "a@4:10 b@5:10 p@7:14 q.js@8:5 ");
    CHECK(found.definitions.back().fault == capabilities::DefinitionFault::file_missing);
}

TEST_CASE("opencode layers: agents, commands, plugins, tools and skills of the directories") {
    OpencodeOnDisk machine;
    machine
        .file("home/.config/opencode/agents/team/lead.md", "---\ndescription: x\nmode: subagent\n---\nWork.")
        .file("home/.config/opencode/mode/old.md", "no front matter")
        .file("home/.config/opencode/agent/other.md", "---\nname: renamed\ndisable: true\n---\n")
        .file("work/.opencode/commands/say.md", "---\ndescription: x\n---\nhi")
        .file("work/.opencode/plugin/p.ts", "")
        .file("work/.opencode/tools/t.js", "")
        .file("work/.opencode/skill/deep/er/SKILL.md", "---\nname: deep\n---\n")
        .file("home/.claude/skills/claude/SKILL.md", "---\nname: claude\n---\n")
        .file("work/.agents/skills/agents/SKILL.md", "---\nname: agents\n---\n")
        .file("elsewhere/free/SKILL.md", "---\nname: free\n---\n")
        .file(global_file, R"({"skills": {"paths": ["DIR/elsewhere"]}})");
    const auto found = machine.read();
    CHECK(found.problems.empty());
    std::string shown;
    for (const Definition& each : found.definitions)
        shown += std::string(to_string(each.kind)) + " " + each.id + " " + std::string(each.source) + "\n";
    CHECK(shown ==
          "agent renamed global\nagent team/lead global\nagent old global\nworkflow say project-directory\n"
          "opencode-plugin p.ts project-directory\ntool t project-directory\nskill claude external\n"
          "skill agents external\nskill deep project-directory\nskill free skill-path\n");
    CHECK((*found.merged)["agent"]["renamed"]["disable"] == true);
    machine.set("OPENCODE_DISABLE_EXTERNAL_SKILLS", "true");
    CHECK(sources_of(machine.read(), CapabilityKind::skill, "claude").empty());
}

TEST_CASE("opencode layers: what OpenCode refuses, and what it passes over") {
    struct Row {
        std::string text;
        OpencodeTrouble trouble;
        int line;
        std::string words;
    };
    for (const Row& row : std::vector<Row>{
             {"{\n\"modell\": \"a/b\"}", OpencodeTrouble::refused, 2, "modell is no key"},
             {"{\n\"model\": 3}", OpencodeTrouble::refused, 2, "model is not a text"},
             {"{ nope }", OpencodeTrouble::refused, 1, "is not JSON that OpenCode can read"},
             {"[]", OpencodeTrouble::refused, 1, "holds no JSON object"},
             {"{\"mcp\": {\n\"a\": {}}}", OpencodeTrouble::refused, 2, "neither local nor remote"},
             {"{\"mcp\": {\n\"a\": {\"type\": \"remote\"}}}", OpencodeTrouble::refused, 2, "has no url"},
             {"{\"mcp\": {\n\"a\": {\"type\": \"local\", \"command\": \"x\"}}}", OpencodeTrouble::refused, 2,
              "has no command"},
             {"{\"mcp\": []}", OpencodeTrouble::refused, 1, "mcp is not an object"},
             {"{\"agent\": {\n\"a\": 1}}", OpencodeTrouble::refused, 2, "agent.a is not an object"},
             {"{\"command\": {\n\"a\": {}}}", OpencodeTrouble::refused, 2, "has no template"},
             {"{\"plugin\": [\n3]}", OpencodeTrouble::refused, 2, "names no plugin"},
             {"{\"plugin\": \"p\"}", OpencodeTrouble::refused, 1, "plugin is not a list"},
             {"{\"enabled_providers\": \"a\"}", OpencodeTrouble::refused, 1, "is not a list of texts"},
             {"{\n\"skills\": [], \"model\": \"a/b\"}", OpencodeTrouble::refused, 2,
              "skills is not an object"},
             {"{\"skills\": {\"paths\": \"a\"}}", OpencodeTrouble::refused, 1, "skills.paths is not a list"},
             {"{\"permission\": 1}", OpencodeTrouble::refused, 1, "permission is neither"},
             {"{\"tools\": []}", OpencodeTrouble::refused, 1, "tools is not an object"},
             {"{\n\"username\": \"{file:./none}\"}", OpencodeTrouble::refused, 2, "{file:} reference"},
             {"{\"mcp\": {\"a\": {\"type\": \"local\", \"command\": [\"x\"],\n\"env\": {}}}}",
              OpencodeTrouble::unknown_key, 2, "mcp.a.env is no key"},
             {"{\"provider\": {\"a\": {\n\"apiKey\": \"x\"}}}", OpencodeTrouble::unknown_key, 2,
              "provider.a.apiKey"},
             {"{\"command\": {\"a\": {\"template\": \"x\",\n\"modle\": \"x\"}}}",
              OpencodeTrouble::unknown_key, 2, "command.a.modle"},
         }) {
        CAPTURE(row.text);
        OpencodeOnDisk machine;
        machine.file(global_file, row.text);
        const auto found = machine.read();
        REQUIRE(found.problems.size() == 1);
        CHECK(found.problems[0].trouble == row.trouble);
        CHECK(found.problems[0].where.line == row.line);
        CHECK(found.problems[0].where.file == machine.path(global_file));
        CHECK(found.problems[0].message.find(row.words) != std::string::npos);
        CHECK_FALSE(found.problems[0].remedy.empty());
        CHECK(found.refused() == (row.trouble == OpencodeTrouble::refused));
    }
}

TEST_CASE("opencode layers: a reference in a comment, and one to a file that is there, are no trouble") {
    OpencodeOnDisk machine;
    machine.file("home/.config/opencode/name", "me");
    machine.file(global_file, "{\n  // {file:./none}\n  \"username\": \"{file:./name}\"\n}");
    CHECK(machine.read().problems.empty());
}

TEST_CASE("opencode plugins: told apart by package and by path") {
    using capabilities::plugin_name;
    using capabilities::plugin_slot;
    struct Row {
        std::string spec, slot, name;
    };
    for (const Row& row : std::vector<Row>{
             {"pack", "pack", "pack"},
             {"pack@1.2.3", "pack", "pack"},
             {"@scope/pack@latest", "@scope/pack", "@scope/pack"},
             {"@scope/pack", "@scope/pack", "@scope/pack"},
             {"./a.js", "/base/a.js", "a.js"},
             {"../a.js", "/a.js", "a.js"},
             {"/x/b.ts", "/x/b.ts", "b.ts"},
             {"file:///x/b.ts", "/x/b.ts", "b.ts"},
             {"git+https://user:token@host/x.git", "git+https://user:token", "x.git"},
             {"pack?key=secret", "pack?key=secret", "(unusual)"},
         }) {
        CAPTURE(row.spec);
        CHECK(plugin_slot(row.spec, "/base") == row.slot);
        CHECK(plugin_name(row.spec) == row.name);
    }
}
