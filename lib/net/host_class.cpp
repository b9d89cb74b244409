#include "net/host_class.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>

namespace cowork::net {
namespace {

using Ipv6 = std::array<std::uint8_t, 16>;

std::optional<std::uint32_t> parse_v4(const std::string& text) {
    in_addr address{};
    if (inet_pton(AF_INET, text.c_str(), &address) != 1) return std::nullopt;
    return ntohl(address.s_addr);
}

std::optional<Ipv6> parse_v6(const std::string& text) {
    Ipv6 bytes{};
    if (inet_pton(AF_INET6, text.c_str(), bytes.data()) != 1) return std::nullopt;
    return bytes;
}

struct V4Range {
    std::uint32_t network;
    int bits;
    HostClass host_class;
};

// First match wins, so the metadata addresses stand before the private ranges they lie in.
constexpr std::array v4_ranges{
    V4Range{0xA9FEA9FE, 32, HostClass::metadata},       // 169.254.169.254
    V4Range{0xA9FEAA02, 32, HostClass::metadata},       // 169.254.170.2, container credentials (AWS ECS)
    V4Range{0xA9FEAA17, 32, HostClass::metadata},       // 169.254.170.23, pod identity (AWS EKS)
    V4Range{0xA9FE2A2A, 32, HostClass::metadata},       // 169.254.42.42 (Scaleway)
    V4Range{0xA9FE0017, 32, HostClass::metadata},       // 169.254.0.23 (Tencent Cloud)
    V4Range{0x646464C8, 32, HostClass::metadata},       // 100.100.100.200 (Alibaba Cloud)
    V4Range{0xC00000C0, 32, HostClass::metadata},       // 192.0.0.192 (Oracle Cloud)
    V4Range{0xA83F8110, 32, HostClass::metadata},       // 168.63.129.16, wire server (Azure)
    V4Range{0x00000000, 8, HostClass::wildcard},        // 0.0.0.0/8 reaches this host
    V4Range{0x7F000000, 8, HostClass::loopback},        // 127/8
    V4Range{0x0A000000, 8, HostClass::private_range},   // 10/8
    V4Range{0x64400000, 10, HostClass::private_range},  // 100.64/10
    V4Range{0xA9FE0000, 16, HostClass::private_range},  // 169.254/16
    V4Range{0xAC100000, 12, HostClass::private_range},  // 172.16/12
    V4Range{0xC0A80000, 16, HostClass::private_range},  // 192.168/16
};

HostClass classify_v4(std::uint32_t address) {
    for (const auto& range : v4_ranges) {
        const std::uint32_t mask = 0xFFFFFFFFU << (32 - range.bits);
        if ((address & mask) == range.network) return range.host_class;
    }
    return HostClass::public_address;
}

std::uint32_t v4_at(const Ipv6& bytes, std::size_t offset) {
    return static_cast<std::uint32_t>(bytes[offset]) << 24 |
           static_cast<std::uint32_t>(bytes[offset + 1]) << 16 |
           static_cast<std::uint32_t>(bytes[offset + 2]) << 8 | static_cast<std::uint32_t>(bytes[offset + 3]);
}

bool is_metadata(std::uint32_t address) { return classify_v4(address) == HostClass::metadata; }

bool starts_with(const Ipv6& bytes, std::initializer_list<std::uint8_t> prefix) {
    return std::equal(prefix.begin(), prefix.end(), bytes.begin());
}

// The IPv4 address that an IPv6 one carries: mapped, translated, compatible, NAT64 (well-known and
// local-use), 6to4, Teredo (its client, which is written inverted) or ISATAP.
std::optional<std::uint32_t> embedded_v4(const Ipv6& bytes) {
    const std::uint32_t last = v4_at(bytes, 12);
    if (starts_with(bytes, {0, 0, 0, 0, 0, 0, 0, 0})) {
        const std::uint32_t middle = v4_at(bytes, 8);
        if (middle == 0x0000FFFF || middle == 0xFFFF0000) return last;
        if (middle == 0 && last > 1) return last;
    }
    if (starts_with(bytes, {0x00, 0x64, 0xFF, 0x9B})) return last;
    if (starts_with(bytes, {0x20, 0x02})) return v4_at(bytes, 2);
    if (starts_with(bytes, {0x20, 0x01, 0x00, 0x00})) return ~last;
    if ((v4_at(bytes, 8) & 0xFDFFFFFFU) == 0x00005EFE) return last;
    return std::nullopt;
}

// Whether a metadata service's IPv4 address stands anywhere that a translator or a tunnel could take it from:
// NAT64 puts it behind prefixes of several lengths, around the ninth byte (RFC 6052), a Teredo address names
// its server too, and clouds end their own IPv6 addresses with it (fe80::a9fe:a9fe, fd00:c1::a9fe:a9fe).
bool carries_metadata(const Ipv6& bytes) {
    if (is_metadata(v4_at(bytes, 12))) return true;
    if (starts_with(bytes, {0x20, 0x01, 0x00, 0x00})) return is_metadata(v4_at(bytes, 4));
    if (!starts_with(bytes, {0x00, 0x64, 0xFF, 0x9B})) return false;
    std::array<std::uint8_t, 15> without_ninth{};
    std::copy(bytes.begin(), bytes.begin() + 8, without_ninth.begin());
    std::copy(bytes.begin() + 9, bytes.end(), without_ninth.begin() + 8);
    for (std::size_t at = 4; at <= 8; ++at) {
        Ipv6 shifted{};
        std::copy_n(without_ninth.begin() + static_cast<std::ptrdiff_t>(at), 4, shifted.begin());
        if (is_metadata(v4_at(shifted, 0))) return true;
    }
    return false;
}

HostClass classify_v6(const Ipv6& bytes) {
    constexpr Ipv6 any{};
    constexpr Ipv6 loopback{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
    constexpr std::array metadata{
        Ipv6{0xFD, 0x00, 0x0E, 0xC2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x02, 0x54},   // fd00:ec2::254 (AWS)
        Ipv6{0xFD, 0x00, 0x0E, 0xC2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x00, 0x23},   // fd00:ec2::23 (AWS EKS)
        Ipv6{0xFD, 0x20, 0x00, 0xCE, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x02, 0x54},   // fd20:ce::254 (Google)
        Ipv6{0xFD, 0x00, 0x00, 0x42, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x00, 0x42}};  // fd00:42::42 (Scaleway)
    if (bytes == any) return HostClass::wildcard;
    if (bytes == loopback) return HostClass::loopback;
    if (std::find(metadata.begin(), metadata.end(), bytes) != metadata.end()) return HostClass::metadata;
    if (carries_metadata(bytes)) return HostClass::metadata;
    if (const auto v4 = embedded_v4(bytes)) {
        // Only the forbidden classes carry over: no other embedded address counts as private, because
        // readers of URLs do not agree on what it reaches.
        const HostClass inner = classify_v4(*v4);
        const bool forbidden = inner == HostClass::metadata || inner == HostClass::wildcard;
        return forbidden ? inner : HostClass::public_address;
    }
    if ((bytes[0] & 0xFE) == 0xFC) return HostClass::private_range;
    if (bytes[0] == 0xFE && (bytes[1] & 0xC0) == 0x80) return HostClass::private_range;
    return HostClass::public_address;
}

// Beyond what classify_v4 calls private.
bool is_reserved_v4(std::uint32_t address) {
    struct Range {
        std::uint32_t network;
        int bits;
    };
    constexpr std::array ranges{
        Range{0xC0000000, 24},  // 192.0.0.0/24, protocol assignments
        Range{0xC0000200, 24},  // 192.0.2.0/24, documentation
        Range{0xC6120000, 15},  // 198.18.0.0/15, benchmarks
        Range{0xC6336400, 24},  // 198.51.100.0/24, documentation
        Range{0xCB007100, 24},  // 203.0.113.0/24, documentation
        Range{0xE0000000, 3},   // 224.0.0.0/3, multicast and reserved
    };
    return classify_v4(address) != HostClass::public_address ||
           std::any_of(ranges.begin(), ranges.end(), [&](const Range& range) {
               return (address & 0xFFFFFFFFU << (32 - range.bits)) == range.network;
           });
}

bool is_reserved_v6(const Ipv6& bytes) {
    if (const auto v4 = embedded_v4(bytes)) return is_reserved_v4(*v4);
    const bool multicast = bytes[0] == 0xFF;
    const bool documentation =
        bytes[0] == 0x20 && bytes[1] == 0x01 && bytes[2] == 0x0D && bytes[3] == 0xB8;  // 2001:db8::/32
    return multicast || documentation || classify_v6(bytes) != HostClass::public_address;
}

std::optional<HostClass> classify_address(const std::string& text) {
    if (const auto v4 = parse_v4(text)) return classify_v4(*v4);
    if (const auto v6 = parse_v6(text)) return classify_v6(*v6);
    return std::nullopt;
}

// Names of metadata services; one below such a name counts too. `instance-data` (AWS) and, in a private zone,
// `metadata` are one as the first label, whatever zone the resolver's search list appends.
bool is_metadata_name(std::string_view name, bool private_zone) {
    constexpr std::array names{std::string_view{"metadata"},
                               std::string_view{"instance-data"},
                               std::string_view{"metadata.google.internal"},
                               std::string_view{"metadata.goog"},
                               std::string_view{"metadata.tencentyun.com"},
                               std::string_view{"metadata.packet.net"},
                               std::string_view{"metadata.platformequinix.com"}};
    const auto first = name.substr(0, name.find('.'));
    if (first == "instance-data" || (private_zone && first == "metadata")) return true;
    return std::any_of(names.begin(), names.end(), [&](std::string_view known) {
        if (!name.ends_with(known)) return false;
        const auto before = name.size() - known.size();
        return before == 0 || (name[before - 1] == '.' && known.find('.') != std::string_view::npos);
    });
}

HostClass classify_name(std::string_view name) {
    constexpr std::array suffixes{std::string_view{".internal"}, std::string_view{".local"},
                                  std::string_view{".lan"}, std::string_view{".private"},
                                  std::string_view{".localhost"}};
    const bool suffixed =
        std::any_of(suffixes.begin(), suffixes.end(), [&](auto s) { return name.ends_with(s); });
    if (is_metadata_name(name, suffixed)) return HostClass::metadata;
    if (name == "localhost") return HostClass::loopback;
    if (name == "host.docker.internal") return HostClass::docker_host;
    return suffixed ? HostClass::private_suffix : HostClass::public_name;
}

}  // namespace

HostClass classify_host(std::string_view host) {
    std::string text(host);
    if (text.size() > 1 && text.ends_with('.')) text.pop_back();
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    if (const auto address = classify_address(text)) return *address;
    return classify_name(text);
}

bool is_private_or_reserved(std::string_view address) {
    const std::string text(address);
    if (const auto v4 = parse_v4(text)) return is_reserved_v4(*v4);
    const auto v6 = parse_v6(text);
    return v6 && is_reserved_v6(*v6);
}

bool address_allowed(std::string_view address, AddressRule rule) {
    const auto host_class = classify_address(std::string(address));
    if (!host_class) return false;
    const bool forbidden = *host_class == HostClass::wildcard || *host_class == HostClass::metadata;
    switch (rule) {
        case AddressRule::private_only:
            return *host_class == HostClass::loopback || *host_class == HostClass::private_range;
        case AddressRule::not_forbidden:
            return !forbidden;
    }
    return false;
}

}  // namespace cowork::net
