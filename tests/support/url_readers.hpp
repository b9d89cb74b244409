#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace cowork::test {

// What a reader of URLs takes from one.
struct UrlReading {
    std::string host;  // lower case, without brackets
    int port = 0;      // the scheme's default when none is written
    bool bare = true;  // neither user info nor a path, query or fragment
};

// A real program or library that reads URLs; nothing for a URL that it refuses.
struct UrlReader {
    std::string name;
    bool present = false;
    std::function<std::vector<std::optional<UrlReading>>(const std::vector<std::string>&)> read;
};

// WHATWG's rules as Node has them (the gateway's own reader), Python's urllib, and curl with options other
// than the policy's own.
[[nodiscard]] std::vector<UrlReader> real_url_readers();

}  // namespace cowork::test
