#include "cowork/commands/validate_report.hpp"

#include "core/shell_quote.hpp"
#include "secrets/digest.hpp"
#include "validators/fix/fix.hpp"
#include "validators/registry.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <utility>

namespace cowork::app {
namespace {

using validators::Checked;
using validators::Finding;
using validators::Severity;

Status status_of(const Finding& finding, bool strict) {
    if (finding.allowed_because) return Status::ready;
    switch (finding.severity) {
        case Severity::error:
            return Status::action_required;
        case Severity::warning:
            return Status::degraded;
        case Severity::note:
            return strict ? Status::degraded : Status::ready;
    }
    return Status::action_required;
}

class Reporter {
  public:
    Reporter(const ValidateOptions& options, const std::vector<bool>& chosen, std::string_view program)
        : options_(options), program_(shell_word(program)) {
        report_.command = "validate";
        report_.intent = options.settings.intent;
        if (report_.intent) report_.paths = {*report_.intent};
        const auto ids = validators::rule_ids();
        for (std::size_t i = 0; i < ids.size(); ++i)
            if (chosen[i]) chosen_.insert(ids[i]);
    }

    void file(const Checked& checked) {
        report_.files.push_back({checked.path,
                                 checked.left_out.empty() || checked.kind != validators::Kind::text
                                     ? validators::to_string(checked.kind)
                                     : std::string_view{},
                                 checked.left_out});
        bool told = false;
        for (const Finding& finding : checked.findings) {
            if (!chosen_.contains(finding.rule->id)) continue;
            finding_row(checked, finding);
            told = told || status_of(finding, options_.common.verdict.strict) != Status::ready;
        }
        if (!told) file_row(checked);
    }

    report::Report take() {
        std::set<const validators::Rule*> used(used_.begin(), used_.end());
        for (const validators::RuleGroup& group : validators::rule_groups())
            for (const validators::Rule& rule : group.rules)
                if (used.contains(&rule))
                    report_.rules.push_back({rule.id,
                                             rule.title,
                                             std::string(rule.rationale),
                                             rule.fix,
                                             to_string(rule.severity),
                                             {}});
        report_.next = next();
        return std::move(report_);
    }

  private:
    report::Row row_of(const Checked& checked) {
        const validators::Validator& validator = validators::validator_of(checked.kind);
        report::Row row;
        row.id = validator.id;
        row.label = validator.label;
        row.source.file = checked.path.str();
        return row;
    }

    // What helps most: to let cowork mend what it can, else to read about what is worst.
    [[nodiscard]] SafeText next() const {
        if (mends_ != validators::Fix::none) {
            std::string paths;
            for (const std::string& path : options_.paths) paths += " " + path_word(path);
            return Redactor().text("{} validate --fix{}{}", program_,
                                   mends_ == validators::Fix::generate ? " --generate" : "", paths);
        }
        if (worst_ == nullptr) return {};
        return Redactor().text("{} validate --explain {}", program_, worst_->rule->id);
    }

    // The first of the most severe findings, and how --fix could mend any of those that are not allowed.
    void weigh(const Checked& checked, const Finding& finding) {
        if (finding.allowed_because) return;
        if (worst_ == nullptr || finding.severity < worst_->severity) worst_ = &finding;
        const validators::Fix how = mendable_now(checked, finding);
        if (how == validators::Fix::safe || mends_ == validators::Fix::none) mends_ = how;
    }

    // What a run with --fix left, with its reasons, another one leaves too.
    [[nodiscard]] validators::Fix mendable_now(const Checked& checked, const Finding& finding) const {
        const validators::Fix how =
            checked.path.view() == "-" ? validators::Fix::none : validators::mendable(finding, checked.kind);
        const bool tried =
            options_.fix && !options_.dry_run && (how == validators::Fix::safe || options_.generate);
        return tried ? validators::Fix::none : how;
    }

    // What a file comes to of which nothing is to be said but that.
    void file_row(const Checked& checked) {
        report::Row row = row_of(checked);
        if (!checked.failure.empty()) {
            row.required = true;
            row.reason_code = "validate.internal-error";
            row.summary = Redactor().text("could not be validated: {}", checked.failure);
            row.recovery.action = "report this as a defect of cowork"_safe;
        } else if (checked.left_out.empty()) {
            row.status = Status::ready;
            row.required = true;
            row.reason_code = "validate.passed";
            row.summary = "nothing to object to"_safe;
        } else if (checked.named) {
            row.status = Status::unknown;
            row.required = true;
            row.reason_code = "validate.left-out";
            row.summary = Redactor().text("not validated: {}", checked.left_out);
            row.recovery.action = checked.kind == validators::Kind::text
                                      ? "name its kind with --kind, or leave it out of the call"_safe
                                      : "leave it out of the call"_safe;
        } else {
            return;
        }
        report_.rows.push_back(std::move(row));
    }

    void finding_row(const Checked& checked, const Finding& finding) {
        used_.push_back(finding.rule);
        weigh(checked, finding);
        report::Row row = row_of(checked);
        row.status = status_of(finding, options_.common.verdict.strict);
        row.required = row.status != Status::ready;
        row.reason_code = finding.rule->id;
        row.summary = finding.message;
        row.recovery.action = finding.remedy.empty() ? Redactor().clean(finding.rule->fix) : finding.remedy;
        row.source.line = finding.where.line;
        row.source.column = finding.where.column;
        row.source.key = finding.key;
        row.finding = report::FindingDetail{validators::to_string(checked.kind),
                                            to_string(finding.severity),
                                            finding.where.end_line,
                                            finding.where.end_column,
                                            fingerprint(checked, finding),
                                            mendable_now(checked, finding) != validators::Fix::none,
                                            finding.allowed_because,
                                            finding.allowed_in_file};
        report_.rows.push_back(std::move(row));
    }

    // Of what stays when lines are added above: the rule, the file, the key, and which of several it is.
    std::string fingerprint(const Checked& checked, const Finding& finding) {
        const std::string what = fmt::format("{}\n{}\n{}", finding.rule->id, checked.path.str(), finding.key);
        return sha256_hex(fmt::format("{}\n{}", what, ++seen_[what])).substr(0, 32);
    }

    const ValidateOptions& options_;
    std::string program_;
    report::Report report_;
    const Finding* worst_ = nullptr;
    validators::Fix mends_ = validators::Fix::none;
    std::set<std::string_view> chosen_;
    std::vector<const validators::Rule*> used_;
    std::map<std::string, int> seen_;
};

}  // namespace

report::Report report_of(const validators::Outcome& outcome, const ValidateOptions& options,
                         const std::vector<bool>& chosen, std::string_view program) {
    Reporter reporter(options, chosen, program);
    for (const Checked& checked : outcome.files) reporter.file(checked);
    return reporter.take();
}

}  // namespace cowork::app
