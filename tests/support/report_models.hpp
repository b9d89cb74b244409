#pragma once

#include "report/model.hpp"
#include "report/render.hpp"
#include "secrets/redactor.hpp"

#include <string>
#include <string_view>

// Reports with a row of every sort, for the tests of the formats.
namespace cowork::test {

inline report::Row check_row(std::string_view id, Status status, bool required = true,
                             std::string_view reason = {}) {
    report::Row row;
    row.id = id;
    row.label = "Label of it";
    row.authority = catalogue::Authority::gateway_standalone;
    row.required = required;
    row.status = status;
    row.reason_code = reason;
    row.summary = Redactor().text("{} is as it is", id);
    if (status != Status::ready) row.recovery.action = Redactor().text("mend {}", id);
    return row;
}

inline report::Report doctor_report() {
    report::Report report;
    report.command = "doctor";
    report.intent = catalogue::Intent::gateway_only;
    report.paths = {catalogue::Intent::gateway_only};
    report.generated_at = "2026-01-31T12:00:00.250Z";
    report.duration = std::chrono::milliseconds(250);
    report.rows = {check_row("row.optional", Status::action_required, false, "made.optional"),
                   check_row("row.ready", Status::ready),
                   check_row("row.degraded", Status::degraded, true, "made.degraded"),
                   check_row("row.action", Status::action_required, true, "made.action"),
                   check_row("row.offline", Status::offline, true, "made.offline"),
                   check_row("row.unknown", Status::unknown, true, "deadline.exceeded"),
                   check_row("row.skipped", Status::unknown, true, "skipped.by_user")};
    report.rows[2].source = {".env.gateway", 7, 3, "HOST"};
    report.rows[3].source = {"--admin-token", 0, 0, {}};
    report.rows[4].duration = std::chrono::microseconds(1500);
    report.rules = {{"row.action",
                     "Label of it",
                     "It looks at something",
                     {},
                     "error",
                     {{"made.action", "something has to be done", "do it"}}}};
    report.notes = {"a word besides"_safe};
    return report;
}

struct FindingWish {
    std::string_view rule;
    std::string_view severity;
    std::string file;
    int line = 0, column = 0, end_line = 0, end_column = 0;
    bool fixable = false;
};

inline report::Row finding_row(const FindingWish& wish) {
    report::Row row = check_row("validate.env", Status::action_required, true, wish.rule);
    row.label = "Env file";
    row.summary = Redactor().text("{} is broken here", wish.rule);
    row.recovery.action = Redactor().text("Mend {}.", wish.rule);
    row.source = {wish.file, wish.line, wish.column, "KEY"};
    row.status = wish.severity == "error"     ? Status::action_required
                 : wish.severity == "warning" ? Status::degraded
                                              : Status::ready;
    row.required = row.status != Status::ready;
    row.finding = report::FindingDetail{"env",  wish.severity, wish.end_line, wish.end_column,
                                        "00ff", wish.fixable,  std::nullopt,  false};
    return row;
}

inline report::Row allowed_row(const FindingWish& wish, bool in_file) {
    report::Row row = finding_row(wish);
    row.status = Status::ready;
    row.required = false;
    row.finding->allowed_because = "the pager is off on Sundays"_safe;
    row.finding->allowed_in_file = in_file;
    return row;
}

inline report::Row file_row(const std::string& file, Status status, std::string_view reason) {
    report::Row row = check_row("validate.env", status, true, reason);
    row.source.file = file;
    return row;
}

inline report::Report validate_report() {
    report::Report report;
    report.command = "validate";
    report.generated_at = "2026-01-31T12:00:00.250Z";
    report.duration = std::chrono::milliseconds(250);
    const std::string file = "./deploy dir/gateway.conf";
    report.rows = {finding_row({"env.note", "note", file, 1, 1, 1, 4}),
                   finding_row({"env.broken", "error", file, 12, 3, 12, 9, true}),
                   finding_row({"env.broken", "error", file, 12, 3, 12, 9, true}),
                   finding_row({"env.loose", "warning", file}),
                   allowed_row({"env.loose", "warning", file, 3, 1, 4, 2}, true),
                   finding_row({"env.broken", "error", "/etc/cowork/b.conf", 2, 1, 5, 1}),
                   finding_row({"env.broken", "error", "-", 2, 1, 2, 5}),
                   allowed_row({"env.broken", "error", "../c.conf", 2, 1, 2, 5}, false),
                   file_row("good.conf", Status::ready, "validate.passed"),
                   file_row("what.bin", Status::unknown, "validate.left-out")};
    for (const char* path :
         {"./deploy dir/gateway.conf", "/etc/cowork/b.conf", "-", "../c.conf", "good.conf"})
        report.files.push_back({Redactor().clean(path), "env", {}});
    report.files.push_back({"what.bin"_safe, {}, "it is none of the kinds"_safe});
    report.rules = {{"env.broken",
                     "a value that no reader takes",
                     "Every reader stops there.",
                     "Write it in quotes.",
                     "error",
                     {}},
                    {"env.loose",
                     "a value that some take for another",
                     "They differ.",
                     "Write it in quotes.",
                     "warning",
                     {}}};
    report.next = "cowork validate --fix ."_safe;
    return report;
}

}  // namespace cowork::test
