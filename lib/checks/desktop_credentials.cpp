#include "checks/desktop.hpp"
#include "checks/desktop_target.hpp"
#include "checks/json_answers.hpp"
#include "core/shell_quote.hpp"
#include "core/text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace cowork::checks {
namespace {

using Json = nlohmann::json;

constexpr std::array docs{std::string_view{"docs/reference/checks.md"}};
constexpr std::array ready_when{catalogue::Intent::desktop_local};
constexpr std::array shown_for{catalogue::Intent::desktop_pairing};

constexpr std::array own_reasons{
    Reason{"desktop.settings-missing", Status::action_required,
           "Desktop has saved no settings: its first start was not finished",
           "start Desktop and choose a provider, a key and a model"},
    Reason{"desktop.settings-both", Status::action_required,
           "settings are there both encrypted and in plain text, and Desktop starts with neither",
           "quit Desktop and move settings.json away"},
    Reason{"desktop.settings-unreadable", Status::unknown, "the settings file cannot be read",
           "run doctor as the user who runs Desktop"},
    Reason{"desktop.settings-corrupt", Status::action_required, "the plain settings file is no JSON object",
           "quit Desktop and move settings.json away"},
    Reason{"desktop.settings-plaintext", Status::degraded,
           "settings and keys are in plain text, which a development build accepts and an installed Desktop "
           "does not start with",
           "use an installed Desktop in a session with a keyring, and move settings.json away"},
    Reason{"desktop.settings-encrypted", Status::unknown,
           "provider, model and keys are encrypted, and not every provider that the configuration offers is "
           "seen to have what it needs, so nobody but Desktop can tell whether the chosen one has",
           "look at the Health Center in Desktop"},
    Reason{"desktop.auth-file-refused", Status::action_required,
           "the runtime's key file must be a regular file of one name, for its owner only",
           "replace it by a regular file of the user who runs Desktop, with mode 600"},
    Reason{"desktop.auth-file-unreadable", Status::unknown, "the runtime's key file cannot be read",
           "run doctor as the user who runs Desktop"},
    Reason{"desktop.auth-file-corrupt", Status::action_required, "the runtime's key file is no JSON object",
           "enter the keys again in Desktop's settings"},
    Reason{"desktop.provider-not-chosen", Status::action_required, "no provider or no model is chosen",
           "choose both in Desktop's settings"},
    Reason{"desktop.credential-missing", Status::action_required,
           "the chosen provider needs a key, and there is none", "enter it in Desktop's settings"},
    Reason{"desktop.credential-not-seen", Status::unknown,
           "no key for the chosen provider is seen, and whether it needs one is only known to Desktop",
           "look at the Health Center in Desktop"},
};
constexpr auto reasons = joined(desktop_place_reasons, desktop_layer_reasons, own_reasons);

constexpr std::string_view auth_name = "runtime-home/.local/share/opencode/auth.json";

bool is_there(const Context& context, const std::string& path) {
    const auto facts = context.files.facts(path);
    return facts || facts.error().code != ErrorCode::not_found;
}

bool has_text(const Json& value) {
    return value.is_string() && !trimmed(value.get_ref<const std::string&>()).empty();
}

// The providers that the runtime has a key for. Only names leave this function.
std::optional<Finding> read_auth(Layers& layers, const Context& context, const Desktop& desktop,
                                 std::vector<std::string>& providers) {
    const std::string path = desktop.file(auth_name);
    const auto facts = context.files.facts(path);
    if (!facts && facts.error().code == ErrorCode::not_found) return std::nullopt;
    const auto broke = [&](Status status, std::string_view reason, std::string_view what) {
        layers.source({path, 0, 0, {}});
        return layers.broke("keys", status, reason, context.redactor.text("{} {}", path, what));
    };
    if (!facts) return broke(Status::unknown, "desktop.auth-file-unreadable", "cannot be looked at");
    if (facts->kind != probes::FileKind::regular || facts->links > 1 || (facts->mode & 077U) != 0 ||
        facts->owner != desktop.owner)
        return broke(Status::action_required, "desktop.auth-file-refused",
                     "is not what the runtime trusts, so it does not use it");
    auto text = context.files.read(path, largest_desktop_file, probes::Links::refuse);
    if (!text) return broke(Status::unknown, "desktop.auth-file-unreadable", "cannot be read");
    const auto document = object_in(*text);
    cleanse(*text);
    if (!document) return broke(Status::action_required, "desktop.auth-file-corrupt", "is no JSON object");
    for (const auto& [name, entry] : document->items())
        if (entry.is_object() &&
            (has_text(entry.value("key", Json())) || has_text(entry.value("access", Json())) ||
             has_text(entry.value("refresh", Json()))))
            providers.push_back(name);
    return std::nullopt;
}

struct Choice {
    std::string provider, model;
    bool key_in_settings = false;
};

Choice choice_of_layers(const Desktop& desktop) {
    return {desktop.layers.text("/providers/defaultProvider"), desktop.layers.text("/providers/defaultModel"),
            false};
}

// The settings win over the layers, where they say something.
void take_settings(const Json& settings, Choice& choice) {
    if (const std::string provider(trimmed(text_at(settings, "selectedProviderId"))); !provider.empty())
        choice.provider = provider;
    if (const std::string model(trimmed(text_at(settings, "selectedModelId"))); !model.empty())
        choice.model = model;
    const Json all = settings.value("providerCredentials", Json());
    if (!all.is_object()) return;
    const Json own = all.value(choice.provider, Json());
    choice.key_in_settings = own.is_object() && std::any_of(own.begin(), own.end(), has_text);
}

enum class Needs { unknown, nothing, key };

// Of one list of credentials. One that does not say whether it is required may be.
Needs needs_of(const nlohmann::ordered_json& credentials) {
    const auto says = [&](bool required) {
        return [required](const auto& field) {
            return field.is_object() && field.contains("required") && field["required"] == required;
        };
    };
    if (std::any_of(credentials.begin(), credentials.end(), says(true))) return Needs::key;
    return std::all_of(credentials.begin(), credentials.end(), says(false)) ? Needs::nothing : Needs::unknown;
}

// Whether the configuration says that the provider needs a credential.
Needs needs_of(const Desktop& desktop, const std::string& provider) {
    if (provider.find_first_of("/~") != std::string::npos) return Needs::unknown;
    for (const char* place : {"/providers/custom/", "/providers/descriptors/"}) {
        const auto* credentials = desktop.layers.value(place + provider + "/credentials");
        if (credentials != nullptr && credentials->is_array()) return needs_of(*credentials);
    }
    return Needs::unknown;
}

// Whether the runtime has a key for it: Desktop gives one provider another name there.
bool has_key(const std::vector<std::string>& runtime_keys, std::string_view provider) {
    return std::any_of(runtime_keys.begin(), runtime_keys.end(), [&](const std::string& name) {
        return name == provider || (provider == "openrouter" && name == "or");
    });
}

// The providers that a user may have chosen from; none when no visible layer says.
std::vector<std::string> offered(const Desktop& desktop) {
    std::vector<std::string> providers;
    const auto* available = desktop.layers.value("/providers/available");
    if (available == nullptr || !available->is_array()) return {};
    for (const auto& provider : *available) {
        if (!provider.is_string()) return {};
        providers.push_back(provider.get<std::string>());
    }
    return providers;
}

// The user's own choice is hidden, so nothing is missing only if that holds for whatever it may be. Where
// the default is none of those on offer, Desktop ignores the list.
Finding judge_hidden_choice(Layers& layers, const Context& context, const Desktop& desktop,
                            const Choice& fallback, const std::vector<std::string>& runtime_keys) {
    layers.evidence("choice", "the configuration's; the user's own is encrypted"_safe);
    const auto providers = offered(desktop);
    layers.evidence("providers_offered", static_cast<std::int64_t>(providers.size()));
    bool complete = !fallback.model.empty() &&
                    std::find(providers.begin(), providers.end(), fallback.provider) != providers.end();
    for (const std::string& provider : providers) {
        if (has_key(runtime_keys, provider) || needs_of(desktop, provider) == Needs::nothing) continue;
        layers.evidence("key_not_seen", plain_id(context, provider));
        complete = false;
    }
    if (!complete)
        return layers.broke("choice", Status::unknown, "desktop.settings-encrypted",
                            "the settings are encrypted"_safe);
    return layers.ready(context.redactor.text(
        "whichever of the {} provider(s) on offer is chosen, its key is there where it needs one",
        providers.size()));
}

Finding judge_choice(Layers& layers, const Context& context, const Desktop& desktop, const Choice& choice,
                     const std::vector<std::string>& runtime_keys, bool encrypted) {
    const auto end = [&](Status status, std::string_view reason, SafeText summary) {
        return layers.broke("choice", status, reason, std::move(summary));
    };
    const bool chosen = !choice.provider.empty() && !choice.model.empty();
    const SafeText provider = plain_id(context, choice.provider);
    if (chosen) layers.evidence("provider", provider);
    if (chosen) layers.evidence("model", plain_id(context, choice.model));
    const bool key_seen = choice.key_in_settings || has_key(runtime_keys, choice.provider);
    layers.evidence("key_seen", key_seen);
    if (encrypted) return judge_hidden_choice(layers, context, desktop, choice, runtime_keys);
    const Needs needs = chosen ? needs_of(desktop, choice.provider) : Needs::unknown;
    if (!chosen)
        return end(Status::action_required, "desktop.provider-not-chosen",
                   "no provider or model is chosen"_safe);
    if (!key_seen && needs == Needs::key)
        return end(Status::action_required, "desktop.credential-missing",
                   context.redactor.text("there is no key for {}", provider));
    if (!key_seen && needs == Needs::unknown)
        return end(Status::unknown, "desktop.credential-not-seen",
                   context.redactor.text("no key for {} is seen", provider));
    return end(Status::degraded, "desktop.settings-plaintext",
               "provider, model and key are there, in plain text"_safe);
}

Finding credentials_configured(const Context& context) {
    Layers layers;
    Desktop desktop;
    if (auto broken = desktop_place(layers, context, desktop)) return std::move(*broken);
    if (auto broken = judge_desktop_layers(layers, context, desktop)) return std::move(*broken);
    const std::string plain = desktop.file("settings.json");
    const bool encrypted = is_there(context, desktop.file("settings.enc"));
    layers.source({encrypted ? desktop.file("settings.enc") : plain, 0, 0, {}});
    if (encrypted && is_there(context, plain))
        return layers.broke("settings", Status::action_required, "desktop.settings-both",
                            "both settings.enc and settings.json are there"_safe,
                            context.redactor.text("mv {} {}", path_word(plain), path_word(plain + ".aside")));
    if (!encrypted && !is_there(context, plain))
        return layers.broke("settings", Status::action_required, "desktop.settings-missing",
                            "Desktop has saved no settings"_safe);
    Choice choice = choice_of_layers(desktop);
    if (!encrypted) {
        auto text = context.files.read(plain, largest_desktop_file, probes::Links::follow);
        if (!text)
            return layers.broke("settings", Status::unknown, "desktop.settings-unreadable",
                                context.redactor.text("{} cannot be read", plain));
        const auto settings = object_in(*text);
        cleanse(*text);
        if (!settings)
            return layers.broke("settings", Status::action_required, "desktop.settings-corrupt",
                                context.redactor.text("{} is no JSON object", plain));
        take_settings(*settings, choice);
    }
    layers.passed("settings", encrypted ? "settings are saved, encrypted"_safe : "settings are saved"_safe);
    std::vector<std::string> runtime_keys;
    if (auto broken = read_auth(layers, context, desktop, runtime_keys)) return std::move(*broken);
    layers.evidence("runtime_keys", static_cast<std::int64_t>(runtime_keys.size()));
    return judge_choice(layers, context, desktop, choice, runtime_keys, encrypted);
}

constexpr std::array rows{
    Check{.id = "desktop.credentials.configured",
          .label = "Desktop provider credentials configured",
          .authority = catalogue::Authority::desktop_local,
          .control_plane = std::nullopt,
          .failing = Status::action_required,
          .looks_at = "Which provider and model the configuration or plain settings choose, and whether the "
                      "runtime's key file names that provider. Encrypted settings stay so, and whichever "
                      "provider they choose has to be ready: each that the configuration offers needs a key "
                      "there, or no key at all. No key is shown.",
          .docs = docs,
          .needs = {},
          .ready_when = ready_when,
          .also_for = {},
          .reasons = reasons,
          .run = credentials_configured,
          .shown_for = shown_for},
};

}  // namespace

std::span<const Check> desktop_credentials_checks() { return rows; }

}  // namespace cowork::checks
