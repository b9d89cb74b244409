#include "capabilities/desktop_models.hpp"
#include "capabilities/desktop_parts.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <utility>

namespace cowork::capabilities {
namespace {

using Json = nlohmann::ordered_json;

// The two decisions have the same rule and the same words, with other names.
struct Subject {
    std::string_view name;  // the id of a row that has none
    std::string_view configured;
    std::string_view from_settings, from_default, from_fallback, missing, unknown, conflict,
        override_conflict;
    std::string_view default_key;  // of the evidence
};
constexpr Subject provider_subject{"provider",
                                   "/providers/defaultProvider",
                                   "provider.settings",
                                   "provider.default",
                                   "provider.fallback",
                                   "provider.missing",
                                   "provider.selection-unknown",
                                   "provider.source-conflict-winner",
                                   "provider.layer-override",
                                   "defaultProviderId"};
constexpr Subject model_subject{"model",
                                "/providers/defaultModel",
                                "model.settings",
                                "model.default",
                                "model.fallback",
                                "model.missing",
                                "model.selection-unknown",
                                "model.source-conflict-winner",
                                "model.layer-override",
                                "defaultModelId"};

struct Decision {
    const Subject& subject;
    std::string selected;   // by the user
    ConfigText effective;   // empty: none
    ConfigText configured;  // the configuration's default
    SourceRef selected_at;

    // The product fills a fresh profile with its defaults and calls them settings; here a user who chose
    // nothing is told so.
    [[nodiscard]] std::string_view word() const {
        if (!selected.empty()) return selected == effective.value ? "settings" : "fallback";
        // To the product no model is an empty text, and no default is none at all.
        if (effective.empty() && subject.name == model_subject.name) return "fallback";
        return effective.value == configured.value ? "default" : "fallback";
    }
    [[nodiscard]] std::string_view code() const {
        if (effective.empty()) return subject.missing;
        if (word() == "settings") return subject.from_settings;
        return word() == "default" ? subject.from_default : subject.from_fallback;
    }
};

// What the decision is, and where it was made: in the settings, or in the layer of the default.
ConfigOrigin origin_of(const DesktopWorld& world, const Decision& decision) {
    if (decision.word() == "settings") return {"settings", decision.selected_at};
    ConfigOrigin origin = first_of(world.config.origins(decision.subject.configured));
    origin.source = decision.word();
    return origin;
}

report::CapabilityRow& add_decision(const DesktopWorld& world, const Decision& decision) {
    const ConfigOrigin origin = origin_of(world, decision);
    return world.row(decision.code(),
                     decision.effective.empty() ? decision.subject.name : decision.effective.written,
                     origin.source_text(world.redactor), origin.place(world.redactor));
}

void add_layer(const DesktopWorld& world, const Decision& decision, report::CapabilityRow& row) {
    if (decision.word() != "default") return;
    const ConfigOrigins origins = world.config.origins(decision.subject.configured);
    if (!origins.empty()) row.evidence.emplace_back("layer", origins.front().source_text(world.redactor));
}

void add_unknown(const DesktopWorld& world, const Subject& subject, const SourceRef& settings) {
    auto& row = world.row(subject.unknown, subject.name, "settings"_safe,
                          {world.redactor.clean(settings.file), settings.line, settings.column});
    if (const ConfigText configured = world.config.text(subject.configured); !configured.empty())
        row.evidence.emplace_back(subject.default_key, world.redactor.clean(configured.written));
    row.evidence.emplace_back("settingsSeen", !world.settings.hidden());
    row.evidence.emplace_back("bundledConfigurationSeen", world.config.bundled_seen());
}

void add_conflicts(const DesktopWorld& world, const Decision& decision) {
    const ConfigOrigins layers = world.config.origins(decision.subject.configured);
    if (!decision.effective.empty() && !decision.configured.empty() &&
        decision.effective.value != decision.configured.value) {
        ConfigOrigin loser = first_of(layers);
        loser.source = "default:" + decision.configured.written;
        world.conflict(decision.subject.conflict, decision.effective.written,
                       {origin_of(world, decision), std::move(loser)});
    }
    if (layers.size() > 1 && !decision.configured.empty())
        world.conflict(decision.subject.override_conflict, decision.configured.written, layers);
}

// The provider in force: the chosen one if it is offered, else the default. Nothing when part of what decides
// cannot be seen.
std::optional<Decision> decide_provider(const DesktopWorld& world) {
    Decision decision{provider_subject,
                      world.settings.provider(),
                      {},
                      world.config.text(provider_subject.configured),
                      world.settings.provider_place()};
    if (world.settings.hidden()) return std::nullopt;
    if (!decision.selected.empty()) {
        if (world.config.is_unknown("/providers/available")) return std::nullopt;
        const Json* providers = world.config.value("/providers");
        for (const std::string& id :
             providers == nullptr ? std::vector<std::string>{} : texts_in(*providers, "available"))
            if (id == decision.selected) decision.effective = {id, id};
    }
    if (!decision.effective.empty()) return decision;
    if (world.config.is_unknown(provider_subject.configured)) return std::nullopt;
    decision.effective = decision.configured;
    return decision;
}

std::optional<Decision> decide_model(const DesktopWorld& world, const DesktopProvider& provider) {
    if (!provider.complete) return std::nullopt;
    Decision decision{model_subject,
                      world.settings.model(),
                      {},
                      world.config.text(model_subject.configured),
                      world.settings.model_place()};
    if (const auto chosen = offered_model(provider, {decision.selected, decision.selected})) {
        decision.effective = *chosen;
    } else if (const auto fallback = offered_model(provider, provider.default_model)) {
        decision.effective = *fallback;
    } else if (!provider.models.empty()) {
        decision.effective = provider.models.front();
    }
    return decision;
}

void add_provider(const DesktopWorld& world, const Decision& decision, const DesktopProvider& provider) {
    auto& row = add_decision(world, decision);
    if (!provider.name.empty())
        row.evidence.emplace_back("providerName", world.redactor.clean(provider.name.written));
    if (!provider.package.empty())
        row.evidence.emplace_back("providerPackage", world.redactor.clean(provider.package.written));
    row.evidence.emplace_back("credentialOverrideKeys",
                              cleaned(world.redactor, world.settings.provider_keys(provider.id)));
    add_layer(world, decision, row);
}

void add_model(const DesktopWorld& world, const Decision& decision, const ConfigText& provider) {
    auto& row = add_decision(world, decision);
    if (!provider.empty() && !decision.effective.empty())
        row.evidence.emplace_back("runtimeModel",
                                  world.redactor.text("{}/{}", provider.written, decision.effective.written));
    if (!decision.configured.empty())
        row.evidence.emplace_back("defaultModelId", world.redactor.clean(decision.configured.written));
    add_layer(world, decision, row);
}

}  // namespace

void add_provider_and_model(const DesktopWorld& world) {
    // What is compiled in counts then, and nobody can see it.
    if (world.config.discarded()) return;
    const auto provider = decide_provider(world);
    if (!provider) {
        add_unknown(world, provider_subject, world.settings.provider_place());
        add_unknown(world, model_subject, world.settings.model_place());
        return;
    }
    const DesktopProvider facts = read_provider(world, provider->effective.value);
    const auto model = decide_model(world, facts);
    add_provider(world, *provider, facts);
    if (model) {
        add_model(world, *model, provider->effective);
    } else {
        add_unknown(world, model_subject, world.settings.model_place());
    }
    add_conflicts(world, *provider);
    if (model) add_conflicts(world, *model);
}

}  // namespace cowork::capabilities
