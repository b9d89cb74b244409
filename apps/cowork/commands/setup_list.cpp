#include "cowork/commands/setup_list.hpp"

#include "catalogue/catalogue.hpp"
#include "core/shell_quote.hpp"
#include "cowork/fold.hpp"
#include "secrets/redactor.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <string_view>
#include <vector>

namespace cowork::app {
namespace {

using json = nlohmann::ordered_json;
using catalogue::IntentRow;
using catalogue::Step;
using catalogue::TopologyRow;

constexpr std::size_t margin = 13;  // where the second column begins

std::string shown_program(const std::string& program) { return Redactor().clean(shell_word(program)).str(); }

std::string shown_command(const std::string& program, const Step& step) {
    return fmt::format("{} {}", shown_program(program), step.text);
}

// The program stays one word, because a fold inside its quotes would change it.
std::string folded_step(const std::string& program, const Step& step) {
    std::vector<std::string> words = split_words(step.text);
    const bool command = step.kind == Step::Kind::command;
    if (command) words.insert(words.begin(), shown_program(program));
    return fold(words, margin + 3, command ? " \\" : "");
}

template <typename Item>
std::vector<std::string> names_of(std::span<const Item> items) {
    std::vector<std::string> names;
    for (const Item item : items) names.emplace_back(to_string(item));
    return names;
}

std::string line(std::string_view name, std::string_view text) {
    return fmt::format("  {:<{}}{}\n", name, margin - 2, fold(split_words(text), margin));
}

std::string files_text(const IntentRow& row) {
    if (row.writes.empty()) return line("writes", "nothing");
    std::string text;
    for (const auto& file : row.writes)
        text +=
            line(text.empty() ? "writes" : "",
                 file.when.empty() ? std::string(file.path) : fmt::format("{}, {}", file.path, file.when));
    return text;
}

std::string steps_text(const IntentRow& row, const std::string& program) {
    std::string text;
    int number = 0;
    for (const Step& step : row.steps) {
        ++number;
        text += fmt::format("  {:<{}}{}. {}\n", number == 1 ? "next" : "", margin - 2, number,
                            folded_step(program, step));
    }
    return text;
}

std::string path_text(const IntentRow& row, const std::string& program) {
    const TopologyRow* topology = catalogue::find_topology(row.topology);
    return fmt::format("{}: {}\n", row.id, row.label) + line("when", row.when) +
           line("topology", topology == nullptr
                                ? std::string(row.topology)
                                : fmt::format("{} ({})", row.topology, to_string(topology->status))) +
           line("authority", to_string(row.authority)) +
           line("state in", fmt::format("{}", fmt::join(names_of(row.control_planes), ", "))) +
           files_text(row) + steps_text(row, program);
}

const IntentRow* path_to(const TopologyRow& topology) {
    for (const auto& row : catalogue::intents())
        if (row.topology == topology.id) return &row;
    return nullptr;
}

json path_json(const IntentRow& row, const std::string& program) {
    json writes = json::array();
    json files = json::array();
    for (const auto& file : row.writes) {
        if (file.when.empty()) writes.push_back(file.path);
        files.push_back({{"path", file.path}, {"when", file.when.empty() ? json(nullptr) : json(file.when)}});
    }
    json next = json::array();
    json steps = json::array();
    for (const Step& step : row.steps) {
        const bool command = step.kind == Step::Kind::command;
        if (command) next.push_back(shown_command(program, step));
        steps.push_back({{"kind", command ? "command" : "words"},
                         {"text", command ? shown_command(program, step) : std::string(step.text)}});
    }
    return {{"intent", row.id},
            {"label", row.label},
            {"when", row.when},
            {"topology", row.topology},
            {"executionAuthority", to_string(row.authority)},
            {"controlPlanes", names_of(row.control_planes)},
            {"surfaces", names_of(row.surfaces)},
            {"readyWhen", row.ready_when},
            {"available", true},
            {"writes", writes},
            {"files", files},
            {"next", next},
            {"steps", steps}};
}

json topology_json(const TopologyRow& row) {
    const IntentRow* path = path_to(row);
    return {{"id", row.id},
            {"label", row.label},
            {"status", to_string(row.status)},
            {"when", row.when},
            {"intent", path == nullptr ? json(nullptr) : json(path->id)},
            {"executionAuthorities", names_of(row.authorities)},
            {"controlPlanes", names_of(row.control_planes)},
            {"surfaces", names_of(row.surfaces)},
            {"operators", names_of(row.operators)},
            {"gate", row.gate},
            {"requiredDurability", row.durability},
            {"failClosedChecks", row.fail_closed}};
}

}  // namespace

std::string paths_text(const std::string& program) {
    std::string text;
    for (const auto& row : catalogue::intents()) text += path_text(row, program) + "\n";
    for (const auto& row : catalogue::topologies())
        if (path_to(row) == nullptr)
            text += fold(split_words(fmt::format("No path leads to the topology {} ({}): {}.", row.id,
                                                 to_string(row.status), row.when)),
                         0) +
                    "\n";
    return text;
}

std::string paths_json(const std::string& program) {
    json paths = json::array();
    for (const auto& row : catalogue::intents()) paths.push_back(path_json(row, program));
    json topologies = json::array();
    for (const auto& row : catalogue::topologies()) topologies.push_back(topology_json(row));
    const json document{{"schemaVersion", 1},
                        {"tool", {{"name", "cowork"}, {"version", COWORK_VERSION}}},
                        {"command", "setup"},
                        {"paths", paths},
                        {"topologies", topologies}};
    return document.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

}  // namespace cowork::app
