#include "cowork/commands/rule_texts.hpp"

#include "checks/registry.hpp"
#include "smoke/load.hpp"
#include "smoke/registry.hpp"
#include "smoke/runner.hpp"

#include <fmt/format.h>

#include <set>
#include <span>
#include <utility>

namespace cowork::app {
namespace {

report::RuleText text_of(const report::Row& row, std::string rationale, Status failing,
                         std::span<const checks::Reason> reasons) {
    const std::string_view severity = failing == Status::degraded ? "warning" : "error";
    report::RuleText text{row.id, row.label, std::move(rationale), {}, severity, {}};
    for (const checks::Reason& reason : reasons)
        text.reasons.push_back({reason.code, reason.meaning, reason.recovery});
    return text;
}

report::RuleText text_of(const report::Row& row) {
    if (const checks::Check* check = checks::find_check(row.id))
        return text_of(row, std::string(check->looks_at), check->failing, check->reasons);
    if (const smoke::Step* step = smoke::find_step(row.id))
        return text_of(row, fmt::format("Sends {}; expects {}", step->sends, step->expects),
                       Status::action_required, step->reasons);
    if (row.id == smoke::clean_up_id)
        return text_of(row, "Everything that the run made is gone", Status::action_required,
                       smoke::clean_up_reasons());
    return text_of(row, "A short load check inside the server's own limits", Status::action_required,
                   smoke::load_reasons());
}

}  // namespace

std::vector<report::RuleText> rule_texts(const std::vector<report::Row>& rows) {
    std::vector<report::RuleText> texts;
    std::set<std::string_view> told;
    for (const report::Row& row : rows)
        if (told.insert(row.id).second) texts.push_back(text_of(row));
    return texts;
}

}  // namespace cowork::app
