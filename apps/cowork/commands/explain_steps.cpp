#include "cowork/commands/explain_steps.hpp"

#include "smoke/load.hpp"
#include "smoke/registry.hpp"
#include "smoke/runner.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <span>

namespace cowork::app {
namespace {

using json = nlohmann::ordered_json;
using checks::Reason;

json text_or_null(std::string_view text) { return text.empty() ? json(nullptr) : json(text); }

// What can end with reasons: the steps, any step, and the clean-up.
struct Entry {
    std::string_view id;  // empty: any step
    const smoke::Step* step = nullptr;
    std::span<const Reason> reasons;
    bool codes = true;  // told of a reason code too; the load check's codes are told once
};

std::vector<Entry> entries() {
    std::vector<Entry> all{{{}, nullptr, smoke::runner_reasons()}};
    for (const smoke::Step* step : smoke::registry()) all.push_back({step->id, step, step->reasons});
    all.push_back({smoke::clean_up_id, nullptr, smoke::clean_up_reasons()});
    all.push_back({smoke::load_profile_id, nullptr, smoke::load_reasons()});
    for (const smoke::LoadOperation& operation : smoke::load_operations())
        all.push_back({operation.row_id, nullptr, smoke::load_reasons(), false});
    return all;
}

std::string line_of(const Reason& reason) {
    return reason_text(
        reason.code, to_string(reason.status), reason.meaning, reason.recovery,
        reason.safety == catalogue::Safety::safe ? std::string_view{} : catalogue::to_string(reason.safety));
}

std::string head_of(const smoke::Step& step) {
    std::string text = fmt::format("{}\n  {}\n\n  Sends: {}\n  Expects: {}\n", step.id, step.label,
                                   step.sends, step.expects);
    if (!step.creates.empty()) text += fmt::format("  Creates: {}\n", step.creates);
    if (!step.removes.empty()) text += fmt::format("  Removes: {}\n", step.removes);
    return text + fmt::format("  Authority: {}\n\nReason codes\n", catalogue::to_string(step.authority));
}

json reason_json(const Reason& reason) {
    return {{"code", reason.code},
            {"status", to_string(reason.status)},
            {"meaning", reason.meaning},
            {"recovery", reason.recovery},
            {"safety", to_string(reason.safety)}};
}

json entry_json(const Entry& entry, json reasons) {
    const smoke::Step* step = entry.step;
    const auto of_step = [&](auto field) {
        return step == nullptr ? json(nullptr) : text_or_null(field(*step));
    };
    return {
        {"id", text_or_null(entry.id)},
        {"label", of_step([](const smoke::Step& one) { return one.label; })},
        {"authority", of_step([](const smoke::Step& one) { return catalogue::to_string(one.authority); })},
        {"sends", of_step([](const smoke::Step& one) { return one.sends; })},
        {"creates", of_step([](const smoke::Step& one) { return one.creates; })},
        {"removes", of_step([](const smoke::Step& one) { return one.removes; })},
        {"expects", of_step([](const smoke::Step& one) { return one.expects; })},
        {"reasons", std::move(reasons)}};
}

}  // namespace

std::string explain_steps_text(std::string_view id) {
    std::string text;
    for (const Entry& entry : entries()) {
        const bool whole = entry.id == id && !id.empty();
        std::string lines;
        for (const Reason& reason : entry.reasons)
            if (whole || (entry.codes && reason.code == id)) lines += line_of(reason);
        if (lines.empty()) continue;
        if (whole && entry.step != nullptr) {
            text += head_of(*entry.step);
        } else {
            text += fmt::format("{}\n", entry.id.empty() ? "any step of smoke" : entry.id);
        }
        text += lines;
    }
    return text;
}

json explain_steps_json(std::string_view id) {
    json found = json::array();
    for (const Entry& entry : entries()) {
        const bool whole = entry.id == id && !id.empty();
        json reasons = json::array();
        for (const Reason& reason : entry.reasons)
            if (whole || (entry.codes && reason.code == id)) reasons.push_back(reason_json(reason));
        if (!reasons.empty()) found.push_back(entry_json(entry, std::move(reasons)));
    }
    return found;
}

std::vector<std::string_view> explained_steps() {
    std::vector<std::string_view> known;
    for (const Entry& entry : entries()) {
        if (!entry.id.empty()) known.push_back(entry.id);
        for (const Reason& reason : entry.reasons) known.push_back(reason.code);
    }
    return known;
}

}  // namespace cowork::app
