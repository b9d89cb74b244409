#include "rules/desktop_urls.hpp"

#include "core/text.hpp"
#include "net/endpoint_policy.hpp"
#include "net/host_class.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>

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

using Bytes = std::array<std::uint8_t, 16>;

struct Range {
    std::string_view network;  // of IPv4 with ::ffff: in front
    int bits;
    std::string_view what;
};

// What a broker must not be at (contract/health-center.md sections 4.7 and 6.2). The first match names it.
constexpr std::array ranges{
    Range{"::ffff:169.254.169.254", 128, "a cloud metadata service"},
    Range{"fd00:ec2::254", 128, "a cloud metadata service"},
    Range{"::ffff:127.0.0.0", 104, "a loopback address"},
    Range{"::1", 128, "a loopback address"},
    Range{"::ffff:169.254.0.0", 112, "a link-local address"},
    Range{"fe80::", 10, "a link-local address"},
    Range{"::ffff:10.0.0.0", 104, "a private address"},
    Range{"::ffff:172.16.0.0", 108, "a private address"},
    Range{"::ffff:192.168.0.0", 112, "a private address"},
    Range{"fc00::", 7, "a private address"},
    Range{"::ffff:0.0.0.0", 104, "a non-routable address"},
    Range{"::ffff:100.64.0.0", 106, "a non-routable address"},
    Range{"::ffff:192.0.0.0", 120, "a non-routable address"},
    Range{"::ffff:192.0.2.0", 120, "a non-routable address"},
    Range{"::ffff:198.18.0.0", 111, "a non-routable address"},
    Range{"::ffff:198.51.100.0", 120, "a non-routable address"},
    Range{"::ffff:203.0.113.0", 120, "a non-routable address"},
    Range{"::ffff:224.0.0.0", 100, "a non-routable address"},
    Range{"::ffff:240.0.0.0", 100, "a non-routable address"},
    Range{"::", 128, "a non-routable address"},
    Range{"2001:db8::", 32, "a non-routable address"},
    Range{"ff00::", 8, "a non-routable address"},
};

std::optional<Bytes> parse_address(const std::string& text) {
    Bytes bytes{};
    const bool v4 = text.find(':') == std::string::npos;
    if (inet_pton(AF_INET6, (v4 ? "::ffff:" + text : text).c_str(), bytes.data()) != 1) return std::nullopt;
    return bytes;
}

// NAT64 (64:ff9b::/96) carries an IPv4 address, and is judged as that.
Bytes unwrapped(Bytes bytes) {
    constexpr std::array<std::uint8_t, 12> nat64{0x00, 0x64, 0xFF, 0x9B};
    if (!std::equal(nat64.begin(), nat64.end(), bytes.begin())) return bytes;
    std::fill(bytes.begin(), bytes.begin() + 10, std::uint8_t{0});
    bytes[10] = bytes[11] = 0xFF;
    return bytes;
}

bool within(const Bytes& address, const Range& range) {
    const auto network = parse_address(std::string(range.network));
    for (int bit = 0; bit < range.bits; bit += 8) {
        const auto at = static_cast<std::size_t>(bit / 8);
        const int rest = std::min(8, range.bits - bit);
        const auto mask = static_cast<std::uint8_t>(0xFF << (8 - rest));
        if (((address[at] ^ (*network)[at]) & mask) != 0) return false;
    }
    return true;
}

// What forbidden thing the host is; empty when it is none.
std::string_view forbidden_host(const std::string& host) {
    if (host == "metadata.google.internal") return "a cloud metadata service";
    for (const std::string_view name : {"localhost", "ip6-localhost", "ip6-loopback"})
        if (host == name) return "a loopback address";
    const auto address = parse_address(host);
    if (!address) return {};
    const Bytes bytes = unwrapped(*address);
    const auto found =
        std::find_if(ranges.begin(), ranges.end(), [&](const Range& range) { return within(bytes, range); });
    return found == ranges.end() ? std::string_view{} : found->what;
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
