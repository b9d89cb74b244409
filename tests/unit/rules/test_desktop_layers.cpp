#include "rules/desktop_layers.hpp"
#include "support/desktop_machine.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace cowork;
using namespace cowork::rules;
using cowork::test::DesktopMachine;

namespace {

DesktopLayers layers_of(DesktopMachine& machine, Platform platform = Platform::linux_desktop) {
    const auto around = machine.surroundings();
    auto layers = read_desktop_layers(*around.environment, around.read, platform);
    REQUIRE(layers);
    return std::move(*layers);
}

}  // namespace

TEST_CASE("Desktop layers: where they are, per system and variable") {
    struct Row {
        std::string name;
        std::map<std::string, std::string> variables;
        Platform platform;
        std::string user_layer;
        std::string data_root;
    };
    for (const Row& row : std::vector<Row>{
             {"Linux",
              {{"HOME", "/home/ada"}},
              Platform::linux_desktop,
              DesktopMachine::user_layer,
              DesktopMachine::root},
             {"the user's layer is not XDG aware but the data root is",
              {{"HOME", "/home/ada/"}, {"XDG_CONFIG_HOME", "/xdg"}},
              Platform::linux_desktop,
              DesktopMachine::user_layer,
              "/xdg/Open Cowork"},
             {"a relative XDG directory counts for nothing",
              {{"HOME", "/home/ada"}, {"XDG_CONFIG_HOME", "xdg"}},
              Platform::linux_desktop,
              DesktopMachine::user_layer,
              DesktopMachine::root},
             {"macOS",
              {{"HOME", "/Users/ada"}, {"XDG_CONFIG_HOME", "/xdg"}},
              Platform::macos,
              "/Users/ada/.config/open-cowork/config.json",
              "/Users/ada/Library/Application Support/Open Cowork"},
             {"the variable wins",
              {{"HOME", "/home/ada"}, {"OPEN_COWORK_USER_DATA_DIR", " /data/x/../cowork/ "}},
              Platform::linux_desktop,
              DesktopMachine::user_layer,
              "/data/cowork"},
         }) {
        CAPTURE(row.name);
        DesktopMachine machine;
        machine.variables = row.variables;
        const DesktopLayers layers = layers_of(machine, row.platform);
        CHECK(layers.user_path == row.user_layer);
        CHECK(layers.data_root == row.data_root);
        CHECK(layers.found.empty());
        CHECK(layers.problems.empty());
    }
    CHECK(fixed_layers("/h", {}, Platform::macos)[1].candidates ==
          std::vector<std::string>{"/Library/Application Support/open-cowork/config.jsonc",
                                   "/Library/Application Support/open-cowork/config.json"});
}

TEST_CASE("Desktop layers: without an absolute HOME nothing can be found") {
    for (const std::string home : {"", "relative"}) {
        DesktopMachine machine;
        machine.variables = {{"HOME", home}};
        const auto around = machine.surroundings();
        const auto layers = read_desktop_layers(*around.environment, around.read, Platform::linux_desktop);
        REQUIRE_FALSE(layers);
        CHECK(layers.error().code == ErrorCode::usage);
        CHECK(layers.error().where.file == "HOME");
    }
}

TEST_CASE("Desktop layers: jsonc is read before json, and the other file is told") {
    DesktopMachine machine;
    machine.files = {{"/home/ada/.config/open-cowork/config.jsonc", "{ /* mine */ }"},
                     {DesktopMachine::user_layer, "{ broken"},
                     {"/d/config.json", "{}"},
                     {"/d/open-cowork.config.jsonc", "{}"}};
    machine.variables["OPEN_COWORK_CONFIG_DIR"] = "/d";
    const DesktopLayers layers = layers_of(machine);
    CHECK(layers.problems.empty());
    CHECK(layers.user_path == "/home/ada/.config/open-cowork/config.jsonc");
    REQUIRE(layers.shadowed.size() == 2);
    CHECK(layers.shadowed[0].path == "/d/open-cowork.config.jsonc");
    CHECK(layers.shadowed[0].by == "/d/config.json");
    CHECK(layers.shadowed[1].path == DesktopMachine::user_layer);
}

