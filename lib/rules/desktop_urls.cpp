#include "rules/desktop_urls.hpp"

#include "core/text.hpp"
#include "net/endpoint_policy.hpp"
#include "net/host_class.hpp"
#include "rules/special_networks.hpp"

#include <fmt/format.h>

namespace cowork::rules {
namespace {

constexpr std::size_t longest_url = 2048;

std::string normalised(const net::Url& url) {
    std::string text = url.origin() + url.path;
    while (text.ends_with('/')) text.pop_back();
    return text;
}

// 127/8 in plain digits, ::1, localhost.
bool is_loopback(std::string_view host) { return net::classify_host(host) == net::HostClass::loopback; }

tl::expected<net::Url, std::string> plain_endpoint(std::string_view text) {
    if (text.size() > longest_url) return tl::unexpected(fmt::format("is longer than {} bytes", longest_url));
    const net::EndpointVerdict verdict = net::check_service_endpoint(text);
    if (!verdict.ok()) return tl::unexpected(std::string(net::describe(verdict.problem)));
    return *verdict.url;
}

// What forbidden thing the host is; empty when it is none.
std::string_view forbidden_host(const std::string& host) {
    switch (special_network(host)) {
        case SpecialNetwork::none:
            return {};
        case SpecialNetwork::metadata:
            return "a cloud metadata service";
        case SpecialNetwork::loopback:
            return "a loopback address";
        case SpecialNetwork::link_local:
            return "a link-local address";
        case SpecialNetwork::private_range:
            return "a private address";
        case SpecialNetwork::non_routable:
            return "a non-routable address";
    }
    return {};
}

}  // namespace

CheckedUrl cloud_base_url(std::string_view text) {
    const auto url = plain_endpoint(trimmed(text));
    if (!url) return tl::unexpected(url.error());
    if (!url->secure() && !is_loopback(url->host))
        return tl::unexpected(
            std::string("uses http, which Desktop allows only to localhost, 127.0.0.0/8 and ::1"));
    if (url->has_query || url->has_fragment)
        return tl::unexpected(std::string("has a query or fragment, which a base URL must not have"));
    return normalised(*url);
}

std::optional<std::string> layer_spelling(const std::string& base_url) {
    const auto url = net::parse_url(base_url);
    if (!url) return std::nullopt;
    if (url->secure()) return base_url;
    if (url->host != "127.0.0.1" && url->host != "localhost") return std::nullopt;
    // The schema wants a character after the slash; Desktop trims trailing slashes, so a second one is it.
    return url->path == "/" ? base_url + "//" : base_url;
}

bool same_workspace(std::string_view one, std::string_view other) {
    const auto first = net::parse_url(trimmed(one));
    const auto second = net::parse_url(trimmed(other));
    return first && second && normalised(*first) == normalised(*second);
}

CheckedUrl pairing_broker_url(std::string_view text) {
    const auto url = plain_endpoint(trimmed(text));
    if (!url) return tl::unexpected(url.error());
    const bool development = url->host == "localhost" || url->host == "127.0.0.1" || url->host == "::1";
    if (!development) {
        if (const auto what = forbidden_host(url->host); !what.empty())
            return tl::unexpected(
                fmt::format("names {}; a broker is on a public host, or on localhost for trials", what));
        if (!url->secure())
            return tl::unexpected(
                std::string("uses http, which a broker may only on localhost, 127.0.0.1 and ::1"));
    }
    return normalised(*url);
}

}  // namespace cowork::rules
