#include "envfile/merge_checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>
#include <utility>

namespace cowork::envfile {
namespace {

using config::Dialect;
using config::EnvDiagnostic;
using config::EnvEntry;
using config::EnvFile;
using config::EnvIssue;

std::string remedy_for(const EnvDiagnostic& problem) {
    switch (problem.issue) {
        case EnvIssue::unterminated_quote:
            return "close the quote, or delete the line";
        case EnvIssue::nul_byte:
            return "delete the NUL byte, or check that this is the right file";
        case EnvIssue::too_large:
            return fmt::format(
                "check that this is the right file: at most {} bytes, {} assignments and {} problems "
                "are read",
                config::max_env_file_bytes, config::max_env_entries, config::max_env_diagnostics);
        case EnvIssue::not_literal:
        case EnvIssue::malformed_line:
        case EnvIssue::from_environment:
        case EnvIssue::duplicate_key:
        case EnvIssue::invalid_key:
        case EnvIssue::not_portable:
        case EnvIssue::control_character:
        case EnvIssue::invalid_utf8:
        case EnvIssue::carriage_return:
        case EnvIssue::byte_order_mark:
            break;
    }
    return problem.where.key.empty()
               ? "close what the line opens on the line itself, or delete it"
               : fmt::format("write it as {}=value, or delete the line", problem.where.key);
}

bool breaks_the_file(EnvIssue issue) {
    return issue == EnvIssue::unterminated_quote || issue == EnvIssue::nul_byte ||
           issue == EnvIssue::too_large;
}

// Whether what a shell would run on these lines ends with them, as far as that can be told without running
// it: no quote, command substitution or here-document is open at their end. Else the lines after them may be
// a part of it.
bool ends_with_itself(std::string_view lines) {
    char quote = '\0';
    int depth = 0;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const char c = lines[i];
        if (quote != '\0' && (quote == '\'' || c != '\\')) {
            if (c == quote) quote = '\0';
        } else if (c == '\\') {
            // The line goes on: with the one below, or with what is to be added at the end of the file.
            if (++i + 1 >= lines.size()) return false;
        } else if (c == '\'' || c == '"' || c == '`') {
            quote = c;
        } else if (c == '#' &&
                   (i == 0 || std::string_view(" \t\n;").find(lines[i - 1]) != std::string_view::npos)) {
            i = std::min(lines.find('\n', i), lines.size() - 1);
        } else if (c == '(' || c == '{') {
            ++depth;
        } else if (c == ')' || c == '}') {
            --depth;
        } else if (c == '<' && lines.substr(i, 2) == "<<") {
            return false;
        }
    }
    return quote == '\0' && depth <= 0;
}

tl::unexpected<Error> unsafe(const EnvDiagnostic& problem, std::string_view what) {
    return fail(ErrorCode::invalid,
                fmt::format("{}: {}, so the file cannot be edited safely", problem.where.place(), what),
                remedy_for(problem), problem.where);
}

tl::unexpected<Error> went_wrong(const std::string& file_name, const std::string& what,
                                 const std::string& key) {
    return fail(ErrorCode::invalid,
                fmt::format("{} could not be edited safely: read back, {}", file_name, what),
                "change the file by hand, or write it anew with --force", SourceRef{file_name, 0, 0, key});
}

struct Expected {
    std::string_view key;
    std::string_view value;
};

// The old entries as they are to be afterwards.
std::vector<Expected> expected_entries(const EnvFile& before, const Winners& winners,
                                       const std::vector<Wish>& wishes) {
    std::vector<Expected> expected;
    for (const EnvEntry& entry : before.entries) {
        const Wish* const wish = find_wish(wishes, entry.key);
        if (wish != nullptr && !wish->value) continue;
        const bool wins = find_winner(winners, entry.key) == &entry;
        expected.push_back({entry.key, (wish != nullptr && wins ? *wish->value : entry.value).reveal()});
    }
    return expected;
}

bool same_entries(const EnvFile& a, const EnvFile& b) {
    return std::equal(a.entries.begin(), a.entries.end(), b.entries.begin(), b.entries.end(),
                      [](const EnvEntry& x, const EnvEntry& y) {
                          return x.key == y.key && x.value.reveal() == y.value.reveal();
                      });
}

// A file without cowork's header is read in the dialect that it looks like, the next time as well.
bool still_reads_alike(std::string_view existing, const EnvFile& before, std::string_view result,
                       const EnvFile& after) {
    if (after.by_cowork || !same_entries(config::parse_env_file(existing), before)) return true;
    return same_entries(config::parse_env_file(result), after);
}

std::ptrdiff_t dropped(const EnvFile& file) {
    return std::count_if(file.diagnostics.begin(), file.diagnostics.end(),
                         [](const EnvDiagnostic& problem) { return problem.drops_entry; });
}

}  // namespace

