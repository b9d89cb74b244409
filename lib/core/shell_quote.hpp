#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace cowork {

// The text as one word of a POSIX shell command, for the commands that remedies show.
inline std::string shell_quote(std::string_view text) {
    std::string quoted = "'";
    for (const char c : text) {
        if (c == '\'') {
            quoted += "'\\''";
        } else {
            quoted += c;
        }
    }
    return quoted + "'";
}

// The same, without quotes where the text needs none.
inline std::string shell_word(std::string_view text) {
    const bool plain = !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' ||
               c == '.' || c == '_' || c == '-';
    });
    return plain ? std::string(text) : shell_quote(text);
}

// A path as an argument, which must not be taken for an option.
inline std::string path_word(std::string_view path) {
    return path.starts_with('-') ? shell_word("./" + std::string(path)) : shell_word(path);
}

}  // namespace cowork
