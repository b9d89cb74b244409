#include "cowork/commands/examine.hpp"

#include "checks/desktop_inventory.hpp"
#include "cowork/commands/rule_texts.hpp"
#include "probes/files.hpp"
#include "probes/http.hpp"
#include "probes/postgres.hpp"
#include "rules/secret_names.hpp"
#include "secrets/redactor.hpp"

#include <algorithm>
#include <exception>
#include <memory>
#include <utility>

namespace cowork::app {
namespace {

// Everything that a Context refers to, kept alive together with it.
struct Run {
    std::shared_ptr<const config::Loaded> loaded;
    config::Environment environment;
    Redactor redactor;
    std::unique_ptr<probes::HttpProbe> http = probes::make_http_probe();
    std::unique_ptr<probes::PostgresProbe> postgres = probes::make_postgres_probe();
    std::unique_ptr<probes::FileProbe> files = probes::make_file_probe();
    std::unique_ptr<checks::Context> context;
};

// Whether the check that fills the lists of Desktop's workspaces and pairings was to run. One that came to no
// end left them empty, and reading the files again could take as long again.
bool lists_were_due(const std::vector<report::Row>& rows) {
    return std::any_of(rows.begin(), rows.end(), [](const report::Row& row) {
        return row.id == checks::workspace_lists_check && row.reason_code != "skipped.by_user";
    });
}

// Beside the checks: the lists are shown where no check fills them. They cost no report, whatever the files
// hold, and not a moment more than the run has.
void add_lists(const checks::Context& context, report::Report& report) {
    if (context.run.spent()) return;
    try {
        auto inventory = checks::inventory_of(context);
        report.workspaces = std::move(inventory.workspaces);
        report.pairings = std::move(inventory.pairings);
    } catch (const std::exception& problem) {
        report.notes.push_back(
            context.redactor.text("Desktop's workspaces could not be listed: {}", problem.what()));
    }
}

}  // namespace

Examined examine(Examination examination) {
    const auto began = std::chrono::steady_clock::now();
    const auto run = std::make_shared<Run>();
    run->loaded = std::move(examination.loaded);
    run->environment = std::move(examination.environment);
    rules::learn_secrets(run->redactor, run->loaded->config);
    run->context = std::make_unique<checks::Context>(
        checks::Context{run->loaded->config, run->redactor, *run->http, *run->postgres, *run->files,
                        Budget(began + examination.deadline, examination.stop), examination.timeout,
                        std::move(examination.env_files), run->loaded->diagnostics, run->environment,
                        std::move(examination.wishes), examination.present, std::move(examination.snapshot)});

    // The aliasing pointer keeps the whole run alive for a worker that outlives it.
    const std::shared_ptr<const checks::Context> context(run, run->context.get());
    auto outcome = engine::run(examination.choice, context);
    Examined examined;
    examined.stragglers = outcome.stragglers;
    examined.report.command = "doctor";
    examined.report.intent = examination.intent;
    examined.report.paths = examination.choice.paths;
    examined.report.rows = std::move(outcome.rows);
    examined.report.rules = rule_texts(examined.report.rows);
    examined.report.capabilities = std::move(outcome.capabilities);
    examined.report.workspaces = std::move(outcome.workspaces);
    examined.report.pairings = std::move(outcome.pairings);
    if (context->present.desktop && !lists_were_due(examined.report.rows))
        add_lists(*context, examined.report);
    examined.report.generated_at = report::utc_timestamp(std::chrono::system_clock::now());
    examined.report.duration =
        std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - began);
    return examined;
}

}  // namespace cowork::app
