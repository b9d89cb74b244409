#include "cowork/commands/validate.hpp"

#include "core/selection.hpp"
#include "cowork/commands/refuse.hpp"
#include "cowork/commands/render_report.hpp"
#include "cowork/commands/report_files.hpp"
#include "cowork/commands/validate_fix.hpp"
#include "cowork/commands/validate_pages.hpp"
#include "cowork/commands/validate_report.hpp"
#include "validators/registry.hpp"
#include "validators/walk.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <iterator>
#include <ostream>

namespace cowork::app {
namespace {

std::string render(const report::Report& report, const DoctorOptions& options, Format format, bool color) {
    return render_report(report, options.verdict, format, {color, options.verbosity, false});
}

// Standard input, to the size that a file may have.
Result<std::string> read_standard_input() {
    std::string text;
    std::array<char, 65536> piece{};
    while (std::cin.read(piece.data(), piece.size()) || std::cin.gcount() > 0) {
        text.append(piece.data(), static_cast<std::size_t>(std::cin.gcount()));
        if (text.size() > validators::largest_file)
            return fail(ErrorCode::invalid, "standard input is larger than any file of a deployment");
    }
    return text;
}

Result<validators::Request> request_of(const ValidateOptions& options, const Io& io) {
    validators::Request request{options.paths, {}, options.kind, options.settings};
    if (std::find(request.paths.begin(), request.paths.end(), "-") != request.paths.end()) {
        auto text = read_standard_input();
        if (!text) return tl::unexpected(text.error());
        request.standard_input = std::move(*text);
    }
    auto salt = fingerprint_salt(options, io);
    if (!salt) return tl::unexpected(salt.error());
    request.settings.fingerprint_salt = std::move(*salt);
    if (!options.helm_defaults.empty()) {
        auto text = validators::read_input(options.helm_defaults);
        if (!text)
            return fail(text.error().code,
                        fmt::format("--helm-defaults {}: {}", options.helm_defaults, text.error().message),
                        text.error().remedy);
        request.settings.helm_defaults = std::move(*text);
        request.settings.helm_defaults_path = options.helm_defaults;
    }
    return request;
}

int explain(const DoctorOptions& options, const Io& io) {
    const auto text = options.format == Format::json ? explain_rule_json(options.explain)
                                                     : explain_rule_text(options.explain);
    if (!text) return refuse("validate", options.format, io, 2, text.error());
    io.out << *text;
    return 0;
}

}  // namespace

int run_validate(const ValidateOptions& options, const Io& io) {
    const DoctorOptions& common = options.common;
    if (!common.explain.empty()) return explain(common, io);
    const auto refused = [&](const Error& error) { return refuse("validate", common.format, io, 2, error); };
    const auto chosen = select_ids(validators::rule_ids(), common.only, common.skip, "rule");
    if (!chosen) return refused(chosen.error());
    if (common.list) {
        io.out << (common.format == Format::json ? rule_list_json(*chosen) : rule_list_text(*chosen));
        return 0;
    }
    const auto began = std::chrono::steady_clock::now();
    auto reports = begin_reports(common.reports, options.paths);
    if (!reports) return refused(reports.error());
    const auto request = request_of(options, io);
    if (!request) return refused(request.error());
    auto outcome = run_validators(*request, options, *chosen);
    if (!outcome) return refused(outcome.error());
    report::Report report = report_of(outcome->after, options, *chosen, io.program);
    tell_fixes(report, *outcome, options);
    tell_allowed_leaks(report, outcome->after);
    report.generated_at = report::utc_timestamp(std::chrono::system_clock::now());
    report.duration =
        std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - began);
    for (PendingReport& one : *reports) {
        const auto written = write_report(one, render(report, common, one.wish->format, false));
        if (written) continue;
        io.err << fmt::format("cowork validate: the report was not written: {}\n",
                              Redactor().clean(written.error().message).str());
        report.exit_override = 2;
    }
    io.out << render(report, common, common.format,
                     use_color(common.color, io.environment, io.out_is_terminal));
    io.out.flush();
    return report::exit_code(report, common.verdict);
}

}  // namespace cowork::app
