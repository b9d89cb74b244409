#include "rules/cloud_hosts.hpp"

#include "core/text.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>

namespace cowork::rules {
namespace {

using Address = std::array<std::uint8_t, 16>;

struct Range {
    Address network;  // IPv4 as ::ffff:a.b.c.d
    int bits;
};

constexpr int v4_offset = 96;

constexpr Range v4(std::uint8_t a, std::uint8_t b, std::uint8_t c, int bits) {
    return {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, a, b, c, 0}, v4_offset + bits};
}
constexpr Range v6(std::uint8_t first, std::uint8_t second, std::uint8_t third, std::uint8_t fourth,
                   int bits) {
    return {{first, second, third, fourth}, bits};
}

constexpr Range v6_loopback{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, 128};

constexpr std::array loopback{v4(127, 0, 0, 8), v6_loopback};

constexpr std::array non_public{v4(0, 0, 0, 8),
                                v4(10, 0, 0, 8),
                                v4(100, 64, 0, 10),
                                v4(127, 0, 0, 8),
                                v4(169, 254, 0, 16),
                                v4(172, 16, 0, 12),
                                v4(192, 0, 0, 24),
                                v4(192, 0, 2, 24),
                                v4(192, 168, 0, 16),
                                v4(198, 18, 0, 15),
                                v4(198, 51, 100, 24),
                                v4(203, 0, 113, 24),
                                v4(224, 0, 0, 4),
                                v4(240, 0, 0, 4),
                                v6(0, 0, 0, 0, 128),
                                v6_loopback,
                                v6(0xFC, 0, 0, 0, 7),
                                v6(0xFE, 0x80, 0, 0, 10),
                                v6(0x20, 0x01, 0x0D, 0xB8, 32),
                                v6(0xFF, 0, 0, 0, 8)};

bool in(const Address& address, const Range& range) {
    for (int bit = 0; bit < range.bits; bit += 8) {
        const auto byte = static_cast<std::size_t>(bit / 8);
        const int used = std::min(8, range.bits - bit);
        const auto mask = static_cast<std::uint8_t>(0xFF00U >> static_cast<unsigned>(used));
        if ((address[byte] & mask) != (range.network[byte] & mask)) return false;
    }
    return true;
}

// Whether the text is an address, and which.
bool read_address(const std::string& text, Address& address) {
    in_addr four{};
    if (inet_pton(AF_INET, text.c_str(), &four) == 1) {
        address = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0, 0, 0, 0};
        const auto bytes = ntohl(four.s_addr);
        for (unsigned i = 0; i < 4; ++i) address[12 + i] = static_cast<std::uint8_t>(bytes >> (8 * (3 - i)));
        return true;
    }
    return inet_pton(AF_INET6, text.c_str(), address.data()) == 1;
}

std::string plain(std::string_view host) {
    std::string text = lowered(trimmed(host));
    if (text.size() > 2 && text.front() == '[' && text.back() == ']') return text.substr(1, text.size() - 2);
    return text;
}

template <typename Ranges>
bool in_any(const std::string& host, const Ranges& ranges) {
    Address address{};
    return read_address(host, address) &&
           std::any_of(ranges.begin(), ranges.end(), [&](const Range& range) { return in(address, range); });
}

}  // namespace

bool is_cloud_loopback(std::string_view host) {
    const std::string text = plain(host);
    return text == "localhost" || in_any(text, loopback);
}

bool is_cloud_non_public(std::string_view host) {
    const std::string text = plain(host);
    return text.empty() || text == "localhost" || in_any(text, non_public);
}

}  // namespace cowork::rules
