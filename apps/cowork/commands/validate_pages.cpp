#include "cowork/commands/validate_pages.hpp"

#include "core/names.hpp"
#include "secrets/redactor.hpp"
#include "validators/registry.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cctype>

namespace cowork::app {
namespace {

using json = nlohmann::ordered_json;
using validators::Rule;

std::string_view to_word(validators::Fix fix) {
    switch (fix) {
        case validators::Fix::none:
            return "";
        case validators::Fix::safe:
            return "--fix";
        case validators::Fix::generate:
            return "--fix --generate";
    }
    return "";
}

Result<const Rule*> rule_named(const std::string& id) {
    if (const Rule* rule = validators::find_rule(id)) return rule;
    const auto hint = nearest(id, validators::rule_ids());
    return fail(
        ErrorCode::usage, fmt::format("there is no rule '{}'", id),
        hint.empty() ? "cowork validate --list shows all of them" : fmt::format("did you mean {}?", hint));
}

json rule_json(const Rule& rule) {
    const auto text = [](std::string_view words) { return words.empty() ? json(nullptr) : json(words); };
    return {{"id", rule.id},
            {"severity", to_string(rule.severity)},
            {"title", rule.title},
            {"rationale", rule.rationale},
            {"fix", rule.fix},
            {"tiers", text(rule.tiers)},
            {"mendedBy", text(to_word(rule.mends))},
            {"productCode", text(rule.product_code)}};
}

// docs/schemas/rules.schema.json. The subject is the one rule that was asked about; empty for a list.
std::string document(std::string_view subject, json rules) {
    json page{{"schemaVersion", 1},
              {"tool", {{"name", "cowork"}, {"version", COWORK_VERSION}}},
              {"command", "validate"}};
    if (!subject.empty()) page["subject"] = subject;
    page["rules"] = std::move(rules);
    return page.dump(2) + "\n";
}

// The anchor that Markdown readers give a heading.
std::string anchor_of(std::string_view title) {
    std::string anchor;
    for (const char c : title) {
        if (c == ' ') anchor += '-';
        if (c == '-' || std::isalnum(static_cast<unsigned char>(c)) != 0)
            anchor += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
    return anchor;
}

}  // namespace

Result<std::string> explain_rule_text(const std::string& id) {
    const auto found = rule_named(id);
    if (!found) return tl::unexpected(found.error());
    const Rule& rule = **found;
    std::string text = fmt::format("{}  ({})\n{}\n\nWhy\n  {}\n\nFix\n  {}\n", rule.id,
                                   to_string(rule.severity), rule.title, rule.rationale, rule.fix);
    if (!rule.tiers.empty()) text += fmt::format("\nSeverity\n  {}\n", rule.tiers);
    if (rule.mends != validators::Fix::none)
        text += fmt::format("\nMended by\n  cowork validate {}\n", to_word(rule.mends));
    text += fmt::format(
        "\nAllow it\n  # cowork: allow {} because <your reason>\n  "
        "In a file without comments: an entry of .cowork-validate.json beside it\n",
        rule.id);
    return text;
}

Result<std::string> explain_rule_json(const std::string& id) {
    const auto found = rule_named(id);
    if (!found) return tl::unexpected(found.error());
    return document((*found)->id, json::array({rule_json(**found)}));
}

std::string rule_list_text(const std::vector<bool>& chosen) {
    std::string text;
    std::size_t index = 0;
    for (const auto& group : validators::rule_groups()) {
        std::string lines;
        for (const Rule& rule : group.rules)
            if (chosen[index++])
                lines += fmt::format("  {:<42} {:<8} {}\n", rule.id, to_string(rule.severity), rule.title);
        if (!lines.empty()) text += fmt::format("{}{}\n{}", text.empty() ? "" : "\n", group.title, lines);
    }
    return text;
}

std::string rule_list_json(const std::vector<bool>& chosen) {
    json list = json::array();
    std::size_t index = 0;
    for (const auto& group : validators::rule_groups())
        for (const Rule& rule : group.rules)
            if (chosen[index++]) list.push_back(rule_json(rule));
    return document({}, std::move(list));
}

std::string rules_page() {
    std::string text = fmt::format(
        "# Rules of cowork validate\n\nThis page is generated from the rules' own tables: {} rules.\n\n",
        validators::rule_ids().size());
    for (const auto& group : validators::rule_groups())
        text += fmt::format("- [{}](#{}): {}\n", group.title, anchor_of(group.title), group.rules.size());
    for (const auto& group : validators::rule_groups()) {
        text += fmt::format("\n## {}\n", group.title);
        for (const Rule& rule : group.rules) {
            text += fmt::format("\n### `{}`\n\n{}: {}.\n\n{} {}\n", rule.id, to_string(rule.severity),
                                rule.title, rule.rationale, rule.fix);
            if (!rule.tiers.empty()) text += fmt::format("\n{}\n", rule.tiers);
            if (rule.mends != validators::Fix::none)
                text += fmt::format("\n`{}` mends it.\n", to_word(rule.mends));
        }
    }
    return text;
}

}  // namespace cowork::app
