#include "cowork/commands/smoke_pages.hpp"

#include "smoke/load.hpp"
#include "smoke/registry.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace cowork::app {
namespace {

using json = nlohmann::ordered_json;

json text_or_null(std::string_view text) { return text.empty() ? json(nullptr) : json(text); }

std::string_view to_string(smoke::Effect effect) {
    switch (effect) {
        case smoke::Effect::reads:
            return "reads";
        case smoke::Effect::creates:
            return "creates";
        case smoke::Effect::clears:
            return "clears";
    }
    return "reads";
}

std::string planned(const smoke::Step& step) {
    std::string text = fmt::format("{}\n  sends    {}\n", step.id, step.sends);
    if (!step.creates.empty()) text += fmt::format("  creates  {}\n", step.creates);
    if (!step.removes.empty()) text += fmt::format("  removes  {}\n", step.removes);
    return text + fmt::format("  expects  {}\n", step.expects);
}

std::string scenario_names(const smoke::Step& step) {
    std::string names;
    for (const auto scenario : step.scenarios)
        names += fmt::format("{}`{}`", names.empty() ? "" : ", ", catalogue::row(scenario).id);
    return names;
}

std::string step_section(const smoke::Step& step) {
    std::string text =
        fmt::format("\n## {}\n\n{}. In {}; at most {} s.\n\n- sends: {}\n- expects: {}\n", step.id,
                    step.label, scenario_names(step), step.budget.count() / 1000, step.sends, step.expects);
    if (!step.creates.empty()) text += fmt::format("- creates: {}\n", step.creates);
    if (!step.removes.empty()) text += fmt::format("- removes: {}\n", step.removes);
    if (!step.needs.empty()) {
        text += "- needs:";
        for (const std::string_view need : step.needs)
            text += fmt::format("{} `{}`", need == step.needs.front() ? "" : ",", need);
        text += '\n';
    }
    return text;
}

std::string reason_table(std::span<const checks::Reason> reasons) {
    std::string text = "\n| reason code | status | meaning | recovery |\n| --- | --- | --- | --- |\n";
    for (const auto& reason : reasons)
        text += fmt::format("| `{}` | {} | {} | {} |\n", reason.code, to_string(reason.status),
                            reason.meaning, reason.recovery);
    return text;
}

}  // namespace

std::string plan_text(catalogue::Intent scenario, const smoke::Choice& choice) {
    std::string text = fmt::format("What cowork smoke {} would do, in this order. Nothing was sent.\n\n",
                                   catalogue::row(scenario).id);
    std::size_t left_out = 0;
    for (std::size_t i = 0; i < choice.steps.size(); ++i) {
        if (choice.selected[i]) {
            text += planned(*choice.steps[i]);
        } else {
            ++left_out;
        }
    }
    text += fmt::format(
        "\nEverything that is created has `{}` in its name, and is removed at the end, also after a "
        "failure,\n"
        "the deadline or a signal. What a run that was killed leaves, the next one removes.\n",
        smoke::mark_prefix);
    if (left_out > 0) text += fmt::format("{} steps are left out.\n", left_out);
    return text;
}

std::string plan_json(catalogue::Intent scenario, const smoke::Choice& choice) {
    json steps = json::array();
    for (std::size_t i = 0; i < choice.steps.size(); ++i) {
        const smoke::Step& step = *choice.steps[i];
        json needs = json::array();
        for (const std::string_view need : step.needs) needs.push_back(need);
        json codes = json::array();
        for (const auto& reason : step.reasons) codes.push_back(reason.code);
        steps.push_back({{"id", step.id},
                         {"label", step.label},
                         {"authority", catalogue::to_string(step.authority)},
                         {"effect", to_string(step.effect)},
                         {"selected", choice.selected[i] ? true : false},
                         {"needs", needs},
                         {"budgetMs", step.budget.count()},
                         {"sends", step.sends},
                         {"creates", text_or_null(step.creates)},
                         {"removes", text_or_null(step.removes)},
                         {"expects", step.expects},
                         {"reasonCodes", codes}});
    }
    const json document{{"schemaVersion", 1},
                        {"tool", {{"name", "cowork"}, {"version", COWORK_VERSION}}},
                        {"command", "smoke"},
                        {"intent", catalogue::row(scenario).id},
                        {"steps", steps}};
    return document.dump(2) + "\n";
}

std::string step_list_text(const smoke::Choice& choice) {
    std::string text;
    for (std::size_t i = 0; i < choice.steps.size(); ++i)
        if (choice.selected[i])
            text += fmt::format("{:<42} {}\n", choice.steps[i]->id, choice.steps[i]->label);
    return text;
}

std::string smoke_page() {
    std::string text =
        "# Steps of cowork smoke\n\nWritten by `scripts/update-reference` from the registry; a test compares "
        "the two. `cowork smoke INTENT --plan` shows the same for one scenario.\n";
    for (const smoke::Step* step : smoke::registry())
        text += step_section(*step) + reason_table(step->reasons);
    text += fmt::format(
        "\n## {}\n\nEverything that the run made is gone. Always the last row; within {} s after the last "
        "step, "
        "also when the deadline or a signal ended the run.\n",
        smoke::clean_up_id, smoke::clean_up_budget.count() / 1000);
    text += reason_table(smoke::clean_up_reasons());
    text += "\n## Any step\n" + reason_table(smoke::runner_reasons());
    text +=
        "\n## The load check\n\nWith `--repeat`, `--concurrency` or `--profile`, after the steps. Only "
        "requests that leave "
        "nothing behind are repeated, under the names that the product's own load report gives them.\n\n"
        "| result | request | counted as |\n| --- | --- | --- |\n";
    for (const auto& operation : smoke::load_operations())
        text += fmt::format("| `{}` | {} | {} |\n", operation.row_id, operation.path,
                            to_string(operation.category));
    text += fmt::format("| `{}` | all of them | the profile's gates |\n", smoke::load_profile_id);
    text += reason_table(smoke::load_reasons());
    text +=
        "\n| profile | requests a second | errors | p95 of reads | p95 of the gateway | lasts |\n"
        "| --- | --- | --- | --- | --- | --- |\n";
    for (const auto& profile : catalogue::load_profiles())
        text += fmt::format("| `{}` | {} | {} % | {} ms | {} ms | {} s |\n", profile.name,
                            profile.requests_per_second, 100 * profile.thresholds.max_overall_error_rate,
                            profile.thresholds.p95_read_ms, profile.thresholds.p95_gateway_ms,
                            profile.load_duration.count() / 1000);
    return text;
}

}  // namespace cowork::app
