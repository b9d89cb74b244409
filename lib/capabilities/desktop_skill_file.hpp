#pragma once

#include "probes/files.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace cowork::capabilities {

// A SKILL.md with more is no skill.
inline constexpr std::size_t largest_skill_file = 256UL * 1024;

// What the product makes of a SKILL.md. It does not read its front matter as YAML but line by line, so that
// a description may hold a colon.
struct SkillFile {
    bool present = false;  // there is such a file, readable or not
    bool readable = false;
    std::map<std::string, std::string, std::less<>> fields;
    std::vector<std::string> tool_ids;

    [[nodiscard]] std::string_view field(std::string_view name) const;
    // The rule of the product for a skill in a directory of that name. The name inside has to be the same for
    // one that ships; in one of the user's Desktop corrects it.
    [[nodiscard]] bool valid(std::string_view directory, bool same_name) const;
};

// Links are not followed: the product takes none.
[[nodiscard]] SkillFile read_skill_file(probes::FileProbe& files, const std::string& path);

// Small letters and digits with single hyphens between, at most 64.
[[nodiscard]] bool is_skill_name(std::string_view name);

}  // namespace cowork::capabilities
