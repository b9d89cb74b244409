#include "capabilities/desktop_commands.hpp"
#include "capabilities/desktop_parts.hpp"
#include "core/text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace cowork::capabilities {
namespace {

using Json = nlohmann::ordered_json;

bool is_true(const Json& object, const char* key) { return object.contains(key) && object[key] == true; }

// Judges the tool connections of the configuration one by one, in the product's order
// (contract/health-center.md section 4.5).
class BuiltinMcps {
  public:
    explicit BuiltinMcps(const DesktopWorld& world)
        : world_(world),
          commands_(world.sources),
          semantic_ui_off_(
              rules::variable(world.sources.environment, "OPEN_COWORK_DISABLE_SEMANTIC_UI_MCP") == "1") {}

    [[nodiscard]] std::string_view code(const Json& mcp, const std::string& name) {
        if (name == "semantic-ui" && semantic_ui_off_) return "mcp.disabled-by-user";
        const auto choice = world_.settings.enabled(name);
        if (choice == false) return "mcp.disabled-by-user";
        const Found command = command_of(mcp);
        if (command == Found::no) return "mcp.command-not-installed";
        const bool local = text_in(mcp, "type") == "local";
        const bool no_url = !local && text_in(mcp, "url").empty() && !is_unknown(mcp, "url");
        // Nothing that the user could have chosen makes an entry usable that has no URL.
        if (world_.settings.hidden()) return no_url ? "mcp.invalid" : "mcp.choice-unknown";
        if (choice != true && text_in(mcp, "authMode") == "oauth") return "mcp.awaiting-oauth-opt-in";
        if (is_true(mcp, "googleAuth") && !signed_in_with_google()) return "mcp.not-signed-in-google";
        if (!has_credentials(mcp, name)) return "mcp.not-configured";
        if (no_url) return "mcp.invalid";
        return command == Found::unknown || is_unknown(mcp, "url") ? "mcp.choice-unknown" : "mcp.configured";
    }

    // In the order of Desktop's list.
    [[nodiscard]] static std::vector<ConfigText> credential_names(const ConfigEntry& mcp) {
        std::vector<ConfigText> names;
        if (!mcp.value.contains("credentials")) return names;
        for (const ConfigEntry& field : entries_of(&mcp.value["credentials"], &mcp.written["credentials"]))
            if (ConfigText key = text_in(field, "key"); !key.empty()) names.push_back(std::move(key));
        std::sort(names.begin(), names.end(),
                  [](const ConfigText& a, const ConfigText& b) { return a.written < b.written; });
        return names;
    }

  private:
    static bool is_unknown(const Json& mcp, const char* key) {
        return mcp.contains(key) && mcp[key].is_binary();
    }

    Found command_of(const Json& mcp) {
        if (text_in(mcp, "type") != "local" || !mcp.contains("command") || !mcp["command"].is_array() ||
            mcp["command"].empty())
            return Found::yes;  // a package that the application brings along
        const Json& executable = mcp["command"].front();
        if (!executable.is_string()) return Found::unknown;
        return commands_.find(std::string(trimmed(executable.get_ref<const std::string&>())));
    }

    bool signed_in_with_google() {
        if (!world_.config.is_unknown("/auth/mode") &&
            world_.config.text("/auth/mode").value != "google-oauth")
            return false;
        return world_.sources.files
            .target_facts(world_.sources.root + "/application_default_credentials.json")
            .has_value();
    }

    [[nodiscard]] bool is_visible(const Json& field, const std::string& name) const {
        const Json condition = field.value("when", Json());
        if (!condition.is_object()) return true;
        const bool same =
            world_.settings.integration_is(name, text_in(condition, "key"), text_in(condition, "value"));
        return text_in(condition, "op") == "eq" ? same : !same;
    }

    // Unlike a provider's, a credential of a tool connection is needed unless it says that it is not.
    [[nodiscard]] bool has_credentials(const Json& mcp, const std::string& name) const {
        const Json fields = mcp.value("credentials", Json::array());
        return std::all_of(fields.begin(), fields.end(), [&](const Json& field) {
            if (!field.is_object() || (field.contains("required") && field["required"] == false)) return true;
            return !is_visible(field, name) ||
                   !world_.settings.integration_is(name, text_in(field, "key"), "");
        });
    }

    const DesktopWorld& world_;
    CommandFinder commands_;
    bool semantic_ui_off_;
};

void add_row(const DesktopWorld& world, BuiltinMcps& judge, const ConfigEntry& mcp,
             const ConfigOrigins& origins) {
    const Redactor& redactor = world.redactor;
    const ConfigText name = text_in(mcp, "name");
    const ConfigOrigin origin = first_of(origins);
    auto& row =
        world.row(judge.code(mcp.value, name.value), name.written, "builtin"_safe, origin.place(redactor));
    row.evidence.emplace_back("type", redactor.clean(text_in(mcp.written, "type")));
    row.evidence.emplace_back("authMode", redactor.clean(text_in(mcp.written, "authMode")));
    if (row.reason_code != "mcp.invalid") {
        row.evidence.emplace_back("credentialKeys", cleaned(redactor, BuiltinMcps::credential_names(mcp)));
        if (!world.settings.hidden())
            row.evidence.emplace_back("configuredCredentialKeys",
                                      cleaned(redactor, world.settings.integration_keys(name.value)));
    }
    if (!origins.empty()) row.evidence.emplace_back("layer", origin.source_text(redactor));
}

}  // namespace

void add_builtin_mcps(const DesktopWorld& world) {
    BuiltinMcps judge(world);
    const auto origins = world.config.named_origins("/mcps", "name");
    std::set<std::string> told;
    for (const ConfigEntry& mcp : entries_at(world.config, "/mcps")) {
        const ConfigText name = text_in(mcp, "name");
        if (name.empty()) continue;
        const auto found = origins.find(name.written);
        add_row(world, judge, mcp, found == origins.end() ? ConfigOrigins{} : found->second);
        if (found != origins.end() && told.insert(name.value).second)
            world.conflict("mcp.layer-override", name.written, found->second);
    }
}

}  // namespace cowork::capabilities
