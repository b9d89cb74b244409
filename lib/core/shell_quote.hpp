#pragma once

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

}  // namespace cowork
