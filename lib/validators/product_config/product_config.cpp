#include "validators/product_config/product_config.hpp"

#include "rules/product_shape.hpp"
#include "validators/json_secrets.hpp"
#include "validators/opencode/parts.hpp"
#include "validators/product_config/parts.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <unordered_set>

namespace cowork::validators {
namespace {

using Json = nlohmann::ordered_json;

// The objects of a list with their pointers.
template <typename Look>
void each_entry(const JsonFindings& found, const std::string& pointer, Look look) {
    const Json* entries = found.document().find(pointer);
    if (entries == nullptr || !entries->is_array()) return;
    std::size_t at = 0;
    for (const Json& entry : *entries) {
        const std::string where = fmt::format("{}/{}", pointer, at++);
        if (entry.is_object()) look(where, entry);
    }
}

std::string member_text(const Json& object, const char* name) {
    const auto found = object.find(name);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

void check_names(JsonFindings& found, const std::string& pointer, const char* name) {
    std::unordered_set<std::string> seen;
    each_entry(found, pointer, [&](const std::string& where, const Json& entry) {
        const std::string value = member_text(entry, name);
        if (!value.empty() && !seen.insert(value).second)
            found.add("product.duplicate-name", fmt::format("{}/{}", where, name),
                      "is the name of an earlier entry");
    });
}

void check_mcp(JsonFindings& found, const std::string& pointer, const Json& mcp) {
    const std::string type = member_text(mcp, "type");
    if (type == "local" && !mcp.contains("packageName") && !mcp.contains("command"))
        found.add("product.missing-key", pointer + "/command", "is missing, and packageName is too",
                  "say with command or packageName what to start");
    if (type == "remote" && !mcp.contains("url"))
        found.add("product.missing-key", pointer + "/url", "is missing", "add the URL");
    if (is_plain_http(member_text(mcp, "url")))
        found.add("product.plain-http", pointer + "/url", "is http to another machine");
}

void check_default_provider(JsonFindings& found) {
    const Json* available = found.document().find("/providers/available");
    const auto chosen = text_at(found, "/providers/defaultProvider");
    if (available == nullptr || !available->is_array() || chosen.empty() || has_reference(chosen)) return;
    if (std::none_of(available->begin(), available->end(),
                     [&](const Json& one) { return one == Json(chosen); }))
        found.add("product.default-provider", "/providers/defaultProvider",
                  "is not among providers.available");
}

}  // namespace

bool is_on(const JsonFindings& found, std::string_view pointer) {
    const Json* value = found.document().find(pointer);
    return value != nullptr && value->is_boolean() && value->get<bool>();
}

std::string_view text_at(const JsonFindings& found, std::string_view pointer) {
    const Json* value = found.document().find(pointer);
    return value != nullptr && value->is_string() ? std::string_view(value->get_ref<const std::string&>())
                                                  : std::string_view{};
}

void check_product_lists(JsonFindings& found) {
    check_names(found, "/tools", "id");
    check_names(found, "/skills", "sourceName");
    check_names(found, "/mcps", "name");
    check_names(found, "/agents", "name");
    check_names(found, "/cloudDesktop/preconfiguredConnections", "baseUrl");
    each_entry(found, "/mcps",
               [&](const std::string& pointer, const Json& mcp) { check_mcp(found, pointer, mcp); });
    check_default_provider(found);
}

bool looks_like_product_config(const config::JsoncDocument& document) {
    const Json& root = document.root();
    if (member_text(root, "$schema").ends_with("open-cowork.config.schema.json")) return true;
    constexpr std::array telling{"allowedEnvPlaceholders", "cloudDesktop", "capabilityBundles", "toolTrace",
                                 "agentStarterTemplates",  "builtInAgents"};
    const auto signs =
        std::count_if(telling.begin(), telling.end(), [&](const char* key) { return root.contains(key); });
    return signs >= 2 ||
           (signs == 1 && (root.contains("cloud") || root.contains("gateway") || root.contains("branding") ||
                           root.contains("contractVersion") || root.size() == 1));
}

void validate_product_config(const Input& input, const Settings& settings, Findings& findings) {
    if (!input.json) return;
    JsonFindings found(*input.json, findings);
    constexpr JsonFindings::ShapeRules names{"product.unknown-key", "product.wrong-type",
                                             "product.wrong-value", "product.missing-key"};
    for (const auto& problem : rules::product_shape().judge(input.json->root(), has_reference))
        found.add(names, problem);
    check_product_secrets(input, found);
    check_product_cloud(found, settings);
    check_product_gateway(found);
    check_product_lists(found);
}

}  // namespace cowork::validators
