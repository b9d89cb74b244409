#include "rules/channel_gateway_providers.hpp"

#include "rules/channel_gateway_json.hpp"
#include "rules/lenient.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace cowork::rules {
namespace {

// Which kinds share their fields.
enum class Family { telegram, slack, email, bridge, other };

Family family(ChannelKind kind) {
    switch (kind) {
        case ChannelKind::telegram:
            return Family::telegram;
        case ChannelKind::slack:
            return Family::slack;
        case ChannelKind::email:
            return Family::email;
        case ChannelKind::webhook:
        case ChannelKind::discord:
        case ChannelKind::whatsapp:
        case ChannelKind::signal:
            return Family::bridge;
        case ChannelKind::cli:
        case ChannelKind::fake:
            return Family::other;
    }
    return Family::other;
}

// A field of a provider and its key of the environment, which is the kind, a dash and this name.
struct FieldRow {
    Family family;
    std::string_view key;
    std::string_view name;
    bool credential = false;
    bool makes_provider = false;  // without it the gateway makes no such provider
    bool intent = false;          // setting it says that such a provider is wanted
};
constexpr std::array field_rows{
    FieldRow{Family::telegram, "BOT_TOKEN", "botToken", true, true},
    FieldRow{Family::telegram, "WEBHOOK_SECRET", "webhookSecret", true, false, true},
    FieldRow{Family::telegram, "MODE", "mode"},
    FieldRow{Family::telegram, "PUBLIC_URL", "publicBaseUrl"},
    FieldRow{Family::telegram, "RESPOND_IN_GROUPS", "respondInGroups"},
    FieldRow{Family::slack, "BOT_TOKEN", "botToken", true, true},
    FieldRow{Family::slack, "SIGNING_SECRET", "signingSecret", true, false, true},
    FieldRow{Family::slack, "TEAM_ID", "teamId"},
    FieldRow{Family::slack, "DEFAULT_CHANNEL_ID", "defaultChannelId"},
    FieldRow{Family::slack, "API_BASE_URL", "apiBaseUrl"},
    FieldRow{Family::email, "INBOUND_SECRET", "inboundSecret", true, true},
    FieldRow{Family::email, "SMTP_PASSWORD", "smtpPassword", true, false, true},
    FieldRow{Family::email, "FROM", "from", false, false, true},
    FieldRow{Family::email, "SMTP_HOST", "smtpHost", false, false, true},
    FieldRow{Family::email, "SMTP_PORT", "smtpPort"},
    FieldRow{Family::email, "SMTP_SECURE", "smtpSecure"},
    FieldRow{Family::email, "SMTP_USERNAME", "smtpUsername"},
    FieldRow{Family::email, "ADDRESS", "inboundAddress"},
    FieldRow{Family::email, "MAX_ATTACHMENT_BYTES", "maxAttachmentBytes"},
    FieldRow{Family::bridge, "DELIVERY_URL", "deliveryUrl", false, true},
    FieldRow{Family::bridge, "SHARED_SECRET", "sharedSecret", true, false, true},
    FieldRow{Family::bridge, "DELIVERY_ALLOWED_HOSTS", "deliveryUrlAllowedHosts"},
    FieldRow{Family::bridge, "ALLOW_PRIVATE_DELIVERY", "allowPrivateDelivery"},
    FieldRow{Family::bridge, "MAX_ATTACHMENT_BYTES", "maxAttachmentBytes"},
};

std::string upper(ChannelKind kind) {
    std::string word(to_string(kind));
    std::transform(word.begin(), word.end(), word.begin(),
                   [](char c) { return static_cast<char>(c - 'a' + 'A'); });
    return word;
}

std::string field_key(ChannelKind kind, std::string_view suffix) {
    return fmt::format("{}_{}", upper(kind), suffix);
}

std::string full(std::string_view name) { return channel_gateway().full_name(name); }

std::string_view value_or_fallback(const config::Config& settings, std::string_view name) {
    const auto value = channel_value(settings, name);
    return value.empty() ? channel_gateway().find(full(name))->fallback : value;
}

std::string workspace(const config::Config& settings, ChannelKind kind) {
    const std::string suffix = kind == ChannelKind::slack   ? "TEAM_ID"
                               : kind == ChannelKind::email ? "DOMAIN"
                                                            : "WORKSPACE_ID";
    return std::string(channel_value(settings, field_key(kind, suffix)));
}

// The key that decides whether the environment makes a provider of that kind.
std::string making_key(ChannelKind kind) {
    if (kind == ChannelKind::fake) return "ENABLE_FAKE_PROVIDER";
    if (kind == ChannelKind::cli) return "CLI_ENABLED";
    for (const FieldRow& row : field_rows)
        if (row.family == family(kind) && row.makes_provider) return field_key(kind, row.key);
    return {};
}

ChannelProvider from_keys(const config::Config& settings, ChannelKind kind) {
    ChannelProvider provider;
    provider.kind = kind;
    provider.id = to_string(kind);
    provider.key = making_key(kind);
    provider.binding = value_or_fallback(settings, field_key(kind, "CHANNEL_BINDING_ID"));
    provider.workspace = workspace(settings, kind);
    for (const FieldRow& row : field_rows) {
        const std::string key = field_key(kind, row.key);
        const auto value = channel_value(settings, key);
        if (row.family == family(kind) && !value.empty())
            provider.fields.push_back({std::string(row.name), row.credential, Secret(value), key, full(key)});
    }
    return provider;
}

// Whether the environment asks for a provider of that kind.
bool is_asked_for(const config::Config& settings, ChannelKind kind) {
    const std::string key = making_key(kind);
    const bool flag = kind == ChannelKind::cli || kind == ChannelKind::fake;
    return flag ? channel_boolean(settings, key) : !channel_value(settings, key).empty();
}

// All but fake, which counts only where nothing else is configured.
std::vector<ChannelProvider> from_keys(const config::Config& settings) {
    std::vector<ChannelProvider> providers;
    for (const ChannelKind kind : all_channel_kinds)
        if (kind != ChannelKind::fake && is_asked_for(settings, kind))
            providers.push_back(from_keys(settings, kind));
    return providers;
}

// The environment's provider over the first of CONFIG_JSON with its id or kind, which keeps its id and
// binding.
void merge_over(ChannelProvider& base, ChannelProvider override) {
    for (ProviderField& field : override.fields) {
        std::erase_if(base.fields, [&](const ProviderField& old) {
            return old.name == field.name && old.credential == field.credential;
        });
        base.fields.push_back(std::move(field));
    }
    base.key = override.key;
    base.place = override.place;
    base.enabled = override.place.empty() ? base.enabled : override.enabled;
    if (base.binding.empty()) base.binding = override.binding;
    if (!override.workspace.empty()) base.workspace = override.workspace;
}

std::vector<ChannelProvider> merged(std::vector<ChannelProvider> base, std::vector<ChannelProvider> over) {
    std::vector<bool> used(over.size(), false);
    for (ChannelProvider& provider : base) {
        for (std::size_t i = 0; i < over.size(); ++i) {
            if (used[i] || (over[i].id != provider.id && over[i].kind != provider.kind)) continue;
            used[i] = true;
            merge_over(provider, std::move(over[i]));
            break;
        }
    }
    for (std::size_t i = 0; i < over.size(); ++i)
        if (!used[i]) base.push_back(std::move(over[i]));
    return base;
}

// In webhook mode the gateway's own public URL stands in for Telegram's.
void lend_public_url(std::vector<ChannelProvider>& providers, const config::Config& settings) {
    const auto url = channel_value(settings, "PUBLIC_URL");
    for (ChannelProvider& provider : providers)
        if (provider.kind == ChannelKind::telegram && provider.text("publicBaseUrl").empty() && !url.empty())
            provider.fields.push_back(
                {"publicBaseUrl", false, Secret(url), "PUBLIC_URL", full("PUBLIC_URL")});
}

}  // namespace

