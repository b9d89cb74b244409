#include "setup/desktop/layer.hpp"
#include "setup/desktop/layer_edit.hpp"
#include "support/desktop_machine.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <string>
#include <vector>

using namespace cowork;
using namespace cowork::setup;
using cowork::test::DesktopMachine;
using Json = nlohmann::ordered_json;

namespace {

PlannedLayer planned(DesktopMachine& machine, const std::vector<LayerWish>& wishes) {
    const auto around = machine.surroundings();
    const auto layers = desktop_layers(around);
    REQUIRE(layers);
    return plan_user_layer(*layers, wishes);
}

const LayerWish no_cloud{"--no-cloud", "/cloudDesktop/enabled", "false"};

std::string put(const std::string& text, const std::string& pointer, const std::string& value) {
    const auto document = config::JsoncDocument::parse(text, "c.json");
    REQUIRE(document);
    return with_value(*document, pointer, value);
}

}  // namespace

TEST_CASE("layer edit: only what is wished changes in the text") {
    struct Row {
        std::string before;
        std::string pointer;
        std::string value;
        std::string after;
    };
    const std::string list = "/c/list/-";
    for (const Row& row : std::vector<Row>{
             {"", "/a", "1", "{\n  \"a\": 1\n}\n"},
             {"", "/a/b", "true", "{\n  \"a\": {\n    \"b\": true\n  }\n}\n"},
             {"{}", "/a", "1", "{\n  \"a\": 1\n}"},
             {"{}\n", "/a", "1", "{\n  \"a\": 1\n}\n"},
             {"{ // mine\n}\n", "/a", "1", "{ // mine\n  \"a\": 1\n}\n"},
             {"{\"a\": 1}", "/a", "2", "{\"a\": 2}"},
             {"{\"a\": 1}", "/b", "2", "{\"a\": 1, \"b\": 2}"},
             {"{ \"a\": 1, }", "/b", "2", "{ \"a\": 1, \"b\": 2, }"},
             {"{\n    \"a\": 1\n}\n", "/b", "\"x\"", "{\n    \"a\": 1,\n    \"b\": \"x\"\n}\n"},
             {"{\n\t\"a\": 1 // one\n}", "/b/c", "2",
              "{\n\t\"a\": 1, // one\n\t\"b\": {\n\t\t\"c\": 2\n\t}\n}"},
             {"{\n  \"a\": 1, // one, two\n  /* end */\n}\n", "/b", "2",
              "{\n  \"a\": 1, // one, two\n  /* end */\n  \"b\": 2\n}\n"},
             {"{\n  \"a\": 1 /* , */\n}\n", "/b", "2", "{\n  \"a\": 1, /* , */\n  \"b\": 2\n}\n"},
             {"{\r\n  \"a\": 1\r\n}\r\n", "/b", "2", "{\r\n  \"a\": 1,\r\n  \"b\": 2\r\n}\r\n"},
             {"{\n  \"c\": {\n    \"x\": [1, 2] // keep\n  },\n  \"z\": 0\n}\n", "/c/enabled", "false",
              "{\n  \"c\": {\n    \"x\": [1, 2], // keep\n    \"enabled\": false\n  },\n  \"z\": 0\n}\n"},
             {"{\"c\": {\"list\": [1]}}", list, "2", "{\"c\": {\"list\": [1, 2]}}"},
             {"{\"c\": {\"list\": []}}", list, "2", "{\"c\": {\"list\": [\n  2\n]}}"},
             {"{\n  \"c\": {\n    \"list\": [\n      1, // one\n    ],\n  },\n}\n", list, "{\"u\": 2}",
              "{\n  \"c\": {\n    \"list\": [\n      1, // one\n      {\n        \"u\": 2\n      }\n    ],\n "
              " },\n}\n"},
             {"{}", list, "2", "{\n  \"c\": {\n    \"list\": [\n      2\n    ]\n  }\n}"},
             {"{\n  \"a\": \"old\" // why\n}", "/a", "\"new\"", "{\n  \"a\": \"new\" // why\n}"},
             {"{\"n\": 12 , \"m\": -1.5e3}", "/m", "7", "{\"n\": 12 , \"m\": 7}"},
             {"{\"n\": 12 , \"m\": -1.5e3}", "/n", "null", "{\"n\": null , \"m\": -1.5e3}"},
             {"{\"l\": [{\"a\": 1}, {\"a\": 2}]}", "/l/1/a", "3", "{\"l\": [{\"a\": 1}, {\"a\": 3}]}"},
             {"{\"c\": 7}", "/c/enabled", "1", "{\"c\": 7}"},
         }) {
        CAPTURE(row.before, row.pointer);
        CHECK(put(row.before, row.pointer, row.value) == row.after);
    }
}

