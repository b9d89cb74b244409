#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace cowork::validators {

// A secret in a text: the bytes of its value, from `begin` to the one before `end`.
struct Leak {
    std::string_view rule;  // leak.code-host-token
    std::size_t begin = 0;
    std::size_t end = 0;
    std::string_view what;  // a GitHub token
    std::string key;        // the name that it is assigned to; empty for none
};

// Every secret that can be told by its own shape or by the name that it is assigned to, in the order of their
// places and without overlaps: of two readings the one by shape wins. One pass, in time linear to the text.
[[nodiscard]] std::vector<Leak> scan_for_leaks(std::string_view text);

// Whether something of that name holds a secret: it ends in `token`, `password`, `api_key` and the like, and
// is not known as a setting of another kind.
[[nodiscard]] bool names_secret(std::string_view name);

}  // namespace cowork::validators
