#pragma once

#include "core/error.hpp"

#include <map>
#include <string>
#include <string_view>

namespace cowork::config {

// The YAML between the two lines `---` that a Markdown file may begin with, as OpenCode's agents, commands
// and skills do.
struct FrontMatter {
    bool present = false;  // whether the file has one at all
    // The top-level keys that hold a single value, as text; lists and maps are left out.
    std::map<std::string, std::string, std::less<>> values;

    [[nodiscard]] std::string_view text(std::string_view key) const;  // empty when it is not there
};

// More than this is no front matter.
inline constexpr std::size_t largest_front_matter = 64UL * 1024;

// ErrorCode::invalid when it is not closed, too large, no YAML or no map. The message holds no text of it.
[[nodiscard]] Result<FrontMatter> read_front_matter(std::string_view markdown, const std::string& path);

}  // namespace cowork::config
