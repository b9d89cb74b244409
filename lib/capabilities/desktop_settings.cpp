#include "capabilities/desktop_settings.hpp"

#include "capabilities/desktop_config.hpp"
#include "core/text.hpp"

#include <nlohmann/json.hpp>

namespace cowork::capabilities {
namespace {

using Json = nlohmann::ordered_json;

// Desktop keeps no more entries of a map than this, and drops the rest.
constexpr std::size_t most_entries = 64;

bool is_there(probes::FileProbe& files, const std::string& path) {
    const auto facts = files.facts(path);
    return facts || facts.error().code != ErrorCode::not_found;
}

std::string text_at(const config::JsoncDocument& document, std::string_view pointer) {
    const Json* value = document.find(pointer);
    return value == nullptr || !value->is_string() ? std::string{} : value->get<std::string>();
}

std::vector<std::string> names(const std::map<std::string, Secret>& credentials) {
    std::vector<std::string> keys;
    keys.reserve(credentials.size());
    for (const auto& [key, value] : credentials) keys.push_back(key);
    return keys;
}

}  // namespace

DesktopSettings DesktopSettings::read(const std::string& root, probes::FileProbe& files, Redactor& redactor) {
    DesktopSettings settings;
    const std::string plain = root + "/settings.json";
    const std::string encrypted = root + "/settings.enc";
    const auto hide = [&](const std::string& file, ErrorCode code, const std::string& message,
                          const std::string& remedy) {
        settings.state_ = State::hidden;
        settings.provider_place_ = settings.model_place_ = {file, 0, 0, {}};
        if (!message.empty()) settings.problems_.push_back({code, message, remedy, {file, 0, 0, {}}});
    };
    const bool has_plain = is_there(files, plain);
    if (is_there(files, encrypted)) {
        // With both, Desktop starts with neither.
        hide(encrypted, ErrorCode::invalid,
             has_plain ? "settings are there both encrypted and in plain text" : "",
             "quit Desktop and move settings.json away");
        return settings;
    }
    if (!has_plain) return settings;
    auto text = files.read(plain, largest_desktop_config, probes::Links::follow);
    if (!text) {
        hide(plain, text.error().code, plain + " cannot be read", "run doctor as the user who runs Desktop");
        return settings;
    }
    // Places are kept for the top keys only, so that no name of a credential is copied around for them.
    const auto document = config::JsoncDocument::parse(std::move(*text), plain, "Desktop", 1);
    if (!document) {
        hide(plain, ErrorCode::invalid, document.error().message, "quit Desktop and move settings.json away");
        return settings;
    }
    settings.take(*document, redactor);
    return settings;
}

void DesktopSettings::take(const config::JsoncDocument& document, Redactor& redactor) {
    state_ = State::plain;
    provider_credentials_ = credentials_in(document, "/providerCredentials", redactor);
    integration_credentials_ = credentials_in(document, "/integrationCredentials", redactor);
    provider_ = text_at(document, "/selectedProviderId");
    model_ = text_at(document, "/selectedModelId");
    provider_place_ = document.where("/selectedProviderId");
    model_place_ = document.where("/selectedModelId");
    const Json* switches = document.find("/integrationEnabled");
    if (switches == nullptr || !switches->is_object()) return;
    for (const auto& [name, on] : switches->items()) {
        if (enabled_.size() == most_entries) break;
        if (on.is_boolean()) enabled_[name] = on.get<bool>();
    }
}

DesktopSettings::Credentials DesktopSettings::credentials_in(const config::JsoncDocument& document,
                                                             std::string_view key, Redactor& redactor) {
    Credentials all;
    const Json* maps = document.find(key);
    if (maps == nullptr || !maps->is_object()) return all;
    for (const auto& [owner, fields] : maps->items()) {
        if (all.size() == most_entries) break;
        auto& own = all[owner];
        if (!fields.is_object()) continue;
        for (const auto& [name, value] : fields.items()) {
            if (own.size() == most_entries) break;
            if (!value.is_string()) continue;
            const std::string_view secret = trimmed(value.get_ref<const std::string&>());
            if (secret.empty()) continue;
            redactor.learn(secret);
            own.insert_or_assign(name, Secret(secret));
        }
    }
    return all;
}

std::optional<bool> DesktopSettings::enabled(const std::string& mcp) const {
    const auto found = enabled_.find(mcp);
    return found == enabled_.end() ? std::nullopt : std::optional(found->second);
}

std::vector<std::string> DesktopSettings::provider_keys(const std::string& provider) const {
    const auto found = provider_credentials_.find(provider);
    return found == provider_credentials_.end() ? std::vector<std::string>{} : names(found->second);
}

std::vector<std::string> DesktopSettings::integration_keys(const std::string& mcp) const {
    const auto found = integration_credentials_.find(mcp);
    return found == integration_credentials_.end() ? std::vector<std::string>{} : names(found->second);
}

bool DesktopSettings::integration_is(const std::string& mcp, const std::string& key,
                                     std::string_view value) const {
    const auto owner = integration_credentials_.find(mcp);
    if (owner == integration_credentials_.end()) return value.empty();
    const auto found = owner->second.find(key);
    return found == owner->second.end() ? value.empty() : found->second.reveal() == value;
}

}  // namespace cowork::capabilities
