#include "capabilities/desktop_skill_file.hpp"

#include "core/text.hpp"

#include <algorithm>
#include <optional>

namespace cowork::capabilities {
namespace {

constexpr std::size_t longest_name = 64;
constexpr std::size_t longest_description = 1024;
constexpr std::size_t most_tool_ids = 100;

std::string_view take_line(std::string_view& rest) {
    const auto end = std::min(rest.find('\n'), rest.size());
    std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
}

// The lines between the two `---` that the file begins with; nothing when there are none.
std::optional<std::vector<std::string_view>> front_lines(std::string_view text) {
    if (take_line(text) != "---") return std::nullopt;
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const std::string_view line = take_line(text);
        if (line == "---") return lines;
        lines.push_back(line);
    }
    return std::nullopt;
}

std::string_view unquoted(std::string_view value) {
    const auto quote = [](char c) { return c == '"' || c == '\''; };
    if (!value.empty() && quote(value.front())) value.remove_prefix(1);
    if (!value.empty() && quote(value.back())) value.remove_suffix(1);
    return value;
}

void add_tool(SkillFile& skill, std::string_view word) {
    const std::string_view id = unquoted(trimmed(word));
    if (!id.empty() && skill.tool_ids.size() < most_tool_ids) skill.tool_ids.emplace_back(id);
}

// `toolIds: [a, b]`, or one a line behind a hyphen.
void read_tools(SkillFile& skill, const std::vector<std::string_view>& lines) {
    const auto at = std::find_if(lines.begin(), lines.end(), [](std::string_view line) {
        const auto colon = line.find(':');
        return colon != std::string_view::npos && trimmed(line.substr(0, colon)) == "toolIds";
    });
    if (at == lines.end()) return;
    std::string_view value = trimmed(at->substr(at->find(':') + 1));
    if (value.starts_with('[') && value.ends_with(']')) {
        value = value.substr(1, value.size() - 2);
        while (!value.empty()) {
            const auto comma = value.find(',');
            add_tool(skill, value.substr(0, comma));
            value = comma == std::string_view::npos ? std::string_view{} : value.substr(comma + 1);
        }
    } else if (value.empty()) {
        for (auto line = at + 1; line != lines.end() && trimmed(*line).starts_with('-'); ++line)
            add_tool(skill, trimmed(*line).substr(1));
    }
}

}  // namespace

std::string_view SkillFile::field(std::string_view name) const {
    const auto found = fields.find(name);
    return found == fields.end() ? std::string_view{} : std::string_view(found->second);
}

bool SkillFile::valid(std::string_view directory, bool same_name) const {
    const std::string_view name = field("name");
    const std::string_view description = field("description");
    if (!readable || !is_skill_name(directory) || name.empty() || description.empty()) return false;
    return description.size() <= longest_description && (!same_name || name == directory);
}

SkillFile read_skill_file(probes::FileProbe& files, const std::string& path) {
    SkillFile skill;
    const auto text = files.read(path, largest_skill_file, probes::Links::refuse);
    skill.present = text || text.error().code != ErrorCode::not_found;
    skill.readable = text.has_value();
    if (!text) return skill;
    const auto lines = front_lines(*text);
    if (!lines) return skill;
    for (const std::string_view line : *lines) {
        const auto colon = line.find(':');
        if (colon == std::string_view::npos) continue;
        const std::string_view key = trimmed(line.substr(0, colon));
        const std::string_view value = unquoted(trimmed(line.substr(colon + 1)));
        if (!key.empty() && !value.empty())
            skill.fields.insert_or_assign(std::string(key), std::string(value));
    }
    read_tools(skill, *lines);
    return skill;
}

bool is_skill_name(std::string_view name) {
    constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyz0123456789-";
    return !name.empty() && name.size() <= longest_name && !name.starts_with('-') && !name.ends_with('-') &&
           name.find("--") == std::string_view::npos &&
           name.find_first_not_of(plain) == std::string_view::npos;
}

}  // namespace cowork::capabilities
