#pragma once

#include "capabilities/desktop_config.hpp"
#include "capabilities/desktop_rows.hpp"
#include "capabilities/desktop_settings.hpp"

#include <nlohmann/json_fwd.hpp>

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace cowork::capabilities {

// Between the files desktop_*_rows.cpp, for nobody else.

inline constexpr std::string_view desktop_mode = "desktop-local";

// What an organisation may turn off (managed-policy.json).
struct ManagedPolicy {
    bool custom_mcps = true;
    bool custom_skills = true;
};

// Everything that the parts look at, and the tables that they fill.
struct DesktopWorld {
    const DesktopSources& sources;
    const DesktopConfig& config;
    const DesktopSettings& settings;
    const ManagedPolicy policy;
    const Redactor& redactor;
    DesktopCapabilities& out;

    // A row of the list of reasons; the result is valid until the next one is added.
    report::CapabilityRow& row(std::string_view code, std::string_view id, SafeText source,
                               report::CapabilityPlace place) const;
    // A conflict whose winner and losers stand in `origins`, the strongest first.
    void conflict(std::string_view code, std::string_view id, const ConfigOrigins& origins) const;
    void problem(Error error) const;
    // `.opencowork` in the project; empty without one.
    [[nodiscard]] std::string project_directory() const;
    [[nodiscard]] std::string opencode_directory() const;  // Desktop's own OpenCode, the machine's scope
};

// The origin for a row's place; without one the place stays empty.
[[nodiscard]] ConfigOrigin first_of(const ConfigOrigins& origins);

// A file in the dialect of the configuration, `path` without its ending, `.jsonc` before `.json`. Nothing
// when it is not there; what is wrong with it becomes a problem.
[[nodiscard]] std::optional<config::JsoncDocument> read_document(const DesktopWorld& world,
                                                                 const std::string& path);
// The texts of a list, cleaned; anything else is left out.
[[nodiscard]] std::vector<SafeText> cleaned(const Redactor& redactor, const std::vector<std::string>& texts);
[[nodiscard]] std::vector<std::string> texts_in(const nlohmann::ordered_json& object, const char* key);
[[nodiscard]] std::string text_in(const nlohmann::ordered_json& object, const char* key);

// A value of the configuration beside the same one with its placeholders, see ConfigText.
struct ConfigEntry {
    const nlohmann::ordered_json& value;
    const nlohmann::ordered_json& written;
};
[[nodiscard]] std::vector<ConfigEntry> entries_of(const nlohmann::ordered_json* list,
                                                  const nlohmann::ordered_json* written);
[[nodiscard]] std::vector<ConfigEntry> entries_at(const DesktopConfig& config, std::string_view list);
[[nodiscard]] ConfigText text_in(const ConfigEntry& entry, const char* key);
[[nodiscard]] std::vector<ConfigText> texts_in(const ConfigEntry& entry, const char* key);
[[nodiscard]] std::vector<SafeText> cleaned(const Redactor& redactor, const std::vector<ConfigText>& texts);

void add_provider_and_model(const DesktopWorld& world);
void add_builtin_mcps(const DesktopWorld& world);
void add_custom_mcps(const DesktopWorld& world);
void add_skills(const DesktopWorld& world);
void add_plugins(const DesktopWorld& world);
void add_agents(const DesktopWorld& world);
void add_tools(const DesktopWorld& world);

}  // namespace cowork::capabilities
