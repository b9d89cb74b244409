#include "core/text.hpp"
#include "rules/cloud_judge.hpp"
#include "rules/cloud_reference.hpp"
#include "secrets/strength.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace cowork::rules {
namespace {

constexpr std::size_t shortest_cookie_secret = 32;

// The server asks a secret manager for these only; any other reference to one resolves to nothing, silently.
constexpr std::array managed_references{
    std::string_view{"SECRET_KEY_REF"}, std::string_view{"SECRET_KEY_PREVIOUS_REF"},
    std::string_view{"COOKIE_SECRET_REF"}, std::string_view{"HEADER_AUTH_SECRET_REF"},
    std::string_view{"OIDC_CLIENT_SECRET_REF"}};

// These are read by a stricter reader, which does not take a bare name for a variable.
constexpr std::array scheme_needed{std::string_view{"SECRET_KEY_REF"},
                                   std::string_view{"SECRET_KEY_PREVIOUS_REF"}};

template <std::size_t N>
bool contains(const std::array<std::string_view, N>& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

CloudJudge::Material CloudJudge::material(std::string_view name) const {
    if (set(name)) return {Material::From::value, text(name), full(name), full(name)};
    const std::string ref_name = std::string(name) + "_REF";
    if (!set(ref_name)) return {Material::From::nothing, {}, full(name), {}};
    const Reference reference = parse_reference(text(ref_name));
    switch (reference.kind) {
        case ReferenceKind::managed:
            if (contains(managed_references, ref_name))
                return {Material::From::managed, {}, full(ref_name), {}};
            break;
        case ReferenceKind::bare_name:
            if (contains(scheme_needed, ref_name)) break;
            [[fallthrough]];
        case ReferenceKind::environment:
            if (const auto value = trimmed(config().text(reference.name)); !value.empty())
                return {Material::From::variable, value, full(ref_name), std::string(reference.name)};
            break;
        case ReferenceKind::malformed:
        case ReferenceKind::nothing:
            break;
    }
    return {Material::From::unresolved, {}, full(ref_name), {}};
}

void CloudJudge::secrets() {
    if (!material("SECRET_KEY").present())
        lacks("SECRET_KEY", "without it no secret can be stored or read, and /readyz says 503",
              "set it to a generated secret, or SECRET_KEY_REF to a secret manager's reference");
    for (const std::string_view name : {"SECRET_KEY", "COOKIE_SECRET", "HEADER_AUTH_SECRET"})
        one_secret(name);
    if (runs_web(view_.role)) cookie_secret();
}

// Whether it is the cookie secret, which the secret key stands in for. That has a longer measure.
bool CloudJudge::signs_sessions(std::string_view name) const {
    return runs_web(view_.role) &&
           name == (material("COOKIE_SECRET").present() ? "COOKIE_SECRET" : "SECRET_KEY");
}

// public_production measures what it can see; the other tiers take anything, cowork does not.
void CloudJudge::one_secret(std::string_view name) {
    const Material secret = material(name);
    if (!secret.readable()) return;
    if (production_tier()) {
        const bool used = name != "COOKIE_SECRET" || runs_web(view_.role);
        const bool asked = name != "HEADER_AUTH_SECRET" || view_.auth == CloudAuth::header;
        if (!used || !asked) return;
        if (const auto problem = strength_problem(secret.text))
            add_for("configuration.weak-secret", secret.holder,
                    fmt::format("{} is no secret for production: it {}{}; the server refuses to start",
                                secret.holder, problem->starts_with("shorter") ? "is " : "", *problem),
                    "replace it by a generated one");
        return;
    }
    // A demonstration on one machine may run with what the product's examples hold.
    const Status status = view_.tier == CloudTier::local ? Status::degraded : Status::action_required;
    if (is_placeholder(secret.text)) {
        add_for("configuration.placeholder-secret", secret.holder,
                fmt::format("{} is still a placeholder", secret.holder), "replace it by a generated secret",
                status);
    } else if (secret.text.size() < shortest_secret && !signs_sessions(name)) {
        add_for("configuration.short-secret", secret.holder,
                fmt::format("{} has fewer than {} characters", secret.holder, shortest_secret),
                "replace it by a generated one", status);
    }
}

// The cookie secret falls back to the secret key, and is measured either way.
void CloudJudge::cookie_secret() {
    const Material cookie = material("COOKIE_SECRET");
    const Material key = material("SECRET_KEY");
    const Material& used = cookie.present() ? cookie : key;
    // The strength rule of public_production says it there.
    if (!production_tier() && used.readable() && used.text.size() < shortest_cookie_secret)
        add_for(
            "configuration.short-secret", used.holder,
            fmt::format("{} signs browser sessions and has fewer than {} bytes; the server refuses to start",
                        used.holder, shortest_cookie_secret),
            cookie.present() ? "replace it by a generated one"
                             : "set OPEN_COWORK_CLOUD_COOKIE_SECRET to a generated secret");
    if (cookie.readable() && key.readable() && cookie.text == key.text) {
        const bool refused =
            production_tier() && cookie.from == Material::From::value && key.from == Material::From::value;
        add_for("configuration.shared-secret", cookie.key,
                fmt::format("{} is the same as {}, so whoever learns one has both{}", cookie.key, key.key,
                            refused ? "; the server refuses to start" : ""),
                "replace it by a generated secret of its own",
                refused ? Status::action_required : Status::degraded);
    }
}

void CloudJudge::reference(const Key& key) {
    // The value itself, where it is set too, wins.
    if (set(key.name.substr(0, key.name.size() - std::string_view("_REF").size())) &&
        key.name != "SECRET_KEY_PREVIOUS_REF")
        return;
    if (key.name != "SECRET_KEY_PREVIOUS_REF") return one_reference(key, text(key.name));
    for (std::string_view rest = text(key.name); !rest.empty();) {
        const auto comma = rest.find(',');
        if (const auto entry = trimmed(rest.substr(0, comma)); !entry.empty()) one_reference(key, entry);
        rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(comma + 1);
    }
}

void CloudJudge::one_reference(const Key& key, std::string_view text) {
    const Reference reference = parse_reference(text);
    const std::string name = full(key.name);
    const bool managed = contains(managed_references, key.name);
    const bool unset = trimmed(config().text(reference.name)).empty();
    switch (reference.kind) {
        case ReferenceKind::managed:
            if (!managed)
                return add(
                    "configuration.ignored-reference", key.name,
                    fmt::format("{} names a secret manager, which the server does not ask for this one: it "
                                "silently has no value",
                                name),
                    "write env:NAME, and let the platform put the secret into that variable");
            if (reference.needs_region && trimmed(config().text("AWS_REGION")).empty() &&
                trimmed(config().text("AWS_DEFAULT_REGION")).empty())
                add("configuration.missing-key", key.name,
                    fmt::format("{} names no region, and AWS_REGION is not set here", name),
                    "name it at the end of the reference, as its parameter region", Status::degraded);
            return;
        case ReferenceKind::environment:
            if (unset)
                add("configuration.unresolved-reference", key.name,
                    fmt::format("{} names the variable {}, which is not set here", name, reference.name),
                    fmt::format("set {}, or correct the name", reference.name));
            return;
        case ReferenceKind::bare_name:
            if (contains(scheme_needed, key.name))
                return add("configuration.invalid-value", key.name,
                           fmt::format("{} is a bare name, which the server refuses here", name),
                           fmt::format("write env:{}", reference.name));
            if (unset)
                add("configuration.unresolved-reference", key.name,
                    fmt::format(
                        "{} is a bare name, which means a variable, and none of that name is set here", name),
                    "write env:NAME, or a secret manager's reference with its scheme");
            return;
        case ReferenceKind::malformed:
            return add("configuration.invalid-value", key.name,
                       fmt::format("{} is not written as the server reads such a reference", name),
                       fmt::format("write it as {}", reference.expected));
        case ReferenceKind::nothing:
            return add("configuration.invalid-value", key.name,
                       fmt::format("{} is neither env:NAME nor a reference of a secret manager", name),
                       managed ? "write env:NAME, gcp-sm://, aws-sm:// or azure-kv://" : "write env:NAME");
    }
}

}  // namespace cowork::rules
