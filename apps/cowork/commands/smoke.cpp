#include "cowork/commands/smoke.hpp"

#include "cowork/commands/doctor_scope.hpp"
#include "cowork/commands/explain.hpp"
#include "cowork/commands/refuse.hpp"
#include "cowork/commands/render_report.hpp"
#include "cowork/commands/report_files.hpp"
#include "cowork/commands/rule_texts.hpp"
#include "cowork/commands/smoke_pages.hpp"
#include "cowork/commands/smoke_progress.hpp"
#include "cowork/signals.hpp"
#include "probes/files.hpp"
#include "probes/http.hpp"
#include "probes/http_client.hpp"
#include "probes/postgres.hpp"
#include "rules/secret_names.hpp"
#include "smoke/load.hpp"
#include "smoke/registry.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <ostream>
#include <utility>

namespace cowork::app {
namespace {

using catalogue::Intent;

std::string names_of(const std::vector<Intent>& scenarios) {
    std::string names;
    for (const Intent scenario : scenarios)
        names += fmt::format("{}{}", names.empty() ? "" : ", ", catalogue::row(scenario).id);
    return names;
}

// The scenario that was named, or the only one that is set up here.
Result<Intent> scenario_of(const DoctorOptions& options, const Scope& scope) {
    const std::vector<Intent> known = smoke::scenarios();
    const auto has_steps = [&](Intent intent) {
        return std::find(known.begin(), known.end(), intent) != known.end();
    };
    if (options.intent && has_steps(*options.intent)) return *options.intent;
    if (options.intent)
        return fail(ErrorCode::usage,
                    fmt::format("{} has nothing that smoke could exercise from outside",
                                catalogue::row(*options.intent).id),
                    fmt::format("use cowork doctor for it; smoke knows {}", names_of(known)));
    std::vector<Intent> found;
    std::copy_if(scope.paths.begin(), scope.paths.end(), std::back_inserter(found), has_steps);
    if (found.size() == 1) return found.front();
    return fail(ErrorCode::usage,
                found.empty() ? "nothing that smoke could exercise is set up in this directory"
                              : fmt::format("more than one is set up here: {}", names_of(found)),
                fmt::format("name the scenario: {}", names_of(found.empty() ? known : found)));
}

// What a run comes to.
struct Exercised {
    report::Report report;
    std::string load_record;  // empty without a load check
};

std::string render(const Exercised& exercised, const DoctorOptions& options, Format format, bool color) {
    if (format == Format::load) return exercised.load_record;
    return render_report(exercised.report, options.verdict, format, {color, options.verbosity, false});
}

void tell_of_leftovers(report::Report& report, const smoke::Outcome& outcome, const Redactor& redactor) {
    for (const smoke::Leftover& left : outcome.leftovers)
        report.notes.push_back(
            redactor.text("Still there: {} ({}). Remove it with: {}", left.what, left.why, left.command));
    for (const SafeText& what : outcome.stays) report.notes.push_back(redactor.text("Stays: {}", what));
}

// The operations whose service answers; the others get a row that says what they wait for.
std::vector<const smoke::LoadOperation*> answering(const std::vector<const smoke::LoadOperation*>& operations,
                                                   std::vector<report::Row>& rows) {
    std::vector<const smoke::LoadOperation*> able;
    const std::vector<report::Row> steps = rows;
    for (const smoke::LoadOperation* operation : operations) {
        const auto need = std::find_if(steps.begin(), steps.end(), [&](const report::Row& row) {
            return row.id == operation->needs && row.status != Status::ready &&
                   row.status != Status::degraded;
        });
        if (need == steps.end()) {
            able.push_back(operation);
            continue;
        }
        report::Row row;
        row.id = operation->row_id;
        row.label = operation->name;
        row.required = true;
        row.reason_code = "dependency.not_ready";
        row.summary = "not repeated: a step that it needs did not hold"_safe;
        row.blocked_by = need->id;
        rows.push_back(std::move(row));
    }
    return able;
}

void check_load(Intent scenario, const SmokeOptions& options, smoke::Run& run, const Budget& whole,
                Exercised& exercised) {
    if (!options.load.asked_for()) return;
    run.context.run = whole;
    const auto operations = answering(smoke::operations_of(scenario, run), exercised.report.rows);
    const auto result = smoke::run_load(run, operations, options.load);
    for (report::Row& row : smoke::load_rows(result, options.load, run.context.redactor))
        exercised.report.rows.push_back(std::move(row));
    exercised.load_record = smoke::load_record(result, options.load, run,
                                               fmt::format("cowork smoke {}", catalogue::row(scenario).id));
}

// One run from the first step to the last thing removed, and the load check after it.
Exercised exercise(Intent scenario, const SmokeOptions& options, const Scope& scope,
                   const smoke::Choice& choice, const smoke::Observer& observer, const std::stop_token& stop,
                   const Io& io) {
    const auto began = std::chrono::steady_clock::now();
    Redactor redactor;
    rules::learn_secrets(redactor, scope.loaded.config);
    const auto http = probes::make_http_probe();
    const auto client = probes::make_http_client();
    const auto postgres = probes::make_postgres_probe();
    const auto files = probes::make_file_probe();
    const config::Environment environment = io.environment;
    checks::Context context{scope.loaded.config,
                            redactor,
                            *http,
                            *postgres,
                            *files,
                            Budget(began + options.common.deadline, stop),
                            options.common.timeout,
                            scope.env_files,
                            scope.loaded.diagnostics,
                            environment,
                            options.common.wishes,
                            scope.present};
    const Budget whole = context.run;
    smoke::Run run(std::move(context), *client, redactor, options.wishes, smoke::new_run_id());
    smoke::Outcome outcome = smoke::run_steps(choice, run, observer);

    Exercised exercised;
    report::Report& report = exercised.report;
    report.command = "smoke";
    report.intent = scenario;
    report.paths = {scenario};
    tell_of_leftovers(report, outcome, redactor);
    report.rows = std::move(outcome.rows);
    check_load(scenario, options, run, whole, exercised);
    report.rules = rule_texts(report.rows);
    report.generated_at = report::utc_timestamp(std::chrono::system_clock::now());
    report.duration =
        std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - began);
    return exercised;
}

int explain(const DoctorOptions& options, const Io& io) {
    const auto text =
        options.format == Format::json ? explain_json(options.explain) : explain_text(options.explain);
    if (!text) return refuse("smoke", options.format, io, 2, text.error());
    io.out << *text;
    return 0;
}

int tell_plan(const SmokeOptions& options, Intent scenario, const smoke::Choice& choice, const Io& io) {
    if (options.common.format == Format::json) {
        io.out << plan_json(scenario, choice);
    } else {
        io.out << (options.plan ? plan_text(scenario, choice) : step_list_text(choice));
    }
    return 0;
}

void write_reports(std::vector<PendingReport>& pending, Exercised& exercised, const DoctorOptions& options,
                   const Io& io) {
    report::Report& report = exercised.report;
    for (PendingReport& one : pending) {
        const auto written = write_report(one, render(exercised, options, one.wish->format, false));
        if (written) continue;
        io.err << fmt::format("cowork smoke: the report was not written: {}\n",
                              Redactor().clean(written.error().message).str());
        // Before standard output is rendered, so that the report there tells the code that the process has.
        if (!report.exit_override) report.exit_override = 2;
    }
}

}  // namespace

