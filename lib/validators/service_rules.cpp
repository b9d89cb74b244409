#include "validators/service_rules.hpp"

#include "rules/channel_gateway.hpp"
#include "rules/cloud_server.hpp"
#include "rules/lenient.hpp"
#include "rules/secret_names.hpp"
#include "rules/standalone_gateway.hpp"
#include "validators/contradictions.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace cowork::validators {
namespace {

constexpr std::array table{
    Rule{"configuration.missing-key", Severity::error, "a setting that the service needs is not set",
         "The service does not start without it, or starts with something essential switched off.",
         "Set it, or let cowork setup write the file."},
    Rule{"configuration.invalid-value", Severity::error, "a value that the service refuses",
         "The service does not start, or does not do what the line says.",
         "Set the key to a value of its kind, or remove the line."},
    Rule{
        "configuration.lenient-value", Severity::warning, "a value that the service silently replaces",
        "The service starts, but with its default instead of what is written, and tells nobody.",
        "Write the value as the service reads it, or remove the line.",
        "An error where the value cannot be read at all; a warning where the service takes the nearest one."},
    Rule{"configuration.unknown-key", Severity::warning, "a key that the service does not know",
         "The line has no effect; mostly it is a known key with a slip in its name.",
         "Correct the name, or remove the line."},
    Rule{"configuration.unread-key", Severity::warning,
         "a key of the product's examples that the server does not read",
         "It stands in runbooks and examples, yet nothing reads it.",
         "Set the key that the server reads instead."},
    Rule{"configuration.ignored-key", Severity::warning, "a key that has no effect beside another",
         "Another setting replaces this one as a whole, so whoever edits it changes nothing.",
         "Remove one of the two."},
    Rule{"configuration.placeholder-secret",
         Severity::error,
         "a secret that is still a placeholder",
         "The service refuses it, or everybody who has read the example knows it.",
         "Replace it by a generated secret.",
         {},
         Fix::generate},
    Rule{"configuration.short-secret", Severity::error, "a secret that is too short for its use",
         "Short secrets can be tried out.", "Replace it by a generated one."},
    Rule{"configuration.weak-secret", Severity::error, "a secret that public_production refuses",
         "The server measures length, variety and forbidden words, and does not start with a weak one.",
         "Replace it by a generated one."},
    Rule{"configuration.shared-secret", Severity::error, "one secret that serves two purposes",
         "Whoever learns it through one use can misuse the other, and neither can be replaced alone.",
         "Generate a second one."},
    Rule{"configuration.repeated-secret", Severity::warning, "one secret under two keys",
         "Whoever learns it in one place has it in the other, and neither can be replaced alone.",
         "Generate a second one."},
    Rule{"configuration.ignored-reference", Severity::error,
         "a secret manager's reference where the server asks none",
         "The server takes it for the name of a variable, finds none, and goes on without the secret.",
         "Write env:NAME, and let the platform set that variable."},
    Rule{"configuration.unresolved-reference", Severity::error, "a reference to a variable that is not set",
         "The server goes on without the secret, or does not start.",
         "Set the variable, or correct its name.",
         "A note for env:NAME in an env file alone, where the platform may set the variable."},
    Rule{"configuration.insecure-url", Severity::error, "a URL that must be https and is not",
         "Tokens, cookies and prompts would travel in clear.", "Use https."},
    Rule{"configuration.insecure-cookie", Severity::error, "cookies without Secure beyond loopback",
         "A browser would send its session over plain http; the server refuses to start.",
         "Remove COOKIE_SECURE, or bind the server to 127.0.0.1."},
    Rule{"configuration.open-access", Severity::error, "an API that is open to whoever reaches it",
         "Whoever reaches the server beyond loopback would be its owner, or could name themselves; the "
         "server refuses to start.",
         "Choose oidc or header for AUTH_MODE, or stay on loopback."},
    Rule{"configuration.ephemeral-storage", Severity::error,
         "state or artifacts that die with the process or the machine",
         "Sessions and files are gone after a restart, or on another machine.",
         "Name a Postgres and a bucket.", "A warning in the beta tiers, where the server only warns."},
    Rule{"configuration.isolation", Severity::error, "OpenCode in something that the server does not accept",
         "A worker without a verified sandbox refuses to start or never becomes ready.",
         "Use the sandbox with Docker and an image of a known digest."},
    Rule{"configuration.production", Severity::error, "a setting that public_production refuses",
         "The server does not start with it in that tier.", "Set it as the finding says."},
    Rule{"configuration.no-provider", Severity::error, "a gateway without any channel",
         "Without a provider it has nothing to listen to, and refuses to start.",
         "Configure Telegram, a webhook or another provider."},
    Rule{"configuration.public-provider", Severity::error,
         "the fake or the cli provider on a gateway that others reach",
         "They ask nobody for a signature, so anybody could prompt.",
         "Use a real provider, or stay on loopback without a public URL."},
    Rule{"configuration.host-not-allowed", Severity::error,
         "deliveries to a host that the allow-list does not have", "The gateway refuses such a provider.",
         "Add the host to the list, or correct the URL."},
    Rule{"configuration.private-delivery", Severity::error,
         "deliveries to a private or reserved address without leave",
         "The gateways do not deliver there, so that nobody can make them reach into the network.",
         "Name a public host; the Channel Gateway can be allowed private delivery."},
    Rule{"configuration.tls-required", Severity::error,
         "a database without verified TLS in a mode that wants it",
         "The team and enterprise modes refuse to start without TLS to Postgres, verified.",
         "Set DATABASE_SSL to true and leave DATABASE_SSL_REJECT_UNAUTHORIZED true."},
    Rule{"endpoint.unparseable", Severity::error, "a URL that cannot be read",
         "Nothing can be reached under it.", "Correct it."},
    Rule{"endpoint.scheme", Severity::error, "a URL that is neither http nor https",
         "The services speak nothing else.", "Write http:// or https:// before the host."},
    Rule{"endpoint.credentials", Severity::error, "a URL with a user name or password",
         "It would stand in logs and reports, and the gateway refuses it.", "Remove them from the URL."},
    Rule{"endpoint.ambiguous-host", Severity::error, "a URL whose host readers understand differently",
         "What one reader takes for private, another may take for public; so it is refused.",
         "Write a plain host name or a plain address."},
    Rule{"endpoint.wildcard-host", Severity::error, "a URL that names a wildcard address",
         "0.0.0.0 and :: are for listening; nobody can be reached there.", "Name the server."},
    Rule{"endpoint.metadata-host", Severity::error, "a URL that names a cloud metadata service",
         "That service hands out the machine's own credentials.", "Name the server that is meant."},
    Rule{"endpoint.public-host", Severity::error, "an OpenCode URL with a public host",
         "OpenCode runs commands for whoever reaches it; it belongs on loopback or a private network.",
         "Move OpenCode to loopback or a private network."},
    Rule{"endpoint.private-dns", Severity::error, "an OpenCode URL with a private DNS name",
         "Such a name counts as private only when the gateway is told so.",
         "Set OPEN_COWORK_STANDALONE_GATEWAY_ALLOW_PRIVATE_DNS to true, or use an address."},
    Rule{"endpoint.extra-parts", Severity::error, "a URL with more than scheme, host and port",
         "The service builds paths on it, or compares it as an origin, and a path breaks both.",
         "Remove path, query and fragment."},
};

// What the service reads and no other does; prefixes overlap: OPEN_COWORK_CLOUD_BASE_URL is the Channel
// Gateway's. HOST, PORT and the places of the configuration file are of several.
bool is_of(const rules::Service& service, std::string_view key) {
    const rules::Key* known = rules::find_key(key);
    if (known == nullptr) return key.starts_with(service.prefix);
    return service.find(key) == known && (!known->bare || key == "OPEN_COWORK_CLOUD_BASE_URL");
}

}  // namespace

