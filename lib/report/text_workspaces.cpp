#include "report/text_workspaces.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace cowork::report {
namespace {

constexpr std::string_view reset = "\033[0m";

std::string_view color_of(std::string_view status, bool problem) {
    if (status == "unknown") return "\033[35m";
    if (problem) return "\033[31m";
    return status == "online" || status == "paired_online" ? "\033[32m" : "\033[2m";
}

struct Line {
    bool problem = false;
    std::vector<std::string> cells;  // the first is the status
    std::vector<std::string> details;
};

std::size_t characters(std::string_view text) {
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return (c & '\xC0') != '\x80'; }));
}

std::string padded(const std::string& text, std::size_t width) {
    return text + std::string(width - std::min(width, characters(text)), ' ');
}

// Columns as wide as their widest cell, but for the last.
std::vector<std::size_t> widths_of(const std::vector<Line>& lines) {
    constexpr std::size_t status_width = 15;  // as the results above have it
    std::vector<std::size_t> widths{status_width};
    for (const Line& line : lines)
        for (std::size_t i = 0; i < line.cells.size(); ++i) {
            if (widths.size() <= i) widths.push_back(0);
            widths[i] = std::max(widths[i], characters(line.cells[i]));
        }
    return widths;
}

std::string table(std::string_view title, std::vector<Line> lines, const TextOptions& options) {
    if (options.verbosity == Verbosity::quiet)
        std::erase_if(lines, [](const Line& line) { return !line.problem; });
    if (lines.empty()) return {};
    std::stable_sort(lines.begin(), lines.end(),
                     [](const Line& a, const Line& b) { return a.problem && !b.problem; });
    const auto widths = widths_of(lines);
    std::string out =
        options.color ? fmt::format("\n\033[1m{}{}\n", title, reset) : fmt::format("\n{}\n", title);
    for (const Line& line : lines) {
        std::string text = padded(line.cells[0], widths[0]);
        if (options.color) text = fmt::format("{}{}{}", color_of(line.cells[0], line.problem), text, reset);
        text += ' ';
        for (std::size_t i = 1; i < line.cells.size(); ++i)
            text += i + 1 < line.cells.size() ? padded(line.cells[i], widths[i]) + "  " : line.cells[i];
        out += text + "\n";
        if (options.verbosity != Verbosity::verbose) continue;
        for (const std::string& detail : line.details) out += fmt::format("{:16}{}\n", "", detail);
    }
    return out;
}

// `3 s ago`, in the largest unit that keeps it whole enough.
std::string ago(const TimeRow& time, std::string_view never) {
    if (!time.age_seconds) return std::string(never);
    struct Unit {
        std::int64_t seconds;
        std::string_view name;
    };
    constexpr std::array units{Unit{86400, "d"}, Unit{3600, "h"}, Unit{60, "min"}, Unit{1, "s"}};
    const std::int64_t age = *time.age_seconds;
    if (age < 0) return "in the future";
    for (const Unit& unit : units)
        if (age >= 2 * unit.seconds) return fmt::format("{} {} ago", age / unit.seconds, unit.name);
    return "just now";
}

std::string credential_text(const CredentialRow& credential) {
    return credential.reason.empty() ? std::string{}
                                     : fmt::format("credential {}: {}", credential.status, credential.reason);
}

Line line_of(const WorkspaceRow& row) {
    const auto& contract = *catalogue::find_authority(row.authority);
    Line line{.problem = is_problem(row),
              .cells = {std::string(row.status), row.label.empty() ? row.id.str() : row.label.str(),
                        std::string(to_string(row.authority)),
                        row.base_url.empty() ? std::string("this machine") : row.base_url.str(),
                        row.support.text()},
              .details = {fmt::format("{}  status from {}, synced {}", row.id.str(), row.status_source,
                                      ago(row.last_synced, "never as far as is noted")),
                          fmt::format("state owned by {}, approvals and questions {}, paths {}, artifacts {}",
                                      contract.state_owner, contract.interactions, contract.path_exposure,
                                      contract.artifacts)}};
    if (auto credential = credential_text(row.credential); !credential.empty())
        line.details.push_back(std::move(credential));
    return line;
}

std::string reach_of(const PairingRow& row) {
    if (!row.allowed_sessions) return "every session";
    return fmt::format("{} session{}", *row.allowed_sessions, *row.allowed_sessions == 1 ? "" : "s");
}

Line line_of(const PairingRow& row) {
    return {.problem = is_problem(row),
            .cells = {std::string(row.status), row.label.str(),
                      fmt::format("heartbeat {}", ago(row.last_heartbeat, "never")), reach_of(row),
                      row.scoped ? std::string("scoped")
                                 : fmt::format("allows more: {}", fmt::join(row.elevated, ", "))},
            .details = {fmt::format("{}  device {}, broker {}", row.id.str(), row.device_name.str(),
                                    row.broker_origin.empty() ? "none" : row.broker_origin.str()),
                        fmt::format("approvals {}, questions {}, prompts {}, abort {}", row.policy.approvals,
                                    row.policy.questions, row.policy.allow_prompts ? "yes" : "no",
                                    row.policy.allow_abort ? "yes" : "no"),
                        credential_text(row.credential)}};
}

template <typename Row>
std::vector<Line> lines_of(const std::vector<Row>& rows) {
    std::vector<Line> lines;
    lines.reserve(rows.size());
    for (const Row& row : rows) lines.push_back(line_of(row));
    return lines;
}

}  // namespace

std::string workspaces_text(const Report& report, const TextOptions& options) {
    if (options.verbosity == Verbosity::brief) return {};
    return table("Workspaces", lines_of(report.workspaces), options) +
           table("Pairings", lines_of(report.pairings), options);
}

}  // namespace cowork::report
