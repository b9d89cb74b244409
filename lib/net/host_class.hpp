#pragma once

#include <string_view>

namespace cowork::net {

// What an address or a host name is, as far as the endpoint policy asks
// (contract/standalone-gateway.md section 2).
enum class HostClass {
    loopback,        // 127/8, ::1, `localhost`
    private_range,   // 10/8, 100.64/10, 169.254/16, 172.16/12, 192.168/16, fc00::/7, fe80::/10
    docker_host,     // host.docker.internal
    private_suffix,  // a name under .internal .local .lan .private .localhost
    wildcard,        // 0.0.0.0/8, ::
    metadata,        // cloud metadata services, in any spelling
    public_address,
    public_name,  // any other name
};

// Classifies a numeric address (IPv4 dotted quad or IPv6 without brackets);
// text that is no address is classified as a name, case-insensitively, a trailing dot ignored.
[[nodiscard]] HostClass classify_host(std::string_view host);

// Whether a numeric address is none that the public internet routes to: loopback, private, multicast,
// documentation or benchmark, also inside an IPv6 one (contract/cloud.md section 10.2, private delivery).
[[nodiscard]] bool is_private_or_reserved(std::string_view address);

// Which addresses a connection may go to.
enum class AddressRule {
    private_only,   // the OpenCode policy: loopback and private ranges
    not_forbidden,  // anything but wildcard and metadata addresses
};

// Whether that numeric address passes; text that is no numeric address never does.
[[nodiscard]] bool address_allowed(std::string_view address, AddressRule rule);

}  // namespace cowork::net
