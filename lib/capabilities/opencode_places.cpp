#include "capabilities/opencode_places.hpp"

#include "core/text.hpp"

#include <algorithm>
#include <filesystem>
#include <utility>

namespace cowork::capabilities {

std::string OpencodePlaces::variable(std::string_view name) const {
    const auto found = variables.find(name);
    return found == variables.end() ? std::string{} : found->second;
}

bool OpencodePlaces::on(std::string_view name) const {
    const std::string value = lowered(variable(name));
    return value == "1" || value == "true";
}

OpencodePlaces places_of(std::map<std::string, std::string, std::less<>> variables, OpencodePlaces known) {
    known.variables = std::move(variables);
    if (known.home.empty()) known.home = known.variable("HOME");
    if (known.global.empty()) {
        const std::string xdg = known.variable("XDG_CONFIG_HOME");
        if (!xdg.empty())
            known.global = xdg + "/opencode";
        else if (!known.home.empty())
            known.global = known.home + "/.config/opencode";
    }
    if (const std::string managed = known.variable("OPENCODE_TEST_MANAGED_CONFIG_DIR"); !managed.empty())
        known.managed = managed;
    if (known.worktree.empty()) known.worktree = "/";
    return known;
}

std::map<std::string, std::string, std::less<>> opencode_variables_in(
    const config::Environment& environment) {
    std::map<std::string, std::string, std::less<>> found;
    for (const auto& [name, value] : environment)
        if (std::find(opencode_variables.begin(), opencode_variables.end(), name) != opencode_variables.end())
            found.emplace(name, value);
    return found;
}

std::vector<std::string> upwards(const std::string& directory, const std::string& worktree) {
    constexpr std::size_t most = 64;
    std::vector<std::string> all;
    if (!directory.starts_with('/')) return all;
    std::filesystem::path at = std::filesystem::path(directory).lexically_normal();
    const std::filesystem::path end = std::filesystem::path(worktree).lexically_normal();
    while (all.size() < most) {
        std::string text = at.string();
        if (text.size() > 1 && text.ends_with('/')) text.pop_back();
        all.push_back(text);
        if (at == end || at == at.parent_path()) break;
        at = at.parent_path();
    }
    return all;
}

}  // namespace cowork::capabilities
