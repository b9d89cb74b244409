#pragma once

#include "secrets/secret.hpp"
#include "validators/env/causes.hpp"
#include "validators/env/lines.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cowork::validators {

// One assignment with the value that its reader sees; without a reader the one that people mean: quotes and
// a comment are none of it.
struct EnvValue {
    std::string key;
    Secret value;
    std::size_t begin = 0, end = 0;  // offsets: of the key, and one past the value
    bool certain = true;             // false where a reader puts something in that the file does not have
};

// In the file's order, duplicates included.
[[nodiscard]] std::vector<EnvValue> values_of(std::string_view text, const EnvLines& lines,
                                              std::optional<Reader> reader);

// What a `$` in a value says.
struct Dollars {
    bool any_meant = false;  // there is a reference: ${NAME}, or $NAME where the file sets it
    bool all_meant = true;   // there is nothing else
};
// `names` are the keys of the file, sorted.
[[nodiscard]] Dollars dollars_of(std::string_view content, Reader reader,
                                 const std::vector<std::string_view>& names);

// The keys, sorted.
[[nodiscard]] std::vector<std::string_view> names_of(const EnvLines& lines);

}  // namespace cowork::validators
