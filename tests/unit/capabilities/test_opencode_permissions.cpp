#include "unit/capabilities/opencode_world.hpp"

#include <nlohmann/json.hpp>

using namespace cowork;
using namespace cowork::test;
using capabilities::permission_for;
using capabilities::PermissionLayers;

namespace {

std::vector<capabilities::PermissionRule> rules_of(const std::vector<std::string>& layers) {
    PermissionLayers gathered;
    for (const std::string& layer : layers) gathered.take(nlohmann::ordered_json::parse(layer));
    return gathered.rules();
}

}  // namespace

// The layers and answers are those of a real OpenCode 1.18.3: the order of /config, and what its agent build
// may do.
TEST_CASE("opencode permissions: the last key that matches decides") {
    struct Row {
        std::vector<std::string> layers;
        std::string bash, read, write;
    };
    for (const Row& row : std::vector<Row>{
             {{R"({"permission":{"*":"deny","read":"allow"}})"}, "deny", "allow", "deny"},
             {{R"({"permission":{"read":"allow","*":"deny"}})"}, "deny", "deny", "deny"},
             {{R"({"permission":"deny"})", R"({"permission":{"bash":"allow"}})"}, "allow", "deny", "deny"},
             {{R"({"permission":{"bash":"deny"}})", R"({"permission":"allow"})"}, "allow", "allow", "allow"},
             // A later layer changes what a key says, not where it stands.
             {{R"({"permission":{"bash":"allow","*":"deny"}})", R"({"permission":{"bash":"allow"}})"},
              "deny",
              "deny",
              "deny"},
             {{R"({"permission":{"b*":"ask"}})"}, "ask", "", ""},
             {{R"({"permission":{"b?sh":"ask","rea? *":"deny"}})"}, "ask", "deny", ""},
             {{R"({"permission":{"edit":"ask"}})"}, "", "", "ask"},
             {{R"({"permission":{"bash":{"ls":"allow","*":"deny"}}})"}, "deny", "", ""},
             {{R"({"permission":{"*":"deny","bash":{"ls":"allow"}}})"}, "deny", "deny", "deny"},
             {{R"({"permission":{"bash":{"*":"deny"}}})", R"({"permission":{"bash":"allow"}})"},
              "allow",
              "",
              ""},
             {{R"({"permission":{"bash":"deny"}})", R"({"permission":{"bash":{"ls":"allow"}}})"}, "", "", ""},
             {{R"({"permission":{"bash":{"*":"ask"}}})", R"({"permission":{"bash":{"ls":"deny"}}})"},
              "ask",
              "",
              ""},
             {{R"({"tools":{"bash":false,"patch":false,"r*":false}})"}, "deny", "deny", "deny"},
             {{R"({"permission":{"bash":"allow"}})", R"({"tools":{"bash":false}})"}, "allow", "", ""},
             {{R"({"permission":[],"tools":3})", R"({"permission":{"bash":3},"tools":{"bash":"no"}})"},
              "",
              "",
              ""},
         }) {
        CAPTURE(row.layers);
        const auto rules = rules_of(row.layers);
        CHECK(permission_for(rules, "bash") == row.bash);
        CHECK(permission_for(rules, "read") == row.read);
        CHECK(permission_for(rules, "read_mcp_resource") == row.read);
        CHECK(permission_for(rules, "write") == row.write);
        CHECK(permission_for(rules, "apply_patch") == row.write);
    }
}

TEST_CASE(
    "opencode permissions: a pattern too many or too long is taken for one that matches, if it is strict") {
    std::string many = R"({"permission":{"first":"allow")";
    for (int i = 100; i < 160; ++i) many += ",\"x" + std::to_string(i) + "*\":\"allow\"";
    const auto allowing = rules_of({many + "}}"});
    CHECK(permission_for(allowing, "first") == "allow");
    CHECK(permission_for(allowing, "x159z").empty());
    const auto denying = rules_of({many + R"(,"y*":"deny"}})"});
    CHECK(permission_for(denying, "first") == "deny");
    const auto lengthy = rules_of({R"({"permission":{")" + std::string(2000, 'a') + R"(*":"ask"}})"});
    CHECK(permission_for(lengthy, "b") == "ask");
}

TEST_CASE("opencode rows: what a pattern denies is told of every tool that it meets") {
    OpencodeOnDisk machine;
    machine.file("home/.config/opencode/opencode.json", R"({"permission":{"*":"deny","read":"allow"}})");
    machine.file("work/.opencode/tool/measure.js", "");
    machine.answers("/experimental/tool/ids", R"(["bash","webfetch","write","read","measure"])");
    const std::string all = shown(machine.look());
    CAPTURE(all);
    for (const char* denied : {"bash", "webfetch", "write", "measure"})
        CHECK(all.find(std::string(denied) + " tool disabled tool.permission-denied") != std::string::npos);
    CHECK(all.find("read tool active tool.not-declared") != std::string::npos);
}
