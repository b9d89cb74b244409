#pragma once

#include "config/env_file.hpp"
#include "core/error.hpp"
#include "envfile/merge.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace cowork::envfile {

// What merge() asks before and after it edits.

// The entry of each key that wins. Refers to the file.
using Winners = std::unordered_map<std::string_view, const config::EnvEntry*>;
[[nodiscard]] Winners winners_of(const config::EnvFile& file);
[[nodiscard]] const config::EnvEntry* find_winner(const Winners& winners, std::string_view key);
[[nodiscard]] const Wish* find_wish(const std::vector<Wish>& wishes, std::string_view key);

// ErrorCode::invalid for a wish whose key is none or comes twice.
[[nodiscard]] Result<void> check_wishes(const std::vector<Wish>& wishes);

// ErrorCode::invalid, with file:line and remedy, for what makes editing the text unsafe (see merge()).
[[nodiscard]] Result<void> check_editable(std::string_view text, const config::EnvFile& file,
                                          const std::vector<Wish>& wishes);

// Whether a logical line holds nothing but its assignments, blanks, `export`, `;` and a comment, which is
// returned: from its `#` on, without the line end. Nothing when there is something else on the line.
[[nodiscard]] std::optional<std::string_view> comment_of_line(
    std::string_view text, const std::vector<const config::EnvEntry*>& line);

// Reads the result back: every wish must hold, and every other entry be as it was in `before`.
// ErrorCode::invalid.
[[nodiscard]] Result<void> check_result(std::string_view existing, const config::EnvFile& before,
                                        std::string_view result, const config::EnvFile& after,
                                        const std::string& file_name, const std::vector<Wish>& wishes);

}  // namespace cowork::envfile
