#include "cowork/commands/doctor.hpp"

#include "checks/registry.hpp"
#include "core/pause.hpp"
#include "core/shell_quote.hpp"
#include "cowork/commands/capability_scope.hpp"
#include "cowork/commands/doctor_repeat.hpp"
#include "cowork/commands/doctor_scope.hpp"
#include "cowork/commands/examine.hpp"
#include "cowork/commands/explain.hpp"
#include "cowork/commands/refuse.hpp"
#include "cowork/commands/render_report.hpp"
#include "cowork/commands/report_files.hpp"
#include "cowork/signals.hpp"
#include "engine/engine.hpp"
#include "report/earlier.hpp"
#include "secrets/redactor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <optional>
#include <ostream>
#include <utility>

namespace cowork::app {
namespace {

int nothing_set_up(const DoctorOptions& options, const Io& io) {
    if (options.format != Format::text)
        return refuse(
            "doctor", options.format, io, 1,
            {ErrorCode::not_found, "nothing is set up in this directory", "run cowork setup --list", {}});
    io.out << "Nothing is set up in this directory. The six paths:\n\n";
    for (const auto& row : catalogue::intents()) io.out << fmt::format("  {:<16} {}\n", row.id, row.when);
    io.out << fmt::format("\nNext  {} setup gateway-only --evaluate\n", shell_word(io.program));
    return 1;
}

std::string render(const report::Report& report, const DoctorOptions& options, Format format, bool color) {
    return render_report(report, options.verdict, format,
                         {color, options.verbosity, options.wishes.capabilities});
}

// Every check of the paths, or those that tell what an agent can use. Empty when nothing is set up.
std::vector<const checks::Check*> applying_checks(const DoctorOptions& options, const Io& io, Scope& scope) {
    const bool any = options.wishes.capabilities && !capability_checks(options, io, scope.paths).empty();
    if (scope.paths.empty() && options.list && !any)
        for (const auto& row : catalogue::intents()) scope.paths.push_back(row.intent);
    return options.wishes.capabilities ? capability_checks(options, io, scope.paths)
                                       : checks::checks_for(scope.paths);
}

int list_checks(const DoctorOptions& options, const Io& io, std::optional<catalogue::Intent> intent,
                const engine::Choice& choice) {
    if (options.format == Format::json) {
        io.out << list_json(intent, choice);
    } else {
        io.out << list_text(choice);
    }
    return 0;
}

int explain(const DoctorOptions& options, const Io& io) {
    const auto text =
        options.format == Format::json ? explain_json(options.explain) : explain_text(options.explain);
    if (!text) return refuse("doctor", options.format, io, 2, text.error());
    io.out << *text;
    return 0;
}

// An earlier report to compare with; none where none was asked for.
Result<std::optional<report::EarlierReport>> read_baseline(const DoctorOptions& options) {
    if (options.baseline.empty()) return std::nullopt;
    constexpr std::size_t limit = std::size_t{16} * 1024 * 1024;
    const auto text = read_file(options.baseline, limit);
    auto earlier = text ? report::read_earlier(*text) : tl::unexpected(text.error());
    if (!earlier)
        return fail(earlier.error().code,
                    fmt::format("--baseline {}: {}", options.baseline, earlier.error().message),
                    earlier.error().remedy);
    return std::move(*earlier);
}

void put(const DoctorOptions& options, const Io& io, const report::Report& report) {
    io.out << render(report, options, options.format,
                     use_color(options.color, io.environment, io.out_is_terminal));
    io.out.flush();
}

// Ends the process without waiting for a call that ignores its budget: all output is written.
[[noreturn]] void leave_stragglers(const Io& io, int code) {
    io.err.flush();
    std::_Exit(io.out || code != 0 ? code : 3);
}

// Again and again until a signal; on a terminal each report takes the place of the one before.
int watch(const DoctorOptions& options, const Io& io, const RunOnce& run, const StopOnSignal& signals) {
    constexpr const char* from_the_top = "\033[H\033[2J";
    bool stragglers = false;
    for (;;) {
        const Examined examined = run(options.deadline);
        stragglers = stragglers || examined.stragglers;
        io.out << (io.out_is_terminal ? from_the_top : "");
        put(options, io, examined.report);
        // Whoever read the output has gone.
        const bool unread = !io.out;
        if (!unread && pause(*options.watch, signals.token())) {
            io.out << (io.out_is_terminal ? "" : "\n");
            continue;
        }
        const int code = signals.received() != 0 ? 128 + signals.received()
                                                 : report::exit_code(examined.report, options.verdict);
        if (stragglers) leave_stragglers(io, code);
        return code;
    }
}

}  // namespace

int run_doctor(const DoctorOptions& given, const Io& io) {
    DoctorOptions options = given;
    if (!options.explain.empty()) return explain(options, io);
    if (auto settled = settle_directories(options.wishes); !settled)
        return refuse("doctor", options.format, io, 2, settled.error());
    auto scope = options.wishes.snapshot.empty() ? read_scope(options, io) : snapshot_scope(options, io);
    if (!scope) return refuse("doctor", options.format, io, 2, scope.error());
    auto applying = applying_checks(options, io, *scope);
    if (applying.empty()) return nothing_set_up(options, io);
    auto choice = engine::choose(scope->paths, std::move(applying), options.only, options.skip);
    if (!choice) return refuse("doctor", options.format, io, 2, choice.error());
    if (options.list) return list_checks(options, io, scope->intent, *choice);
    choice->workers = options.jobs;
    // Whoever names checks means them: an optional one decides too.
    options.verdict.strict = options.verdict.strict || !options.only.empty() || options.wishes.capabilities;

    const auto snapshot = read_snapshot_file(options, scope->loaded.config);
    if (!snapshot) return refuse("doctor", options.format, io, 2, snapshot.error());
    const auto earlier = read_baseline(options);
    if (!earlier) return refuse("doctor", options.format, io, 2, earlier.error());
    auto reports = begin_reports(options.reports, scope->env_files);
    if (!reports) return refuse("doctor", options.format, io, 2, reports.error());

    const StopOnSignal signals;
    const auto loaded = std::make_shared<const config::Loaded>(std::move(scope->loaded));
    const RunOnce run = [&](std::chrono::milliseconds deadline) {
        Examined examined =
            examine({scope->intent, *choice, loaded, scope->env_files, io.environment, options.wishes,
                     scope->present, options.timeout, deadline, signals.token(), *snapshot});
        if (*earlier) report::compare(examined.report, **earlier, Redactor());
        if (signals.received() != 0) examined.report.exit_override = 128 + signals.received();
        return examined;
    };
    if (options.watch) return watch(options, io, run, signals);
    Examined examined = options.wait ? wait_until_ready(run, options.deadline, *options.wait, options.verdict,
                                                        signals.token(), io)
                                     : run(options.deadline);
    report::Report& report = examined.report;
    if (signals.received() != 0) report.exit_override = 128 + signals.received();
    for (PendingReport& pending : *reports) {
        const auto written = write_report(pending, render(report, options, pending.wish->format, false));
        if (written) continue;
        io.err << fmt::format("cowork doctor: the report was not written: {}\n",
                              Redactor().clean(written.error().message).str());
        // Before standard output is rendered, so that the report there tells the code that the process has.
        if (!report.exit_override) report.exit_override = 2;
    }
    put(options, io, report);
    const int code = report::exit_code(report, options.verdict);
    if (examined.stragglers) leave_stragglers(io, code);
    return code;
}

}  // namespace cowork::app