std::span<const Rule> service_rules() { return table; }

std::vector<const rules::Service*> services_of(const config::Config& config) {
    std::vector<const rules::Service*> found;
    for (const rules::Service* service : rules::services())
        if (std::any_of(config.settings().begin(), config.settings().end(),
                        [&](const config::Setting& setting) { return is_of(*service, setting.key); }))
            found.push_back(service);
    // The Cloud's URL alone, beside another service's settings, makes no gateway.
    const bool own = std::any_of(
        config.settings().begin(), config.settings().end(),
        [](const config::Setting& one) { return one.key.starts_with(rules::channel_gateway().prefix); });
    if (!own && found.size() > 1) std::erase(found, &rules::channel_gateway());
    return found;
}

std::vector<const rules::Service*> services_for(catalogue::Intent intent) {
    using catalogue::Intent;
    switch (intent) {
        case Intent::gateway_only:
            return {&rules::standalone_gateway()};
        case Intent::cloud_gateway:
            return {&rules::channel_gateway()};
        case Intent::cloud_connect:
            return {&rules::cloud_server()};
        case Intent::full_hybrid:
            return {&rules::cloud_server(), &rules::channel_gateway(), &rules::standalone_gateway()};
        case Intent::desktop_local:
        case Intent::desktop_pairing:
            return {};
    }
    return {};
}

Severity severity_of(const rules::Violation& violation, const rules::Service& service,
                     const config::Config& config) {
    using rules::KeyKind;
    if (violation.status != Status::degraded) return Severity::error;
    const rules::Key* key = service.find(violation.key);
    if (key == nullptr || violation.reason_code != "configuration.lenient-value") return Severity::warning;
    const std::string_view value = config.text(violation.key);
    const bool number = key->kind == KeyKind::integer || key->kind == KeyKind::port;
    const bool unreadable = (number && !rules::read_integer(value)) ||
                            (key->kind == KeyKind::boolean && !rules::read_boolean(value));
    return unreadable ? Severity::error : Severity::warning;
}

void judge_service(const rules::Service& service, config::Config& config, const Settings& settings,
                   const PlaceOf& place, Findings& findings) {
    rules::learn_secrets(findings.redactor(), config);
    const std::string tier = rules::cloud_server().full_name("DEPLOYMENT_TIER");
    if (&service == &rules::cloud_server() && settings.tier && config.find(tier) == nullptr)
        config.set(tier, Secret(rules::to_string(*settings.tier)), {"--tier", 0, 0, tier});
    std::vector<rules::Violation> found = service.check(config);
    for (rules::Violation& one : contradictions_in(service, config)) found.push_back(std::move(one));
    for (const rules::Violation& one : found)
        if (const auto where = place(one))
            findings.add(one.reason_code, *where, one.key, one.message, one.remedy,
                         severity_of(one, service, config));
}

}  // namespace cowork::validators
