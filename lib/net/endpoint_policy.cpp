#include "net/endpoint_policy.hpp"

#include "net/host_class.hpp"

#include <algorithm>
#include <string>

namespace cowork::net {
namespace {

bool lower_host_char(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == ':';
}

// Bytes that URL readers treat differently: blanks and controls (some strip them), backslash (a slash to
// browsers), anything beyond ASCII (folded by IDNA).
bool plain_bytes(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7F && c != '\\'; });
}

// What follows the two slashes, as written.
std::string_view after_slashes(std::string_view text) {
    const auto start = text.find("://");
    return start == std::string_view::npos ? std::string_view{} : text.substr(start + 3);
}

// The part before the next `/`, `?` or `#`.
std::string_view raw_authority(std::string_view text) {
    const auto rest = after_slashes(text);
    return rest.substr(0, rest.find_first_of("/?#"));
}

// The rest. Readers drop dot segments and an empty query before they show a path, so it is looked at as
// written.
std::string_view raw_tail(std::string_view text) {
    const auto rest = after_slashes(text);
    return rest.substr(raw_authority(text).size());
}

std::string_view raw_host(std::string_view authority) {
    if (const auto at = authority.rfind('@'); at != std::string_view::npos)
        authority = authority.substr(at + 1);
    if (authority.starts_with('[')) return authority.substr(0, authority.find(']') + 1);
    return authority.substr(0, authority.rfind(':'));
}

// WHATWG: a host whose last label is a number is an IPv4 address, however it is written.
bool ends_in_number(std::string_view host) {
    const auto dot = host.rfind('.');
    const auto last = dot == std::string_view::npos ? host : host.substr(dot + 1);
    const bool decimal =
        !last.empty() && std::all_of(last.begin(), last.end(), [](char c) { return c >= '0' && c <= '9'; });
    return decimal || last.starts_with("0x") || last.starts_with("0X");
}

// Four decimal numbers without leading zeros: the one spelling that every reader agrees on.
bool canonical_v4(std::string_view host) {
    int labels = 0;
    while (!host.empty() || labels == 0) {
        const auto dot = host.find('.');
        const auto label = host.substr(0, dot);
        const bool digits =
            !label.empty() && label.size() <= 3 &&
            std::all_of(label.begin(), label.end(), [](char c) { return c >= '0' && c <= '9'; }) &&
            (label.size() == 1 || label[0] != '0') && std::stoi(std::string(label)) <= 255;
        if (!digits) return false;
        ++labels;
        if (dot == std::string_view::npos) break;
        host = host.substr(dot + 1);
        if (host.empty()) return false;
    }
    return labels == 4;
}

// Resolvers drop some of them (a last one makes a name absolute) and refuse others.
bool holds_empty_label(std::string_view host) {
    return host.starts_with('.') || host.ends_with('.') || host.find("..") != std::string_view::npos;
}

