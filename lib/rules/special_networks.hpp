#pragma once

#include <string>
#include <string_view>

namespace cowork::rules {

// The networks that the product tells from the public internet (contract/health-center.md section 4.7), one
// table for every rule of its own that asks.
enum class SpecialNetwork { none, metadata, loopback, link_local, private_range, non_routable };

// What a host is, by its spelling alone: a name, or a numeric address without brackets. An IPv4 address
// inside an IPv6 one (mapped or NAT64) is judged as that.
[[nodiscard]] SpecialNetwork special_network(const std::string& host);

}  // namespace cowork::rules
