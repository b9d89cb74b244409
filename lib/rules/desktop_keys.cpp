#include "rules/desktop_schema.hpp"

#include <algorithm>
#include <array>

namespace cowork::rules {
namespace {

using enum LayerType;

constexpr std::string_view decisions = "allow|ask|deny";
constexpr std::string_view cloud = "cloudDesktop";
constexpr std::string_view connection = "cloudDesktop.preconfiguredConnections[]";

constexpr std::array keys{
    LayerKey{"", "$schema", text},
    LayerKey{"", "contractVersion", version},
    LayerKey{"", "allowedEnvPlaceholders", texts},
    LayerKey{"", "branding", object},
    LayerKey{"", "auth", object},
    LayerKey{"", "providers", object},
    LayerKey{"", "updates", object},
    LayerKey{"", "tools", list},
    LayerKey{"", "skills", list},
    LayerKey{"", "mcps", list},
    LayerKey{"", "agents", list},
    LayerKey{"", "capabilityBundles", list},
    LayerKey{"", "agentStarterTemplates", list},
    LayerKey{"", "toolTrace", object},
    LayerKey{"", "builtInAgents", object},
    LayerKey{"", "permissions", object},
    LayerKey{"", "compaction", object},
    LayerKey{"", "i18n", object},
    LayerKey{"", "telemetry", object},
    LayerKey{"", "features", object},
    LayerKey{"", "cloud", object},
    LayerKey{"", "cloudDesktop", object},
    LayerKey{"", "gateway", object},

    LayerKey{cloud, "enabled", boolean},
    LayerKey{cloud, "allowUserAddedConnections", boolean},
    LayerKey{cloud, "preconfiguredConnections", list},
    LayerKey{cloud, "requireManagedOrg", boolean},
    LayerKey{cloud, "cacheMode", choice, "full|metadata-only|disabled"},
    LayerKey{cloud, "cacheEncryptionFallback", choice, "metadata-only|disabled|fail-startup"},
    LayerKey{connection, "baseUrl", base_url, "", true},
    LayerKey{connection, "label", label},

    LayerKey{"permissions", "bash", choice, decisions},
    LayerKey{"permissions", "fileWrite", choice, decisions},
    LayerKey{"permissions", "task", choice, decisions},
    LayerKey{"permissions", "web", choice, decisions},
    LayerKey{"permissions", "webSearch", boolean},

    LayerKey{"providers", "available", texts},
    LayerKey{"providers", "descriptors", object},
    LayerKey{"providers", "defaultProvider", text_or_null},
    LayerKey{"providers", "defaultModel", text_or_null},
    LayerKey{"providers", "modelInfo", object},
    LayerKey{"providers", "custom", object},

    LayerKey{"branding", "name", text},
    LayerKey{"branding", "shortName", text},
    LayerKey{"branding", "appId", text},
    LayerKey{"branding", "dataDirName", text},
    LayerKey{"branding", "helpUrl", text},
    LayerKey{"branding", "docsBaseUrl", text},
    LayerKey{"branding", "appIcon", text},
    LayerKey{"branding", "supportUrl", text},
    LayerKey{"branding", "privacyUrl", text},
    LayerKey{"branding", "securityUrl", text},
    LayerKey{"branding", "legalUrl", text},
    LayerKey{"branding", "projectNamespace", text},
    LayerKey{"branding", "defaultTheme", text},
    LayerKey{"branding", "themes", list},
    LayerKey{"branding", "sidebar", object},
    LayerKey{"branding", "home", object},

    LayerKey{"auth", "mode", choice, "none|google-oauth"},
    LayerKey{"auth", "googleOAuth", object},

    LayerKey{"features", "projects", boolean},
    LayerKey{"features", "knowledge", boolean},
    LayerKey{"features", "approvals", boolean},
    LayerKey{"features", "team", boolean},
    LayerKey{"features", "playbooks", boolean},
    LayerKey{"features", "channels", boolean},
    LayerKey{"features", "tools", boolean},
    LayerKey{"features", "artifacts", boolean},
    LayerKey{"features", "voice", boolean},

    LayerKey{"tools[]", "id", text},
    LayerKey{"tools[]", "name", text},
    LayerKey{"tools[]", "icon", text},
    LayerKey{"tools[]", "description", text},
    LayerKey{"tools[]", "kind", choice, "mcp|built-in"},
    LayerKey{"tools[]", "namespace", text},
    LayerKey{"tools[]", "patterns", texts},
    LayerKey{"tools[]", "writeAccess", boolean},
    LayerKey{"tools[]", "defaultAccess", boolean},
    LayerKey{"tools[]", "allowPatterns", texts},
    LayerKey{"tools[]", "askPatterns", texts},

    LayerKey{"skills[]", "name", text},
    LayerKey{"skills[]", "description", text},
    LayerKey{"skills[]", "badge", choice, "Skill"},
    LayerKey{"skills[]", "sourceName", text},
    LayerKey{"skills[]", "toolIds", texts},

    LayerKey{"mcps[]", "name", text},
    LayerKey{"mcps[]", "type", choice, "local|remote"},
    LayerKey{"mcps[]", "description", text},
    LayerKey{"mcps[]", "authMode", choice, "none|oauth|api_token"},
    LayerKey{"mcps[]", "packageName", text},
    LayerKey{"mcps[]", "command", texts},
    LayerKey{"mcps[]", "url", text},
    LayerKey{"mcps[]", "headers", object},
    LayerKey{"mcps[]", "headerSettings", list},
    LayerKey{"mcps[]", "envSettings", list},
    LayerKey{"mcps[]", "credentials", list},
    LayerKey{"mcps[]", "credentialHelp", text},
    LayerKey{"mcps[]", "allowPrivateNetwork", boolean},
    LayerKey{"mcps[]", "googleAuth", boolean},

    LayerKey{"agents[]", "name", text},
    LayerKey{"agents[]", "label", text},
    LayerKey{"agents[]", "description", text},
    LayerKey{"agents[]", "instructions", text},
    LayerKey{"agents[]", "skillNames", texts},
    LayerKey{"agents[]", "toolIds", texts},
    LayerKey{"agents[]", "allowTools", texts},
    LayerKey{"agents[]", "askTools", texts},
    LayerKey{"agents[]", "color", text},
    LayerKey{"agents[]", "hidden", boolean},
    LayerKey{"agents[]", "mode", choice, "primary|subagent"},
    LayerKey{"agents[]", "model", text},
    LayerKey{"agents[]", "variant", text},
    LayerKey{"agents[]", "temperature", number},
    LayerKey{"agents[]", "top_p", number},
    LayerKey{"agents[]", "steps", number},
    LayerKey{"agents[]", "options", object},
};
static_assert(keys.size() == 116);

}  // namespace

std::span<const LayerKey> layer_keys() { return keys; }

const LayerKey* find_layer_key(std::string_view parent, std::string_view name) {
    const auto found = std::find_if(keys.begin(), keys.end(), [&](const LayerKey& key) {
        return key.parent == parent && key.name == name;
    });
    return found == keys.end() ? nullptr : &*found;
}

std::vector<std::string_view> choices_of(const LayerKey& key) {
    std::vector<std::string_view> words;
    for (std::string_view rest = key.choices; !rest.empty();) {
        const auto bar = rest.find('|');
        words.push_back(rest.substr(0, bar));
        rest = bar == std::string_view::npos ? std::string_view{} : rest.substr(bar + 1);
    }
    return words;
}

}  // namespace cowork::rules
