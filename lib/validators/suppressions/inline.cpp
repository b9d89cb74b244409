#include "validators/suppressions/inline.hpp"

#include "core/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <span>
#include <string_view>

namespace cowork::validators {
namespace {

constexpr std::string_view word = "cowork:";
constexpr std::size_t most = 1000;  // of one file; no file has a reason for more
constexpr std::size_t most_tries = 16;
constexpr std::string_view usage = "# cowork: allow RULE because <your reason>";

// How a comment begins, and how it ends on its line.
struct Comment {
    std::string_view begin, end;
};
constexpr std::array hash_comments{Comment{"#", {}}};
constexpr std::array json_comments{Comment{"//", {}}, Comment{"/*", "*/"}};
constexpr std::array text_comments{Comment{"#", {}}, Comment{"//", {}}, Comment{"/*", "*/"},
                                   Comment{"<!--", "-->"}};

std::span<const Comment> comments_of(const Input& input) {
    if (input.json) return json_comments;
    if (input.yaml || input.kind == Kind::env) return hash_comments;
    if (input.kind != Kind::text && input.path.ends_with("json")) return json_comments;
    return text_comments;
}

bool is_blank(char c) { return c == ' ' || c == '\t'; }

// The first word of a text, which is taken away with the blanks after it.
std::string_view take_word(std::string_view& text) {
    const std::string_view taken = text.substr(0, text.find_first_of(" \t"));
    text = trimmed(text.substr(taken.size()));
    return taken;
}

// What follows `allow`.
Permit permit_of(std::string_view text) {
    Permit permit;
    const auto malformed = [&](std::string_view rule, std::string message) {
        permit.fault = rule;
        permit.message = std::move(message);
        permit.remedy = fmt::format("write {}", usage);
    };
    permit.rule = take_word(text);
    if (permit.rule.empty()) {
        malformed("suppression.malformed", "the permission names no rule");
        return permit;
    }
    std::string_view next = take_word(text);
    if (next == "until") {
        permit.end = end_of_day(take_word(text));
        next = take_word(text);
        if (!permit.end) {
            malformed("suppression.malformed", "what follows until is no date such as 2026-12-31");
            return permit;
        }
    }
    if (next.empty() || (next == "because" && text.empty())) {
        malformed("suppression.no-reason", fmt::format("nothing says why {} is allowed", permit.rule));
    } else if (next != "because") {
        malformed("suppression.malformed", "the permission is not understood after the rule's id");
    } else {
        permit.reason = text;
    }
    return permit;
}

class Reader {
  public:
    Reader(const Input& input, const LineIndex& index) : input_(input), index_(index), text_(input.text) {}

    std::vector<Directive> read() {
        for (auto at = next_word(0); at != std::string_view::npos && found_.size() < most;) {
            const std::size_t begin = text_.rfind('\n', at) + 1;
            const std::size_t end = std::min(text_.find('\n', at), text_.size());
            // One directive a line, and it begins near the line's begin or it is none: each line is looked at
            // a bounded number of times.
            std::size_t tries = 0;
            while (at < end && ++tries <= most_tries && !read_line(begin, at, end))
                at = std::min(next_word(at + 1), text_.size());
            at = next_word(end);
        }
        for (Directive& one : found_)
            if (one.own) one.line = line_after(one);
        return std::move(found_);
    }

  private:
    // `cowork:`, which may begin with a capital as sentences do.
    [[nodiscard]] std::size_t next_word(std::size_t from) const {
        for (auto at = text_.find(word.substr(1), from + 1); at != std::string_view::npos;
             at = text_.find(word.substr(1), at + 1))
            if (text_[at - 1] == word.front() || text_[at - 1] == 'C') return at - 1;
        return std::string_view::npos;
    }

    // Whether there is a directive.
    bool read_line(std::size_t begin, std::size_t at, std::size_t end) {
        constexpr std::size_t longest_indent = 4096;  // without a bound, one long line costs its square
        if (at - begin > longest_indent) return false;
        std::string_view before = text_.substr(begin, at - begin);
        while (!before.empty() && is_blank(before.back())) before.remove_suffix(1);
        const Comment* const comment = comment_at_end(before);
        if (comment == nullptr) return false;
        std::string_view rest = trimmed(text_.substr(at + word.size(), end - at - word.size()));
        if (!comment->end.empty() && rest.find(comment->end) != std::string_view::npos)
            rest = trimmed(rest.substr(0, rest.find(comment->end)));
        if (lowered(take_word(rest)) != "allow") return false;
        before.remove_suffix(comment->begin.size());
        while (before.ends_with('#')) before.remove_suffix(1);
        if (!before.empty() && !is_blank(before.back())) return false;
        if (std::count(before.begin(), before.end(), '"') % 2 != 0) return false;  // inside a string
        add(begin + before.size(), end, trimmed(before).empty(), *comment, permit_of(rest));
        return true;
    }

    [[nodiscard]] const Comment* comment_at_end(std::string_view before) const {
        for (const Comment& comment : comments_of(input_))
            if (before.ends_with(comment.begin)) return &comment;
        return nullptr;
    }

    void add(std::size_t begin, std::size_t end, bool own, const Comment& comment, Permit permit) {
        if (input_.kind == Kind::text && !permit.rule.starts_with("leak.")) return;
        const TextRange where = index_.range(begin, end);
        if (!own && input_.kind == Kind::env) {
            permit.fault = "suppression.malformed";
            permit.message = "the permission stands after a value, and is part of it for some readers";
            permit.remedy = "put it on a line of its own, before the value";
        }
        found_.push_back({std::move(permit), where, own ? 0 : where.line, own});
        markers_.push_back(comment.begin);
    }

    // The next line that is neither blank nor such a comment; 0 for none. Directives that follow each other
    // share it.
    [[nodiscard]] int line_after(const Directive& one) {
        const std::string_view marker = markers_[static_cast<std::size_t>(&one - found_.data())];
        int& line = next_[marker];
        line = std::max(line, one.where.line + 1);
        while (line <= index_.lines()) {
            const std::string_view text = trimmed(index_.line(line));
            if (!text.empty() && !text.starts_with(marker)) return line;
            ++line;
        }
        return 0;
    }

    const Input& input_;
    const LineIndex& index_;
    std::string_view text_;
    std::vector<Directive> found_;
    std::vector<std::string_view> markers_;  // parallel
    std::map<std::string_view, int> next_;   // so that many directives cost one walk
};

}  // namespace

std::vector<Directive> directives_in(const Input& input, const LineIndex& index) {
    return Reader(input, index).read();
}

}  // namespace cowork::validators
