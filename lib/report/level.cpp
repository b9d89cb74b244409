#include "report/level.hpp"

#include <fmt/format.h>

namespace cowork::report {

std::string_view to_string(Level level) {
    switch (level) {
        case Level::none:
            return "none";
        case Level::note:
            return "note";
        case Level::warning:
            return "warning";
        case Level::error:
            return "error";
    }
    return "error";
}

Level level_of(std::string_view severity) {
    return severity == "note" ? Level::note : severity == "warning" ? Level::warning : Level::error;
}

Level level_of(const Row& row, const Verdict& verdict) {
    if (row.finding) return row.finding->allowed_because ? Level::none : level_of(row.finding->severity);
    if (row.status == Status::ready || row.reason_code == "skipped.by_user") return Level::none;
    if (!decides(row, verdict)) return Level::note;
    return row.status == Status::degraded ? Level::warning : Level::error;
}

std::string sentence(std::string_view text) {
    const bool ended = text.empty() || std::string_view(".!?:").find(text.back()) != std::string_view::npos;
    return fmt::format("{}{}", text, ended ? "" : ".");
}

std::string capital(std::string_view text) {
    std::string whole = sentence(text);
    if (!whole.empty() && whole.front() >= 'a' && whole.front() <= 'z')
        whole.front() = static_cast<char>(whole.front() - 'a' + 'A');
    return whole;
}

std::string told(std::string_view message, std::string_view remedy) {
    return sentence(message) + (remedy.empty() ? "" : " " + capital(remedy));
}

std::string told(const Row& row) {
    const bool well = row.status == Status::ready && !row.finding;
    return told(row.summary.view(), well ? std::string_view{} : row.recovery.action.view());
}

std::string title_of(const Report& report) {
    return fmt::format("cowork {}{}{}", report.command, report.intent ? " " : "",
                       report.intent ? catalogue::row(*report.intent).id : std::string_view{});
}

bool names_file(const SourceRef& source) {
    return source.known() && source.file != "-" && source.file != "environment" &&
           !source.file.starts_with("--");
}

}  // namespace cowork::report
