#include "rules/channel_gateway_json.hpp"

#include "core/json_depth.hpp"
#include "net/url.hpp"
#include "rules/lenient.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <array>
#include <cmath>
#include <utility>

namespace cowork::rules {
namespace {

using nlohmann::json;

// Discarded when it is no JSON.
json parse(std::string_view text) {
    if (too_deep(text)) return json(json::value_t::discarded);
    return json::parse(text, nullptr, false);
}

// A scalar as an env file would hold it, a list of texts with commas; empty for anything else.
std::string scalar(const json& value) {
    if (value.is_string()) return value.get<std::string>();
    if (value.is_boolean() || value.is_number_integer()) return value.dump();
    if (value.is_number_float()) {
        const double number = value.get<double>();
        return number == std::trunc(number) && std::abs(number) < 1e15 ? fmt::format("{:.0f}", number)
                                                                       : value.dump();
    }
    std::string list;
    if (value.is_array())
        for (const json& entry : value)
            if (entry.is_string()) list += (list.empty() ? "" : ",") + entry.get<std::string>();
    return list;
}

std::string member(const json& object, const char* name) {
    const auto found = object.find(name);
    return found == object.end() || !found->is_string() ? std::string{}
                                                        : std::string(trimmed(found->get<std::string>()));
}

void take_fields(ChannelProvider& provider, const json& entry, bool credential) {
    const char* section = credential ? "credentials" : "settings";
    const auto fields = entry.find(section);
    if (fields == entry.end() || !fields->is_object()) return;
    for (const auto& [name, value] : fields->items()) {
        if (credential && !value.is_string()) continue;  // the gateway drops it too
        std::string text = scalar(value);
        if (!text.empty())
            provider.fields.push_back({name, credential, Secret(text), provider.key,
                                       fmt::format("{}: {}.{}", provider.place, section, name)});
        cleanse(text);
    }
}

// Nothing for an entry that the gateway cannot take; `problems` says why.
void take_provider(ProviderList& list, const json& entry, std::size_t index, std::string_view key,
                   std::string_view array) {
    ChannelProvider provider;
    provider.key = key;
    provider.place = fmt::format("entry {} of {}", index + 1, array);
    const auto kind = entry.is_object() ? parse_channel_kind(member(entry, "kind")) : std::nullopt;
    if (!kind) {
        list.problems.push_back({"configuration.invalid-value", provider.key,
                                 fmt::format("{} has no kind that the gateway knows", provider.place),
                                 "set kind to telegram, slack, email, webhook, discord, whatsapp, signal, "
                                 "cli or fake"});
        return;
    }
    provider.kind = *kind;
    provider.id = member(entry, "id");
    if (provider.id.empty()) provider.id = fmt::format("{}-{}", to_string(*kind), index + 1);
    provider.binding = member(entry, "channelBindingId");
    provider.workspace = member(entry, "externalWorkspaceId");
    const auto enabled = entry.find("enabled");
    provider.enabled = enabled == entry.end() || *enabled != json(false);
    take_fields(provider, entry, true);
    take_fields(provider, entry, false);
    list.providers.push_back(std::move(provider));
}

ProviderList take_providers(const json& array, std::string_view key, std::string_view name) {
    ProviderList list;
    std::size_t index = 0;
    for (const json& entry : array) take_provider(list, entry, index++, key, name);
    return list;
}

constexpr const char* config_json_providers = "providers in OPEN_COWORK_GATEWAY_CONFIG_JSON";

// Where CONFIG and CONFIG_JSON keep what a key of the environment says.
struct ConfigMember {
    const char* pointer;
    std::string_view key;
};
constexpr std::array config_members{
    ConfigMember{"/productMode", "PRODUCT_MODE"},
    ConfigMember{"/mode", "MODE"},
    ConfigMember{"/instanceId", "INSTANCE_ID"},
    ConfigMember{"/server/host", "HOST"},
    ConfigMember{"/server/port", "PORT"},
    ConfigMember{"/server/publicBaseUrl", "PUBLIC_URL"},
    ConfigMember{"/server/adminToken", "ADMIN_TOKEN"},
    ConfigMember{"/server/allowLoopbackOperatorBypass", "ALLOW_LOOPBACK_OPERATOR_BYPASS"},
    ConfigMember{"/server/maxRequestBodyBytes", "MAX_REQUEST_BODY_BYTES"},
    ConfigMember{"/server/trustProxyHeaders", "TRUST_PROXY_HEADERS"},
    ConfigMember{"/server/trustedProxyCidrs", "TRUSTED_PROXY_CIDRS"},
    ConfigMember{"/logging/level", "LOG_LEVEL"},
    ConfigMember{"/metrics/enabled", "METRICS_ENABLED"},
    ConfigMember{"/diagnostics/enabled", "DIAGNOSTICS_ENABLED"},
    ConfigMember{"/timeouts/webhookDeliveryMs", "WEBHOOK_DELIVERY_TIMEOUT_MS"},
    ConfigMember{"/timeouts/smtpMs", "SMTP_TIMEOUT_MS"},
    ConfigMember{"/timeouts/shutdownDrainMs", "SHUTDOWN_DRAIN_TIMEOUT_MS"},
    ConfigMember{"/branding/productName", "BRAND_NAME"},
    ConfigMember{"/branding/shortName", "BRAND_SHORT_NAME"},
    ConfigMember{"/branding/logoUrl", "BRAND_LOGO_URL"},
    ConfigMember{"/branding/supportUrl", "SUPPORT_URL"},
    ConfigMember{"/branding/privacyUrl", "PRIVACY_URL"},
    ConfigMember{"/branding/securityUrl", "SECURITY_URL"},
    ConfigMember{"/branding/legalUrl", "LEGAL_URL"},
};

bool same_meaning(std::string_view one, std::string_view other) {
    const auto truth = read_boolean(one);
    return trimmed(one) == trimmed(other) || (truth && truth == read_boolean(other));
}

void add_members(config::Config& settings, const config::Setting& inline_json) {
    const json document = parse(inline_json.value.reveal());
    if (!document.is_object()) return;
    for (const ConfigMember& row : config_members) {
        const json::json_pointer pointer(row.pointer);
        if (!document.contains(pointer)) continue;
        std::string value = scalar(document[pointer]);
        if (!value.empty())
            settings.set(channel_gateway().full_name(row.key), Secret(value), inline_json.source);
        cleanse(value);
    }
}

}  // namespace

ProviderList read_providers_json(std::string_view text) {
    const json array = parse(text);
    if (array.is_array()) return take_providers(array, "PROVIDERS", "OPEN_COWORK_GATEWAY_PROVIDERS");
    ProviderList list;
    list.problems.push_back(
        {"configuration.invalid-value", "PROVIDERS",
         "OPEN_COWORK_GATEWAY_PROVIDERS is not a JSON array; the gateway refuses to start",
         "write [{\"kind\": ..., \"channelBindingId\": ...}], or remove the line"});
    return list;
}

std::vector<ChannelProvider> read_config_providers(std::string_view text) {
    const json document = parse(text);
    if (!document.is_object() || !document.contains("providers") || !document["providers"].is_array())
        return {};
    return take_providers(document["providers"], "CONFIG_JSON", config_json_providers).providers;
}

config::Config with_config_json(const config::Config& config) {
    config::Config settings;
    if (const auto* inline_json = config.find(channel_gateway().full_name("CONFIG_JSON")))
        add_members(settings, *inline_json);
    for (const config::Setting& setting : config.settings())
        if (!trimmed(setting.value.reveal()).empty())
            settings.set(setting.key, setting.value.clone(), setting.source);
    return settings;
}

std::vector<ProviderProblem> shadowed_members(std::string_view text, const config::Config& settings) {
    std::vector<ProviderProblem> problems;
    const json document = parse(text);
    if (!document.is_object()) return problems;
    for (const ConfigMember& row : config_members) {
        const json::json_pointer pointer(row.pointer);
        if (!document.contains(pointer)) continue;
        const std::string key = channel_gateway().full_name(row.key);
        Secret value(scalar(document[pointer]));
        if (value.empty() || same_meaning(value.reveal(), settings.text(key))) continue;
        problems.push_back({"configuration.ignored-key", "CONFIG_JSON",
                            fmt::format("{} in {} has no effect beside {}, which says something else",
                                        std::string_view(row.pointer).substr(1),
                                        channel_gateway().full_name("CONFIG_JSON"), key),
                            "remove one of the two", Status::degraded});
    }
    return problems;
}

std::vector<ProviderProblem> config_json_problems(std::string_view text) {
    constexpr std::string_view name = "OPEN_COWORK_GATEWAY_CONFIG_JSON";
    const json document = parse(text);
    if (document.is_discarded())
        return {{"configuration.invalid-value", "CONFIG_JSON",
                 fmt::format("{} is not JSON; the gateway refuses to start", name),
                 "write one JSON object, without comments"}};
    if (!document.is_object())
        return {{"configuration.lenient-value", "CONFIG_JSON",
                 fmt::format("{} is no JSON object; the gateway silently ignores it", name),
                 "write one JSON object, or remove the line", Status::degraded}};
    std::vector<ProviderProblem> problems;
    const auto environment_only = [&](std::string_view what, std::string_view keys) {
        problems.push_back({"configuration.invalid-value", "CONFIG_JSON",
                            fmt::format("{} holds {}, which only the environment may set; the gateway "
                                        "refuses to start",
                                        name, what),
                            fmt::format("remove it and set {}", keys)});
    };
    if (document.contains("cloud"))
        environment_only("cloud", "OPEN_COWORK_CLOUD_BASE_URL and OPEN_COWORK_GATEWAY_SERVICE_TOKEN");
    if (document.contains(json::json_pointer("/timeouts/cloudRequestMs")))
        environment_only("timeouts.cloudRequestMs", "OPEN_COWORK_GATEWAY_CLOUD_REQUEST_TIMEOUT_MS");
    if (document.contains("providers") && document["providers"].is_array()) {
        auto list = take_providers(document["providers"], "CONFIG_JSON", config_json_providers);
        std::move(list.problems.begin(), list.problems.end(), std::back_inserter(problems));
    }
    return problems;
}

std::vector<ProviderProblem> branding_problems(std::string_view text) {
    constexpr std::string_view name = "OPEN_COWORK_GATEWAY_PUBLIC_BRANDING_JSON";
    const json document = parse(text);
    if (document.is_discarded())
        return {{"configuration.invalid-value", "PUBLIC_BRANDING_JSON",
                 fmt::format("{} is not JSON; the gateway refuses to start", name),
                 "write one JSON object, or remove the line"}};
    if (!document.is_object())
        return {{"configuration.lenient-value", "PUBLIC_BRANDING_JSON",
                 fmt::format("{} is no JSON object; the gateway silently ignores it", name),
                 "write one JSON object, or remove the line", Status::degraded}};
    std::vector<ProviderProblem> problems;
    for (const char* link : {"logoUrl", "supportUrl", "privacyUrl", "securityUrl", "legalUrl"}) {
        const auto found = document.find(link);
        const bool mailto = std::string_view(link) == "supportUrl";
        if (found == document.end() || found->is_null() || is_branding_url(scalar(*found), mailto)) continue;
        if (scalar(*found).empty() && found->is_string()) continue;
        problems.push_back({"configuration.lenient-value", "PUBLIC_BRANDING_JSON",
                            fmt::format("{} in {} is no https{} link; the gateway silently leaves it out",
                                        link, name, mailto ? " or mailto" : ""),
                            fmt::format("write it as https://host{}", mailto ? " or mailto:address" : ""),
                            Status::degraded});
    }
    return problems;
}

bool is_branding_url(std::string_view url, bool mailto) {
    const std::string_view text = trimmed(url);
    constexpr std::string_view scheme = "mailto:";
    if (mailto && lowered(text.substr(0, scheme.size())) == scheme) return true;
    const auto parsed = net::parse_url(text);
    return parsed && parsed->secure();
}

}  // namespace cowork::rules
