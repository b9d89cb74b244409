#include "validators/env_readers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <unordered_set>
#include <utility>
#include <vector>

namespace cowork::validators {
namespace {

using config::Dialect;
using config::EnvDiagnostic;
using config::EnvEntry;
using config::EnvFile;
using config::EnvIssue;

// The readers whose files look alike. Portable is what all of them agree about.
constexpr std::array readers{Dialect::sh, Dialect::systemd, Dialect::docker, Dialect::compose};

bool is_blank(char c) { return c == ' ' || c == '\t'; }
bool is_quote(char c) { return c == '"' || c == '\''; }

// One assignment as it stands in the text.
struct Raw {
    std::string_view value;         // after `=`, to the end of the line, with what stands around it
    std::size_t begin = 0;          // its offset
    std::size_t end_of_quoted = 0;  // within the value: after the closing quote; 0 when it is not quoted
    [[nodiscard]] bool quoted() const { return end_of_quoted > 0; }
    [[nodiscard]] char quote() const { return value.front(); }
    // Without the quotes, or without the blanks around it.
    [[nodiscard]] std::string_view inside() const {
        return quoted() ? value.substr(1, end_of_quoted - 2) : value;
    }
};

Raw raw_value(std::string_view text, const EnvEntry& entry) {
    Raw raw;
    raw.begin = entry.place.value_begin;
    const auto line_end = std::min(text.find_first_of("\r\n", raw.begin), text.size());
    raw.value = text.substr(raw.begin, line_end - raw.begin);
    if (raw.value.empty() || !is_quote(raw.value.front())) return raw;
    for (std::size_t i = 1; i < raw.value.size(); ++i) {
        if (raw.value[i] == '\\' && raw.quote() == '"') {
            ++i;
        } else if (raw.value[i] == raw.quote()) {
            raw.end_of_quoted = i + 1;
            break;
        }
    }
    return raw;
}

// A cause for which readers disagree: where in the value it begins, if it is there.
struct Cause {
    std::string_view rule;
    std::vector<Dialect> misread_by;
    std::optional<std::size_t> (*find)(const Raw& raw);
    std::string_view what;  // ends the sentence "KEY: ..."
};

std::optional<std::size_t> offset_of(std::string_view text, std::string_view what) {
    const auto at = text.find(what);
    return at == std::string_view::npos ? std::nullopt : std::optional(at);
}

std::optional<std::size_t> find_expansion(const Raw& raw) {
    if (raw.quoted() && raw.quote() == '\'') return std::nullopt;
    const auto at = raw.value.find_first_of("$`");
    return at == std::string_view::npos ? std::nullopt : std::optional(at);
}

std::optional<std::size_t> find_comment(const Raw& raw) {
    const std::size_t from = raw.quoted() ? raw.end_of_quoted : 0;
    for (std::size_t i = from; i < raw.value.size(); ++i)
        if (raw.value[i] == '#' && (i == 0 || is_blank(raw.value[i - 1]) || i == from)) return i;
    return std::nullopt;
}

std::optional<std::size_t> find_quotes(const Raw& raw) {
    return raw.quoted() ? std::optional<std::size_t>(0) : std::nullopt;
}

std::optional<std::size_t> find_stray_quote(const Raw& raw) {
    if (raw.quoted()) return std::nullopt;
    const auto at = raw.value.find_first_of("\"'");
    return at == std::string_view::npos ? std::nullopt : std::optional(at);
}

std::optional<std::size_t> find_backslash(const Raw& raw) {
    return raw.quoted() && raw.quote() == '\'' ? std::nullopt : offset_of(raw.value, "\\");
}

std::optional<std::size_t> find_blank_before(const Raw& raw) {
    return !raw.value.empty() && is_blank(raw.value.front()) ? std::optional<std::size_t>(0) : std::nullopt;
}

std::optional<std::size_t> find_blank_after(const Raw& raw) {
    if (raw.value.empty() || !is_blank(raw.value.back())) return std::nullopt;
    return raw.value.find_last_not_of(" \t") + 1;
}

std::optional<std::size_t> find_blank_inside(const Raw& raw) {
    if (raw.quoted()) return std::nullopt;
    const auto first = raw.value.find_first_not_of(" \t");
    if (first == std::string_view::npos) return std::nullopt;
    const auto at = raw.value.find_first_of(" \t", first);
    const auto last = raw.value.find_last_not_of(" \t");
    return at == std::string_view::npos || at > last ? std::nullopt : std::optional(at);
}

std::optional<std::size_t> find_shell_syntax(const Raw& raw) {
    if (raw.quoted()) return std::nullopt;
    const auto at = raw.value.find_first_of(";&|<>()~*?[");
    return at == std::string_view::npos ? std::nullopt : std::optional(at);
}

// In the order in which they explain a difference; the first that is there is told.
const std::vector<Cause>& causes() {
    static const std::vector<Cause> table{
        {"env.expansion",
         {Dialect::sh, Dialect::compose},
         find_expansion,
         "sh and Compose put something else in the place of what follows the $ or `, and sh may run it"},
        {"env.comment-in-value",
         {Dialect::docker, Dialect::systemd},
         find_comment,
         "sh, Compose and Node end the value before the #, Docker and systemd take it for part of the value"},
        {"env.quotes-kept",
         {Dialect::docker},
         find_quotes,
         "docker --env-file takes the quotes for part of the value"},
        {"env.backslash",
         {Dialect::sh, Dialect::systemd},
         find_backslash,
         "sh and systemd drop or translate a backslash that Docker and Node keep"},
        {"env.stray-quote",
         {Dialect::sh, Dialect::systemd},
         find_stray_quote,
         "sh and systemd look for the other end of the quote, Docker and Compose keep it"},
        {"env.blank-before-value",
         {Dialect::sh, Dialect::docker},
         find_blank_before,
         "sh sets nothing and runs the value as a command, Docker keeps the blank"},
        {"env.unquoted-blank",
         {Dialect::sh},
         find_blank_inside,
         "sh takes only the first word, and runs what follows as a command"},
        {"env.shell-syntax",
         {Dialect::sh},
         find_shell_syntax,
         "sh understands a character of it as a command's end, a redirection or a pattern"},
        {"env.trailing-blank",
         {Dialect::docker},
         find_blank_after,
         "docker --env-file takes the blanks at the end for part of the value"},
    };
    return table;
}

// What each reader makes of the file: key and line → value.
class Readings {
  public:
    explicit Readings(std::string_view text) {
        for (const Dialect reader : readers) files_.push_back(config::parse_env_file(text, {}, reader));
        for (const EnvFile& file : files_) {
            auto& values = values_.emplace_back();
            for (const EnvEntry& entry : file.entries)
                values[{entry.where.line, entry.key}] = entry.value.reveal();
        }
    }
    [[nodiscard]] bool agree(const EnvEntry& entry) const {
        const std::pair<int, std::string> place{entry.where.line, entry.key};
        const auto first = values_.front().find(place);
        return first != values_.front().end() &&
               std::all_of(values_.begin(), values_.end(), [&](const auto& values) {
                   const auto other = values.find(place);
                   return other != values.end() && other->second == first->second;
               });
    }
    [[nodiscard]] const EnvFile& of(Dialect reader) const {
        return files_[static_cast<std::size_t>(std::find(readers.begin(), readers.end(), reader) -
                                               readers.begin())];
    }