const ProviderField* ChannelProvider::find(std::string_view name) const {
    const auto found = std::find_if(fields.begin(), fields.end(),
                                    [&](const ProviderField& field) { return field.name == name; });
    return found == fields.end() ? nullptr : &*found;
}

std::string_view ChannelProvider::text(std::string_view name) const {
    const ProviderField* field = find(name);
    return field == nullptr ? std::string_view{} : trimmed(field->value.reveal());
}

std::string ChannelProvider::key_of(std::string_view name) const {
    if (const ProviderField* field = find(name)) return field->key;
    if (!place.empty()) return key;
    for (const FieldRow& row : field_rows)
        if (row.family == family(kind) && row.name == name) return field_key(kind, row.key);
    return key;
}

std::string ChannelProvider::label(std::string_view name) const {
    if (const ProviderField* field = find(name)) return field->label;
    if (place.empty()) return full(key_of(name));
    const bool credential = std::any_of(field_rows.begin(), field_rows.end(), [&](const FieldRow& row) {
        return row.name == name && row.credential;
    });
    return fmt::format("{}: {}.{}", place, credential ? "credentials" : "settings", name);
}

std::string ChannelProvider::describe() const {
    return place.empty() ? fmt::format("the {} provider", to_string(kind)) : place;
}

std::string_view channel_value(const config::Config& settings, std::string_view name) {
    return trimmed(settings.text(full(name)));
}