TEST_CASE("Desktop layers: later layers win and name the directory of the fixed ones") {
    DesktopMachine machine;
    machine.variables["OPEN_COWORK_CONFIG_PATH"] = "/o/acme.json";
    machine.variables["OPEN_COWORK_DOWNSTREAM_ROOT"] = "/down";
    machine.files = {
        {"/o/acme.json",
         R"({"branding": {"dataDirName": "acme", "name": "Acme"}, "cloudDesktop": {"enabled": true}})"},
        {"/down/open-cowork.config.json", R"({"branding": {"dataDirName": "acme-two"}})"},
        {"/home/ada/.config/acme-two/config.json", R"({"cloudDesktop": {"enabled": false}})"},
        {"/etc/acme-two/config.json", R"({"branding": {"name": "Acme Work"}})"},
    };
    const DesktopLayers layers = layers_of(machine);
    CHECK(layers.problems.empty());
    REQUIRE(layers.found.size() == 4);
    CHECK(layers.names.data_dir_name == "acme-two");
    CHECK(layers.data_root == "/home/ada/.config/Acme Work");
    CHECK(layers.flag("/cloudDesktop/enabled") == false);
    CHECK(layers.winner("/cloudDesktop/enabled")->kind == LayerKind::user);
    CHECK(layers.winner("/branding/name")->kind == LayerKind::managed);
    CHECK(layers.find(LayerKind::override_file) != nullptr);
    CHECK(layers.text("/branding/dataDirName") == "acme-two");
    CHECK_FALSE(layers.flag("/cloudDesktop/requireManagedOrg"));
}

TEST_CASE("Desktop layers: only the first directory with a file counts") {
    DesktopMachine machine;
    machine.variables["OPEN_COWORK_CONFIG_DIR"] = "/one";
    machine.variables["OPEN_COWORK_DOWNSTREAM_ROOT"] = "/two";
    machine.files = {{"/two/config.json", "{}"}};
    CHECK(layers_of(machine).find(LayerKind::directory)->document.path() == "/two/config.json");
    machine.files["/one/open-cowork.config.json"] = "{}";
    CHECK(layers_of(machine).find(LayerKind::directory)->document.path() == "/one/open-cowork.config.json");
}

TEST_CASE("Desktop layers: what a variable names and nobody put there is told") {
    DesktopMachine machine;
    machine.variables["OPEN_COWORK_CONFIG_PATH"] = "/gone/config.json";
    const DesktopLayers layers = layers_of(machine);
    CHECK(layers.without_file == std::vector<LayerKind>{LayerKind::override_file});
}

TEST_CASE("Desktop layers: one file named twice is one layer") {
    DesktopMachine machine;
    machine.variables["OPEN_COWORK_CONFIG_PATH"] = DesktopMachine::user_layer;
    machine.files = {{DesktopMachine::user_layer, "{}"}};
    const DesktopLayers layers = layers_of(machine);
    CHECK(layers.found.size() == 1);
    CHECK(layers.user_path == DesktopMachine::user_layer);
}

TEST_CASE("Desktop layers: a layer that cannot be read spoils all of them") {
    struct Row {
        std::string text;
        std::string words;
    };
    for (const Row& row : std::vector<Row>{
             {"(forbidden)", "Permission denied, and Desktop ignores all configuration"},
             {"{ nope }", ":1 is not JSON that Desktop can read, and Desktop ignores"},
             {"[]", "holds no JSON object"},
             {R"({"unheard": 1})", "unheard is no key that Desktop knows"},
         }) {
        CAPTURE(row.text);
        DesktopMachine machine;
        machine.files = {{DesktopMachine::managed_layer, row.text}};
        const DesktopLayers layers = layers_of(machine);
        REQUIRE(layers.problems.size() == 1);
        CHECK(layers.problems[0].where.file == DesktopMachine::managed_layer);
        CHECK(layers.problems[0].message.find(row.words) != std::string::npos);
    }
}

TEST_CASE("Desktop layers: the application's own layer names the brand, and the places of the others") {
    DesktopMachine machine;
    machine.files = {{"/opt/acme/resources/open-cowork.config.json",
                      R"({"branding": {"dataDirName": "acme", "name": "Acme Desk"}})"},
                     {"/home/ada/.config/acme/config.json", R"({"cloudDesktop": {"enabled": false}})"},
                     {DesktopMachine::user_layer, R"({"cloudDesktop": {"enabled": true}})"}};
    const auto around = machine.surroundings();
    const auto with =
        read_desktop_layers(*around.environment, around.read, Platform::linux_desktop, "/opt/acme/resources");
    REQUIRE(with);
    CHECK(with->data_root == "/home/ada/.config/Acme Desk");
    CHECK(with->flag("/cloudDesktop/enabled") == false);
    CHECK(with->found.size() == 1);  // that layer itself is not seen by setup
    CHECK(layers_of(machine).flag("/cloudDesktop/enabled") == true);
    // What cannot be read there changes nothing.
    machine.files["/opt/acme/resources/open-cowork.config.json"] = "{ nope }";
    const auto broken =
        read_desktop_layers(*around.environment, around.read, Platform::linux_desktop, "/opt/acme/resources");
    REQUIRE(broken);
    CHECK(broken->data_root == DesktopMachine::root);
}