  private:
    std::vector<EnvFile> files_;
    std::vector<std::map<std::pair<int, std::string>, std::string_view>> values_;
};

class ReaderCheck {
  public:
    ReaderCheck(const Input& input, std::optional<Dialect> reader, Findings& findings)
        : text_(input.text),
          // Without a reader the literal one, which sees every line by itself.
          file_(config::parse_env_file(text_, input.path, reader.value_or(Dialect::docker))),
          reader_(reader),
          findings_(findings) {}

    void check() {
        lines();
        if (file_.diagnostics.empty() &&
            std::none_of(file_.entries.begin(), file_.entries.end(),
                         [&](const EnvEntry& entry) { return worth_comparing(entry); }))
            return;
        const Readings readings(text_);
        long_values_ = places_of_several_lines(readings.of(Dialect::compose));
        // The literal reader sees every line by itself, so that each has its place.
        for (const EnvEntry& entry : readings.of(Dialect::docker).entries) compare(entry, readings);
        exported(readings.of(Dialect::compose));
        several_lines(readings.of(Dialect::compose));
    }

  private:
    [[nodiscard]] bool concerns(const std::vector<Dialect>& misread_by) const {
        return !reader_ || std::find(misread_by.begin(), misread_by.end(), *reader_) != misread_by.end();
    }
    [[nodiscard]] static bool worth_comparing(const EnvEntry& entry) {
        return entry.place.exported ||
               config::not_portable(entry.value.reveal()) != config::CharClass::none ||
               entry.place.value_end - entry.place.value_begin != entry.value.size();
    }

    void compare(const EnvEntry& entry, const Readings& readings) {
        if (inside_several_lines(entry.place.key_begin) || readings.agree(entry)) return;
        const Raw raw = raw_value(text_, entry);
        for (const Cause& cause : causes()) {
            const auto at = cause.find(raw);
            if (!at) continue;
            if (!concerns(cause.misread_by)) continue;
            findings_.add(cause.rule, findings_.index().range(raw.begin + *at, raw.begin + raw.value.size()),
                          entry.key, fmt::format("{}: {}", entry.key, cause.what));
            return;
        }
    }

