#include "envfile/quote.hpp"

#include "envfile/private_text.hpp"

#include <fmt/format.h>

#include <string>

namespace cowork::envfile {
namespace {

using config::CharClass;
using config::Dialect;

bool contains(std::string_view text, char c) { return text.find(c) != std::string_view::npos; }

// Single quotes are literal for every release of Compose, but for these two.
bool literal_in_single_quotes(std::string_view value) {
    return !contains(value, '\'') && value.find("\\\\") == std::string_view::npos;
}

// Unicode noncharacters (U+FDD0..U+FDEF and the last two of each plane), which systemd takes for broken
// UTF-8. The text is well-formed UTF-8.
bool holds_noncharacter(std::string_view text) {
    const auto byte = [&](std::size_t i) {
        return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
    };
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (byte(i) == 0xEFU && byte(i + 1) == 0xB7U && byte(i + 2) >= 0x90U && byte(i + 2) <= 0xAFU)
            return true;
        if (byte(i) == 0xEFU && byte(i + 1) == 0xBFU && byte(i + 2) >= 0xBEU) return true;
        if (byte(i) >= 0xF0U && (byte(i + 1) & 0x0FU) == 0x0FU && byte(i + 2) == 0xBFU &&
            byte(i + 3) >= 0xBEU) {
            return true;
        }
    }
    return false;
}

// Why no spelling means this value to every release of Compose; empty when one does. Compose 1.29, which
// distributions still ship, expands ${...} even within single quotes, where it takes a pair of backslashes
// for one, and knows no escaped dollar sign; the first releases of 2 take \' in single quotes as it stands,
// and drop quotes at the ends of a double-quoted value. All but the newest take the quote behind a last
// backslash for a part of the value.
std::string_view compose_problem(std::string_view value) {
    if (value.ends_with('\\')) return "a backslash at its end";
    if (value.find("${") != std::string_view::npos) return "a dollar sign before an opening brace";
    if (literal_in_single_quotes(value)) return {};
    const bool single = contains(value, '\'');
    if (contains(value, '$'))
        return single ? "both a dollar sign and a single quote"
                      : "both a dollar sign and two backslashes in a row";
    if (value.starts_with('"') || value.ends_with('"'))
        return single ? "a double quote at an end besides a single quote"
                      : "a double quote at an end besides two backslashes in a row";
    return {};
}

// What keeps the dialect from holding the value, in words; empty when nothing does.
std::string_view problem_for(std::string_view value, Dialect dialect) {
    const auto words = [](CharClass problem) {
        return problem == CharClass::none ? std::string_view{} : config::describe(problem);
    };
    if (const CharClass problem = config::forbidden_everywhere(value); problem != CharClass::none)
        return words(problem);
    switch (dialect) {
        case Dialect::portable:
            return words(config::not_portable(value));
        case Dialect::sh:
            return {};
        case Dialect::systemd:
            if (!config::is_valid_utf8(value) || holds_noncharacter(value))
                return words(CharClass::invalid_utf8);
            return {};
        case Dialect::docker:
        case Dialect::compose:
            if (!config::is_valid_utf8(value)) return words(CharClass::invalid_utf8);
            return dialect == Dialect::compose ? compose_problem(value) : std::string_view{};
    }
    return {};
}

Secret single_quoted_for_sh(std::string_view value) {
    PrivateText text(value.size() * 4 + 2);
    text.append('\'');
    for (const char c : value) {
        if (c == '\'') {
            text.append("'\\''");
        } else {
            text.append(c);
        }
    }
    return text.append('\'').to_secret();
}

Secret double_quoted(std::string_view value, std::string_view escaped) {
    PrivateText text(value.size() * 2 + 2);
    text.append('"');
    for (const char c : value) {
        if (contains(escaped, c)) text.append('\\');
        text.append(c);
    }
    return text.append('"').to_secret();
}

Secret quoted_for_compose(std::string_view value) {
    if (!literal_in_single_quotes(value)) return double_quoted(value, "\\\"");
    PrivateText text(value.size() + 2);
    return text.append('\'').append(value).append('\'').to_secret();
}

Secret quoted(std::string_view value, Dialect dialect) {
    switch (dialect) {
        case Dialect::portable:
        case Dialect::docker:
            break;
        case Dialect::sh:
            return single_quoted_for_sh(value);
        case Dialect::systemd:
            return double_quoted(value, "\"\\`$");
        case Dialect::compose:
            return quoted_for_compose(value);
    }
    return Secret(value);
}

std::string suggestion(std::string_view problem, const Secret& value) {
    std::string names;
    for (const Dialect dialect : dialects_holding(value)) {
        names += fmt::format("{}{}", names.empty() ? "" : ", ", config::to_string(dialect));
    }
    if (names.empty()) return fmt::format("choose a value without {}", problem);
    return fmt::format("choose a value without {}, or a dialect that can hold it: {}", problem, names);
}

}  // namespace

std::vector<Dialect> dialects_holding(const Secret& value) {
    std::vector<Dialect> holding;
    for (const Dialect dialect : config::all_dialects) {
        if (problem_for(value.reveal(), dialect).empty()) holding.push_back(dialect);
    }
    return holding;
}

Result<Secret> render_value(std::string_view key, const Secret& value, Dialect dialect, Quoting quoting) {
    const std::string_view problem = problem_for(value.reveal(), dialect);
    if (!problem.empty()) {
        return fail(ErrorCode::refused,
                    fmt::format("the value of {} holds {}, which the {} dialect cannot write", key, problem,
                                config::to_string(dialect)),
                    suggestion(problem, value), SourceRef{{}, 0, 0, std::string(key)});
    }
    const bool plain = config::not_portable(value.reveal()) == CharClass::none;
    if (plain && quoting == Quoting::as_needed) return value.clone();
    return quoted(value.reveal(), dialect);
}

}  // namespace cowork::envfile
