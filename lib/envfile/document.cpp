#include "envfile/document.hpp"

#include "envfile/private_text.hpp"
#include "envfile/quote.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>
#include <utility>

namespace cowork::envfile {
namespace {

using config::Dialect;

std::string comment_line(std::string_view text) {
    return text.empty() ? "#\n" : fmt::format("# {}\n", comment_text(text));
}

std::string loading_hint(Dialect dialect, std::string_view name) {
    std::string shell = fmt::format("# Shell: set -a; . ./{}; set +a\n", name);
    std::string systemd = fmt::format("# systemd: EnvironmentFile=/absolute/path/to/{}\n", name);
    std::string docker = fmt::format("# Docker: docker run --env-file {} ...\n", name);
    std::string compose = fmt::format("# Compose: env_file: {}\n", name);
    switch (dialect) {
        case Dialect::portable:
            return shell + systemd + docker + compose + fmt::format("# Node: node --env-file={} ...\n", name);
        case Dialect::sh:
            return shell;
        case Dialect::systemd:
            return systemd;
        case Dialect::docker:
            return docker;
        case Dialect::compose:
            return compose;
    }
    return shell;
}

Result<void> check_keys(const std::vector<Line>& lines) {
    std::unordered_set<std::string_view> seen;
    for (const Line& line : lines) {
        if (line.kind != Line::Kind::assignment) continue;
        if (!config::is_valid_key(line.text)) {
            return fail(ErrorCode::invalid,
                        "a key is not made of letters, digits and _, or begins with a digit",
                        "name the variable as in MY_KEY");
        }
        if (!seen.insert(line.text).second) {
            return fail(ErrorCode::invalid, fmt::format("{} is set twice", line.text), "set it once",
                        SourceRef{{}, 0, 0, line.text});
        }
    }
    return {};
}

Result<std::vector<Secret>> render_lines(const std::vector<Line>& lines, Dialect dialect) {
    std::vector<Secret> rendered;
    for (const Line& line : lines) {
        if (line.kind == Line::Kind::blank) {
            rendered.emplace_back("\n");
        } else if (line.kind == Line::Kind::comment) {
            rendered.emplace_back(comment_line(line.text));
        } else {
            auto value = render_value(line.text, line.value, dialect);
            if (!value) return tl::unexpected(std::move(value.error()));
            PrivateText text(line.text.size() + value->size() + 2);
            rendered.push_back(
                text.append(line.text).append('=').append(value->reveal()).append('\n').to_secret());
        }
    }
    return rendered;
}

}  // namespace

// systemd joins a comment that ends in a backslash with the line after it.
std::string comment_text(std::string_view text) {
    std::string clean(text);
    std::replace_if(
        clean.begin(), clean.end(),
        [](char c) { return static_cast<unsigned char>(c) < 0x20U || c == '\x7F'; }, '?');
    if (!config::is_valid_utf8(clean)) {
        std::replace_if(
            clean.begin(), clean.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80U; }, '?');
    }
    while (!clean.empty() && (clean.back() == '\\' || clean.back() == ' ')) clean.pop_back();
    return clean;
}

std::string document_header(std::string_view version, Dialect dialect, std::string_view file_name) {
    const bool plain = !file_name.empty() && config::not_portable(file_name) == config::CharClass::none;
    return config::header_line({std::string(version), dialect}) +
           "\n# It holds secrets: keep its mode at 0600 and keep it out of version control.\n" +
           loading_hint(dialect, plain ? file_name : "FILE");
}

Document::Document(Dialect dialect, std::string file_name)
    : dialect_(dialect), file_name_(std::move(file_name)) {}

Document& Document::group(std::string_view title) { return blank().comment(title); }

Document& Document::comment(std::string_view text) {
    for (;;) {
        const auto end = text.find('\n');
        lines_.push_back({Line::Kind::comment, std::string(text.substr(0, end)), {}});
        if (end == std::string_view::npos) return *this;
        text.remove_prefix(end + 1);
    }
}

Document& Document::blank() {
    lines_.push_back({Line::Kind::blank, {}, {}});
    return *this;
}

Document& Document::assign(std::string key, Secret value) {
    lines_.push_back({Line::Kind::assignment, std::move(key), std::move(value)});
    return *this;
}

Result<Secret> Document::render(std::string_view version) const {
    if (auto keys = check_keys(lines_); !keys) return tl::unexpected(std::move(keys.error()));
    const auto rendered = render_lines(lines_, dialect_);
    if (!rendered) return tl::unexpected(rendered.error());
    const std::string head = document_header(version, dialect_, file_name_);
    std::size_t size = head.size();
    for (const Secret& line : *rendered) size += line.size();
    PrivateText text(size);
    text.append(head);
    for (const Secret& line : *rendered) text.append(line.reveal());
    return text.to_secret();
}

bool written_by_cowork(std::string_view text) { return config::read_header(text).has_value(); }

}  // namespace cowork::envfile
