#include "capabilities/desktop_bundles.hpp"
#include "capabilities/desktop_parts.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>
#include <utility>

namespace cowork::capabilities {
namespace {

// A skill of the user, in Desktop's own OpenCode or in the project.
struct CustomSkill {
    SkillFile file;
    ConfigOrigins origins;  // the project's before the machine's

    [[nodiscard]] SafeText scope() const {
        return origins.front().source == "custom:project" ? "project"_safe : "machine"_safe;
    }
};
using CustomSkills = std::map<std::string, CustomSkill>;

// A row that waits for its place in the order.
struct Waiting {
    std::string label;
    report::CapabilityRow row;
};

void read_scope(const DesktopWorld& world, const std::string& directory, const char* source,
                CustomSkills& skills) {
    if (directory.empty()) return;
    probes::FileProbe& files = world.sources.files;
    const auto names = files.list(directory + "/skills");
    if (!names) return;
    for (const std::string& name : *names) {
        const std::string path = fmt::format("{}/skills/{}", directory, name);
        const auto facts = files.facts(path);
        if (!facts || facts->kind != probes::FileKind::directory) continue;
        ConfigOrigin origin{source, {path + "/SKILL.md", 0, 0, {}}};
        if (const auto known = skills.find(name); known != skills.end()) {
            if (files.facts(path + "/SKILL.md")) known->second.origins.push_back(std::move(origin));
            continue;
        }
        SkillFile file = read_skill_file(files, path + "/SKILL.md");
        if (!file.present) continue;
        origin.where.line = file.readable ? 1 : 0;
        skills.emplace(name, CustomSkill{std::move(file), {std::move(origin)}});
    }
}

std::string humanized(std::string name) {
    bool first = true;
    for (char& c : name) {
        if (c == '-' || c == '_') {
            c = ' ';
            first = true;
        } else if (std::exchange(first, false) && c >= 'a' && c <= 'z') {
            c = static_cast<char>(c - 'a' + 'A');
        }
    }
    return name;
}

class Skills {
  public:
    explicit Skills(const DesktopWorld& world) : world_(world), bundles_(world.sources) {
        read_scope(world, world.project_directory(), "custom:project", custom_);
        read_scope(world, world.opencode_directory(), "custom:machine", custom_);
    }

    void add() {
        for (const auto& [name, skill] : custom_) add_custom(name, skill);
        const auto origins = world_.config.named_origins("/skills", "sourceName");
        for (const ConfigEntry& skill : entries_at(world_.config, "/skills")) add_configured(skill, origins);
        std::stable_sort(active_.begin(), active_.end(),
                         [](const Waiting& a, const Waiting& b) { return a.label < b.label; });
        auto& rows = world_.out.tables.capabilities;
        for (Waiting& each : active_) rows.push_back(std::move(each.row));
        for (auto* list : {&missing_, &unusable_, &disabled_})
            std::move(list->begin(), list->end(), std::back_inserter(rows));
        add_conflicts();
    }

  private:
    [[nodiscard]] bool counts(const std::string& name) const {
        const auto custom = custom_.find(name);
        return world_.policy.custom_skills && custom != custom_.end() &&
               custom->second.file.valid(name, false);
    }

    // A row taken out of the table again, because its place in the order is not known yet.
    report::CapabilityRow made(std::string_view code, std::string_view id, SafeText source,
                               const ConfigOrigin& origin) const {
        static_cast<void>(world_.row(code, id, std::move(source), origin.place(world_.redactor)));
        report::CapabilityRow row = std::move(world_.out.tables.capabilities.back());
        world_.out.tables.capabilities.pop_back();
        return row;
    }

    void add_custom(const std::string& name, const CustomSkill& skill) {
        const ConfigOrigin& origin = skill.origins.front();
        if (!world_.policy.custom_skills) {
            disabled_.push_back(made("skill.custom-disabled-by-policy", name, "custom"_safe, origin));
            disabled_.back().evidence.emplace_back("scope", skill.scope());
            return;
        }
        if (!counts(name)) {
            unusable_.push_back(made("skill.invalid", name, "custom"_safe, origin));
            unusable_.back().evidence.emplace_back("scope", skill.scope());
            return;
        }
        auto row = made("skill.custom", name, "custom"_safe, origin);
        row.evidence.emplace_back("origin", "custom"_safe);
        row.evidence.emplace_back("scope", skill.scope());
        row.evidence.emplace_back("toolIds", cleaned(world_.redactor, skill.file.tool_ids));
        std::string label(skill.file.field("title"));
        // Desktop writes the directory's name over another one before it reads it.
        if (label.empty()) label = skill.file.field("name").empty() ? humanized(name) : name;
        active_.push_back({std::move(label), std::move(row)});
    }

    void add_configured(const ConfigEntry& skill, const std::map<std::string, ConfigOrigins>& origins) {
        const ConfigText source = text_in(skill, "sourceName");
        const std::string& name = source.value;
        if (name.empty() || !told_.insert(name).second || counts(name)) return;
        const auto found = origins.find(source.written);
        const ConfigOrigin origin = found == origins.end() ? ConfigOrigin{} : first_of(found->second);
        const auto tools = cleaned(world_.redactor, texts_in(skill, "toolIds"));
        const std::string path = bundles_.find(name);
        if (!path.empty() && read_skill_file(world_.sources.files, path).valid(name, true)) {
            auto row = made("skill.builtin", source.written, "builtin"_safe, origin);
            row.evidence.emplace_back("origin", "open-cowork"_safe);
            row.evidence.emplace_back("scope", "runtime"_safe);
            row.evidence.emplace_back("toolIds", tools);
            // The path holds the name.
            if (name == source.written) row.evidence.emplace_back("file", world_.redactor.clean(path));
            active_.push_back({text_in(skill.value, "name"), std::move(row)});
            return;
        }
        const bool unseen = path.empty() && !world_.config.bundled_seen();
        missing_.push_back(made(unseen ? "skill.bundle-unseen" : "skill.configured-missing", source.written,
                                "builtin"_safe, origin));
        missing_.back().evidence.emplace_back("toolIds", tools);
    }

    // One that cannot be used, or that the policy turns off, takes nobody's place: the bundled one runs. The
    // product tells a conflict for the first kind all the same.
    void add_conflicts() const {
        for (const auto& [name, skill] : custom_) {
            if (!counts(name)) continue;
            ConfigOrigins origins = skill.origins;
            const bool shadows = told_.contains(name);
            if (shadows) {
                const std::string path = bundles_.find(name);
                origins.push_back({"builtin:open-cowork", {path, path.empty() ? 0 : 1, 0, {}}});
            }
            world_.conflict(shadows ? "skill.custom-overrides-managed" : "skill.layer-override", name,
                            origins);
        }
    }

    const DesktopWorld& world_;
    SkillBundles bundles_;
    CustomSkills custom_;
    std::set<std::string> told_;  // the configuration's
    std::vector<Waiting> active_;
    std::vector<report::CapabilityRow> missing_, unusable_, disabled_;
};

}  // namespace

void add_skills(const DesktopWorld& world) { Skills(world).add(); }

}  // namespace cowork::capabilities
