#include "report/sarif_rules.hpp"

#include "report/level.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace cowork::report {
namespace {

using json = nlohmann::ordered_json;

char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

// `compose.image-latest` as ComposeImageLatest, a name as SARIF wants it.
std::string identifier(std::string_view id) {
    std::string name;
    bool begins = true;
    for (const char c : id) {
        const bool parts = c == '.' || c == '-' || c == '_';
        if (!parts) name += begins ? upper(c) : c;
        begins = parts;
    }
    return name;
}

std::string help_text(const RuleText& rule) {
    std::string text = sentence(rule.rationale);
    if (!rule.fix.empty()) text += " " + sentence(rule.fix);
    for (const ReasonText& reason : rule.reasons)
        text += fmt::format("\n{}: {} {}", reason.code, capital(reason.meaning), capital(reason.recovery));
    return text;
}

std::string help_markdown(const RuleText& rule) {
    std::string text = sentence(rule.rationale) + "\n";
    if (!rule.fix.empty()) text += fmt::format("\n**What to do:** {}\n", sentence(rule.fix));
    if (!rule.reasons.empty()) text += '\n';
    for (const ReasonText& reason : rule.reasons)
        text +=
            fmt::format("- `{}`: {} {}\n", reason.code, capital(reason.meaning), capital(reason.recovery));
    return text;
}

// GitHub's words for the severity of what is no security alert.
std::string_view problem_severity(Level level) {
    return level == Level::note ? "recommendation" : to_string(level);
}

json rule_json(const RuleText& rule) {
    const Level level = level_of(rule.severity);
    json entry{{"id", rule.id},
               {"name", identifier(rule.id)},
               {"shortDescription", {{"text", capital(rule.title)}}},
               {"defaultConfiguration", {{"level", to_string(level)}}},
               {"properties",
                {{"tags", json::array({rule.id.substr(0, rule.id.find('.'))})},
                 {"problem.severity", problem_severity(level)}}}};
    if (rule.rationale.empty()) return entry;
    entry["fullDescription"] = {{"text", sentence(rule.rationale)}};
    entry["help"] = {{"text", help_text(rule)}, {"markdown", help_markdown(rule)}};
    return entry;
}

}  // namespace

std::string_view sarif_rule_of(const Row& row) { return row.finding ? row.reason_code : row.id; }

SarifRules::SarifRules(const Report& report) : texts(report.rules) {
    for (const RuleText& rule : texts) places.emplace(rule.id, places.size());
    for (const Row& row : report.rows) {
        const std::string_view id = sarif_rule_of(row);
        if (id.empty() || !places.emplace(id, places.size()).second) continue;
        texts.push_back({id, row.finding || row.label.empty() ? id : row.label, {}, {}, "error", {}});
    }
}

json SarifRules::json() const {
    auto list = nlohmann::ordered_json::array();
    for (const RuleText& rule : texts) list.push_back(rule_json(rule));
    return list;
}

}  // namespace cowork::report
