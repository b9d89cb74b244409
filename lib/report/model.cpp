#include "report/model.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>

namespace cowork::report {

bool decides(const Row& row, const Verdict& verdict) {
    // What the user left out cannot fail the run; that it was left out stays visible in the report.
    if (row.reason_code == "skipped.by_user") return false;
    // An optional check that waits for another tells nothing that the other does not tell.
    return row.required || (verdict.strict && row.reason_code != "dependency.not_ready");
}

std::array<std::size_t, 5> counts(const Report& report) {
    std::array<std::size_t, 5> result{};
    for (const Row& row : report.rows) ++result.at(static_cast<std::size_t>(row.status));
    return result;
}

Status overall(const Report& report, const Verdict& verdict) {
    std::optional<Status> worst;
    for (const Row& row : report.rows) {
        if (!decides(row, verdict)) continue;
        if (!worst || severity(row.status) > severity(*worst)) worst = row.status;
    }
    return worst.value_or(Status::unknown);
}

int exit_code(const Report& report, const Verdict& verdict) {
    if (report.exit_override) return *report.exit_override;
    switch (overall(report, verdict)) {
        case Status::ready:
            return 0;
        case Status::action_required:
        case Status::offline:
            return 1;
        case Status::unknown:
            return 3;
        case Status::degraded:
            return verdict.fail_on == FailOn::degraded ? 4 : 0;
    }
    return 3;
}

std::string_view to_string(Change change) {
    switch (change) {
        case Change::new_:
            return "new";
        case Change::fixed:
            return "fixed";
        case Change::still:
            return "still";
    }
    return "still";
}

const Row* root_cause(const Report& report, const Row& row) {
    const Row* root = nullptr;
    const Row* at = &row;
    // No more steps than rows: a circle, which no table may have, must not hang a report.
    for (std::size_t step = 0; step < report.rows.size() && !at->blocked_by.empty(); ++step) {
        const auto next = std::find_if(report.rows.begin(), report.rows.end(),
                                       [&](const Row& other) { return other.id == at->blocked_by; });
        // What was left out, or is well, explains nothing.
        if (next == report.rows.end() || &*next == &row || next->status == Status::ready ||
            next->reason_code == "skipped.by_user")
            break;
        root = at = &*next;
    }
    return root;
}

std::vector<const Row*> symptoms(const Report& report, const Row& row) {
    std::vector<const Row*> found;
    for (const Row& other : report.rows)
        if (root_cause(report, other) == &row) found.push_back(&other);
    return found;
}

std::string utc_timestamp(std::chrono::system_clock::time_point when) {
    const auto milliseconds =
        std::chrono::duration_cast<std::chrono::milliseconds>(when.time_since_epoch()) % 1000;
    return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(std::chrono::system_clock::to_time_t(when)),
                       milliseconds.count());
}

}  // namespace cowork::report
