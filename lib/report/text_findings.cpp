#include "report/paint.hpp"
#include "report/render.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <vector>

namespace cowork::report {
namespace {

std::string_view color_of_severity(std::string_view severity) {
    return severity == "error"     ? color_of(Status::action_required)
           : severity == "warning" ? color_of(Status::degraded)
                                   : dim;
}

std::string counted(std::size_t number, std::string_view what) {
    return fmt::format("{} {}{}", number, what, number == 1 ? "" : "s");
}

class FindingsText {
  public:
    FindingsText(const Report& report, const Verdict& verdict, const TextOptions& options)
        : report_(report), verdict_(verdict), options_(options) {}

    std::string render() {
        for (const Row& row : report_.rows) one(row);
        left_out();
        for (const SafeText& note : report_.notes) out_ += fmt::format("{}\n", note.str());
        summary();
        return std::move(out_);
    }

  private:
    [[nodiscard]] std::string paint(std::string_view code, std::string_view text) const {
        return painted(options_.color, code, text);
    }

    [[nodiscard]] bool shown(const Row& row) const {
        if (!row.finding) return row.status != Status::ready;
        if (row.finding->allowed_because) return options_.verbosity == Verbosity::verbose;
        return row.finding->severity != "note" || options_.verbosity != Verbosity::quiet;
    }

    void one(const Row& row) {
        if (!shown(row)) return;
        if (row.source.file != file_) {
            file_ = row.source.file;
            out_ += fmt::format("{}{}\n", out_.empty() ? "" : "\n", paint(bold, file_));
        }
        const std::string place =
            row.source.line > 0 ? fmt::format("{}:{}", row.source.line, row.source.column) : "-";
        const std::string_view word = row.finding ? row.finding->severity : to_string(row.status);
        out_ += fmt::format(
            "  {:<8} {} {}  {}\n", place,
            paint(row.finding ? color_of_severity(word) : color_of(row.status), fmt::format("{:<7}", word)),
            row.summary.str(), paint(dim, row.reason_code));
        if (row.finding && row.finding->allowed_because)
            out_ += fmt::format(
                "  {:<8} {:<7} {}\n", "", "",
                paint(dim, fmt::format("allowed because {}", row.finding->allowed_because->str())));
        else if (!row.recovery.action.empty())
            out_ += fmt::format("  {:<8} {:<7} {}\n", "", "", paint(dim, row.recovery.action.str()));
    }

    void left_out() {
        const auto out = static_cast<std::size_t>(
            std::count_if(report_.files.begin(), report_.files.end(),
                          [](const FileRow& file) { return !file.left_out.empty(); }));
        if (out == 0 || options_.verbosity == Verbosity::quiet) return;
        if (!out_.empty()) out_ += '\n';
        if (options_.verbosity != Verbosity::verbose && out > 3) {
            out_ += fmt::format("{} left out (-v lists them)\n", counted(out, "file"));
            return;
        }
        for (const FileRow& file : report_.files)
            if (!file.left_out.empty())
                out_ +=
                    fmt::format("{}  {}\n", file.path.str(), paint(dim, "left out: " + file.left_out.str()));
    }

    void summary() {
        std::size_t errors = 0, warnings = 0, notes = 0, allowed = 0;
        for (const Row& row : report_.rows) {
            if (!row.finding) continue;
            if (row.finding->allowed_because)
                ++allowed;
            else if (row.finding->severity == "error")
                ++errors;
            else if (row.finding->severity == "warning")
                ++warnings;
            else
                ++notes;
        }
        const auto checked = static_cast<std::size_t>(
            std::count_if(report_.files.begin(), report_.files.end(),
                          [](const FileRow& file) { return file.left_out.empty(); }));
        const Status status = overall(report_, verdict_);
        std::string text = fmt::format("{} in {:.0f} ms: {}, {}", counted(checked, "file"),
                                       static_cast<double>(report_.duration.count()) / 1000.0,
                                       counted(errors, "error"), counted(warnings, "warning"));
        if (notes > 0) text += fmt::format(", {}", counted(notes, "note"));
        if (allowed > 0) text += fmt::format(", {} allowed", allowed);
        if (!out_.empty()) out_ += '\n';
        out_ += fmt::format("{}  {}\n", paint(color_of(status), to_string(status)), text);
    }

    const Report& report_;
    const Verdict& verdict_;
    const TextOptions& options_;
    std::string out_, file_;
};

}  // namespace

std::string render_findings(const Report& report, const Verdict& verdict, const TextOptions& options) {
    return FindingsText(report, verdict, options).render();
}

}  // namespace cowork::report
