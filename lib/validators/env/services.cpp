#include "validators/env/services.hpp"

#include "config/config.hpp"
#include "config/jsonc.hpp"
#include "core/text.hpp"
#include "rules/secret_names.hpp"
#include "rules/service.hpp"
#include "rules/standalone_gateway.hpp"
#include "validators/service_rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <unordered_map>

namespace cowork::validators {
namespace {

using rules::Service;
using rules::Violation;
using Services = std::vector<const Service*>;

std::string labels_of(const Services& services) {
    std::string text;
    for (std::size_t i = 0; i < services.size(); ++i)
        text += fmt::format("{}{}",
                            i == 0                     ? ""
                            : i + 1 == services.size() ? " or "
                                                       : ", ",
                            services[i]->label);
    return text;
}

// Only Compose reads these; cowork's setup writes them for it.
bool is_for_compose(std::string_view key) {
    return key == "OPEN_COWORK_CLOUD_IMAGE" || key == "OPEN_COWORK_CLOUD_PUBLISHED_PORT";
}

// Whether the one is the other but for one stretch of up to three characters.
bool is_slip_of(std::string_view text, std::string_view right) {
    constexpr std::size_t longest = 3;
    const auto front =
        std::mismatch(text.begin(), text.end(), right.begin(), right.end()).first - text.begin();
    text.remove_prefix(static_cast<std::size_t>(front));
    right.remove_prefix(static_cast<std::size_t>(front));
    const auto back =
        std::mismatch(text.rbegin(), text.rend(), right.rbegin(), right.rend()).first - text.rbegin();
    text.remove_suffix(static_cast<std::size_t>(back));
    right.remove_suffix(static_cast<std::size_t>(back));
    return text.size() <= longest && right.size() <= longest;
}

// A key with a slip in the prefix, so that no service takes it for its own: what it may have been.
std::string with_right_prefix(std::string_view key) {
    if (!key.starts_with("OPEN_COWORK") && !key.starts_with("OPENCOWORK")) return {};
    for (const Service* service : rules::services())
        for (const rules::Key& known : service->keys) {
            if (known.bare || !key.ends_with(known.name)) continue;
            const auto prefix = key.substr(0, key.size() - known.name.size());
            if (prefix.ends_with('_') && is_slip_of(prefix, service->prefix))
                return service->full_name(known);
        }
    return {};
}

// By its own keys, and by its prefix where no service has such a key; prefixes overlap.
bool belongs_to(const Service& service, std::string_view key) {
    const rules::Key* known = rules::find_key(key);
    return known == nullptr ? key.starts_with(service.prefix) : service.find(key) == known;
}

class ServiceCheck {
  public:
    ServiceCheck(const EnvSettings& env, const Settings& settings, Findings& findings)
        : env_(env), settings_(settings), findings_(findings) {
        for (const EnvValue& one : env.values) {
            const TextRange where = findings.index().range(one.begin, one.end);
            config_.set(one.key, one.value.clone(), {{}, where.line, where.column, one.key});
            places_.insert_or_assign(one.key, &one);
        }
        services_ = services_of(config_);
        add_inline_json();
    }

    void check() {
        check_intent();
        check_prefixes();
        if (!env_.example) check_company();
        for (const Service* service : services_) judge(*service);
    }

  private:
    [[nodiscard]] TextRange place(const EnvValue& one) const {
        return findings_.index().range(one.begin, one.end);
    }
    [[nodiscard]] const EnvValue* find(std::string_view key) const {
        const auto found = places_.find(key);
        return found == places_.end() ? nullptr : found->second;
    }
    [[nodiscard]] const EnvValue* first_of(const Service& service) const {
        const auto found = std::find_if(env_.values.begin(), env_.values.end(),
                                        [&](const EnvValue& one) { return belongs_to(service, one.key); });
        return found == env_.values.end() ? nullptr : &*found;
    }

    // CONFIG_JSON of the Standalone Gateway holds its keys as they are; the environment wins. (The rules of
    // the Channel Gateway know its own.)
    void add_inline_json() {
        const EnvValue* json = find(rules::gateway_key("CONFIG_JSON"));
        if (json == nullptr || trimmed(json->value.reveal()).empty()) return;
        auto settings = config::read_flat_json(json->value.reveal(), json->key);
        if (!settings) {
            if (json->certain)
                findings_.add("configuration.invalid-value", place(*json), json->key,
                              settings.error().message + "; the gateway refuses to start",
                              settings.error().remedy);
            return;
        }
        for (config::Setting& one : *settings) {
            if (!one.key.starts_with(rules::standalone_gateway().prefix)) short_name(*json, one.key);
            const EnvValue* other = find(one.key);
            const bool same = other != nullptr && other->value.reveal() == one.value.reveal();
            if (other != nullptr && !same)
                findings_.add(
                    "configuration.ignored-key", place(*json), json->key,
                    fmt::format("{} in {} has no effect beside the variable, which says something else",
                                rules::find_key(one.key) == nullptr ? "a key" : one.key, json->key),
                    "remove one of the two");
            if (other != nullptr) {
                config_.set_overridden(std::move(one));
            } else {
                const TextRange where = place(*json);
                config_.set(one.key, std::move(one.value), {{}, where.line, where.column, json->key});
            }
        }
    }

    void short_name(const EnvValue& json, std::string_view name) {
        const std::string hint = rules::standalone_gateway().nearest(name);
        const std::string_view shown = config::shown_name(name);
        findings_.add(
            "configuration.unknown-key", place(json), json.key,
            fmt::format("{} has a member{}{} that is no key of the gateway, which ignores it", json.key,
                        shown.empty() ? "" : " ", shown),
            hint.empty() ? "write the keys in full, as in the environment" : "did you mean " + hint + "?");
    }