Winners winners_of(const EnvFile& file) {
    Winners winners;
    for (const EnvEntry& entry : file.entries) winners[entry.key] = &entry;
    return winners;
}

const EnvEntry* find_winner(const Winners& winners, std::string_view key) {
    const auto found = winners.find(key);
    return found == winners.end() ? nullptr : found->second;
}

const Wish* find_wish(const std::vector<Wish>& wishes, std::string_view key) {
    const auto found =
        std::find_if(wishes.begin(), wishes.end(), [&](const Wish& wish) { return wish.key == key; });
    return found == wishes.end() ? nullptr : &*found;
}

Result<void> check_wishes(const std::vector<Wish>& wishes) {
    std::unordered_set<std::string_view> seen;
    for (const Wish& wish : wishes) {
        if (!config::is_valid_key(wish.key))
            return fail(ErrorCode::invalid,
                        "a key is not made of letters, digits and _, or begins with a digit",
                        "name the variable as in MY_KEY");
        if (!seen.insert(wish.key).second)
            return fail(ErrorCode::invalid, fmt::format("{} is set twice", wish.key), "set it once",
                        SourceRef{{}, 0, 0, wish.key});
    }
    return {};
}

Result<void> check_editable(std::string_view text, const EnvFile& file, const std::vector<Wish>& wishes) {
    for (const EnvDiagnostic& problem : file.diagnostics) {
        if (breaks_the_file(problem.issue)) return unsafe(problem, problem.message);
        if (!problem.drops_entry) continue;
        if (find_wish(wishes, problem.where.key) != nullptr) return unsafe(problem, problem.message);
        const auto lines = text.substr(problem.line_begin, problem.line_end - problem.line_begin);
        if (file.dialect == Dialect::sh && !ends_with_itself(lines))
            return unsafe(problem,
                          "something begins here that is not a literal value and goes on in other lines");
    }
    return {};
}

std::optional<std::string_view> comment_of_line(std::string_view text,
                                                const std::vector<const EnvEntry*>& line) {
    const auto only_syntax = [](std::string_view piece) {
        constexpr std::string_view word = "export";
        for (auto at = piece.find(word); at != std::string_view::npos; at = piece.find(word)) {
            if (piece.find_first_not_of(" \t\r\n;") != at) return false;
            piece.remove_prefix(at + word.size());
        }
        return piece.find_first_not_of(" \t\r\n;") == std::string_view::npos;
    };
    std::size_t at = line.front()->place.line_begin;
    for (const EnvEntry* const entry : line) {
        if (!only_syntax(text.substr(at, entry->place.key_begin - at))) return std::nullopt;
        at = entry->place.value_end;
    }
    std::string_view tail = text.substr(at, line.front()->place.line_end - at);
    const auto hash = std::min(tail.find('#'), tail.size());
    if (!only_syntax(tail.substr(0, hash))) return std::nullopt;
    tail.remove_prefix(hash);
    while (!tail.empty() && (tail.back() == '\n' || tail.back() == '\r')) tail.remove_suffix(1);
    return tail;
}

Result<void> check_result(std::string_view existing, const EnvFile& before, std::string_view result,
                          const EnvFile& after, const std::string& file_name,
                          const std::vector<Wish>& wishes) {
    const Winners old = winners_of(before);
    const auto expected = expected_entries(before, old, wishes);
    auto next = expected.begin();
    for (const EnvEntry& entry : after.entries) {
        const bool added = find_winner(old, entry.key) == nullptr;
        if (!added &&
            (next == expected.end() || next->key != entry.key || next->value != entry.value.reveal()))
            return went_wrong(file_name, fmt::format("{} is not as it should be", entry.key), entry.key);
        if (!added) ++next;
        if (added && find_wish(wishes, entry.key) == nullptr)
            return went_wrong(file_name, fmt::format("{} appears, which nobody asked for", entry.key),
                              entry.key);
    }
    if (next != expected.end())
        return went_wrong(file_name, fmt::format("{} is missing", next->key), std::string(next->key));
    for (const Wish& wish : wishes) {
        const EnvEntry* const found = after.find(wish.key);
        const bool holds =
            wish.value ? found != nullptr && found->value.reveal() == wish.value->reveal() : found == nullptr;
        if (!holds)
            return went_wrong(file_name, fmt::format("{} is not as it should be", wish.key), wish.key);
    }
    if (dropped(after) > dropped(before))
        return went_wrong(file_name, "it holds a line that cannot be understood", {});
    if (!still_reads_alike(existing, before, result, after))
        return fail(
            ErrorCode::invalid,
            fmt::format(
                "{} could not be edited safely: afterwards its dialect ({}) could not be told from its "
                "text",
                file_name, config::to_string(after.dialect)),
            fmt::format("put this line before all others: {}", config::header_line({"0", after.dialect})),
            SourceRef{file_name, 0, 0, {}});
    return {};
}

}  // namespace cowork::envfile