bool channel_boolean(const config::Config& settings, std::string_view name) {
    const bool fallback = channel_gateway().find(full(name))->fallback == "true";
    return read_boolean(channel_value(settings, name)).value_or(fallback);
}

long long channel_integer(const config::Config& settings, std::string_view name) {
    const Key& key = *channel_gateway().find(full(name));
    const auto value = read_integer(channel_value(settings, name));
    return value ? std::clamp(*value, key.lowest, key.highest) : read_integer(key.fallback).value_or(0);
}

bool is_channel_loopback(std::string_view host) {
    if (host == "localhost" || host == "::1" || host == "[::1]") return true;
    if (!host.starts_with("127.")) return false;
    const auto digits_and_dots =
        std::all_of(host.begin(), host.end(), [](char c) { return c == '.' || (c >= '0' && c <= '9'); });
    return digits_and_dots && std::count(host.begin(), host.end(), '.') == 3 && !host.ends_with('.') &&
           host.find("..") == std::string_view::npos;
}

ProviderList read_providers(const config::Config& settings) {
    const auto json = channel_value(settings, "PROVIDERS");
    ProviderList list;
    if (json.empty()) {
        list.providers = from_keys(settings);
    } else {
        list = read_providers_json(json);
    }
    const auto config_json = channel_value(settings, "CONFIG_JSON");
    if (!config_json.empty())
        list.providers = merged(read_config_providers(config_json), std::move(list.providers));
    if (list.providers.empty() && list.problems.empty() && is_asked_for(settings, ChannelKind::fake))
        list.providers.push_back(from_keys(settings, ChannelKind::fake));
    lend_public_url(list.providers, settings);
    return list;
}

bool is_provider_field(std::string_view name) {
    return std::any_of(all_channel_kinds.begin(), all_channel_kinds.end(), [&](ChannelKind kind) {
        return std::any_of(field_rows.begin(), field_rows.end(), [&](const FieldRow& row) {
            return row.family == family(kind) && field_key(kind, row.key) == name;
        });
    });
}

std::vector<ProviderProblem> idle_provider_keys(const config::Config& settings) {
    std::vector<ProviderProblem> problems;
    const bool json = !channel_value(settings, "PROVIDERS").empty();
    for (const ChannelKind kind : all_channel_kinds) {
        if (kind == ChannelKind::fake) continue;  // told where it stands beside others
        const std::string maker = making_key(kind);
        const bool asked = is_asked_for(settings, kind);
        if (json && asked)
            problems.push_back(
                {"configuration.ignored-key", maker,
                 fmt::format("{} has no effect, because {} replaces the keys of single "
                             "providers",
                             full(maker), full("PROVIDERS")),
                 fmt::format("add that provider to {}, or remove one of the two", full("PROVIDERS")),
                 Status::degraded});
        if (json || asked) continue;
        const auto half = std::find_if(field_rows.begin(), field_rows.end(), [&](const FieldRow& row) {
            return row.family == family(kind) && row.intent &&
                   !channel_value(settings, field_key(kind, row.key)).empty();
        });
        if (half != field_rows.end())
            problems.push_back({"configuration.missing-key", maker,
                                fmt::format("{} is not set, but {} is: without it there is no {} provider",
                                            full(maker), full(field_key(kind, half->key)), to_string(kind)),
                                "set both or neither", Status::degraded});
    }
    return problems;
}

}  // namespace cowork::rules
