#include "validators/findings.hpp"

#include "validators/registry.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <tuple>
#include <utility>

namespace cowork::validators {

std::string_view to_string(Severity severity) {
    switch (severity) {
        case Severity::error:
            return "error";
        case Severity::warning:
            return "warning";
        case Severity::note:
            return "note";
    }
    return "error";
}

void Findings::add(std::string_view rule, const TextRange& where, std::string key, std::string message,
                   std::string remedy, std::optional<Severity> severity) {
    const Rule* known = find_rule(rule);
    if (known == nullptr) throw std::logic_error(fmt::format("no table holds the rule {}", rule));
    if (drafts_.size() >= most) {
        ++dropped_;
        return;
    }
    drafts_.push_back({known, severity.value_or(known->severity), where, std::move(key), std::move(message),
                       std::move(remedy)});
}

void Findings::add(const rules::Violation& violation, const TextRange& fallback,
                   std::optional<Severity> severity) {
    const SourceRef& source = violation.source;
    add(violation.reason_code, source.line > 0 ? index_.rest_of_line(source.line, source.column) : fallback,
        violation.key, violation.message, violation.remedy,
        severity                               ? severity
        : violation.status == Status::degraded ? std::optional(Severity::warning)
                                               : std::nullopt);
}

bool Findings::holds(std::string_view rule, std::string_view key) const {
    return std::any_of(drafts_.begin(), drafts_.end(),
                       [&](const Draft& draft) { return draft.rule->id == rule && draft.key == key; });
}

std::set<int> Findings::lines_with(std::span<const std::string_view> rules) const {
    std::set<int> lines;
    for (const Draft& draft : drafts_)
        if (std::find(rules.begin(), rules.end(), draft.rule->id) != rules.end())
            lines.insert(draft.where.line);
    return lines;
}

void Findings::withdraw(const std::function<bool(std::string_view rule, std::string_view key)>& mistaken) {
    std::erase_if(drafts_, [&](const Draft& draft) { return mistaken(draft.rule->id, draft.key); });
}

std::vector<Finding> Findings::take() {
    const auto place = [](const Draft& draft) { return std::tie(draft.where.line, draft.where.column); };
    std::stable_sort(drafts_.begin(), drafts_.end(),
                     [&](const Draft& a, const Draft& b) { return place(a) < place(b); });
    if (const std::size_t more = std::exchange(dropped_, 0); more > 0)
        drafts_.push_back({find_rule("file.too-many-findings"),
                           Severity::warning,
                           {},
                           {},
                           fmt::format("{} findings more are not listed", more),
                           {}});
    std::vector<Finding> found;
    found.reserve(drafts_.size());
    for (Draft& draft : drafts_)
        found.push_back({draft.rule, draft.severity, draft.where, redactor_.clean(draft.key).str(),
                         redactor_.clean(draft.message), redactor_.clean(draft.remedy), std::nullopt, false});
    drafts_.clear();
    return found;
}

}  // namespace cowork::validators
