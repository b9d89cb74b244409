#include "cowork/commands/doctor_repeat.hpp"

#include "checks/waiting.hpp"
#include "core/duration.hpp"
#include "core/pause.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>
#include <string>

namespace cowork::app {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

constexpr milliseconds first_pause{250};
constexpr milliseconds longest_pause{5000};

// The deciding rows that are not ready, and whether waiting is of any use to all of them. A symptom is as
// hopeful as its cause.
struct Waiting {
    std::string names;
    bool hopeful = true;
};

Waiting waiting_for(const report::Report& report, const report::Verdict& verdict) {
    Waiting waiting;
    for (const report::Row& row : report.rows) {
        if (row.status == Status::ready || !report::decides(row, verdict)) continue;
        const report::Row* cause = report::root_cause(report, row);
        waiting.hopeful =
            waiting.hopeful && checks::may_mend_itself((cause == nullptr ? row : *cause).reason_code);
        if (cause == nullptr) waiting.names += (waiting.names.empty() ? "" : ", ") + std::string(row.id);
    }
    return waiting;
}

}  // namespace

Examined wait_until_ready(const RunOnce& run, milliseconds deadline, milliseconds patience,
                          const report::Verdict& verdict, const std::stop_token& stop, const Io& io) {
    const auto end = Clock::now() + patience;
    milliseconds interval = first_pause;
    bool stragglers = false;
    for (;;) {
        const auto left = [&] {
            return std::max(std::chrono::ceil<milliseconds>(end - Clock::now()), milliseconds{0});
        };
        Examined examined = run(std::min(deadline, std::max(left(), milliseconds{1})));
        stragglers = examined.stragglers = examined.stragglers || stragglers;
        if (stop.stop_requested() || report::exit_code(examined.report, verdict) == 0) return examined;
        const Waiting waiting = waiting_for(examined.report, verdict);
        if (!waiting.hopeful || left() <= interval) return examined;
        io.err << fmt::format("cowork doctor: not ready: {}; again in {}\n", waiting.names,
                              format_duration(interval));
        io.err.flush();
        if (!pause(interval, stop)) return examined;
        interval = std::min(interval * 2, longest_pause);
    }
}

}  // namespace cowork::app
