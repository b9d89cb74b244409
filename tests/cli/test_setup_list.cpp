#include "catalogue/catalogue.hpp"
#include "cowork/commands/setup_list.hpp"
#include "support/cli_run.hpp"
#include "support/schema.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <sstream>

// `setup --list`: the catalogue as text and as JSON.
namespace {

using namespace cowork::test;
using cowork::catalogue::intents;
using cowork::catalogue::Step;
using cowork::catalogue::topologies;
using nlohmann::json;

// The text between two headings, with every fold of a line undone.
std::string unfolded(const std::string& text) {
    std::istringstream in(text);
    std::string words;
    for (std::string word; in >> word;)
        if (word != "\\") words += (words.empty() ? "" : " ") + word;
    return words;
}

std::string block_of(const std::string& list, const std::string& path) {
    const auto begin = list.find("\n" + path + ": ");
    if (begin == std::string::npos) return list.substr(0, list.find("\n\n"));
    return list.substr(begin + 1, list.find("\n\n", begin) - begin);
}

TEST_CASE("setup list: the text shows every path with its facts in 80 columns") {
    const auto result = run_cowork({"setup", "--list"});
    REQUIRE(result.exit_code == 0);
    CHECK(result.err.empty());
    std::istringstream lines(result.out);
    for (std::string line; std::getline(lines, line);) {
        CAPTURE(line);
        CHECK(line.size() <= 80);
        CHECK_FALSE(line.ends_with(' '));
    }
    for (const auto& path : intents()) {
        const std::string block = unfolded(block_of(result.out, std::string(path.id)));
        CAPTURE(block);
        CHECK(block.starts_with(std::string(path.id) + ": " + std::string(path.label)));
        CHECK(contains(block, std::string(path.when)));
        CHECK(contains(block, "topology " + std::string(path.topology) + " ("));
        CHECK(contains(block, "authority " + std::string(to_string(path.authority))));
        for (const auto plane : path.control_planes) CHECK(contains(block, std::string(to_string(plane))));
        for (const auto& file : path.writes) {
            CHECK(contains(block, std::string(file.path)));
            CHECK(contains(block, std::string(file.when)));
        }
        if (path.writes.empty()) CHECK(contains(block, "writes nothing"));
        for (const auto& step : path.steps) {
            const bool command = step.kind == Step::Kind::command;
            CHECK(contains(block, (command ? "cowork " : "") + std::string(step.text)));
        }
    }
    CHECK(contains(result.out, "No path leads to the topology cloud-gateway-edge"));
}

TEST_CASE("setup list: the JSON holds the catalogue") {
    const json document = document_of(run_cowork({"setup", "--list", "--json"}));
    REQUIRE(document.at("paths").size() == intents().size());
    for (std::size_t i = 0; i < intents().size(); ++i) {
        const auto& row = intents()[i];
        const json& path = document.at("paths").at(i);
        CHECK(path.at("intent") == std::string(row.id));
        CHECK(path.at("available") == true);
        CHECK(path.at("readyWhen").size() == row.ready_when.size());
        CHECK(path.at("files").size() == row.writes.size());
        for (const json& file : path.at("files"))
            CHECK(file.at("when").is_null() == (std::find(path.at("writes").begin(), path.at("writes").end(),
                                                          file.at("path")) != path.at("writes").end()));
        json commands = json::array();
        for (const json& step : path.at("steps"))
            if (step.at("kind") == "command") commands.push_back(step.at("text"));
        CHECK(path.at("next") == commands);
        CHECK(path.at("steps").size() == row.steps.size());
    }
    REQUIRE(document.at("topologies").size() == topologies().size());
    for (const json& topology : document.at("topologies")) {
        const json& intent = topology.at("intent");
        CAPTURE(topology.dump());
        CHECK(intent.is_null() == (topology.at("id") == "cloud-gateway-edge"));
        for (const json& path : document.at("paths"))
            CHECK((path.at("topology") == topology.at("id")) == (path.at("intent") == intent));
    }
}

TEST_CASE("setup list: the schema refuses what is wrong in the new fields") {
    const json good = document_of(run_cowork({"setup", "--list", "--json"}));
    const std::vector<std::pair<const char*, json>> spoilers{
        {"/topologies", json::array()},
        {"/topologies/0/more", 1},
        {"/topologies/0/id", "elsewhere"},
        {"/topologies/0/status", "planned"},
        {"/topologies/0/intent", "desktop-only"},
        {"/topologies/0/executionAuthorities/0", "desktop_paired"},
        {"/topologies/0/surfaces/0", "desktop_local"},
        {"/topologies/0/gate", "open"},
        {"/topologies/0/failClosedChecks", json::array()},
        {"/paths/0/surfaces/0", "desktop"},
        {"/paths/0/readyWhen/0", "no.such.check"},
        {"/paths/1/files/0/when", ""},
        {"/paths/1/files/0/more", 1},
        {"/paths/1/steps/0/kind", "wish"},
    };
    for (const auto& [pointer, value] : spoilers) {
        json bad = good;
        bad[json::json_pointer(pointer)] = value;
        INFO(pointer << " = " << value);
        CHECK_FALSE(schema_violations(bad, "list").empty());
    }
    for (const char* list : {"/paths/0", "/topologies/0", "/paths/1/files/0", "/paths/1/steps/0"})
        for (const auto& [key, value] : good.at(json::json_pointer(list)).items()) {
            json bad = good;
            bad[json::json_pointer(list)].erase(key);
            INFO(list << " without " << key);
            CHECK_FALSE(schema_violations(bad, "list").empty());
        }
}

// What a shell makes of the first command of a path.
std::vector<std::string> shell_words(const std::string& block) {
    const auto begin = block.find("1. ") + 3;
    const auto end = block.find("\n" + std::string(13, ' ') + "2. ");
    REQUIRE(end != std::string::npos);
    ProcessOptions options;
    options.argv = {"/bin/sh", "-c", "printf '%s\\n' " + block.substr(begin, end - begin)};
    const auto result = run_process(std::move(options));
    REQUIRE(result.exit_code == 0);
    std::vector<std::string> words;
    std::istringstream lines(result.out);
    for (std::string line; std::getline(lines, line);) words.push_back(line);
    return words;
}

TEST_CASE("setup list: a folded command means the same to a shell") {
    for (const std::string& program :
         {std::string("cowork"), std::string("./scripts/cowork"), std::string("/opt/it's here/bin/cowork"),
          "/" + std::string(50, 'p') + "/cowork", "/" + std::string(90, 'q') + "/cow ork"}) {
        const std::string text = cowork::app::paths_text(program);
        const std::string block = block_of(text, "gateway-only");
        CAPTURE(block);
        CHECK(shell_words(block) == std::vector<std::string>{program, "setup", "gateway-only", "--evaluate"});
    }
}

TEST_CASE("setup list: a hostile program name stays printable and the JSON stays JSON") {
    const std::map<std::string, std::string> environment{{"COWORK_INVOKED_AS", "x\x1b[2J\xff\ny"}};
    const auto text = run_cowork({"setup", "--list"}, "/", environment);
    CHECK(text.exit_code == 0);
    check_printable(text);
    (void)document_of(run_cowork({"setup", "--list", "--json"}, "/", environment));
}

TEST_CASE("setup list: every next command is accepted") {
    const json document = document_of(run_cowork({"setup", "--list", "--json"}));
    std::size_t tried = 0;
    for (const json& path : document.at("paths")) {
        ScratchDirectory scratch;
        for (const std::string command : path.at("next")) {
            std::vector<std::string> arguments;
            std::istringstream words(command.substr(command.find(' ') + 1));
            for (std::string word; words >> word;)
                arguments.push_back(word == "URL"      ? "https://cloud.example.org"
                                    : word == "prompt" ? "env:ANSWER"
                                                       : word);
            if (arguments.back() == "--evaluate")
                arguments.insert(arguments.end(), {"--runtime-root", scratch / "root"});
            const auto result = run_cowork(
                arguments, scratch.path(),
                {{"HOME", scratch.path()}, {"ANSWER", "1234567890:AAH-bot-Tok_3f9c1d7a8b2e4056c7"}});
            INFO(command << '\n' << result.out << result.err);
            REQUIRE(result.exit_code);
            CHECK(*result.exit_code != 2);
            CHECK(*result.exit_code < 5);
            ++tried;
        }
    }
    CHECK(tried >= 2);
}

}  // namespace
