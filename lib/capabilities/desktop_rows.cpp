#include "capabilities/desktop_rows.hpp"

#include "capabilities/desktop_parts.hpp"
#include "capabilities/reasons.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace cowork::capabilities {
namespace {

using Json = nlohmann::ordered_json;

// Desktop's own file; one that it cannot use is as if it were not there.
ManagedPolicy read_policy(const DesktopSources& sources) {
    ManagedPolicy policy;
    const std::string path = sources.root + "/managed-policy.json";
    auto text = sources.files.read(path, largest_desktop_config, probes::Links::follow);
    if (!text) return policy;
    const auto document = config::JsoncDocument::parse(std::move(*text), path, "Desktop", 1);
    if (!document) return policy;
    const Json* ceilings = document->find("/permissionCeilings");
    if (ceilings == nullptr || !ceilings->is_structured()) return policy;
    const auto allowed = [&](const char* pointer) {
        const Json* value = document->find(pointer);
        return value == nullptr || *value != Json(false);
    };
    policy.custom_mcps = allowed("/extensions/customMcps");
    policy.custom_skills = allowed("/extensions/customSkills");
    return policy;
}

// The order of the list of reasons is the product's, ours after it.
void sort_conflicts(std::vector<report::ConflictRow>& conflicts) {
    const auto place = [](const report::ConflictRow& row) { return find_conflict_reason(row.reason_code); };
    std::stable_sort(conflicts.begin(), conflicts.end(),
                     [&](const auto& one, const auto& other) { return place(one) < place(other); });
}

std::string namespace_of(const DesktopConfig& config) {
    const std::string name = config.text("/branding/projectNamespace").value;
    constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyz0123456789-";
    const bool usable =
        !name.empty() && name.front() != '-' && name.find_first_not_of(plain) == std::string::npos;
    return usable ? name : "opencowork";
}

}  // namespace

report::CapabilityRow& DesktopWorld::row(std::string_view code, std::string_view id, SafeText source,
                                         report::CapabilityPlace place) const {
    out.tables.capabilities.push_back(
        capability_row(code, redactor.clean(id), std::move(source), std::move(place), desktop_mode));
    return out.tables.capabilities.back();
}

void DesktopWorld::conflict(std::string_view code, std::string_view id, const ConfigOrigins& origins) const {
    const ConflictReason* reason = find_conflict_reason(code);
    if (origins.size() < 2 || reason == nullptr) return;
    report::ConflictRow row;
    row.id = redactor.clean(id);
    row.kind = reason->kind;
    row.reason_code = reason->code;
    row.meaning = reason->meaning;
    row.winner = origins.front().source_text(redactor);
    row.winner_place = origins.front().place(redactor);
    for (auto loser = origins.begin() + 1; loser != origins.end(); ++loser)
        row.losers.push_back({loser->source_text(redactor), loser->place(redactor)});
    row.product_mode = desktop_mode;
    out.tables.conflicts.push_back(std::move(row));
}

void DesktopWorld::problem(Error error) const {
    // Two parts may read one file.
    const auto same = [&](const Error& known) { return known.message == error.message; };
    if (std::none_of(out.problems.begin(), out.problems.end(), same))
        out.problems.push_back(std::move(error));
}

std::string DesktopWorld::project_directory() const {
    if (sources.project.empty()) return {};
    return sources.project + "/." + namespace_of(config);
}

std::string DesktopWorld::opencode_directory() const {
    return sources.root + "/runtime-home/.config/opencode";
}

ConfigOrigin first_of(const ConfigOrigins& origins) {
    return origins.empty() ? ConfigOrigin{} : origins.front();
}

std::optional<config::JsoncDocument> read_document(const DesktopWorld& world, const std::string& path) {
    for (const char* ending : {".jsonc", ".json"}) {
        const std::string file = path + ending;
        auto text = world.sources.files.read(file, largest_desktop_config, probes::Links::follow);
        if (!text && text.error().code == ErrorCode::not_found) continue;
        if (!text) {
            world.problem({text.error().code,
                           file + " cannot be read, so what it declares is left out",
                           "make it a regular file that this user may read",
                           {file, 0, 0, {}}});
            return std::nullopt;
        }
        auto document = config::JsoncDocument::parse(std::move(*text), file);
        if (document) return std::move(*document);
        world.problem(std::move(document.error()));
        return std::nullopt;
    }
    return std::nullopt;
}

std::vector<SafeText> cleaned(const Redactor& redactor, const std::vector<std::string>& texts) {
    std::vector<SafeText> out;
    out.reserve(texts.size());
    for (const std::string& text : texts) out.push_back(redactor.clean(text));
    return out;
}

std::vector<std::string> texts_in(const Json& object, const char* key) {
    std::vector<std::string> texts;
    if (!object.is_object() || !object.contains(key) || !object[key].is_array()) return texts;
    for (const Json& text : object[key])
        if (text.is_string()) texts.push_back(text.get<std::string>());
    return texts;
}

ConfigText text_in(const ConfigEntry& entry, const char* key) {
    return {text_in(entry.value, key), text_in(entry.written, key)};
}

std::vector<ConfigText> texts_in(const ConfigEntry& entry, const char* key) {
    std::vector<ConfigText> texts;
    if (!entry.value.is_object() || !entry.value.contains(key)) return texts;
    for (const ConfigEntry& each : entries_of(&entry.value[key], &entry.written[key]))
        if (each.value.is_string() && each.written.is_string())
            texts.push_back({each.value.get<std::string>(), each.written.get<std::string>()});
    return texts;
}

std::vector<ConfigEntry> entries_of(const Json* list, const Json* written) {
    std::vector<ConfigEntry> entries;
    if (list == nullptr || written == nullptr || !list->is_array() || !written->is_array()) return entries;
    for (std::size_t i = 0; i < std::min(list->size(), written->size()); ++i)
        entries.push_back({(*list)[i], (*written)[i]});
    return entries;
}

std::vector<ConfigEntry> entries_at(const DesktopConfig& config, std::string_view list) {
    return entries_of(config.value(list), config.written(list));
}

std::vector<SafeText> cleaned(const Redactor& redactor, const std::vector<ConfigText>& texts) {
    std::vector<SafeText> out;
    out.reserve(texts.size());
    for (const ConfigText& text : texts) out.push_back(redactor.clean(text.written));
    return out;
}

std::string text_in(const Json& object, const char* key) {
    if (!object.is_object() || !object.contains(key) || !object[key].is_string()) return {};
    return object[key].get<std::string>();
}

DesktopCapabilities desktop_capabilities(const DesktopSources& sources, Redactor& redactor) {
    DesktopCapabilities out;
    const auto config =
        DesktopConfig::read(sources.layers, sources.resources, sources.environment, sources.files);
    const auto settings = DesktopSettings::read(sources.root, sources.files, redactor);
    out.problems = config.problems();
    out.problems.insert(out.problems.end(), settings.problems().begin(), settings.problems().end());
    if (!config.bundled_seen() && !config.discarded())
        out.problems.push_back(
            {ErrorCode::not_found,
             "the configuration inside the application is not seen, so what it declares is "
             "left out",
             "name the application's resources directory with --resources",
             {sources.resources, 0, 0, {}}});
    const DesktopWorld world{sources, config, settings, read_policy(sources), redactor, out};
    add_provider_and_model(world);
    add_builtin_mcps(world);
    add_custom_mcps(world);
    add_skills(world);
    add_plugins(world);
    add_agents(world);
    add_tools(world);
    sort_conflicts(out.tables.conflicts);
    return out;
}

}  // namespace cowork::capabilities
