#include "validators/env/readers.hpp"

#include "config/env_file.hpp"
#include "validators/env/readings.hpp"
#include "validators/env/values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>
#include <utility>

namespace cowork::validators {
namespace {

using config::EnvDiagnostic;
using config::EnvIssue;

// Whether it is written so plainly that there is nothing to ask.
bool is_plain(const Assignment& one) {
    return !one.exported && !one.blank_before_equals &&
           config::not_portable(one.written) == config::CharClass::none;
}

// A shell's switch that makes it export what follows: no setting, and nothing wrong with it there.
bool is_allexport(std::string_view line) {
    return line == "set -a" || line == "set +a" || line == "set -o allexport" || line == "set +o allexport";
}

// Which rule a reader's own refusal of a line comes under.
std::string_view rule_of(EnvIssue issue) {
    switch (issue) {
        case EnvIssue::invalid_key:
            return "env.invalid-key";
        case EnvIssue::unterminated_quote:
            return "env.unterminated-quote";
        case EnvIssue::not_literal:
            return "env.expansion";
        case EnvIssue::from_environment:
            return "env.no-value";
        case EnvIssue::malformed_line:
        case EnvIssue::duplicate_key:
        case EnvIssue::not_portable:
        case EnvIssue::control_character:
        case EnvIssue::nul_byte:
        case EnvIssue::invalid_utf8:
        case EnvIssue::carriage_return:
        case EnvIssue::byte_order_mark:
        case EnvIssue::too_large:
            return "env.malformed-line";
    }
    return "env.malformed-line";
}

class ReaderCheck {
  public:
    ReaderCheck(const Input& input, const EnvLines& lines, std::optional<Reader> known, Findings& findings)
        : text_(input.text), lines_(lines), known_(known), findings_(findings) {}

    void check() {
        whole_file();
        for (const Assignment& one : lines_.assignments)
            if (!is_plain(one)) characters(one);
        if (lines_.others.empty() &&
            std::all_of(lines_.assignments.begin(), lines_.assignments.end(), is_plain))
            return;
        const Readings readings(text_, known_);
        names_ = names_of(lines_);
        for (const Assignment& one : lines_.assignments)
            if (!is_plain(one)) compare(one, readings);
        if (known_ && *known_ != Reader::node) {
            refused(readings.file(*known_));
        } else {
            for (const OtherLine& line : lines_.others) other(line);
        }
    }

  private:
    [[nodiscard]] bool concerns(ReaderSet readers) const { return !known_ || readers.has(*known_); }
    [[nodiscard]] const LineIndex& index() const { return findings_.index(); }

    void whole_file() {
        constexpr ReaderSet mark_kept{Reader::sh, Reader::systemd, Reader::node};
        if (text_.starts_with("\xEF\xBB\xBF") && concerns(mark_kept))
            findings_.add("env.byte-order-mark", index().rest_of_line(1, 1), {},
                          fmt::format("read by {}, the byte order mark is part of the first key",
                                      named(known_ ? ReaderSet{*known_} : mark_kept)));
        const auto at = text_.find("\r\n");
        if (at != std::string_view::npos && concerns({Reader::sh}))
            findings_.add("env.carriage-return", index().range(at, at + 1), {},
                          "read by sh, the carriage return at the end of a line is part of the value");
    }

    void characters(const Assignment& one) {
        const auto place = index().range(one.key_begin, one.value_end());
        if (!config::is_valid_utf8(one.content))
            return findings_.add("env.invalid-utf8", place, std::string(one.key),
                                 fmt::format("{} holds bytes that are no UTF-8", one.key));
        const auto problem = config::forbidden_everywhere(one.content);
        if (problem == config::CharClass::too_long)
            return findings_.add(
                "env.too-large", place, std::string(one.key),
                fmt::format("{} has more than 60 KiB, and docker --env-file reads no line of "
                            "64 KiB",
                            one.key));
        const bool line_break = problem == config::CharClass::newline && !one.several_lines();
        if (line_break || problem == config::CharClass::control)
            findings_.add("env.control-character", place, std::string(one.key),
                          fmt::format("{} holds {}", one.key, config::describe(problem)));
    }

    void compare(const Assignment& one, const Readings& readings) {
        const int line = index().range(one.key_begin, one.key_begin).line;
        ReaderSet wrong;
        ReaderSet lost;
        for (const Reader reader : all_readers) {
            if (!readings.readers().has(reader)) continue;
            const auto value = readings.value(reader, one.key_begin);
            const bool gone = !value || readings.refusal(reader, line) != nullptr;
            if (gone) lost.add(reader);
            if (gone || *value != one.content) wrong.add(reader);
        }
        if (known_ && !lost.has(*known_)) unreplaced(one);
        if (wrong.empty()) return;
        for (const Cause& cause : causes_in(one, known_))
            if (is_told(cause, one, lost)) tell(cause, one, wrong, lost, line);
    }