    void judge(const Service& service) {
        if (env_.example) return judge_example(service);
        const EnvValue* first = first_of(service);
        const TextRange fallback = first == nullptr ? findings_.index().rest_of_line(1, 1) : place(*first);
        const bool part = only_secrets(service) || has_config_file(service);
        judge_service(
            service, config_, settings_,
            [&](const Violation& one) -> std::optional<TextRange> {
                const EnvValue* value = find(one.key);
                if (value == nullptr) value = find(one.source.key);  // what it was read from
                if (!can_be_told(one, value, part)) return std::nullopt;
                if (value != nullptr && may_be_set_elsewhere(one, *value)) {
                    findings_.add(one.reason_code, place(*value), one.key, one.message, one.remedy,
                                  Severity::note);
                    return std::nullopt;
                }
                return value == nullptr ? fallback : place(*value);
            },
            findings_);
    }

    // What comes from elsewhere is not known here.
    [[nodiscard]] bool can_be_told(const Violation& one, const EnvValue* value, bool part) const {
        if (value == nullptr) return !part;
        // What a secret counts for may stand beside.
        if (!value->certain || (part && one.reason_code == "configuration.ignored-key")) return false;
        const bool by_compose = !env_.reader || env_.reader == Reader::compose;
        return one.reason_code != "configuration.unread-key" || !by_compose || !is_for_compose(one.key);
    }

    // env:NAME is how the platform's own variables are named, which no env file has. A bare name is mostly a
    // mistyped reference.
    static bool may_be_set_elsewhere(const Violation& one, const EnvValue& value) {
        return one.reason_code == "configuration.unresolved-reference" &&
               value.value.reveal().find("env:") != std::string_view::npos;
    }

    // The Standalone Gateway's rules know nothing of the file that may set what is missing here; those of the
    // other services do.
    [[nodiscard]] bool has_config_file(const Service& service) const {
        return &service == &rules::standalone_gateway() &&
               !trimmed(config_.text(rules::gateway_key("CONFIG"))).empty();
    }

    // A file of nothing but secrets stands beside one with the settings.
    [[nodiscard]] bool only_secrets(const Service& service) const {
        bool any = false;
        for (const EnvValue& one : env_.values) {
            const rules::Key* key = service.find(one.key);
            if (key == nullptr) continue;
            if (!key->secret() && key->kind != rules::KeyKind::secret_reference) return false;
            any = true;
        }
        return any;
    }

    // What is wrong with an example as an example; its placeholders are what it is for.
    void judge_example(const Service& service) {
        constexpr std::array<std::string_view, 5> told{
            "configuration.unknown-key", "configuration.unread-key", "configuration.ignored-reference",
            "configuration.lenient-value", "configuration.placeholder-secret"};
        rules::learn_secrets(findings_.redactor(), config_);
        for (const Violation& one : service.check(config_)) {
            const EnvValue* value = find(one.key);
            if (value == nullptr || std::find(told.begin(), told.end(), one.reason_code) == told.end())
                continue;
            if (!can_be_told(one, value, false) || trimmed(value->value.reveal()).starts_with('<')) continue;
            const bool placeholder = one.reason_code == "configuration.placeholder-secret";
            findings_.add(one.reason_code, place(*value), one.key, one.message, one.remedy,
                          placeholder ? Severity::note : severity_of(one, service, config_));
        }
    }

    void check_intent() {
        if (!settings_.intent) return;
        const Services wanted = services_for(*settings_.intent);
        const auto is_wanted = [&](const Service* one) {
            return std::find(wanted.begin(), wanted.end(), one) != wanted.end();
        };
        if (wanted.empty() || std::any_of(services_.begin(), services_.end(), is_wanted)) return;
        // A file of something else altogether, such as the database's, may stand beside.
        findings_.add("env.not-for-intent", findings_.index().rest_of_line(1, 1), {},
                      fmt::format("no key here is of {}, which {} runs", labels_of(wanted),
                                  catalogue::row(*settings_.intent).id),
                      {}, services_.empty() ? Severity::note : Severity::warning);
    }

    void check_prefixes() {
        for (const EnvValue& one : env_.values) {
            const bool ours = std::any_of(rules::services().begin(), rules::services().end(),
                                          [&](const Service* s) { return one.key.starts_with(s->prefix); });
            if (ours || rules::find_key(one.key) != nullptr) continue;
            if (const std::string meant = with_right_prefix(one.key); !meant.empty())
                findings_.add("configuration.unknown-key", place(one), one.key,
                              fmt::format("{} is no key of any service", one.key),
                              fmt::format("did you mean {}?", meant));
        }
    }

    // Several services in one file. Compose hands each its own; elsewhere the file is the environment.
    void check_company() {
        if (services_.size() < 2 || env_.reader == Reader::compose) return;
        const EnvValue* other = first_of(*services_.back());
        for (const Service* service : services_)
            if (const EnvValue* first = first_of(*service);
                first != nullptr && (other == nullptr || first->begin > other->begin))
                other = first;
        if (other == nullptr) return;
        findings_.add(
            "env.several-services", place(*other), other->key,
            fmt::format("the file has settings of {} services, so that each gets the secrets of the "
                        "others where the file is its environment",
                        services_.size()),
            {}, env_.reader ? std::optional(Severity::warning) : std::nullopt);
    }

    const EnvSettings& env_;
    const Settings& settings_;
    Findings& findings_;
    config::Config config_;
    std::unordered_map<std::string_view, const EnvValue*> places_;
    Services services_;
};

}  // namespace

void check_services(const EnvSettings& env, const Settings& settings, Findings& findings) {
    ServiceCheck(env, settings, findings).check();
}

}  // namespace cowork::validators
