// Workflow commands of GitHub Actions: a line each, which the runner shows on the line of the file.
#include "report/file_uri.hpp"
#include "report/level.hpp"
#include "report/render.hpp"

#include <fmt/format.h>

#include <array>
#include <iterator>

namespace cowork::report {
namespace {

// The runner reads a command up to the end of its line, and knows no other escapes than these. In a property,
// colon and comma would end it.
std::string escaped(std::string_view text, bool property) {
    std::string safe;
    for (const char c : text) {
        const auto code = static_cast<unsigned char>(c);
        const bool ends = c == '%' || (property && (c == ':' || c == ','));
        if (ends || code < 0x20 || code == 0x7F)
            fmt::format_to(std::back_inserter(safe), "%{:02X}", code);
        else
            safe += c;
    }
    return safe;
}

std::string_view word(Level level) {
    return level == Level::error ? "error" : level == Level::warning ? "warning" : "notice";
}

class Command {
  public:
    explicit Command(Level level) : text_(fmt::format("::{}", word(level))) {}

    void property(std::string_view key, std::string_view value) {
        text_ += fmt::format("{}{}={}", first_ ? " " : ",", key, escaped(value, true));
        first_ = false;
    }
    void property(std::string_view key, int value) {
        if (value > 0) property(key, std::to_string(value));
    }
    [[nodiscard]] std::string saying(std::string_view message) const {
        return fmt::format("{}::{}\n", text_, escaped(message, false));
    }

  private:
    std::string text_;
    bool first_ = true;
};

// GitHub takes columns of one line only.
void place(Command& command, const Row& row) {
    if (!names_file(row.source)) return;
    command.property("file", plain_path(row.source.file));
    command.property("line", row.source.line);
    const int end_line = row.finding ? row.finding->end_line : 0;
    if (end_line == 0 || end_line == row.source.line) command.property("col", row.source.column);
    command.property("endLine", end_line);
    if (end_line == row.source.line && row.finding) command.property("endColumn", row.finding->end_column);
}

std::string command_of(const Row& row, Level level) {
    Command command(level);
    place(command, row);
    command.property("title", row.finding ? row.reason_code : row.id);
    std::string text = told(row);
    if (!row.finding && !row.reason_code.empty()) text += fmt::format(" [{}]", row.reason_code);
    return command.saying(text);
}

std::string counted(std::size_t number, std::string_view what) {
    return fmt::format("{} {}{}", number, what, number == 1 ? "" : "s");
}

}  // namespace

std::string render_github(const Report& report, const Verdict& verdict) {
    std::string text;
    std::array<std::size_t, 3> numbers{};
    // The most severe first: GitHub shows ten of each kind and leaves out the rest.
    constexpr std::array levels{Level::error, Level::warning, Level::note};
    for (std::size_t i = 0; i < levels.size(); ++i)
        for (const Row& row : report.rows)
            if (level_of(row, verdict) == levels.at(i)) {
                text += command_of(row, levels.at(i));
                ++numbers.at(i);
            }
    for (const SafeText& note : report.notes) text += Command(Level::note).saying(note.view());
    // Only words and numbers of ours: this line is read for commands as well.
    return text + fmt::format("{}: {}, exit code {} ({}, {}, {})\n", title_of(report),
                              to_string(overall(report, verdict)), exit_code(report, verdict),
                              counted(numbers[0], "error"), counted(numbers[1], "warning"),
                              counted(numbers[2], "notice"));
}

std::string render_github(const Refusal& refusal) {
    const std::string title = fmt::format("cowork{}{}", refusal.command.empty() ? "" : " ", refusal.command);
    Command command(Level::error);
    command.property("title", title);
    return command.saying(told(refusal.message.view(), refusal.remedy.view())) +
           fmt::format("{}: not begun, exit code {}\n", title, refusal.exit_code);
}

}  // namespace cowork::report
