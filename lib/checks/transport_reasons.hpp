#pragma once

#include "checks/http_layers.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

namespace cowork::checks {

// The ways in which a service cannot be asked over HTTP, the same for every service but for the first word
// of the code: `gateway.silent`, `cloud.silent`.

// A text as a template argument.
template <std::size_t N>
struct Literal {
    char text[N]{};
    constexpr Literal(const char (&from)[N]) { std::copy_n(from, N, text); }  // NOLINT(*-explicit-*)
    [[nodiscard]] constexpr std::string_view view() const { return {text, N - 1}; }
};

// SERVICE.END, joined when compiling.
template <Literal Service, Literal End>
inline constexpr auto joined_code = [] {
    std::array<char, Service.view().size() + 1 + End.view().size()> all{};
    auto* at = std::copy_n(Service.text, Service.view().size(), all.data());
    *at++ = '.';
    std::copy_n(End.text, End.view().size(), at);
    return all;
}();

template <Literal Service, Literal End>
constexpr std::string_view code_of() {
    return {joined_code<Service, End>.data(), joined_code<Service, End>.size()};
}

// Of the service's URL, before anything is sent.
inline constexpr std::array endpoint_reasons{
    Reason{"endpoint.unparseable", Status::action_required, "the service's URL cannot be read",
           "write it like http://127.0.0.1:8795"},
    Reason{"endpoint.scheme", Status::action_required, "the service's URL is neither http nor https",
           "correct it"},
    Reason{"endpoint.credentials", Status::action_required, "the service's URL holds a user name or password",
           "remove them; a token has an option of its own"},
    Reason{"endpoint.ambiguous-host", Status::action_required,
           "two readers of the URL could see different hosts", "write a plain host name or a plain address"},
    Reason{"endpoint.wildcard-host", Status::action_required, "the service's URL names a wildcard address",
           "name an address of the service"},
    Reason{"endpoint.metadata-host", Status::action_required,
           "the service's URL names a cloud metadata service", "name the service"},
    Reason{"endpoint.cleartext-token", Status::action_required,
           "a token would travel unencrypted over a network that is not private", "use https"},
};

// Of the way to it.
template <Literal Service>
constexpr std::array<Reason, 11> connection_reasons() {
    return {
        Reason{code_of<Service, "name-not-found">(), Status::offline, "the host name does not resolve",
               "correct the name"},
        Reason{code_of<Service, "address-forbidden">(), Status::offline,
               "the host name resolves to a forbidden address", "correct the DNS record"},
        Reason{code_of<Service, "connection-refused">(), Status::offline, "nothing listens at the address",
               "start the service, or correct the address"},
        Reason{code_of<Service, "unreachable">(), Status::offline, "the network has no way to the service",
               "check routes and firewalls"},
        Reason{code_of<Service, "connect-timeout">(), Status::offline,
               "connecting took longer than --timeout", "check the firewall and the address"},
        Reason{code_of<Service, "tls-handshake">(), Status::offline, "no TLS handshake",
               "check the reverse proxy"},
        Reason{code_of<Service, "tls-certificate">(), Status::offline, "the certificate cannot be verified",
               "renew the certificate, or name its CA with --ca-file"},
        Reason{code_of<Service, "silent">(), Status::offline, "connected, but no answer within --timeout",
               "look at the service's log and restart it", catalogue::Safety::disruptive},
        Reason{code_of<Service, "closed">(), Status::offline, "the connection ended before a whole answer",
               "check which service listens there"},
        Reason{code_of<Service, "not-http">(), Status::offline, "the answer is not HTTP",
               "check which service listens there"},
        Reason{code_of<Service, "too-large">(), Status::offline, "the answer is larger than it may be",
               "check which service listens there"}};
}

template <Literal Service>
constexpr HttpReasons http_reasons(Status failing) {
    constexpr auto all = connection_reasons<Service>();
    return {all[0].code, all[1].code, all[2].code, all[3].code, all[4].code,  all[5].code,
            all[6].code, all[7].code, all[8].code, all[9].code, all[10].code, failing};
}

// Tables of reasons, one after another.
template <std::size_t... N>
constexpr auto joined(const std::array<Reason, N>&... tables) {
    std::array<Reason, (N + ...)> all{};
    auto* at = all.data();
    ((at = std::copy(tables.begin(), tables.end(), at)), ...);
    return all;
}

}  // namespace cowork::checks
