#include "support/httplib_config.hpp"
#include "support/json_found.hpp"
#include "support/real_opencode.hpp"
#include "support/require_service.hpp"
#include "support/warm_opencode.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

// What validate says of OpenCode's configuration, beside what a real OpenCode makes of the same file.
namespace {

using namespace cowork::test;
using nlohmann::json;

// One server for all; each text is the opencode.json of a project of its own.
class Projects {
  public:
    // What the server answers to GET `path` about a project with that file.
    httplib::Result get(const std::string& path, const std::string& text) {
        const std::string project = server().directory().file("project-" + std::to_string(++made_));
        std::filesystem::create_directory(project);
        std::ofstream(project + "/opencode.json") << text;
        httplib::Client client(server().url());
        client.set_read_timeout(std::chrono::seconds(60));
        return client.Get(path, httplib::Params{{"directory", project}}, httplib::Headers{});
    }

  private:
    static RealOpencode& server() {
        static RealOpencode one;
        static const bool warm = (warm_opencode(one.url(), one.work_directory()), true);
        (void)warm;
        return one;
    }
    inline static int made_ = 0;
};

// The configuration as OpenCode has it in force.
json in_force(const std::string& text) {
    const auto answer = Projects().get("/config", text);
    REQUIRE(answer);
    INFO(answer->body);
    REQUIRE(answer->status == 200);
    return json::parse(answer->body, nullptr, false);
}

bool refused(const std::string& text) {
    const auto answer = Projects().get("/config", text);
    REQUIRE(answer);
    CAPTURE(answer->status, answer->body);
    const bool invalid = answer->body.find("ConfigInvalidError") != std::string::npos;
    CHECK(invalid == (answer->status != 200));
    return answer->status != 200;
}

// Whether validate names the rule for that text.
bool names(const std::string& rule, const std::string& text) {
    return !keys_of(rule, text, "opencode.json").empty();
}

}  // namespace

TEST_CASE("validate: OpenCode refuses what validate says that it refuses, and takes what is mended") {
    if (!require_service(RealOpencode::available(), "opencode")) return;
    struct Row {
        const char *rule, *bad, *good;
    };
    for (const Row& row :
         {Row{"opencode.unknown-key", R"({"permissions": {"bash": "ask"}})",
              R"({"permission": {"bash": "ask"}})"},
          Row{"opencode.wrong-type", R"({"instructions": "a.md"})", R"({"instructions": ["a.md"]})"},
          Row{"opencode.wrong-type", R"({"mcp": {"a": {"type": "local", "command": "node a.js"}}})",
              R"({"mcp": {"a": {"type": "local", "command": ["node", "a.js"]}}})"},
          Row{"opencode.wrong-type", R"({"snapshot": "{env:SNAPSHOT}"})", R"({"snapshot": false})"},
          Row{"opencode.wrong-value", R"({"share": "never"})", R"({"share": "disabled"})"},
          Row{"opencode.wrong-value", R"({"server": {"port": 0}})", R"({"server": {"port": 4096}})"},
          Row{"opencode.wrong-value", R"({"permission": {"bash": {"git *": "prompt"}}})",
              R"({"permission": {"bash": {"git *": "ask"}}})"},
          Row{"opencode.missing-key", R"({"mcp": {"a": {"type": "remote"}}})",
              R"({"mcp": {"a": {"enabled": false}}})"},
          Row{"opencode.missing-key", R"({"command": {"a": {"description": "d"}}})",
              R"({"command": {"a": {"template": "t"}}})"}}) {
        CAPTURE(row.rule, row.bad, row.good);
        CHECK(names(row.rule, row.bad));
        CHECK(refused(row.bad));
        CHECK_FALSE(names(row.rule, row.good));
        CHECK_FALSE(refused(row.good));
    }
}

// Where the file lies is known of real files only: the cases of opencode.file-missing show what validate
// says.
TEST_CASE("validate: OpenCode refuses a configuration that takes a file which is not there") {
    if (!require_service(RealOpencode::available(), "opencode")) return;
    for (const char* text : {R"({"agent": {"a": {"prompt": "{file:./build.txt}"}}})",
                             R"({"command": {"a": {"template": "{file:build.txt}"}}})",
                             R"({"provider": {"openai": {"options": {"apiKey": "{file:./key}"}}}})"}) {
        CAPTURE(text);
        CHECK(refused(text));
    }
}

TEST_CASE("validate: OpenCode passes over what validate says that it passes over") {
    if (!require_service(RealOpencode::available(), "opencode")) return;
    const std::string deep = R"({"compaction": {"atuo": false}})";
    CHECK(names("opencode.ignored-key", deep));
    CHECK(in_force(deep).at("compaction") == json::object());

    // With `enabled` an entry is what switches another layer's, and nothing else of it counts.
    const std::string entry = R"({"mcp": {"a": {"type": "local", "enabled": true, "command": "node a.js"}}})";
    CHECK(names("opencode.wrong-type", entry));
    CHECK(in_force(entry).at("mcp").at("a") == json{{"enabled", true}});

    const std::string reference = R"({"username": "{env:}", "model": "a/{ENV:X}"})";
    CHECK(names("opencode.reference", reference));
    CHECK(in_force(reference).at("username") == "{env:}");
    CHECK(in_force(reference).at("model") == "a/{ENV:X}");

    const std::string twice = R"({"share": "disabled", "share": "auto"})";
    CHECK(names("file.json-duplicate-key", twice));
    CHECK(in_force(twice).at("share") == "auto");
}

TEST_CASE("validate: a rule before * has no effect in OpenCode") {
    if (!require_service(RealOpencode::available(), "opencode")) return;
    // The rules in the order in which OpenCode asks them; the last that matches counts.
    const auto last_for_bash = [](const std::string& text) {
        const auto answer = Projects().get("/agent", text);
        REQUIRE(answer);
        const json agents = json::parse(answer->body, nullptr, false);
        REQUIRE(agents.is_array());
        json last;
        for (const json& agent : agents)
            if (agent.at("name") == "build")
                for (const json& rule : agent.at("permission"))
                    if ((rule.at("permission") == "bash" || rule.at("permission") == "*") &&
                        (rule.at("pattern") == "rm *" || rule.at("pattern") == "*"))
                        last = rule;
        REQUIRE(last.is_object());
        return last.at("action").get<std::string>();
    };
    const std::string bad = R"({"permission": {"bash": {"rm *": "deny", "*": "allow"}}})";
    const std::string good = R"({"permission": {"bash": {"*": "allow", "rm *": "deny"}}})";
    CHECK(names("opencode.permission-order", bad));
    CHECK(last_for_bash(bad) == "allow");
    CHECK_FALSE(names("opencode.permission-order", good));
    CHECK(last_for_bash(good) == "deny");
    const std::string tools = R"({"permission": {"bash": "deny", "*": "allow"}})";
    CHECK(names("opencode.permission-order", tools));
    CHECK(last_for_bash(tools) == "allow");
}
