#include "capabilities/reasons.hpp"
#include "unit/capabilities/desktop_world.hpp"

using namespace cowork;
using namespace cowork::test;
using report::CapabilityKind;

namespace {

constexpr const char* bundled = "resources/open-cowork.config.json";
constexpr const char* one_skill =
    "{\"skills\": [\n{\"name\": \"Own\", \"sourceName\": \"own\", \"toolIds\": [\"t1\", \"t2\"]}]}";
constexpr const char* good = "---\nname: own\ndescription: Use when: needed\ntoolIds: [\"a\", b]\n---\nText.";
const std::string custom = "data/runtime-home/.config/opencode/skills/own/SKILL.md";

struct Row {
    std::string name;
    std::vector<std::pair<std::string, std::string>> files;
    std::string code, source, place;
    std::vector<std::pair<std::string, std::string>> evidence = {};
};

}  // namespace

TEST_CASE("desktop rows: skills") {
    const std::string configured = std::string(bundled) + ":2";
    const std::string broken = "---\nname: own\n---\n";
    const std::vector<Row> rows{
        {"bundled",
         {{bundled, one_skill}, {"resources/skills/own/SKILL.md", good}},
         "skill.builtin",
         "builtin",
         configured,
         {{"origin", "open-cowork"}, {"scope", "runtime"}, {"toolIds", "t1,t2"}}},
        {"deeper, with carriage returns",
         {{bundled, one_skill},
          {"resources/runtime-config/skills/group/own/SKILL.md",
           "---\r\nname: 'own'\r\ndescription: \"d\"\r\n---\r\n"}},
         "skill.builtin",
         "builtin",
         configured},
        {"the first root counts",
         {{bundled, one_skill},
          {"resources/runtime-config/skills/own/SKILL.md", broken},
          {"resources/skills/own/SKILL.md", good}},
         "skill.configured-missing",
         "builtin",
         configured},
        {"absent",
         {{bundled, one_skill}},
         "skill.configured-missing",
         "builtin",
         configured,
         {{"toolIds", "t1,t2"}, {"scope", "(none)"}}},
        {"a stale copy proves nothing",
         {{bundled, one_skill}, {"data/runtime-home/managed-skills/own/SKILL.md", good}},
         "skill.configured-missing",
         "builtin",
         configured},
        {"another name inside",
         {{bundled, one_skill}, {"resources/skills/own/SKILL.md", "---\nname: other\ndescription: d\n---\n"}},
         "skill.configured-missing",
         "builtin",
         configured},
        {"custom",
         {{custom, good}},
         "skill.custom",
         "custom",
         custom + ":1",
         {{"origin", "custom"}, {"scope", "machine"}, {"toolIds", "a,b"}}},
        {"custom, a list of tools",
         {{custom, "---\nname: own\ndescription: d\ntoolIds:\n  - a\n  - 'b'\n---\n"}},
         "skill.custom",
         "custom",
         custom + ":1",
         {{"toolIds", "a,b"}}},
        {"custom, another name inside",
         {{custom, "---\nname: other\ndescription: d\n---\n"}},
         "skill.custom",
         "custom",
         custom + ":1"},
        {"custom, no description",
         {{custom, broken}},
         "skill.invalid",
         "custom",
         custom + ":1",
         {{"scope", "machine"}}},
        {"custom, no front matter", {{custom, "# own\n"}}, "skill.invalid", "custom", custom + ":1"},
        {"custom, not closed",
         {{custom, "---\nname: own\ndescription: d\n"}},
         "skill.invalid",
         "custom",
         custom + ":1"},
        {"custom, too large",
         {{custom, good + std::string(256UL * 1024, 'x')}},
         "skill.invalid",
         "custom",
         custom + ":0"},
        {"invalid custom, good bundled",
         {{bundled, one_skill}, {custom, broken}, {"resources/skills/own/SKILL.md", good}},
         "skill.builtin",
         "builtin",
         configured},
        {"turned off",
         {{custom, good},
          {"data/managed-policy.json",
           R"({"permissionCeilings": {}, "extensions": {"customSkills": false}})"}},
         "skill.custom-disabled-by-policy",
         "custom",
         custom + ":1",
         {{"scope", "machine"}}},
    };
    for (const Row& row : rows) {
        CAPTURE(row.name);
        DesktopOnDisk machine;
        for (const auto& [name, content] : row.files) machine.file(name, content);
        const auto found = machine.look();
        const auto& told = row_of(found, CapabilityKind::skill, "own");
        CHECK(told.reason_code == row.code);
        CHECK(told.status == capabilities::find_capability_reason(row.code)->status);
        CHECK(told.source.str() == row.source);
        CHECK(shown(told.place) == machine.path(row.place));
        for (const auto& [key, value] : row.evidence) {
            CAPTURE(key);
            CHECK(evidence_of(told, key) == value);
        }
    }
}

TEST_CASE("desktop rows: skills without the application's files") {
    DesktopOnDisk machine;
    machine.without_resources();
    machine.file("home/.config/open-cowork/config.json", one_skill);
    const auto code = [&] { return row_of(machine.look(), CapabilityKind::skill, "own").reason_code; };
    CHECK(code() == "skill.bundle-unseen");
    machine.file("downstream/skills/own/SKILL.md", good);
    CHECK(code() == "skill.bundle-unseen");
    machine.set("OPEN_COWORK_DOWNSTREAM_ROOT", machine.path("downstream"));
    CHECK(code() == "skill.builtin");
    machine.set("OPEN_COWORK_DOWNSTREAM_ROOT", "");
    machine.file("data/runtime-home/managed-skills/own/SKILL.md", good);
    CHECK(code() == "skill.builtin");
}

TEST_CASE("desktop rows: the project's skills and agents come before the machine's") {
    DesktopOnDisk machine;
    machine.with_project();
    machine.file(custom, good).file("project/.opencowork/skills/own/SKILL.md", good);
    machine.file("project/.opencowork/agents/a.md", "x");
    const auto found = machine.look();
    CHECK(evidence_of(row_of(found, CapabilityKind::skill, "own"), "scope") == "project");
    CHECK(evidence_of(row_of(found, CapabilityKind::agent, "a"), "scope") == "project");
}
