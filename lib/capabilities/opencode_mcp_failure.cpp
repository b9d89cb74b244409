#include "capabilities/opencode_mcp_failure.hpp"

#include "core/text.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>

namespace cowork::capabilities {
namespace {

// An error begins with what it is; what comes later is a trace or an answer's body.
constexpr std::size_t looked_at = 2000;

struct Sign {
    std::string_view words;  // in small letters
    std::string_view kind;
};

// The first that is found decides, so the plainer words stand before the vaguer ones.
constexpr std::array signs{
    Sign{"executable not found", "executable not found"},
    Sign{"enoent", "executable not found"},
    Sign{"no such file", "executable not found"},
    Sign{"eacces", "permission denied by the system"},
    Sign{"permission denied", "permission denied by the system"},
    Sign{"econnrefused", "connection refused"},
    Sign{"connection refused", "connection refused"},
    Sign{"unable to connect", "no connection"},
    Sign{"econnreset", "connection reset"},
    Sign{"connection reset", "connection reset"},
    Sign{"socket connection was closed", "connection closed"},
    Sign{"connection closed", "connection closed"},
    Sign{"enotfound", "host not found"},
    Sign{"eai_again", "host not found"},
    Sign{"getaddrinfo", "host not found"},
    Sign{"typo in the url", "host not found"},
    Sign{"certificate", "certificate not accepted"},
    Sign{"timed out", "timed out"},
    Sign{"timeout", "timed out"},
    Sign{"unauthorized", "401 unauthorized"},
    Sign{"forbidden", "403 forbidden"},
    Sign{"too many requests", "429 too many requests"},
    Sign{"internal server error", "500 internal server error"},
    Sign{"bad gateway", "502 bad gateway"},
    Sign{"service unavailable", "503 service unavailable"},
    Sign{"method not found", "no answer of an MCP server"},
    Sign{"failed to get tools", "no list of tools"},
    Sign{"401", "401 unauthorized"},
    Sign{"403", "403 forbidden"},
    Sign{"404", "404 not found"},
    Sign{"429", "429 too many requests"},
    Sign{"500", "500 internal server error"},
    Sign{"502", "502 bad gateway"},
    Sign{"503", "503 service unavailable"},
    Sign{"not found", "not found"},
};

bool is_word_character(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

// Whether the sign stands there as words of its own.
bool stands_in(std::string_view text, std::string_view sign) {
    for (auto at = text.find(sign); at != std::string_view::npos; at = text.find(sign, at + 1)) {
        const auto end = at + sign.size();
        if ((at == 0 || !is_word_character(text[at - 1])) &&
            (end == text.size() || !is_word_character(text[end])))
            return true;
    }
    return false;
}

}  // namespace

std::string_view mcp_failure(std::string_view words) {
    const std::string text = lowered(words.substr(0, looked_at));
    const auto found = std::find_if(signs.begin(), signs.end(),
                                    [&](const Sign& sign) { return stands_in(text, sign.words); });
    return found == signs.end() ? "of another kind; OpenCode's log has its words" : found->kind;
}

std::string_view mcp_status(std::string_view status) {
    constexpr std::array known{std::string_view{"connected"}, std::string_view{"disabled"},
                               std::string_view{"failed"}, std::string_view{"needs_auth"},
                               std::string_view{"needs_client_registration"}};
    const auto found = std::find(known.begin(), known.end(), status);
    return found == known.end() ? "other" : *found;
}

}  // namespace cowork::capabilities
