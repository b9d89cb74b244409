#include "matrix/desktop_world.hpp"
#include "matrix/groups.hpp"

#include <filesystem>

namespace cowork::test::matrix {
namespace {

using nlohmann::json;
using Cases = std::vector<Case<DesktopWorld>>;
using Fault = std::function<void(DesktopWorld&)>;

constexpr std::string_view check = "desktop.capabilities.in_force";
constexpr const char* file = "diagnostics.txt";
const std::string key = "sk-or-v1-SNAPSHOT-8b2e40563f9c1d7a0cffee91aa15";

json row(const char* status, const char* code) {
    return {{"id", "charts"},
            {"kind", "mcp"},
            {"status", status},
            {"reasonCode", code},
            {"source", "custom"},
            {"productMode", "desktop-local"},
            {"evidence", {{"type", key}, {"apiKey", key}}}};
}

// Doctor looks at diagnostics with that row.
void snapshot(DesktopWorld& world, const json& one) {
    const json inputs{{"capabilities", {one}}, {"conflicts", json::array()}};
    world.secrets.push_back(key);
    DesktopWorld::write(world.home(file), "=== Diagnostics ===\n=== Runtime Inputs ===\n" + inputs.dump(2) +
                                              "\n=== Log Tail ===\n" + key + "\n");
    world.arguments = {"--snapshot", world.home(file)};
}

Cases make_cases() {
    Cases all;
    const auto add = [&](const std::string& fault, Status status, std::string_view reason, int exit_code,
                         const Fault& breaks) {
        all.push_back({{check, fault, status, reason, exit_code}, breaks});
    };
    add("nothing, in Desktop's diagnostics", Status::ready, "", 0,
        [](DesktopWorld& world) { snapshot(world, row("active", "mcp.configured")); });
    add("diagnostics with a tool connection that is blocked", Status::action_required,
        "capabilities.critical", 1,
        [](DesktopWorld& world) { snapshot(world, row("blocked", "mcp.stdio-policy-blocked")); });
    add("diagnostics with a failure of a kind that cowork does not know", Status::action_required,
        "capabilities.critical", 1,
        [](DesktopWorld& world) { snapshot(world, row("runtime-failure", "mcp.of-tomorrow")); });
    add("diagnostics with a status that cowork does not know", Status::unknown, "capabilities.unknown", 3,
        [](DesktopWorld& world) { snapshot(world, row("of-tomorrow", "mcp.configured")); });
    const auto place = [&](const std::string& fault, std::string_view reason, const Fault& breaks) {
        add(fault, Status::unknown, reason, 3, [breaks](DesktopWorld& world) {
            world.arguments = {"--capabilities"};
            breaks(world);
        });
    };
    // What Desktop's own OpenCode is told on this machine, by its user.
    const auto custom = [&](const std::string& fault, Status status, std::string_view reason, int exit_code,
                            const json& mcps) {
        add(fault, status, reason, exit_code, [mcps](DesktopWorld& world) {
            const std::string directory =
                world.scratch.directory("home/.config/Open Cowork/runtime-home/.config/opencode");
            DesktopWorld::write(directory + "/opencode.json", json{{"mcp", mcps}}.dump(2));
            world.arguments = {"--capabilities"};
        });
    };
    custom("a tool connection of the user that starts a shell", Status::action_required,
           "capabilities.critical", 1, {{"shell", {{"type", "local"}, {"command", {"sh", "-c", "true"}}}}});
    custom("a tool connection of the user to an address of the metadata service", Status::action_required,
           "capabilities.critical", 1,
           {{"metadata", {{"type", "remote"}, {"url", "http://169.254.169.254/mcp"}}}});
    custom("the settings are encrypted", Status::unknown, "capabilities.unknown", 3, json::object());
    place("HOME is not set", "desktop.no-home", [](DesktopWorld& world) { world.environment.erase("HOME"); });
    place("Desktop never ran", "desktop.not-installed",
          [](DesktopWorld& world) { std::filesystem::remove_all(world.at("")); });
    place("the data directory is closed to this user", "desktop.data-unreadable",
          [](DesktopWorld& world) { world.close(world.at(".")); });
    return all;
}

const Cases& cases() {
    static const Cases all = make_cases();
    return all;
}

}  // namespace

std::vector<Row> desktop_capability_rows() { return rows_of(cases()); }

TEST_CASE("kill matrix: Desktop's capabilities", "[desktop]") {
    run_cases(cases(), [] { return std::make_unique<DesktopWorld>("desktop-local"); });
}

}  // namespace cowork::test::matrix
