#include "capabilities/opencode_files.hpp"

#include "capabilities/plugin_name.hpp"
#include "config/front_matter.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <functional>
#include <optional>
#include <utility>

namespace cowork::capabilities {
namespace {

using report::CapabilityKind;

constexpr std::size_t largest_markdown = 1024UL * 1024;
constexpr std::size_t deepest_folder = 8;
constexpr std::size_t most_files = 10000;

std::string file_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

std::string without_extension(const std::string& path) {
    const auto dot = path.rfind('.');
    return dot == std::string::npos || dot < path.rfind('/') + 1 ? path : path.substr(0, dot);
}

// Every regular file below a directory, links followed.
class Walk {
  public:
    Walk(probes::FileProbe& files, std::function<void(const std::string&)> on_file)
        : files_(files), on_file_(std::move(on_file)) {}

    void run(const std::string& path, std::size_t depth) {
        if (depth > deepest_folder || seen_ > most_files) return;
        const auto names = files_.list(path);
        if (!names) return;
        for (const std::string& name : *names) {
            if (++seen_ > most_files) return;
            const std::string child = fmt::format("{}/{}", path, name);
            const auto facts = files_.target_facts(child);
            if (!facts) continue;
            if (facts->kind == probes::FileKind::directory && name != "node_modules") {
                run(child, depth + 1);
            } else if (facts->kind == probes::FileKind::regular) {
                on_file_(child);
            }
        }
    }

  private:
    probes::FileProbe& files_;
    std::function<void(const std::string&)> on_file_;
    std::size_t seen_ = 0;
};

// The front matter of a Markdown file; nothing when OpenCode could not use the file.
std::optional<config::FrontMatter> front_matter(probes::FileProbe& files, const std::string& path) {
    const auto text = files.read(path, largest_markdown, probes::Links::follow);
    if (!text) return std::nullopt;
    auto matter = config::read_front_matter(*text, path);
    if (!matter) return std::nullopt;
    return std::move(*matter);
}

// An object's member that is an object; made, or put in the place of what is none.
nlohmann::json& member(nlohmann::json& object, const std::string& key) {
    nlohmann::json& value = object[key];
    if (!value.is_object()) value = nlohmann::json::object();
    return value;
}

std::string name_in(const config::FrontMatter& matter, const std::string& fallback) {
    const auto name = matter.text("name");
    return name.empty() ? fallback : std::string(name);
}

}  // namespace

void OpencodeFiles::define(CapabilityKind kind, const std::string& id, std::string_view source,
                           const std::string& path, DefinitionFault fault) {
    found_.definitions.push_back({kind, id, id, source, {path, 1, 1, {}}, fault});
}

void OpencodeFiles::agent(const std::string& path, const std::string& name, bool primary,
                          std::string_view source) {
    const auto matter = front_matter(files_, path);
    if (!matter) return define(CapabilityKind::agent, name, source, path, DefinitionFault::invalid);
    constexpr std::array modes{std::string_view{"primary"}, std::string_view{"subagent"},
                               std::string_view{"all"}};
    const auto mode = matter->text("mode");
    if (!primary && !mode.empty() && std::find(modes.begin(), modes.end(), mode) == modes.end())
        found_.problems.push_back({OpencodeTrouble::refused,
                                   fmt::format("{}: the agent's mode is none that OpenCode knows", path),
                                   "write primary, subagent or all",
                                   {path, 1, 0, "mode"}});
    const std::string id = name_in(*matter, name);
    if (const auto disable = matter->text("disable"); !disable.empty())
        member(member(merged_, "agent"), id)["disable"] = disable == "true";
    define(CapabilityKind::agent, id, source, path, DefinitionFault::none);
}

void OpencodeFiles::agents(const std::string& path, std::string_view source) {
    for (const std::string_view folder : {"agent", "agents"}) {
        const std::string root = fmt::format("{}/{}", path, folder);
        Walk(files_, [&](const std::string& file) {
            if (file.ends_with(".md"))
                agent(file, without_extension(file.substr(root.size() + 1)), false, source);
        }).run(root, 1);
    }
    // The older folders hold no folders of their own.
    for (const std::string_view folder : {"mode", "modes"})
        Walk(files_, [&](const std::string& file) {
            if (file.ends_with(".md")) agent(file, without_extension(file_name(file)), true, source);
        }).run(fmt::format("{}/{}", path, folder), deepest_folder);
}

void OpencodeFiles::command(const std::string& path, const std::string& name, std::string_view source) {
    const auto matter = front_matter(files_, path);
    if (!matter) return define(CapabilityKind::workflow, name, source, path, DefinitionFault::invalid);
    define(CapabilityKind::workflow, name_in(*matter, name), source, path, DefinitionFault::none);
}

void OpencodeFiles::commands(const std::string& path, std::string_view source) {
    for (const std::string_view folder : {"command", "commands"}) {
        const std::string root = fmt::format("{}/{}", path, folder);
        Walk(files_, [&](const std::string& file) {
            if (file.ends_with(".md")) command(file, without_extension(file.substr(root.size() + 1)), source);
        }).run(root, 1);
    }
}

void OpencodeFiles::scripts(const std::string& path, std::string_view folder, CapabilityKind kind,
                            std::string_view source) {
    for (const char* plural : {"", "s"})
        Walk(files_, [&](const std::string& file) {
            if (!file.ends_with(".js") && !file.ends_with(".ts")) return;
            if (kind == CapabilityKind::tool) {
                define(kind, without_extension(file_name(file)), source, file, DefinitionFault::none);
            } else {
                const std::string slot = plugin_slot("file://" + file, path);
                found_.definitions.push_back(
                    {kind, slot, plugin_name(file), source, {file, 1, 1, {}}, DefinitionFault::none});
            }
        }).run(fmt::format("{}/{}{}", path, folder, plural), deepest_folder);
}

void OpencodeFiles::directory(const std::string& path, std::string_view source) {
    commands(path, source);
    agents(path, source);
    scripts(path, "plugin", CapabilityKind::opencode_plugin, source);
    scripts(path, "tool", CapabilityKind::tool, source);
}

void OpencodeFiles::skill(const std::string& path, std::string_view source) {
    const std::string folder = path.substr(0, path.rfind('/'));
    const auto matter = front_matter(files_, path);
    const std::string name(matter ? matter->text("name") : std::string_view{});
    if (name.empty())
        return define(CapabilityKind::skill, file_name(folder), source, path, DefinitionFault::invalid);
    define(CapabilityKind::skill, name, source, path, DefinitionFault::none);
}

void OpencodeFiles::skills(const std::string& path, const std::vector<std::string_view>& folders,
                           std::string_view source) {
    const auto below = [&](const std::string& root) {
        Walk(files_, [&](const std::string& file) {
            if (file_name(file) == "SKILL.md") skill(file, source);
        }).run(root, 1);
    };
    if (folders.empty()) return below(path);
    for (const std::string_view folder : folders) below(fmt::format("{}/{}", path, folder));
}

}  // namespace cowork::capabilities
