#include "unit/capabilities/desktop_world.hpp"

using namespace cowork;
using namespace cowork::test;
using report::CapabilityKind;

namespace {

constexpr const char* user_layer = "home/.config/open-cowork/config.json";

}  // namespace

// A variable and a file decide as Desktop has it, and nothing of them is shown.
TEST_CASE("desktop placeholders: a row shows the text as it is written") {
    DesktopOnDisk machine;
    machine.set("MY_API_KEY", "openai-s3cr3t").set("MODEL", "p/s3cr3t-model");
    machine.file("home/.netrc", "login me password s3cr3t-file");
    machine.file(user_layer, R"({
      "allowedEnvPlaceholders": ["MY_API_KEY", "MODEL"],
      "providers": {
        "defaultProvider": "{env:MY_API_KEY}",
        "defaultModel": "{env:MY_API_KEY}",
        "available": ["{env:MY_API_KEY}"],
        "custom": {"openai-s3cr3t": {"name": "{file:~/.netrc}", "npm": "{env:MY_API_KEY}"}}},
      "mcps": [{"name": "{env:MY_API_KEY}", "type": "{file:~/.netrc}", "authMode": "{env:MODEL}",
                "credentials": [{"key": "{env:MODEL}"}]}],
      "skills": [{"name": "s", "sourceName": "{env:MY_API_KEY}", "toolIds": ["{env:MODEL}", "plain"]}],
      "agents": [{"name": "{env:MY_API_KEY}"}],
      "tools": [{"id": "{file:~/.netrc}"}]})");
    const auto found = machine.look();
    const std::string all = shown(found.tables);
    CAPTURE(all);
    CHECK(all.find("s3cr3t") == std::string::npos);
    const auto& provider = row_of(found, CapabilityKind::provider, "{env:MY_API_KEY}");
    CHECK(provider.reason_code == "provider.default");
    CHECK(evidence_of(provider, "providerName") == "{file:~/.netrc}");
    CHECK(evidence_of(provider, "providerPackage") == "{env:MY_API_KEY}");
    const auto& model = row_of(found, CapabilityKind::model, "{env:MY_API_KEY}");
    CHECK(evidence_of(model, "runtimeModel") == "{env:MY_API_KEY}/{env:MY_API_KEY}");
    CHECK(evidence_of(model, "defaultModelId") == "{env:MY_API_KEY}");
    CHECK(evidence_of(row_of(found, CapabilityKind::mcp, "{env:MY_API_KEY}"), "layer") == "user");
    CHECK(evidence_of(row_of(found, CapabilityKind::skill, "{env:MY_API_KEY}"), "toolIds") ==
          "{env:MODEL},plain");
    CHECK(evidence_of(row_of(found, CapabilityKind::agent, "{env:MY_API_KEY}"), "layer") == "user");
    CHECK(row_of(found, CapabilityKind::tool, "{file:~/.netrc}").reason_code == "tool.declared");
}

TEST_CASE("desktop placeholders: a model keeps its placeholder where the provider's name is taken off") {
    struct Row {
        std::string models, runtime_model;
    };
    for (const Row& row : std::vector<Row>{
             {"", "p/{env:MODEL}"},
             {R"(, "models": [{"id": "s3cr3t-model"}])", "p/{env:MODEL}"},
             {R"(, "models": [{"id": "{env:LISTED}"}])", "p/{env:LISTED}"},
             {R"(, "models": [{"id": "{env:LISTED}"}], "defaultModel": "p/{env:LISTED}")",
              "p/p/{env:LISTED}"},
         }) {
        CAPTURE(row.models);
        DesktopOnDisk machine;
        machine.set("MODEL", "p/s3cr3t-model").set("LISTED", "s3cr3t-listed");
        machine.file(user_layer, R"({"allowedEnvPlaceholders": ["MODEL", "LISTED"], "providers": {
          "defaultProvider": "p", "defaultModel": "{env:MODEL}",
          "descriptors": {"p": {"name": "P")" +
                                     row.models + "}}}}");
        const std::string all = shown(machine.look().tables);
        CAPTURE(all);
        CHECK(all.find("runtimeModel=" + row.runtime_model + " ") != std::string::npos);
        CHECK(all.find("s3cr3t") == std::string::npos);
    }
}
