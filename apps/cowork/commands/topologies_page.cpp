#include "cowork/commands/topologies_page.hpp"

#include "catalogue/catalogue.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

namespace cowork::app {
namespace {

using catalogue::Step;

std::string coded(std::string_view word) { return word.empty() ? std::string{} : fmt::format("`{}`", word); }
std::string coded_item(std::string_view id) { return coded(id); }
template <typename Item>
std::string coded_item(Item item) {
    return coded(to_string(item));
}

template <typename Item>
std::string coded_list(std::span<const Item> items) {
    std::string text;
    for (const Item item : items) text += (text.empty() ? "" : ", ") + coded_item(item);
    return text;
}

std::string sentence_list(std::span<const std::string_view> sentences) {
    return fmt::format("{}", fmt::join(sentences, "; "));
}

std::string table_row(std::initializer_list<std::string> cells) {
    return fmt::format("| {} |\n", fmt::join(cells, " | "));
}

std::string table_head(std::initializer_list<std::string> names) {
    std::string text = table_row(names) + "|";
    for (std::size_t i = 0; i < names.size(); ++i) text += " --- |";
    return text + "\n";
}

std::string paths_section() {
    std::string text =
        "\n## Paths\n\nThe first five are set-up intents of the product; for the sixth it has a set-up "
        "helper. "
        "`cowork setup --list` says the same.\n\n" +
        table_head({"path", "label", "when to choose it", "topology", "authority", "control planes"});
    for (const auto& row : catalogue::intents())
        text += table_row({coded(row.id), std::string(row.label), std::string(row.when), coded(row.topology),
                           coded_item(row.authority), coded_list(row.control_planes)});
    text +=
        "\nA path is ready when these checks of the product are. Its surfaces are where a person meets its "
        "threads.\n\n" +
        table_head({"path", "surfaces", "ready when"});
    for (const auto& row : catalogue::intents())
        text += table_row({coded(row.id), coded_list(row.surfaces), coded_list(row.ready_when)});
    return text;
}

std::string files_section() {
    std::string text =
        "\n## What setup writes, and what comes next\n\n`URL` stands for your own, `ROLE` for a role of a "
        "Cloud server: `web`, `worker`, `scheduler` or `all-in-one`.\n";
    for (const auto& row : catalogue::intents()) {
        text += fmt::format("\n### {}\n\n{}", row.id, row.writes.empty() ? "Writes nothing.\n" : "");
        for (const auto& file : row.writes)
            text += fmt::format("- `{}`{}{}\n", file.path, file.when.empty() ? "" : ": ", file.when);
        text += '\n';
        int number = 0;
        for (const Step& step : row.steps)
            text += fmt::format("{}. {}\n", ++number,
                                step.kind == Step::Kind::command ? fmt::format("`cowork {}`", step.text)
                                                                 : std::string(step.text));
    }
    return text;
}

std::string topologies_section() {
    std::string text =
        "\n## Topologies\n\nThe product's deployment profiles. A topology without a path is one that cowork "
        "does not set up.\n\n" +
        table_head({"topology", "label", "status", "path", "authorities", "control planes", "surfaces",
                    "operators", "security gate"});
    for (const auto& row : catalogue::topologies()) {
        std::string_view path;
        for (const auto& intent : catalogue::intents())
            if (intent.topology == row.id) path = intent.id;
        text += table_row({coded(row.id), std::string(row.label), coded_item(row.status), coded(path),
                           coded_list(row.authorities), coded_list(row.control_planes),
                           coded_list(row.surfaces), coded_list(row.operators), coded(row.gate)});
    }
    text += "\n" + table_head({"topology", "when to choose it", "what has to survive a restart",
                               "what has to fail closed"});
    for (const auto& row : catalogue::topologies())
        text += table_row({coded(row.id), std::string(row.when), sentence_list(row.durability),
                           sentence_list(row.fail_closed)});
    text += "\n" + table_head({"status", "meaning"});
    for (const auto status : catalogue::all_topology_statuses)
        text += table_row({coded_item(status), std::string(meaning(status))});
    return text;
}

std::string authorities_section() {
    std::string text =
        "\n## Execution authorities\n\nWho runs an agent's turn. A thread has exactly one of the five; "
        "`mixed` stands for several, on paths and checks only.\n\n" +
        table_head({"authority", "who runs the turn", "runtime authority", "default surface",
                    "owner of state", "owner of credentials"});
    for (const auto& row : catalogue::authorities())
        text +=
            table_row({coded_item(row.authority), std::string(row.meaning), coded_item(row.runtime),
                       coded_item(row.default_surface), coded(row.state_owner), coded(row.credential_owner)});
    text += "\n" + table_head({"authority", "paths", "pairing", "artifacts", "approvals and questions",
                               "workflows"});
    for (const auto& row : catalogue::authorities())
        text += table_row({coded_item(row.authority), coded(row.path_exposure), coded(row.pairing_state),
                           coded(row.artifacts), coded(row.interactions), coded(row.workflows)});
    return text;
}

std::string words_section() {
    std::string text =
        "\n## Control planes\n\nWhat owns durable state.\n\n" + table_head({"control plane", "meaning"});
    for (const auto& row : catalogue::control_planes())
        text += table_row({coded_item(row.plane), std::string(row.meaning)});
    text += "\n## Surfaces\n\n" + table_head({"surface", "meaning"});
    for (const auto& row : catalogue::surfaces())
        text += table_row({coded_item(row.surface), std::string(row.meaning)});
    return text;
}

std::string checks_section() {
    std::string text =
        "\n## Checks of the product\n\nWhat a check of this version looks at, and how it can fail: [checks "
        "and "
        "reason codes](checks.md).\n\n" +
        table_head({"check", "label", "authority", "status when failing", "paths that wait for it"});
    for (const auto& check : catalogue::product_checks()) {
        std::string paths;
        for (const auto& row : catalogue::intents())
            if (std::find(row.ready_when.begin(), row.ready_when.end(), check.id) != row.ready_when.end())
                paths += (paths.empty() ? "" : ", ") + coded(row.id);
        text += table_row({coded(check.id), std::string(check.label), coded_item(check.authority),
                           coded_item(check.failing), paths});
    }
    return text;
}

}  // namespace

std::string topologies_page() {
    return "# Paths, topologies and authorities\n\nWritten by `scripts/update-reference` from the catalogue; "
           "a "
           "test compares the two.\n" +
           paths_section() + files_section() + topologies_section() + authorities_section() +
           words_section() + checks_section();
}

}  // namespace cowork::app
