#include "validators/env/causes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace cowork::validators {
namespace {

using enum Reader;
using Known = std::optional<Reader>;
using Found = std::optional<Cause>;

constexpr auto npos = std::string_view::npos;

bool is_blank(char c) { return c == ' ' || c == '\t'; }
bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; }

// From a place in the content to its end.
Cause in_content(const Assignment& one, std::string_view rule, std::size_t at, std::vector<Effect> effects) {
    return {rule, one.content_begin() + at, one.content_begin() + one.content.size(), std::move(effects)};
}
Cause in_written(const Assignment& one, std::string_view rule, std::size_t at, std::size_t end,
                 std::vector<Effect> effects) {
    return {rule, one.value_begin + at, one.value_begin + end, std::move(effects)};
}

Found exported(const Assignment& one, Known) {
    if (!one.exported) return std::nullopt;
    return Cause{"env.export",
                 one.key_begin,
                 one.value_end(),
                 {{{docker}, "the whole file is refused"}, {{systemd}, "the line is ignored"}}};
}

Found blank_before_equals(const Assignment& one, Known) {
    if (!one.blank_before_equals) return std::nullopt;
    return Cause{"env.blank-before-equals",
                 one.key_begin,
                 one.value_end(),
                 {{{sh}, "the key is run as a command"}, {{docker}, "the whole file is refused"}}};
}

Found blank_before_value(const Assignment& one, Known) {
    if (one.written.empty() || !is_blank(one.written.front()) || one.content.empty()) return std::nullopt;
    return in_written(one, "env.blank-before-value", 0, one.value_end() - one.value_begin,
                      {{{sh}, "the key stays empty and the value is run as a command"},
                       {{docker}, "the blank becomes part of the value"}});
}

// KEY= and blanks: a reader that drops white space may drop the line's end with it.
Found only_blanks(const Assignment& one, Known) {
    if (one.written.empty() || !one.content.empty() || one.quoting != Quoting::none || one.comment)
        return std::nullopt;
    return in_written(one, "env.trailing-blank", 0, one.written.size(),
                      {{{docker}, "the blanks are the value"}, {{node}, "the next line is the value"}});
}

Found open_quote(const Assignment& one, Known) {
    if (one.quoting != Quoting::open) return std::nullopt;
    const std::size_t quote = one.content_begin() - one.value_begin - 1;
    return in_written(one, "env.unterminated-quote", quote, one.written.size(),
                      {{{sh, compose, systemd}, "the rest of the file may become the value, or none of it"},
                       {{docker, node}, "the quote becomes part of the value"}});
}

// A $ or back quote that nothing takes the meaning from.
Found expansion(const Assignment& one, Known) {
    if (one.quoting == Quoting::single) return std::nullopt;
    for (std::size_t i = 0; i < one.content.size(); ++i) {
        const char c = one.content[i];
        if (c == '\\') {
            ++i;
        } else if (c == '$') {
            return in_content(one, "env.expansion", i,
                              {{{sh, compose}, "something else takes the place of what follows the $"}});
        } else if (c == '`') {
            return in_content(one, "env.expansion", i,
                              {{{sh}, "what follows the back quote is run as a command"},
                               {{node}, "the back quotes are none of the value"}});
        }
    }
    return std::nullopt;
}

Found comment(const Assignment& one, Known) {
    if (!one.comment) return std::nullopt;
    return in_written(one, "env.comment-in-value", *one.comment, one.written.size(),
                      {{{docker, systemd}, "the # and what follows become part of the value"}});
}

Found hash(const Assignment& one, Known) {
    if (one.quoting != Quoting::none) return std::nullopt;
    const auto at = one.content.find('#');
    if (at == npos) return std::nullopt;
    return in_content(one, "env.hash-in-value", at, {{{node, compose}, "the value ends before the #"}});
}

Found kept_quotes(const Assignment& one, Known) {
    if (one.quoting != Quoting::single && one.quoting != Quoting::twice) return std::nullopt;
    if (one.several_lines()) return std::nullopt;  // told as such
    const std::size_t begin = one.content_begin() - one.value_begin - 1;
    return in_written(one, "env.quotes-kept", begin, one.value_end() - one.value_begin,
                      {{{docker}, "the quotes become part of the value"}});
}

Found several_lines(const Assignment& one, Known) {
    if (!one.several_lines()) return std::nullopt;
    return Cause{"env.several-lines",
                 one.key_begin,
                 one.value_end(),
                 {{{docker}, "each line is an assignment of its own, or an error"}}};
}

