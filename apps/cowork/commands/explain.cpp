#include "cowork/commands/explain.hpp"

#include "capabilities/reasons.hpp"
#include "checks/registry.hpp"
#include "core/names.hpp"
#include "cowork/commands/explain_steps.hpp"
#include "secrets/redactor.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace cowork::app {
namespace {

using json = nlohmann::ordered_json;

json text_or_null(std::string_view text) { return text.empty() ? json(nullptr) : json(text); }

std::string reason_line(const checks::Reason& reason) {
    return reason_text(
        reason.code, to_string(reason.status), reason.meaning, reason.recovery,
        reason.safety == catalogue::Safety::safe ? std::string_view{} : catalogue::to_string(reason.safety));
}

std::string explain_check(const checks::Check& check) {
    std::string text = fmt::format(
        "{}\n  {}\n\n  Looks at: {}\n  Authority: {}\n  When it fails: {}\n\nReason codes\n", check.id,
        check.label, check.looks_at, catalogue::to_string(check.authority), to_string(check.failing));
    for (const auto& reason : check.reasons) text += reason_line(reason);
    return text;
}

std::string explain_reason(std::string_view code) {
    std::string text;
    for (const checks::Reason& reason : checks::engine_reasons())
        if (reason.code == code) text += "any check\n" + reason_line(reason);
    for (const checks::Check* check : checks::registry())
        for (const checks::Reason& reason : check->reasons)
            if (reason.code == code) text += fmt::format("{}\n{}", check->id, reason_line(reason));
    return text;
}

// A code of the tables of capabilities and conflicts; empty when it is none.
std::string explain_capability(std::string_view code) {
    if (const auto* reason = capabilities::find_capability_reason(code))
        return fmt::format("capabilities\n  {}  ({}, {})\n      {}\n{}", reason->code,
                           to_string(reason->kind), to_string(reason->status), reason->meaning,
                           reason->recovery.empty() ? "" : fmt::format("      -> {}\n", reason->recovery));
    if (const auto* reason = capabilities::find_conflict_reason(code))
        return fmt::format("conflicts\n  {}  ({})\n      {}\n", reason->code, to_string(reason->kind),
                           reason->meaning);
    return {};
}

json capability_json(std::string_view code) {
    json found = json::array();
    if (const auto* reason = capabilities::find_capability_reason(code))
        found.push_back({{"code", reason->code},
                         {"kind", to_string(reason->kind)},
                         {"status", to_string(reason->status)},
                         {"meaning", reason->meaning},
                         {"recovery", text_or_null(reason->recovery)}});
    if (const auto* reason = capabilities::find_conflict_reason(code))
        found.push_back({{"code", reason->code},
                         {"kind", to_string(reason->kind)},
                         {"status", nullptr},
                         {"meaning", reason->meaning},
                         {"recovery", nullptr}});
    return found;
}

Error nothing_to_explain(const std::string& id) {
    std::vector<std::string_view> known;
    for (const checks::Reason& reason : checks::engine_reasons()) known.push_back(reason.code);
    for (const checks::Check* check : checks::registry()) {
        known.push_back(check->id);
        for (const checks::Reason& reason : check->reasons) known.push_back(reason.code);
    }
    for (const auto& reason : capabilities::capability_reasons()) known.push_back(reason.code);
    for (const auto& reason : capabilities::conflict_reasons()) known.push_back(reason.code);
    for (const std::string_view step : explained_steps()) known.push_back(step);
    const auto hint = nearest(id, known);
    return Error{ErrorCode::usage,
                 fmt::format("--explain: '{}' is neither a check nor a step nor a reason code",
                             Redactor().clean(id).str()),
                 hint.empty() ? "see the ids with --list" : fmt::format("did you mean {}?", hint),
                 {}};
}

// A check, or with none what every check has, and those of its reasons that are chosen.
template <typename Chosen>
json explained(const checks::Check* check, Chosen chosen) {
    json reasons = json::array();
    for (const checks::Reason& reason : check == nullptr ? checks::engine_reasons() : check->reasons)
        if (chosen(reason))
            reasons.push_back({{"code", reason.code},
                               {"status", to_string(reason.status)},
                               {"meaning", reason.meaning},
                               {"recovery", reason.recovery},
                               {"safety", to_string(reason.safety)}});
    return {{"id", check == nullptr ? json(nullptr) : json(check->id)},
            {"label", check == nullptr ? json(nullptr) : json(check->label)},
            {"authority", check == nullptr ? json(nullptr) : json(catalogue::to_string(check->authority))},
            {"failing", check == nullptr ? json(nullptr) : json(to_string(check->failing))},
            {"looksAt", check == nullptr ? json(nullptr) : text_or_null(check->looks_at)},
            {"reasons", reasons}};
}

}  // namespace

