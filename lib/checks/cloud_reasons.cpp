#include "checks/cloud_reasons.hpp"

#include <array>

namespace cowork::checks {
namespace {

// The status is the worst that a reason comes with.
constexpr auto wrong = Status::action_required;
constexpr std::array reasons{
    Reason{"configuration.missing-key", wrong, "a setting that the server's role and tier need is not set",
           "set it, or run cowork setup cloud-connect --server"},
    Reason{"configuration.invalid-value", wrong, "a value that the server refuses", "correct it"},
    Reason{"configuration.lenient-value", wrong, "a value that the server silently replaces or ignores",
           "correct it, or remove the line"},
    Reason{"configuration.unknown-key", Status::degraded, "a key that the server does not know and ignores",
           "correct its name, or remove the line"},
    Reason{"configuration.unread-key", Status::degraded,
           "a key of the product's examples that the server does not read", "set the key that it reads"},
    Reason{"configuration.unreadable-line", Status::degraded,
           "a line of the env file that its readers skip or understand differently", "correct the line"},
    Reason{"configuration.placeholder-secret", wrong, "a secret that is still a placeholder",
           "replace it by a real secret"},
    Reason{"configuration.short-secret", wrong, "a secret that is too short for its use",
           "replace it by a generated one"},
    Reason{"configuration.weak-secret", wrong, "a secret that public_production refuses",
           "replace it by a generated one"},
    Reason{"configuration.shared-secret", wrong, "one secret serves two purposes", "generate a second one"},
    Reason{"configuration.ignored-reference", wrong,
           "a secret manager's reference in a key for which the server asks none",
           "write env:NAME, and let the platform set that variable"},
    Reason{"configuration.unresolved-reference", wrong, "a reference to a variable that is not set",
           "set the variable, or correct its name"},
    Reason{"configuration.insecure-url", wrong, "a URL that must be https is not", "use https"},
    Reason{"configuration.insecure-cookie", wrong,
           "cookies without Secure while the server listens beyond loopback",
           "remove COOKIE_SECURE, or bind the server to 127.0.0.1"},
    Reason{"configuration.open-access", wrong,
           "the API is open, or half open, to whoever reaches the server beyond loopback",
           "choose oidc or header for AUTH_MODE, or stay on loopback"},
    Reason{"configuration.ephemeral-storage", wrong,
           "state or artifacts that die with the process or the machine", "name a Postgres and a bucket"},
    Reason{"configuration.isolation", wrong, "OpenCode would run in nothing that the server accepts",
           "use the sandbox with Docker and an image of a known digest"},
    Reason{"configuration.production", wrong, "a setting that public_production refuses",
           "set it as the finding says"},
    Reason{"endpoint.unparseable", wrong, "a URL cannot be read", "correct it"},
    Reason{"endpoint.scheme", wrong, "a URL is neither http nor https", "correct it"},
    Reason{"endpoint.credentials", wrong, "a URL holds a user name or password", "remove them"},
    Reason{"endpoint.ambiguous-host", wrong, "two readers of a URL could see different hosts",
           "write a plain host name or a plain address"},
    Reason{"endpoint.wildcard-host", wrong, "a URL names a wildcard address", "name the server"},
    Reason{"endpoint.metadata-host", wrong, "a URL names a cloud metadata service", "name the server"},
    Reason{"endpoint.extra-parts", wrong, "a URL has a path or query where only an origin belongs",
           "write scheme, host and port only"},
};

}  // namespace

std::span<const Reason> cloud_configuration_reasons() { return reasons; }

}  // namespace cowork::checks
