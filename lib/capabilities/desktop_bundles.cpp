#include "capabilities/desktop_bundles.hpp"

#include <fmt/format.h>

#include <deque>
#include <utility>

namespace cowork::capabilities {
namespace {

// Bounds for a directory that was not made to be searched: skills lie one or two levels deep.
constexpr int deepest = 4;
constexpr std::size_t most_directories = 4000;

// A directory itself, no link to one: the product follows none, and they could lead round in circles.
bool is_directory(probes::FileProbe& files, const std::string& path) {
    const auto facts = files.facts(path);
    return facts && facts->kind == probes::FileKind::directory;
}

}  // namespace

SkillBundles::SkillBundles(const DesktopSources& sources) {
    const std::string downstream = rules::variable(sources.environment, "OPEN_COWORK_DOWNSTREAM_ROOT");
    if (downstream.starts_with('/')) add_root(sources.files, downstream + "/skills");
    if (!sources.resources.empty()) {
        add_root(sources.files, sources.resources + "/runtime-config/skills");
        add_root(sources.files, sources.resources + "/skills");
    } else {
        // Copies that Desktop makes of what it ships: they prove that it was there.
        add_root(sources.files, sources.root + "/runtime-home/managed-skills");
    }
}

std::string SkillBundles::find(const std::string& name) const {
    const auto found = paths_.find(name);
    return found == paths_.end() ? std::string{} : found->second;
}

void SkillBundles::add_root(probes::FileProbe& files, const std::string& root) {
    std::map<std::string, std::string> own;
    std::deque<std::pair<std::string, int>> waiting{{root, 0}};
    std::size_t looked_at = 0;
    while (!waiting.empty() && looked_at < most_directories) {
        const auto [directory, depth] = std::move(waiting.front());
        waiting.pop_front();
        const auto names = files.list(directory);
        if (!names) continue;
        for (const std::string& name : *names) {
            const std::string child = fmt::format("{}/{}", directory, name);
            if (!is_directory(files, child) || ++looked_at > most_directories) continue;
            const auto skill = files.facts(child + "/SKILL.md");
            // The nearest to the root counts, and breadth comes first here.
            if (skill && skill->kind == probes::FileKind::regular) own.emplace(name, child + "/SKILL.md");
            if (depth + 1 < deepest) waiting.emplace_back(child, depth + 1);
        }
    }
    paths_.merge(own);
}

}  // namespace cowork::capabilities
