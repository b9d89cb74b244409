#include "checks/channel_reasons.hpp"

#include <array>

namespace cowork::checks {
namespace {

// The status is the worst that a reason comes with.
constexpr auto wrong = Status::action_required;
constexpr std::array reasons{
    Reason{"configuration.missing-key", wrong,
           "a setting that the gateway or one of its providers needs is not set",
           "set it, or run cowork setup cloud-gateway"},
    Reason{"configuration.no-provider", wrong, "no channel provider is configured",
           "configure one, for example Telegram"},
    Reason{"configuration.invalid-value", wrong, "a value that the gateway refuses", "correct it"},
    Reason{"configuration.lenient-value", Status::degraded,
           "a value that the gateway silently replaces by a default, or ignores",
           "correct it, or remove the line"},
    Reason{"configuration.ignored-key", Status::degraded, "a key that has no effect beside another",
           "remove one of the two"},
    Reason{"configuration.unknown-key", Status::degraded, "a key that the gateway does not know and ignores",
           "correct its name, or remove the line"},
    Reason{"configuration.unreadable-line", Status::degraded,
           "a line of the env file that its readers skip or understand differently", "correct the line"},
    Reason{"configuration.placeholder-secret", wrong, "a secret that is still a placeholder",
           "replace it by a real secret"},
    Reason{"configuration.short-secret", wrong, "a secret under 16 characters", "replace it by a longer one"},
    Reason{"configuration.insecure-url", wrong, "a URL that must be https is not", "use https"},
    Reason{"configuration.public-provider", wrong,
           "the fake or the cli provider on a gateway that others can reach",
           "use a real provider, or stay on loopback without a public URL"},
    Reason{"configuration.host-not-allowed", wrong,
           "deliveries would go to a host that the allow-list does not have",
           "add the host to the list, or correct the URL"},
    Reason{"configuration.private-delivery", wrong,
           "deliveries would go to a private or reserved address without leave",
           "name a public host, or allow private delivery"},
    Reason{"endpoint.unparseable", wrong, "a URL cannot be read", "correct it"},
    Reason{"endpoint.scheme", wrong, "a URL is neither http nor https", "correct it"},
    Reason{"endpoint.credentials", wrong, "a URL holds a user name or password", "remove them"},
    Reason{"endpoint.ambiguous-host", wrong, "two readers of a URL could see different hosts",
           "write a plain host name or a plain address"},
    Reason{"endpoint.wildcard-host", wrong, "a URL names a wildcard address", "name the server"},
    Reason{"endpoint.metadata-host", wrong, "a URL names a cloud metadata service", "name the server"},
};

}  // namespace

std::span<const Reason> channel_configuration_reasons() { return reasons; }

}  // namespace cowork::checks