    // A value that goes on over lines: who reads one line after the other takes the rest for lines of their
    // own.
    [[nodiscard]] bool spans_lines(const EnvEntry& entry) const {
        const std::string_view value = std::string_view(text_).substr(
            entry.place.value_begin, entry.place.value_end - entry.place.value_begin);
        return value.find('\n') != std::string_view::npos;
    }
    // Where such values are, in order, as offsets.
    [[nodiscard]] std::vector<std::pair<std::size_t, std::size_t>> places_of_several_lines(
        const EnvFile& compose) const {
        std::vector<std::pair<std::size_t, std::size_t>> places;
        for (const EnvEntry& entry : compose.entries)
            if (spans_lines(entry)) places.emplace_back(entry.place.line_begin, entry.place.line_end);
        return places;
    }
    [[nodiscard]] bool inside_several_lines(std::size_t offset) const {
        const auto after =
            std::upper_bound(long_values_.begin(), long_values_.end(), offset,
                             [](std::size_t at, const auto& place) { return at < place.first; });
        return after != long_values_.begin() && offset < std::prev(after)->second;
    }
    void several_lines(const EnvFile& compose) {
        if (!concerns({Dialect::docker})) return;
        for (const EnvEntry& entry : compose.entries)
            if (spans_lines(entry))
                findings_.add(
                    "env.several-lines",
                    findings_.index().range(entry.place.key_begin, entry.place.value_end), entry.key,
                    fmt::format("{}: the value goes on over lines, which docker --env-file takes for "
                                "assignments of their own",
                                entry.key));
    }

    void exported(const EnvFile& compose) {
        if (!concerns({Dialect::docker, Dialect::systemd})) return;
        for (const EnvEntry& entry : compose.entries)
            if (entry.place.exported)
                findings_.add(
                    "env.export", findings_.index().range(entry.place.line_begin, entry.place.value_end),
                    entry.key,
                    fmt::format("{}: docker --env-file refuses a file with export in it, and systemd "
                                "ignores the line",
                                entry.key));
    }

    // What any reader stumbles over, or the one that reads the file.
    void lines() {
        for (const EnvDiagnostic& found : file_.diagnostics) {
            const auto rule = rule_of(found);
            if (!rule) continue;
            const TextRange place = found.where.line > 0
                                        ? findings_.index().rest_of_line(found.where.line, found.where.column)
                                        : TextRange{};
            findings_.add(*rule, place, found.where.key, found.message);
        }
    }

    [[nodiscard]] std::optional<std::string_view> rule_of(const EnvDiagnostic& found) const {
        switch (found.issue) {
            case EnvIssue::duplicate_key:  // told with what it means
            case EnvIssue::not_portable:   // told by its cause
                return std::nullopt;
            case EnvIssue::not_literal:
                // Of the reader that is known; else the comparison tells it by its cause.
                return reader_ ? std::optional<std::string_view>("env.expansion") : std::nullopt;
            case EnvIssue::malformed_line:
                return exported_line(found) ? std::nullopt
                                            : std::optional<std::string_view>("env.malformed-line");
            case EnvIssue::invalid_key:
                return exported_line(found) ? std::nullopt
                                            : std::optional<std::string_view>("env.invalid-key");
            case EnvIssue::unterminated_quote:
                return "env.unterminated-quote";
            case EnvIssue::from_environment:
                return "env.no-value";
            case EnvIssue::control_character:
                return "env.control-character";
            case EnvIssue::nul_byte:
                return std::nullopt;  // such a file is no text, and never comes here
            case EnvIssue::invalid_utf8:
                return "env.invalid-utf8";
            case EnvIssue::carriage_return:
                return concerns({Dialect::sh}) ? std::optional<std::string_view>("env.carriage-return")
                                               : std::nullopt;
            case EnvIssue::byte_order_mark:
                return concerns({Dialect::sh, Dialect::systemd})
                           ? std::optional<std::string_view>("env.byte-order-mark")
                           : std::nullopt;
            case EnvIssue::too_large:
                return "env.too-large";
        }
        return std::nullopt;
    }

    // A line with export is told once, as such.
    [[nodiscard]] bool exported_line(const EnvDiagnostic& found) const {
        return findings_.index().line(found.where.line).starts_with("export ");
    }

    const std::string& text_;
    EnvFile file_;
    std::optional<Dialect> reader_;
    Findings& findings_;
    std::vector<std::pair<std::size_t, std::size_t>> long_values_;
};

}  // namespace

std::optional<Dialect> known_reader(const Input& input, const Settings& settings) {
    const auto header = config::read_header(input.text);
    const auto reader = settings.reader ? settings.reader
                        : header        ? std::optional(header->dialect)
                                        : std::nullopt;
    return reader == Dialect::portable ? std::nullopt : reader;
}

EnvFile read_as_meant(const Input& input, std::optional<Dialect> reader) {
    EnvFile file = config::parse_env_file(input.text, input.path, reader.value_or(Dialect::compose));
    if (reader || file.diagnostics.empty()) return file;
    std::unordered_set<std::string> known;
    for (const EnvEntry& entry : file.entries) known.insert(entry.key);
    EnvFile literal = config::parse_env_file(input.text, input.path, Dialect::docker);
    for (EnvEntry& entry : literal.entries)
        if (!known.contains(entry.key)) file.entries.push_back(std::move(entry));
    return file;
}

void check_readers(const Input& input, std::optional<Dialect> reader, Findings& findings) {
    ReaderCheck(input, reader, findings).check();
}

}  // namespace cowork::validators
