#include "report/level.hpp"
#include "report/paint.hpp"
#include "report/render.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <vector>

namespace cowork::report {
namespace {

std::string_view color_of_level(Level level) {
    return level == Level::error     ? color_of(Status::action_required)
           : level == Level::warning ? color_of(Status::degraded)
                                     : dim;
}

std::string counted(std::size_t number, std::string_view what) {
    return fmt::format("{} {}{}", number, what, number == 1 ? "" : "s");
}

// `gateway.conf:12:3`, which terminals and editors open.
std::string place_of(const SourceRef& source) {
    if (source.line == 0) return source.file;
    return source.column == 0 ? source.place() : fmt::format("{}:{}", source.place(), source.column);
}

class FindingsText {
  public:
    FindingsText(const Report& report, const Verdict& verdict, const TextOptions& options)
        : report_(report), verdict_(verdict), options_(options) {
        for (const RuleText& rule : report.rules) rules_.emplace(rule.id, &rule);
    }

    std::string render() {
        for (auto first = report_.rows.begin(); first != report_.rows.end();) {
            const auto end = std::find_if(first, report_.rows.end(), [&](const Row& row) {
                return row.source.file != first->source.file;
            });
            file({first, end});
            first = end;
        }
        if (quiet()) return std::move(out_);
        left_out();
        for (const SafeText& note : report_.notes) out_ += fmt::format("{}\n", note.str());
        summary();
        return std::move(out_);
    }

  private:
    using Rows = std::pair<std::vector<Row>::const_iterator, std::vector<Row>::const_iterator>;

    [[nodiscard]] bool quiet() const { return options_.verbosity == Verbosity::quiet; }
    [[nodiscard]] bool verbose() const { return options_.verbosity == Verbosity::verbose; }
    [[nodiscard]] std::string paint(std::string_view code, std::string_view text) const {
        return painted(options_.color, code, text);
    }
    void gap() {
        if (!out_.empty() && !quiet()) out_ += '\n';
    }

    [[nodiscard]] bool shown(const Row& row) const {
        if (row.finding && row.finding->allowed_because) return verbose();
        if (row.finding) return row.finding->severity != "note" || !quiet();
        return row.status != Status::ready || verbose();
    }

    // The rows of one file, their places in a column of their own.
    void file(const Rows& rows) {
        std::size_t width = 0;
        for (auto row = rows.first; row != rows.second; ++row)
            if (shown(*row)) width = std::max(width, place_of(row->source).size());
        if (width == 0) return;
        gap();
        told_.clear();
        for (auto row = rows.first; row != rows.second; ++row)
            if (shown(*row)) one(*row, width);
    }

    [[nodiscard]] static std::string_view word(const Row& row) {
        if (!row.finding) return to_string(row.status);
        return row.finding->allowed_because ? "allowed" : row.finding->severity;
    }
    [[nodiscard]] static std::string_view color_of_row(const Row& row) {
        if (!row.finding) return color_of(row.status);
        return row.finding->allowed_because ? dim : color_of_level(level_of(row.finding->severity));
    }

    void one(const Row& row, std::size_t width) {
        const std::string place = place_of(row.source);
        const std::string blank(width - place.size(), ' ');
        const bool named = row.finding.has_value();
        out_ += fmt::format("{}{}  {}  {}{}\n", paint(bold, place), blank,
                            paint(color_of_row(row), fmt::format("{:<7}", word(row))), row.summary.str(),
                            named ? "  " + paint(dim, row.reason_code) : "");
        if (quiet() || (!named && row.status == Status::ready)) return;
        if (named && row.finding->allowed_because) {
            under(fmt::format("because {}", row.finding->allowed_because->str()));
            return;
        }
        if (verbose() && named) rationale(row.reason_code);
        // Once a file: what mends one of them mends the others.
        if (!row.recovery.action.empty() && told_.insert(row.recovery.action.view()).second)
            under("-> " + row.recovery.action.str());
    }

    // Once a report.
    void rationale(std::string_view rule) {
        const auto text = rules_.find(rule);
        if (text == rules_.end() || !explained_.insert(rule).second) return;
        if (!text->second->rationale.empty()) under(text->second->rationale);
    }

    void under(std::string_view text) { out_ += fmt::format("    {}\n", paint(dim, text)); }

    void left_out() {
        std::vector<const FileRow*> out;
        for (const FileRow& file : report_.files)
            if (!file.left_out.empty()) out.push_back(&file);
        if (out.empty()) return;
        gap();
        if (!verbose() && out.size() > 3) {
            out_ += paint(dim, fmt::format("{} left out; -v lists them", counted(out.size(), "file"))) + "\n";
            return;
        }
        for (const FileRow* file : out)
            out_ += fmt::format("{}  {}\n", file->path.str(),
                                paint(dim, fmt::format("left out: {}", file->left_out.str())));
    }

    [[nodiscard]] std::string tally() const {
        std::map<std::string_view, std::size_t> numbers;
        for (const Row& row : report_.rows)
            if (row.finding) ++numbers[word(row)];
        // What is of no kind was looked through for secrets all the same.
        std::set<std::string_view> files;
        for (const FileRow& file : report_.files)
            if (file.left_out.empty()) files.insert(file.path.view());
        for (const Row& row : report_.rows)
            if (row.finding) files.insert(row.source.file);
        std::string text =
            fmt::format("{} in {:.0f} ms: {}, {}", counted(files.size(), "file"),
                        static_cast<double>(report_.duration.count()) / 1000.0,
                        counted(numbers["error"], "error"), counted(numbers["warning"], "warning"));
        if (numbers["note"] > 0) text += ", " + counted(numbers["note"], "note");
        if (numbers["allowed"] > 0) text += fmt::format(", {} allowed", numbers["allowed"]);
        return text;
    }

    void summary() {
        const Status status = overall(report_, verdict_);
        const auto fixable = static_cast<std::size_t>(
            std::count_if(report_.rows.begin(), report_.rows.end(), [](const Row& row) {
                return row.finding && row.finding->fixable && !row.finding->allowed_because;
            }));
        gap();
        out_ += fmt::format("{}  {}{}\n", paint(color_of(status), to_string(status)), tally(),
                            fixable > 0 ? fmt::format("; --fix can mend {}", fixable) : "");
        if (!report_.next.empty()) out_ += fmt::format("{}  {}\n", paint(bold, "Next"), report_.next.str());
    }

    const Report& report_;
    const Verdict& verdict_;
    const TextOptions& options_;
    std::map<std::string_view, const RuleText*> rules_;
    std::set<std::string_view> told_, explained_;
    std::string out_;
};

}  // namespace

std::string render_findings(const Report& report, const Verdict& verdict, const TextOptions& options) {
    return FindingsText(report, verdict, options).render();
}

}  // namespace cowork::report