Result<std::string> explain_text(const std::string& id) {
    if (const auto* check = checks::find_check(id)) return explain_check(*check);
    if (std::string text = explain_reason(id) + explain_capability(id) + explain_steps_text(id);
        !text.empty())
        return text;
    return tl::unexpected(nothing_to_explain(id));
}

Result<std::string> explain_json(const std::string& id) {
    json found = json::array();
    if (const auto* check = checks::find_check(id)) {
        found.push_back(explained(check, [](const checks::Reason&) { return true; }));
    } else {
        const auto same = [&](const checks::Reason& reason) { return reason.code == id; };
        if (json shared = explained(nullptr, same); !shared["reasons"].empty())
            found.push_back(std::move(shared));
        for (const checks::Check* other : checks::registry())
            if (json one = explained(other, same); !one["reasons"].empty()) found.push_back(std::move(one));
    }
    json capabilities = capability_json(id);
    json steps = explain_steps_json(id);
    if (found.empty() && capabilities.empty() && steps.empty()) return tl::unexpected(nothing_to_explain(id));
    const json document{{"schemaVersion", 1},  {"tool", {{"name", "cowork"}, {"version", COWORK_VERSION}}},
                        {"command", "doctor"}, {"subject", id},
                        {"checks", found},     {"capabilities", capabilities},
                        {"steps", steps}};
    return document.dump(2) + "\n";
}

std::string reason_text(std::string_view code, std::string_view status, std::string_view meaning,
                        std::string_view recovery, std::string_view risk) {
    return fmt::format("  {}  ({})\n      {}\n      -> {}{}\n", code, status, meaning, recovery,
                       risk.empty() ? std::string{} : fmt::format("  [{}]", risk));
}

std::string list_text(const engine::Choice& choice) {
    std::string text;
    for (std::size_t i = 0; i < choice.applying.size(); ++i)
        if (choice.selected[i])
            text += fmt::format("{:<36} {}\n", choice.applying[i]->id, choice.applying[i]->label);
    return text;
}

std::string list_json(std::optional<catalogue::Intent> intent, const engine::Choice& choice) {
    json checks = json::array();
    for (std::size_t i = 0; i < choice.applying.size(); ++i) {
        if (!choice.selected[i]) continue;
        const checks::Check& check = *choice.applying[i];
        json reasons = json::array();
        for (const auto& reason : check.reasons) reasons.push_back(reason.code);
        checks.push_back({{"id", check.id},
                          {"label", check.label},
                          {"authority", catalogue::to_string(check.authority)},
                          {"failing", to_string(check.failing)},
                          {"looksAt", check.looks_at},
                          {"reasonCodes", reasons}});
    }
    const json document{{"schemaVersion", 1},
                        {"tool", {{"name", "cowork"}, {"version", COWORK_VERSION}}},
                        {"command", "doctor"},
                        {"intent", intent ? json(catalogue::row(*intent).id) : json(nullptr)},
                        {"checks", checks}};
    return document.dump(2) + "\n";
}

std::string reference_page() {
    std::string text =
        "# Checks and reason codes\n\nWritten by `scripts/update-reference` from the registry; a test "
        "compares the two.\n";
    for (const checks::Check* check : checks::registry()) {
        text += fmt::format("\n## {}\n\n{}. {}\n\nAuthority `{}`, status when failing `{}`.\n\n", check->id,
                            check->label, check->looks_at, catalogue::to_string(check->authority),
                            to_string(check->failing));
        text += "| reason code | status | meaning | recovery |\n| --- | --- | --- | --- |\n";
        for (const auto& reason : check->reasons)
            text += fmt::format("| `{}` | {} | {} | {} |\n", reason.code, to_string(reason.status),
                                reason.meaning, reason.recovery);
    }
    text += "\n## Any check\n\n| reason code | status | meaning | recovery |\n| --- | --- | --- | --- |\n";
    for (const auto& reason : checks::engine_reasons())
        text += fmt::format("| `{}` | {} | {} | {} |\n", reason.code, to_string(reason.status),
                            reason.meaning, reason.recovery);
    return text;
}

}  // namespace cowork::app
