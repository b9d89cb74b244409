#include "setup/assets/quote.hpp"

#include "config/dialect.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace cowork::setup {
namespace {

// The text with `before` in front of each of these characters.
std::string escaped(std::string_view text, std::string_view characters, char before) {
    std::string out;
    for (const char c : text) {
        if (characters.find(c) != std::string_view::npos) out += before;
        out += c;
    }
    return out;
}

std::string doubled(std::string_view text, char which) {
    return escaped(text, std::string_view(&which, 1), which);
}

std::string in_double_quotes(std::string_view text) { return '"' + escaped(text, "\\\"", '\\') + '"'; }

bool is_ipv6(std::string_view text) {
    std::array<unsigned char, sizeof(in6_addr)> address{};
    return inet_pton(AF_INET6, std::string(text).c_str(), address.data()) == 1;
}

bool is_host_name(std::string_view text) {
    constexpr std::size_t longest = 253;
    const auto allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
               c == '-' || c == '_';
    };
    return !text.empty() && text.size() <= longest && text.front() != '-' && text.front() != '.' &&
           std::all_of(text.begin(), text.end(), allowed);
}

}  // namespace

void Quoting::refuse(std::string_view name, std::string_view why, std::string remedy) {
    if (error_) return;
    error_ = Error{ErrorCode::refused,
                   fmt::format("the files of --assets cannot hold {}: {}", name, why),
                   std::move(remedy),
                   {{}, 0, 0, std::string(name)}};
}

bool Quoting::printable(std::string_view text, std::string_view name) {
    const auto problem = config::forbidden_everywhere(text);
    if (problem != config::CharClass::none) {
        refuse(name, fmt::format("it has {}", config::describe(problem)), "set it to a value without");
        return false;
    }
    if (!config::is_valid_utf8(text)) {
        refuse(name, "it is not UTF-8", "set it to a value in UTF-8");
        return false;
    }
    return true;
}

std::string Quoting::systemd_word(std::string_view text, std::string_view name) {
    return printable(text, name) ? in_double_quotes(doubled(text, '%')) : std::string{};
}

std::string Quoting::systemd_program(std::string_view text, std::string_view name) {
    if (text.find_first_of("\"'\\") == std::string_view::npos) return systemd_word(text, name);
    refuse(name, "systemd starts no program with a quote or a backslash in its path",
           "install it under another path");
    return {};
}

std::string Quoting::systemd_argument(std::string_view text, std::string_view name) {
    return printable(text, name) ? in_double_quotes(doubled(doubled(text, '%'), '$')) : std::string{};
}

std::string Quoting::systemd_line(std::string_view text, std::string_view name) {
    if (!printable(text, name)) return {};
    // systemd cuts blanks at the end of a line, and a backslash there joins the next one to it.
    if (text.ends_with(' ') || text.ends_with('\\')) {
        refuse(name, "it ends in a space or a backslash", "choose a path that ends in another character");
        return {};
    }
    return doubled(text, '%');
}

std::string Quoting::systemd_pattern(std::string_view text, std::string_view name) {
    const std::string line = systemd_line(text, name);
    return escaped(line, "\\*?[", '\\');
}

std::string Quoting::yaml(std::string_view text, std::string_view name) {
    return printable(text, name) ? in_double_quotes(text) : std::string{};
}

std::string Quoting::compose(std::string_view text, std::string_view name) {
    return printable(text, name) ? in_double_quotes(doubled(text, '$')) : std::string{};
}

std::string Quoting::psql(std::string_view text, std::string_view name) {
    if (!printable(text, name)) return {};
    return "'" + doubled(doubled(text, '\\'), '\'') + "'";
}

std::string Quoting::psql_name(std::string_view text, std::string_view name) {
    return printable(text, name) ? '"' + doubled(text, '"') + '"' : std::string{};
}

std::string Quoting::host(std::string_view text, std::string_view name) {
    if (text.starts_with('[') && text.ends_with(']')) text = text.substr(1, text.size() - 2);
    if (is_ipv6(text)) return fmt::format("[{}]", text);
    if (is_host_name(text)) return std::string(text);
    refuse(name, "it names no plain host", "write a host name of ASCII letters (punycode) or an address");
    return {};
}

}  // namespace cowork::setup
