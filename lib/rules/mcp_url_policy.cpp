#include "core/text.hpp"
#include "net/endpoint_policy.hpp"
#include "net/url.hpp"
#include "rules/mcp_policy.hpp"
#include "rules/special_networks.hpp"

#include <algorithm>

namespace cowork::rules {
namespace {

// The scheme of `word:...`, lower case; empty when the text does not begin like that.
std::string scheme_of(std::string_view url) {
    const auto end =
        std::min(url.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-."),
                 url.size());
    return url.substr(end).starts_with(':') ? lowered(url.substr(0, end)) : std::string{};
}

// Host and port as written. Not the user info, which the product allows here: whoever reads URLs takes the
// host from after the last @ of the authority. Path and query cannot change where a connection goes.
std::string_view host_and_port(std::string_view url) {
    const auto slashes = url.find("://");
    if (slashes == std::string_view::npos) return {};
    const auto rest = url.substr(slashes + 3);
    const auto authority = rest.substr(0, rest.find_first_of("/?#"));
    return authority.substr(authority.rfind('@') + 1);  // npos + 1 is the beginning
}

// What readers of URLs treat differently: the backslash is a slash to browsers, blanks and control characters
// are dropped by some, and what is beyond ASCII is folded by IDNA.
bool has_odd_bytes(std::string_view text) {
    return std::any_of(text.begin(), text.end(), [](char c) { return c <= 0x20 || c == 0x7F || c == '\\'; });
}

bool ends_in_number(std::string_view host) {
    const auto last = host.substr(host.rfind('.') + 1);  // npos + 1 is the beginning
    return !last.empty() &&
           (last.starts_with("0x") || last.find_first_not_of("0123456789") == std::string_view::npos);
}

// The host as a browser understands it: a last dot makes no difference, and neither does the spelling of an
// IPv4 address (`0x7f.1`, `2130706433`), which curl undoes unless there is that dot.
std::string plain_host(const net::Url& url) {
    std::string host = url.host;
    if (!host.ends_with('.')) return host;
    host.pop_back();
    const auto again = net::parse_url("http://" + host + "/");
    return again ? again->host : host;
}

// Whether the host is nothing that another reader of URLs could take for a different one. An odd spelling of
// an IPv4 address is fine once it is undone.
bool has_one_reading(const std::string& host) {
    constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyz0123456789-._:";
    if (host.empty() || host.find_first_not_of(plain) != std::string::npos) return false;
    if (host.starts_with('.') || host.find("..") != std::string::npos) return false;
    if (host.find(':') != std::string::npos || !ends_in_number(host)) return true;
    return net::check_service_endpoint("http://" + host + "/").problem != net::EndpointProblem::ambiguous;
}

McpVerdict refused(std::string_view rule) { return {false, rule}; }

}  // namespace

McpVerdict judge_mcp_url(std::string_view text, bool allow_private_network) {
    const std::string_view url = trimmed(text);
    const std::string scheme = scheme_of(url);
    if (scheme.empty()) return refused("unreadable-url");
    if (scheme != "http" && scheme != "https") return refused("scheme");
    // Everything before the host: a backslash in the user info ends the authority for browsers.
    const std::string_view place = host_and_port(url);
    if (place.empty()) return refused("unreadable-url");
    const auto end = static_cast<std::size_t>(place.data() + place.size() - url.data());
    if (has_odd_bytes(url.substr(0, end))) return refused("unreadable-url");
    const auto parsed = net::parse_url(scheme + "://" + std::string(place) + "/");
    if (!parsed) return refused("unreadable-url");
    const std::string host = plain_host(*parsed);
    const SpecialNetwork network = special_network(host);
    if (network == SpecialNetwork::metadata) return refused("metadata-host");
    if (!has_one_reading(host)) return refused("unreadable-url");
    if (allow_private_network) return {};
    switch (network) {
        case SpecialNetwork::none:
        case SpecialNetwork::metadata:
            return {};
        case SpecialNetwork::loopback:
            return refused("loopback");
        case SpecialNetwork::link_local:
            return refused("link-local");
        case SpecialNetwork::private_range:
            return refused("private");
        case SpecialNetwork::non_routable:
            return refused("non-routable");
    }
    return {};
}

}  // namespace cowork::rules
