#include "matrix/standalone_world.hpp"
#include "support/ports.hpp"

#include <sys/stat.h>

#include <filesystem>

namespace cowork::test::matrix {
namespace {

constexpr const char* configuration_check = "opencode.configuration.valid";
constexpr const char* capabilities_check = "opencode.capabilities.in_force";

constexpr const char* refusal =
    R"({"name":"ConfigInvalidError","data":{"path":"/srv/work/opencode.json","issues":[]}})";

// The server's global directory, of this case alone.
std::string global_directory(GatewayWorld& world) {
    const std::string home = world.scratch / "opencode-home";
    world.opencode->update([&](FakeOpencodeOptions& o) { o.home = home; });
    const std::string path = home + "/.config/opencode";
    std::filesystem::create_directories(path);
    return path;
}

std::function<void(GatewayWorld&)> file(std::string name, std::string text) {
    return [name = std::move(name), text = std::move(text)](GatewayWorld& world) {
        global_directory(world);
        const std::string path = "opencode-home/.config/opencode/" + name;
        std::filesystem::create_directories(std::filesystem::path(world.scratch / path).parent_path());
        (void)world.scratch.file(path, text, 0644);
    };
}

std::function<void(GatewayWorld&)> answering(std::string path, CannedAnswer answer) {
    return [path = std::move(path), answer = std::move(answer)](GatewayWorld& world) {
        world.opencode->override_path(path, answer);
    };
}

}  // namespace

std::vector<GatewayCase> opencode_capability_cases() {
    std::vector<GatewayCase> cases;
    const auto add = [&](const char* check, const char* fault, Status status, const char* reason,
                         std::function<void(GatewayWorld&)> breaks) {
        const int exit_code = status == Status::ready      ? 0
                              : status == Status::unknown  ? 3
                              : status == Status::degraded ? 4
                                                           : 1;
        cases.push_back({{check, fault, status, reason, exit_code}, std::move(breaks)});
    };
    add(configuration_check, "nothing", Status::ready, "", nullptr);
    add(configuration_check, "a file that is as OpenCode reads it", Status::ready, "",
        file("opencode.jsonc", "{\n  // a comment\n  \"model\": \"mock/mock-model\",\n}\n"));
    add(configuration_check, "a key at the top that OpenCode does not know", Status::action_required,
        "opencode-configuration.refused", file("opencode.json", R"({"modell":"mock/mock-model"})"));
    add(configuration_check, "a file that is no JSON", Status::action_required,
        "opencode-configuration.refused", file("opencode.json", "{ nope }"));
    add(configuration_check, "100,000 nested lists", Status::action_required,
        "opencode-configuration.refused", file("opencode.json", std::string(100'000, '[')));
    add(configuration_check, "a local tool connection without a command", Status::action_required,
        "opencode-configuration.refused", file("opencode.json", R"({"mcp":{"a":{"type":"local"}}})"));
    add(configuration_check, "a reference to a file that is not there", Status::action_required,
        "opencode-configuration.refused", file("opencode.json", R"({"username":"{file:./nope}"})"));
    add(configuration_check, "an agent in a mode that is none", Status::action_required,
        "opencode-configuration.refused", file("agent/a.md", "---\nmode: boss\n---\nwork\n"));
    add(configuration_check, "the server refuses a file that nobody else sees", Status::action_required,
        "opencode-configuration.refused", answering("/path", {.status = 400, .body = refusal}));
    add(configuration_check, "a FIFO in the place of a file", Status::unknown,
        "opencode-configuration.unreadable", [](GatewayWorld& world) {
            const std::string path = global_directory(world) + "/opencode.json";
            if (mkfifo(path.c_str(), 0600) != 0) world.not_here = "no FIFO can be made here";
        });
    add(configuration_check, "a file of 10 MB", Status::unknown, "opencode-configuration.unreadable",
        file("opencode.json", "{\"username\":\"" + std::string(10'000'000, 'x') + "\"}"));
    add(configuration_check, "a key that OpenCode passes over", Status::degraded,
        "opencode-configuration.unknown-key",
        file("opencode.json", R"({"mcp":{"a":{"type":"local","command":["true"],"env":{"A":"b"}}}})"));
    add(configuration_check, "two files of one layer", Status::degraded, "opencode-configuration.two-files",
        [](GatewayWorld& world) {
            file("opencode.json", "{}")(world);
            file("opencode.jsonc", "{}")(world);
        });
    add(configuration_check, "a variable that names no file", Status::degraded,
        "opencode-configuration.no-file",
        [](GatewayWorld& world) { world.environment["OPENCODE_CONFIG"] = world.scratch / "nowhere.json"; });

    add(capabilities_check, "nothing", Status::ready, "", nullptr);
    add(capabilities_check, "a tool connection that failed", Status::degraded,
        "opencode-capabilities.failing", [](GatewayWorld& world) {
            file("opencode.json", R"({"mcp":{"a":{"type":"local","command":["node","a.mjs"]}}})")(world);
            world.opencode->override_path(
                "/mcp", {.body = R"({"a":{"status":"failed","error":"Connection closed"}})"});
        });
    add(capabilities_check, "a tool connection that the policy blocks", Status::degraded,
        "opencode-capabilities.failing",
        file("opencode.json", R"({"mcp":{"a":{"type":"local","command":["sh","-c","true"]}}})"));
    add(capabilities_check, "a skill that the server does not have", Status::degraded,
        "opencode-capabilities.missing",
        file("skills/late/SKILL.md", "---\nname: late\ndescription: new\n---\nwork\n"));
    add(capabilities_check, "a provider without a credential", Status::degraded,
        "opencode-capabilities.missing", [](GatewayWorld& world) {
            file("opencode.json", R"({"provider":{"acme":{}}})")(world);
            world.opencode->override_path("/provider", {.body = R"({"all":[{"id":"acme"}],"connected":[]})"});
        });
    add(capabilities_check, "no URL", Status::unknown, "opencode-capabilities.not-asked",
        without("OPENCODE_URL"));
    add(capabilities_check, "nothing listens", Status::unknown, "opencode-capabilities.not-asked",
        [](GatewayWorld& world) {
            world.values["OPENCODE_URL"] = "http://127.0.0.1:" + std::to_string(free_port());
        });
    add(capabilities_check, "another service answers", Status::unknown, "opencode-capabilities.not-asked",
        answering("/path", {.body = "{}"}));
    add(capabilities_check, "it asks for a password that nobody knows", Status::unknown,
        "opencode-capabilities.locked", [](GatewayWorld& world) {
            world.opencode->update([](FakeOpencodeOptions& o) { o.password = "OCPASS-4be1d0c2a7731f"; });
        });
    add(capabilities_check, "it refuses its configuration", Status::action_required,
        "opencode-capabilities.refused", answering("/path", {.status = 400, .body = refusal}));
    add(capabilities_check, "it refuses it for one list only", Status::action_required,
        "opencode-capabilities.refused", answering("/mcp", {.status = 400, .body = refusal}));
    add(capabilities_check, "one list is a web page", Status::unknown, "opencode-capabilities.incomplete",
        answering("/mcp", {.content_type = "text/html", .body = "<!doctype html>"}));
    add(capabilities_check, "one list is deep JSON", Status::unknown, "opencode-capabilities.incomplete",
        answering("/agent", {.body = std::string(100'000, '[')}));
    return cases;
}

}  // namespace cowork::test::matrix
