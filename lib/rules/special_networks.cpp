#include "rules/special_networks.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

namespace cowork::rules {
namespace {

using Bytes = std::array<std::uint8_t, 16>;

struct Range {
    std::string_view network;  // of IPv4 with ::ffff: in front
    int bits;
    SpecialNetwork what;
};

// The first match names it.
constexpr std::array ranges{
    Range{"::ffff:169.254.169.254", 128, SpecialNetwork::metadata},
    Range{"fd00:ec2::254", 128, SpecialNetwork::metadata},
    Range{"::ffff:127.0.0.0", 104, SpecialNetwork::loopback},
    Range{"::1", 128, SpecialNetwork::loopback},
    Range{"::ffff:169.254.0.0", 112, SpecialNetwork::link_local},
    Range{"fe80::", 10, SpecialNetwork::link_local},
    Range{"::ffff:10.0.0.0", 104, SpecialNetwork::private_range},
    Range{"::ffff:172.16.0.0", 108, SpecialNetwork::private_range},
    Range{"::ffff:192.168.0.0", 112, SpecialNetwork::private_range},
    Range{"fc00::", 7, SpecialNetwork::private_range},
    Range{"::ffff:0.0.0.0", 104, SpecialNetwork::non_routable},
    Range{"::ffff:100.64.0.0", 106, SpecialNetwork::non_routable},
    Range{"::ffff:192.0.0.0", 120, SpecialNetwork::non_routable},
    Range{"::ffff:192.0.2.0", 120, SpecialNetwork::non_routable},
    Range{"::ffff:198.18.0.0", 111, SpecialNetwork::non_routable},
    Range{"::ffff:198.51.100.0", 120, SpecialNetwork::non_routable},
    Range{"::ffff:203.0.113.0", 120, SpecialNetwork::non_routable},
    Range{"::ffff:224.0.0.0", 100, SpecialNetwork::non_routable},
    Range{"::ffff:240.0.0.0", 100, SpecialNetwork::non_routable},
    Range{"::", 128, SpecialNetwork::non_routable},
    Range{"2001:db8::", 32, SpecialNetwork::non_routable},
    Range{"ff00::", 8, SpecialNetwork::non_routable},
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

}  // namespace

SpecialNetwork special_network(const std::string& host) {
    if (host == "metadata.google.internal") return SpecialNetwork::metadata;
    for (const std::string_view name : {"localhost", "ip6-localhost", "ip6-loopback"})
        if (host == name) return SpecialNetwork::loopback;
    const auto address = parse_address(host);
    if (!address) return SpecialNetwork::none;
    const Bytes bytes = unwrapped(*address);
    const auto* const found =
        std::find_if(ranges.begin(), ranges.end(), [&](const Range& range) { return within(bytes, range); });
    return found == ranges.end() ? SpecialNetwork::none : found->what;
}

}  // namespace cowork::rules