int run_smoke(const SmokeOptions& given, const Io& io, const smoke::Observer& watcher) {
    SmokeOptions options = given;
    DoctorOptions& common = options.common;
    if (!common.explain.empty()) return explain(common, io);
    const auto refused = [&](const Error& error) { return refuse("smoke", common.format, io, 2, error); };
    const auto scope = read_scope(common, io);
    if (!scope) return refused(scope.error());
    const auto scenario = scenario_of(common, *scope);
    if (!scenario) return refused(scenario.error());
    const auto choice = smoke::choose(smoke::steps_of(*scenario, scope->present), common.only, common.skip,
                                      options.read_only);
    if (!choice) return refused(choice.error());
    if (options.plan || common.list) return tell_plan(options, *scenario, *choice, io);
    // Whoever names steps means them: an optional one decides too.
    common.verdict.strict = common.verdict.strict || !common.only.empty();
    auto reports = begin_reports(common.reports, scope->env_files);
    if (!reports) return refused(reports.error());

    const StopOnSignal signals;
    Exercised exercised =
        exercise(*scenario, options, *scope, *choice,
                 smoke::both(smoke_progress(io, choice->steps.size()), watcher), signals.token(), io);
    if (signals.received() != 0) exercised.report.exit_override = 128 + signals.received();
    write_reports(*reports, exercised, common, io);
    io.out << render(exercised, common, common.format,
                     use_color(common.color, io.environment, io.out_is_terminal));
    io.out.flush();
    return report::exit_code(exercised.report, common.verdict);
}

}  // namespace cowork::app