Found backslash(const Assignment& one, Known known) {
    const auto at = one.content.find('\\');
    if (at == npos) return std::nullopt;
    constexpr std::string_view lost = "a backslash is dropped, or changes what follows it";
    if (one.quoting == Quoting::twice) {
        // Inside quotes it is there for the reader that was meant; only Node knows no \".
        const bool quote = one.content.find("\\\"") != npos;
        if (known) return quote ? in_content(one, "env.backslash", at, {{{node}, lost}}) : Found{};
        return in_content(one, "env.backslash", at, {{{sh, compose, systemd, node}, lost}});
    }
    if (one.quoting == Quoting::single)
        return known ? Found{} : in_content(one, "env.backslash", at, {{{compose, node}, lost}});
    // Before a letter it can be no escape that somebody wrote.
    const bool meant = at + 1 >= one.content.size() || !is_word(one.content[at + 1]);
    if (known && meant) return std::nullopt;
    return in_content(one, "env.backslash", at, {{{sh, systemd}, lost}});
}

// Whether a shell finds the end of every quote on the line.
bool closes_its_quotes(std::string_view text) {
    char open = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\\' && open != '\'') {
            ++i;
        } else if (open == 0 && (text[i] == '"' || text[i] == '\'')) {
            open = text[i];
        } else if (text[i] == open) {
            open = 0;
        }
    }
    return open == 0;
}

Found stray_quote(const Assignment& one, Known known) {
    if (one.quoting != Quoting::none && one.quoting != Quoting::joined) return std::nullopt;
    if (one.quoting == Quoting::joined && (known == sh || known == systemd)) return std::nullopt;
    const auto at = one.content.find_first_of("\"'");
    if (at == npos) return std::nullopt;
    if (one.quoting == Quoting::joined)
        return in_content(one, "env.stray-quote", at,
                          {{{compose, docker, node}, "the parts with quotes are not joined as in a shell"},
                           {{sh, systemd}, "the quotes inside are none of the value"}});
    return in_content(
        one, "env.stray-quote", at,
        {{{sh},
          closes_its_quotes(one.content) ? "the quotes inside are none of the value"
                                         : "the value goes on to the next such quote, perhaps lines below"}});
}

Found blank_inside(const Assignment& one, Known) {
    if (one.quoting != Quoting::none) return std::nullopt;
    const auto at = one.content.find_first_of(" \t");
    if (at == npos) return std::nullopt;
    return in_content(one, "env.unquoted-blank", at,
                      {{{sh}, "the key stays empty and the second word is run as a command"}});
}

Found shell_syntax(const Assignment& one, Known) {
    if (one.quoting != Quoting::none) return std::nullopt;
    const auto at = one.content.find_first_of(";&|<>()~");
    if (at == npos) return std::nullopt;
    return in_content(one, "env.shell-syntax", at,
                      {{{sh}, "this character ends a command, opens a file or names a directory"}});
}

Found trailing_blank(const Assignment& one, Known) {
    if (one.quoting != Quoting::none || one.comment || one.content.empty()) return std::nullopt;
    if (!is_blank(one.written.back())) return std::nullopt;
    return in_written(one, "env.trailing-blank", one.value_end() - one.value_begin, one.written.size(),
                      {{{docker}, "the blanks at the end become part of the value"}});
}

constexpr std::array finders{exported,
                             blank_before_equals,
                             blank_before_value,
                             only_blanks,
                             open_quote,
                             expansion,
                             comment,
                             hash,
                             kept_quotes,
                             several_lines,
                             backslash,
                             stray_quote,
                             blank_inside,
                             shell_syntax,
                             trailing_blank};

constexpr std::string_view name_of(Reader reader) {
    switch (reader) {
        case sh:
            return "sh";
        case compose:
            return "Compose";
        case docker:
            return "docker --env-file";
        case systemd:
            return "systemd";
        case node:
            return "Node";
    }
    return {};
}

}  // namespace

std::string named(ReaderSet readers) {
    std::vector<std::string_view> names;
    for (const Reader reader : all_readers)
        if (readers.has(reader)) names.push_back(name_of(reader));
    std::string text;
    for (std::size_t i = 0; i < names.size(); ++i)
        text += fmt::format("{}{}", i == 0 ? "" : i + 1 == names.size() ? " and " : ", ", names[i]);
    return text;
}

std::optional<Reader> reader_of(config::Dialect dialect) {
    switch (dialect) {
        case config::Dialect::portable:
            return std::nullopt;
        case config::Dialect::sh:
            return sh;
        case config::Dialect::systemd:
            return systemd;
        case config::Dialect::docker:
            return docker;
        case config::Dialect::compose:
            return compose;
    }
    return std::nullopt;
}

std::vector<Cause> causes_in(const Assignment& assignment, std::optional<Reader> known) {
    std::vector<Cause> causes;
    for (const auto find : finders)
        if (Found found = find(assignment, known)) causes.push_back(std::move(*found));
    return causes;
}

}  // namespace cowork::validators
