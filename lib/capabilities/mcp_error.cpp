#include "capabilities/mcp_error.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace cowork::capabilities {
namespace {

constexpr std::size_t most_read = 4096;  // bytes of an error that are looked at
constexpr std::size_t longest = 200;
constexpr std::string_view ellipsis = "…";

// In order, for the search.
constexpr std::array words{
    "a",           "aborted",     "access",      "after",        "an",          "and",          "bad",
    "broken",      "cannot",      "certificate", "client",       "close",       "closed",       "code",
    "command",     "connect",     "connection",  "could",        "denied",      "directory",    "dns",
    "does",        "due",         "eacces",      "econnrefused", "econnreset",  "ehostunreach", "end",
    "enoent",      "enotfound",   "eof",         "eperm",        "epipe",       "error",        "etimedout",
    "executable",  "exit",        "exited",      "expired",      "failed",      "fetch",        "file",
    "for",         "forbidden",   "found",       "from",         "gateway",     "get",          "got",
    "handshake",   "hang",        "has",         "host",         "html",        "http",         "in",
    "initialize",  "input",       "internal",    "invalid",      "is",          "json",         "list",
    "lookup",      "mcp",         "message",     "method",       "missing",     "ms",           "network",
    "no",          "non",         "non-200",     "not",          "of",          "on",           "open",
    "operation",   "or",          "output",      "parse",        "path",        "permission",   "pipe",
    "post",        "process",     "protocol",    "read",         "received",    "refused",      "request",
    "required",    "reset",       "resolve",     "resource",     "response",    "sec",          "seconds",
    "self-signed", "server",      "service",     "session",      "signal",      "socket",       "spawn",
    "sse",         "ssl",         "start",       "started",      "status",      "stdin",        "stdio",
    "stdout",      "stream",      "such",        "system",       "terminated",  "the",          "time",
    "timed",       "timeout",     "tls",         "to",           "token",       "too",          "tools",
    "transport",   "type",        "unable",      "unauthorized", "unavailable", "unexpected",   "unknown",
    "unreachable", "unsupported", "up",          "url",          "version",     "was",          "while",
    "with",        "within",      "write"};
static_assert(std::is_sorted(words.begin(), words.end(),
                             [](std::string_view one, std::string_view other) { return one < other; }));

bool is_number(std::string_view word) {
    constexpr std::size_t most_digits = 5;
    if (word.starts_with('-')) word.remove_prefix(1);
    return !word.empty() && word.size() <= most_digits &&
           std::all_of(word.begin(), word.end(), [](unsigned char c) { return std::isdigit(c) != 0; });
}

bool is_plain(std::string_view word) {
    constexpr std::string_view around = ".,:;()[]\"'";
    const auto first = word.find_first_not_of(around);
    if (first == std::string_view::npos) return false;
    word = word.substr(first, word.find_last_not_of(around) - first + 1);
    if (is_number(word)) return true;
    std::string lower(word);
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return std::binary_search(words.begin(), words.end(), std::string_view(lower));
}

}  // namespace

std::string plain_error(std::string_view error) {
    error = error.substr(0, most_read);
    std::string text;
    bool left_out = false;
    while (!error.empty() && text.size() < longest) {
        constexpr std::string_view blanks = " \t\r\n";
        const std::string_view word = error.substr(0, error.find_first_of(blanks));
        error.remove_prefix(std::min(error.size(), word.size() + 1));
        if (word.empty()) continue;
        const bool plain = is_plain(word) && text.size() + word.size() < longest;
        // Several that are left out, one after another, are one gap.
        if (!plain && left_out) continue;
        if (!text.empty()) text += ' ';
        text += plain ? word : ellipsis;
        left_out = !plain;
    }
    return text;
}

}  // namespace cowork::capabilities