TEST_CASE("user layer: a new file holds the wishes and nothing else") {
    DesktopMachine machine;
    const auto file = planned(machine, {no_cloud, {"--permission", "/permissions/bash", "\"ask\""}});
    REQUIRE(file);
    CHECK(file->path == DesktopMachine::user_layer);
    CHECK(Json::parse(file->text).dump() ==
          R"({"cloudDesktop":{"enabled":false},"permissions":{"bash":"ask"}})");
    CHECK(file->edits ==
          std::vector<std::string>{"+cloudDesktop.enabled = false", "+permissions.bash = \"ask\""});
}

TEST_CASE("user layer: other keys and comments stay, and what is there already is no edit") {
    DesktopMachine machine;
    const std::string before =
        "{\n"
        "  // chosen in March\n"
        "  \"permissions\": { \"bash\": \"deny\" },\n"
        "  \"cloudDesktop\": {\n"
        "    \"enabled\": true, // for now\n"
        "  },\n"
        "  \"features\": { \"voice\": false },\n"
        "}\n";
    machine.files[DesktopMachine::user_layer] = before;
    const auto file = planned(machine, {no_cloud});
    REQUIRE(file);
    std::string expected = before;
    expected.replace(expected.find("true,"), 4, "false");
    CHECK(file->text == expected);
    CHECK(file->edits == std::vector<std::string>{"~cloudDesktop.enabled = false (was true)"});

    machine.files[DesktopMachine::user_layer] = file->text;
    const auto again = planned(machine, {no_cloud});
    REQUIRE(again);
    CHECK(again->edits.empty());
    CHECK(again->text == file->text);
}

TEST_CASE("user layer: the jsonc that is there is the file to change") {
    DesktopMachine machine;
    machine.files["/home/ada/.config/open-cowork/config.jsonc"] = "{}";
    const auto file = planned(machine, {no_cloud});
    REQUIRE(file);
    CHECK(file->path == "/home/ada/.config/open-cowork/config.jsonc");
}

TEST_CASE("user layer: beside a layer that Desktop refuses nothing is planned") {
    for (const char* path : {DesktopMachine::user_layer, DesktopMachine::managed_layer}) {
        DesktopMachine machine;
        machine.files[path] = "{\n\"unheard\": 1}";
        const auto file = planned(machine, {no_cloud});
        REQUIRE_FALSE(file);
        REQUIRE(file.error().size() == 1);
        CHECK(file.error()[0].where.place() == std::string(path) + ":2");
        CHECK(file.error()[0].message.find("unheard") != std::string::npos);
    }
}

TEST_CASE("user layer: what the managed layer says otherwise is refused by the option that asked") {
    struct Row {
        std::string managed;
        bool refused;
    };
    for (const Row& row : std::vector<Row>{
             {R"({"cloudDesktop": {"enabled": true}})", true},
             {R"({"cloudDesktop": {"enabled": false}})", false},
             {R"({"cloudDesktop": {"cacheMode": "full"}})", false},
             {R"({})", false},
         }) {
        CAPTURE(row.managed);
        DesktopMachine machine;
        machine.files[DesktopMachine::managed_layer] = row.managed;
        const auto file = planned(machine, {no_cloud});
        CHECK(file.has_value() != row.refused);
        if (file) continue;
        CHECK(file.error()[0].where.file == "--no-cloud");
        CHECK(file.error()[0].message.find("/etc/open-cowork/config.json:1") != std::string::npos);
    }
}

TEST_CASE("user layer: a value that would make a bad layer is not planned") {
    DesktopMachine machine;
    const auto file = planned(machine, {{"--x", "/cloudDesktop/unheard", "1"}});
    REQUIRE_FALSE(file);
    CHECK(file.error()[0].message.find("cloudDesktop.unheard") != std::string::npos);
}

TEST_CASE("user layer: of two members of one name the last is edited, which is the one that counts") {
    DesktopMachine machine;
    machine.files[DesktopMachine::user_layer] =
        R"({"cloudDesktop": {"enabled": true}, "cloudDesktop": {"cacheMode": "full"}})";
    const auto file = planned(machine, {no_cloud});
    REQUIRE(file);
    CHECK(file->text ==
          R"({"cloudDesktop": {"enabled": true}, "cloudDesktop": {"cacheMode": "full", "enabled": false}})");
}
