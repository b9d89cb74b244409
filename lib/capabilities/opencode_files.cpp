#include "capabilities/opencode_files.hpp"

#include "capabilities/plugin_name.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <filesystem>
#include <system_error>
#include <utility>

namespace cowork::capabilities {
namespace {

using report::CapabilityKind;

constexpr std::size_t largest_markdown = 1024UL * 1024;
constexpr std::size_t deepest_folder = 8;

std::string file_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

std::string without_extension(const std::string& path) {
    const auto dot = path.rfind('.');
    return dot == std::string::npos || dot < path.rfind('/') + 1 ? path : path.substr(0, dot);
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

bool OpencodeFiles::one_more(const std::string& path) {
    if (budget_ && budget_->spent()) return false;
    if (names_ < most_opencode_files) return ++names_, true;
    too_much(path);
    return false;
}

void OpencodeFiles::too_much(const std::string& path) {
    if (std::exchange(told_, true)) return;
    found_.problems.push_back({OpencodeTrouble::unreadable,
                               fmt::format("{} holds more than cowork looks at", path),
                               "take out what is no agent, command, plugin, tool or skill",
                               {path, 0, 0, {}}});
}

// Every regular file below a directory, links followed.
void OpencodeFiles::walk(const std::string& path, std::size_t depth, const OnFile& on_file) {
    if (depth > deepest_folder) return;
    const auto names = files_.list(path);
    if (!names) return;
    for (const std::string& name : *names) {
        if (!one_more(path)) return;
        const std::string child = fmt::format("{}/{}", path, name);
        const auto facts = files_.target_facts(child);
        if (!facts) continue;
        if (facts->kind == probes::FileKind::directory && name != "node_modules") {
            walk(child, depth + 1, on_file);
        } else if (facts->kind == probes::FileKind::regular) {
            on_file(child);
        }
    }
}

// Nothing when OpenCode could not use the file.
OpencodeFiles::Matter OpencodeFiles::read_matter(const std::string& path) {
    if (bytes_ >= most_markdown_bytes) {
        too_much(path);
        return std::nullopt;
    }
    const auto text = files_.read(path, largest_markdown, probes::Links::follow);
    if (!text) return std::nullopt;
    bytes_ += text->size();
    auto matter = config::read_front_matter(*text, path);
    if (!matter) return std::nullopt;
    return std::move(*matter);
}

const OpencodeFiles::Matter& OpencodeFiles::front_matter(const std::string& path) {
    std::error_code error;
    std::string real = std::filesystem::canonical(path, error).string();
    if (error) real = path;
    const auto known = matters_.find(real);
    return known != matters_.end() ? known->second : matters_.emplace(real, read_matter(path)).first->second;
}

void OpencodeFiles::define(CapabilityKind kind, const std::string& id, std::string_view source,
                           const std::string& path, DefinitionFault fault) {
    found_.definitions.push_back({kind, id, id, source, {path, 1, 1, {}}, fault});
}

void OpencodeFiles::agent(const std::string& path, const std::string& name, bool primary,
                          std::string_view source) {
    const Matter& matter = front_matter(path);
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
        walk(root, 1, [&](const std::string& file) {
            if (file.ends_with(".md"))
                agent(file, without_extension(file.substr(root.size() + 1)), false, source);
        });
    }
    // The older folders hold no folders of their own.
    for (const std::string_view folder : {"mode", "modes"})
        walk(fmt::format("{}/{}", path, folder), deepest_folder, [&](const std::string& file) {
            if (file.ends_with(".md")) agent(file, without_extension(file_name(file)), true, source);
        });
}

void OpencodeFiles::command(const std::string& path, const std::string& name, std::string_view source) {
    const Matter& matter = front_matter(path);
    if (!matter) return define(CapabilityKind::workflow, name, source, path, DefinitionFault::invalid);
    define(CapabilityKind::workflow, name_in(*matter, name), source, path, DefinitionFault::none);
}

void OpencodeFiles::commands(const std::string& path, std::string_view source) {
    for (const std::string_view folder : {"command", "commands"}) {
        const std::string root = fmt::format("{}/{}", path, folder);
        walk(root, 1, [&](const std::string& file) {
            if (file.ends_with(".md")) command(file, without_extension(file.substr(root.size() + 1)), source);
        });
    }
}

void OpencodeFiles::scripts(const std::string& path, std::string_view folder, CapabilityKind kind,
                            std::string_view source) {
    for (const char* plural : {"", "s"})
        walk(fmt::format("{}/{}{}", path, folder, plural), deepest_folder, [&](const std::string& file) {
            if (!file.ends_with(".js") && !file.ends_with(".ts")) return;
            if (kind == CapabilityKind::tool) {
                define(kind, without_extension(file_name(file)), source, file, DefinitionFault::none);
            } else {
                const std::string slot = plugin_slot("file://" + file, path);
                found_.definitions.push_back(
                    {kind, slot, plugin_name(file), source, {file, 1, 1, {}}, DefinitionFault::none});
            }
        });
}

void OpencodeFiles::directory(const std::string& path, std::string_view source) {
    commands(path, source);
    agents(path, source);
    scripts(path, "plugin", CapabilityKind::opencode_plugin, source);
    scripts(path, "tool", CapabilityKind::tool, source);
}

void OpencodeFiles::skill(const std::string& path, std::string_view source) {
    const std::string folder = path.substr(0, path.rfind('/'));
    const Matter& matter = front_matter(path);
    const std::string name(matter ? matter->text("name") : std::string_view{});
    if (name.empty())
        return define(CapabilityKind::skill, file_name(folder), source, path, DefinitionFault::invalid);
    define(CapabilityKind::skill, name, source, path, DefinitionFault::none);
}

void OpencodeFiles::skills(const std::string& path, const std::vector<std::string_view>& folders,
                           std::string_view source) {
    const auto below = [&](const std::string& root) {
        walk(root, 1, [&](const std::string& file) {
            if (file_name(file) == "SKILL.md") skill(file, source);
        });
    };
    if (folders.empty()) return below(path);
    for (const std::string_view folder : folders) below(fmt::format("{}/{}", path, folder));
}

}  // namespace cowork::capabilities
