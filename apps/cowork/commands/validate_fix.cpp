#include "cowork/commands/validate_fix.hpp"

#include "config/secret_source.hpp"
#include "validators/registry.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace cowork::app {
namespace {

using validators::FixedFile;
using validators::FixStep;

std::string place_of(const FixedFile& file, const FixStep& step) {
    return step.line > 0 ? fmt::format("{}:{}", file.path.str(), step.line) : file.path.str();
}

report::Row row_of(const FixedFile& file, const FixStep& step, bool dry_run) {
    const validators::Validator& validator = validators::validator_of(file.kind);
    report::Row row;
    row.id = validator.id;
    row.label = validator.label;
    row.status = Status::ready;
    row.reason_code = step.rule->id;
    row.summary = step.what;
    row.source = {file.path.str(), step.line, 0, {}};
    row.evidence.emplace_back("fixed", !dry_run);
    if (!file.backup.empty()) row.evidence.emplace_back("backup", file.backup);
    return row;
}

}  // namespace

Result<validators::FixOutcome> run_validators(const validators::Request& request,
                                              const ValidateOptions& options,
                                              const std::vector<bool>& chosen) {
    if (!options.fix) {
        auto outcome = validators::validate(request);
        if (!outcome) return tl::unexpected(std::move(outcome.error()));
        return validators::FixOutcome{{}, std::move(*outcome)};
    }
    validators::FixOptions wishes{options.dry_run, options.generate, {}};
    const auto ids = validators::rule_ids();
    for (std::size_t i = 0; i < ids.size(); ++i)
        if (chosen[i]) wishes.rules.insert(ids[i]);
    return validators::fix(request, wishes);
}

void tell_fixes(report::Report& report, const validators::FixOutcome& outcome,
                const ValidateOptions& options) {
    if (!options.fix) return;
    const Redactor redactor;
    std::size_t steps = 0;
    for (const FixedFile& file : outcome.files) {
        for (const FixStep& step : file.steps) {
            ++steps;
            report.rows.push_back(row_of(file, step, options.dry_run));
            report.notes.push_back(redactor.text("{} {}: {} ({})", options.dry_run ? "would mend" : "mended",
                                                 place_of(file, step), step.what, step.rule->id));
        }
        for (const FixStep& step : file.left)
            report.notes.push_back(
                redactor.text("not mended {}: {} ({})", place_of(file, step), step.what, step.rule->id));
        if (!file.backup.empty())
            report.notes.push_back(redactor.text("backup of {}: {}", file.path, file.backup));
    }
    if (steps == 0) report.notes.push_back("nothing was found that --fix mends"_safe);
}

void tell_allowed_leaks(report::Report& report, const validators::Outcome& outcome) {
    std::int64_t allowed = 0;
    for (const validators::Checked& file : outcome.files)
        allowed +=
            std::count_if(file.findings.begin(), file.findings.end(), [](const validators::Finding& finding) {
                return finding.allowed_because && finding.rule->id.starts_with("leak.");
            });
    if (allowed > 0)
        report.notes.push_back(Redactor().text("{} leaked secret{} allowed, and {} in the files all the same",
                                               allowed, allowed == 1 ? " is" : "s are",
                                               allowed == 1 ? "stands" : "stand"));
}

Result<std::shared_ptr<const Secret>> fingerprint_salt(const ValidateOptions& options, const Io& io) {
    if (options.fingerprint_salt.empty()) return std::shared_ptr<const Secret>();
    config::SecretReaders readers;
    readers.environment = &io.environment;
    readers.prompt = io.ask_hidden;
    // Standard input may be what is to be validated.
    if (std::find(options.paths.begin(), options.paths.end(), "-") == options.paths.end())
        readers.standard_input = io.read_secret_line;
    auto salt = config::resolve_secret("--fingerprint-salt", options.fingerprint_salt, readers);
    if (!salt) return tl::unexpected(std::move(salt.error()));
    return std::make_shared<const Secret>(std::move(*salt));
}

}  // namespace cowork::app