// Whether the host as written and the host as curl reads it are the same plain thing.
bool one_reading(std::string_view written, const Url& url) {
    std::string host(written);
    std::transform(host.begin(), host.end(), host.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    if (host.starts_with('[')) {
        // No zone id: the gateway's reader rejects it. curl keeps the address apart from the zone.
        return host.size() > 2 && host.ends_with(']') && host.find('%') == std::string::npos;
    }
    if (!std::all_of(host.begin(), host.end(), lower_host_char) || holds_empty_label(host)) return false;
    if (ends_in_number(host) && !canonical_v4(host)) return false;
    return host == url.host;
}

// Whether a label is Punycode. WHATWG readers decode and check it, others send it as it stands.
bool holds_punycode(std::string_view host) {
    return host.starts_with("xn--") || host.find(".xn--") != std::string_view::npos;
}

EndpointProblem host_problem(HostClass host_class, bool allow_private_dns) {
    switch (host_class) {
        case HostClass::loopback:
        case HostClass::private_range:
        case HostClass::docker_host:
            return EndpointProblem::none;
        case HostClass::private_suffix:
            return allow_private_dns ? EndpointProblem::none : EndpointProblem::private_dns;
        case HostClass::wildcard:
            return EndpointProblem::wildcard;
        case HostClass::metadata:
            return EndpointProblem::metadata;
        case HostClass::public_address:
        case HostClass::public_name:
            return EndpointProblem::public_host;
    }
    return EndpointProblem::public_host;
}

// What holds for every endpoint; the host's class is left to the caller, but wildcard and metadata hosts are
// named even in an odd spelling, because that is the more useful answer.
EndpointVerdict check_common(std::string_view text) {
    EndpointVerdict verdict;
    verdict.url = parse_url(text);
    if (!verdict.url) {
        verdict.problem = EndpointProblem::unparseable;
        return verdict;
    }
    const HostClass host_class = classify_host(verdict.url->host);
    if (verdict.url->scheme != "http" && verdict.url->scheme != "https") {
        verdict.problem = EndpointProblem::scheme;
    } else if (verdict.url->has_userinfo || raw_authority(text).find('@') != std::string_view::npos) {
        verdict.problem = EndpointProblem::credentials;
    } else if (host_class == HostClass::wildcard || host_class == HostClass::metadata) {
        verdict.problem = host_problem(host_class, false);
    } else if (!plain_bytes(text) || !one_reading(raw_host(raw_authority(text)), *verdict.url)) {
        verdict.problem = EndpointProblem::ambiguous;
    }
    return verdict;
}

}  // namespace

EndpointVerdict check_private_endpoint(std::string_view text, bool allow_private_dns) {
    EndpointVerdict verdict = check_common(text);
    if (!verdict.ok()) return verdict;
    verdict.problem = host_problem(classify_host(verdict.url->host), allow_private_dns);
    if (!verdict.ok()) return verdict;
    const auto tail = raw_tail(text);
    if (holds_punycode(verdict.url->host)) {
        verdict.problem = EndpointProblem::ambiguous;
    } else if (!tail.empty() && tail != "/") {
        verdict.problem = EndpointProblem::extra_parts;
    }
    return verdict;
}

EndpointVerdict check_service_endpoint(std::string_view text) { return check_common(text); }

std::string_view reason_code(EndpointProblem problem) {
    switch (problem) {
        case EndpointProblem::none:
            return "";
        case EndpointProblem::unparseable:
            return "endpoint.unparseable";
        case EndpointProblem::scheme:
            return "endpoint.scheme";
        case EndpointProblem::credentials:
            return "endpoint.credentials";
        case EndpointProblem::ambiguous:
            return "endpoint.ambiguous-host";
        case EndpointProblem::wildcard:
            return "endpoint.wildcard-host";
        case EndpointProblem::metadata:
            return "endpoint.metadata-host";
        case EndpointProblem::public_host:
            return "endpoint.public-host";
        case EndpointProblem::private_dns:
            return "endpoint.private-dns";
        case EndpointProblem::extra_parts:
            return "endpoint.extra-parts";
    }
    return "";
}

std::string_view describe(EndpointProblem problem) {
    switch (problem) {
        case EndpointProblem::none:
            return "is fine";
        case EndpointProblem::unparseable:
            return "is not an absolute URL such as http://127.0.0.1:4096";
        case EndpointProblem::scheme:
            return "is neither http nor https";
        case EndpointProblem::credentials:
            return "holds a user name or password, which belongs nowhere in it";
        case EndpointProblem::ambiguous:
            return "has a host that two readers could understand differently; write a plain name or a plain "
                   "address";
        case EndpointProblem::wildcard:
            return "names a wildcard address, which is no place to connect to";
        case EndpointProblem::metadata:
            return "names a cloud metadata service";
        case EndpointProblem::public_host:
            return "names a public host; OpenCode must stay on loopback or a private network";
        case EndpointProblem::private_dns:
            return "names a private DNS name, which needs "
                   "OPEN_COWORK_STANDALONE_GATEWAY_ALLOW_PRIVATE_DNS=true";
        case EndpointProblem::extra_parts:
            return "has a path, query or fragment where only scheme, host and port belong";
    }
    return "";
}

}  // namespace cowork::net
