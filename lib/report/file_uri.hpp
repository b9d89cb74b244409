#pragma once

#include <string>
#include <string_view>

namespace cowork::report {

// A path without `.` and empty parts: `./a//b` is `a/b`.
[[nodiscard]] std::string plain_path(std::string_view path);

// A path as a URI, percent-encoded: `file:///...` or a relative reference.
struct FileUri {
    std::string uri;
    bool below = false;  // relative, and not above the directory it is relative to
};
[[nodiscard]] FileUri file_uri(std::string_view path);

}  // namespace cowork::report