    // What a shell reads without a complaint is what the line says in its language; and what a reader is to
    // put in, it puts in.
    [[nodiscard]] bool is_told(const Cause& cause, const Assignment& one, ReaderSet lost) const {
        if (!known_) return true;
        if (cause.rule == "env.expansion") return !dollars_of(one.content, *known_, names_).all_meant;
        const bool words = cause.rule == "env.stray-quote" || cause.rule == "env.unquoted-blank" ||
                           cause.rule == "env.shell-syntax";
        return !words || *known_ != Reader::sh || lost.has(Reader::sh);
    }

    void tell(const Cause& cause, const Assignment& one, ReaderSet wrong, ReaderSet lost, int line) {
        std::string what;
        for (const Effect& effect : cause.effects)
            if (const ReaderSet readers = effect.readers & wrong; !readers.empty())
                what +=
                    fmt::format("{}read by {}: {}", what.empty() ? "" : "; ", named(readers), effect.what);
        if (what.empty()) return;
        told_.insert(line);
        const bool gone = known_ && lost.has(*known_) && cause.rule != "env.expansion";
        findings_.add(cause.rule, index().range(cause.begin, cause.end), std::string(one.key),
                      fmt::format("{} {}", one.key, what), {},
                      gone ? std::optional(Severity::error) : std::nullopt);
    }

    // ${NAME} in a file whose reader puts nothing in.
    void unreplaced(const Assignment& one) {
        const bool expands = *known_ == Reader::sh || *known_ == Reader::compose;
        if (expands || one.quoting == Quoting::single || !dollars_of(one.content, *known_, names_).any_meant)
            return;
        const std::size_t at = one.content_begin() + one.content.find('$');
        findings_.add("env.expansion", index().range(at, one.value_end()), std::string(one.key),
                      fmt::format("{} read by {}: nothing takes the place of what follows the $", one.key,
                                  named({*known_})));
    }

    // What the known reader cannot take and no cause explains.
    void refused(const config::EnvFile& file) {
        for (const EnvDiagnostic& found : file.diagnostics) {
            const int line = found.where.line;
            const bool whole = found.issue == EnvIssue::too_large || found.issue == EnvIssue::nul_byte;
            if (!found.drops_entry || whole || told_.contains(line) || line == 0) continue;
            if (found.issue == EnvIssue::not_literal && meant(line)) continue;
            if (file.dialect == config::Dialect::sh && is_allexport(index().line(line))) continue;
            told_.insert(line);
            findings_.add(rule_of(found.issue), index().rest_of_line(line, found.where.column),
                          found.where.key,
                          fmt::format("{}{}", found.message,
                                      found.issue == EnvIssue::malformed_line
                                          ? fmt::format(", as {} reads the line", named({*known_}))
                                          : std::string{}));
        }
    }

    // Whether the line holds nothing but references that the reader is to put in.
    [[nodiscard]] bool meant(int line) const {
        return dollars_of(index().line(line), *known_, names_).all_meant;
    }

    void other(const OtherLine& line) {
        const int number = index().range(line.begin, line.begin).line;
        const auto place = index().rest_of_line(number, 1);
        switch (line.fault) {
            case OtherLine::Fault::no_value: {
                const std::string name(config::shown_name(line.key));
                return findings_.add("env.no-value", place, name,
                                     fmt::format("{} has no equals sign: docker --env-file and Compose take "
                                                 "its value from their own environment, others skip the line "
                                                 "or run it",
                                                 name.empty() ? "the line" : name));
            }
            case OtherLine::Fault::invalid_key:
                return findings_.add("env.invalid-key", place, {},
                                     "the name before the equals sign is not made of letters, digits and "
                                     "underscores");
            case OtherLine::Fault::malformed:
                return findings_.add("env.malformed-line", place, {}, "the line is no assignment KEY=value");
        }
    }

    std::string_view text_;
    const EnvLines& lines_;
    std::optional<Reader> known_;
    Findings& findings_;
    std::vector<std::string_view> names_;
    std::unordered_set<int> told_;  // lines
};

}  // namespace

std::optional<Reader> known_reader(const Input& input, const Settings& settings) {
    if (settings.reader) return reader_of(*settings.reader);
    const auto header = config::read_header(input.text);
    return header ? reader_of(header->dialect) : std::nullopt;
}

void check_readers(const Input& input, const EnvLines& lines, std::optional<Reader> reader,
                   Findings& findings) {
    ReaderCheck(input, lines, reader, findings).check();
}

}  // namespace cowork::validators
