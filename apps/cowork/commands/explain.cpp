#include "cowork/commands/explain.hpp"

#include "checks/registry.hpp"
#include "core/names.hpp"
#include "secrets/redactor.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace cowork::app {
namespace {

std::string reason_line(const checks::Reason& reason) {
    return fmt::format("  {}  ({})\n      {}\n      -> {}{}\n", reason.code, to_string(reason.status),
                       reason.meaning, reason.recovery,
                       reason.safety == catalogue::Safety::safe
                           ? std::string{}
                           : fmt::format("  [{}]", catalogue::to_string(reason.safety)));
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

}  // namespace

Result<std::string> explain_text(const std::string& id) {
    if (const auto* check = checks::find_check(id)) return explain_check(*check);
    if (std::string text = explain_reason(id); !text.empty()) return text;
    std::vector<std::string_view> known;
    for (const checks::Check* check : checks::registry()) {
        known.push_back(check->id);
        for (const checks::Reason& reason : check->reasons) known.push_back(reason.code);
    }
    const auto hint = nearest(id, known);
    return fail(
        ErrorCode::usage,
        fmt::format("--explain: '{}' is neither a check nor a reason code", Redactor().clean(id).str()),
        hint.empty() ? "see the ids with --list" : fmt::format("did you mean {}?", hint));
}

std::string list_text(const engine::Choice& choice) {
    std::string text;
    for (std::size_t i = 0; i < choice.applying.size(); ++i)
        if (choice.selected[i])
            text += fmt::format("{:<36} {}\n", choice.applying[i]->id, choice.applying[i]->label);
    return text;
}

std::string list_json(const engine::Choice& choice) {
    nlohmann::ordered_json checks = nlohmann::ordered_json::array();
    for (std::size_t i = 0; i < choice.applying.size(); ++i) {
        if (!choice.selected[i]) continue;
        const checks::Check& check = *choice.applying[i];
        nlohmann::ordered_json reasons = nlohmann::ordered_json::array();
        for (const auto& reason : check.reasons) reasons.push_back(reason.code);
        checks.push_back({{"id", check.id},
                          {"label", check.label},
                          {"authority", catalogue::to_string(check.authority)},
                          {"failing", to_string(check.failing)},
                          {"looksAt", check.looks_at},
                          {"reasonCodes", reasons}});
    }
    const nlohmann::ordered_json document{{"schemaVersion", 1},
                                          {"tool", {{"name", "cowork"}, {"version", COWORK_VERSION}}},
                                          {"command", "doctor"},
                                          {"intent", catalogue::row(choice.intent).id},
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
