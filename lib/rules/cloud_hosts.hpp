#pragma once

#include <string_view>

namespace cowork::rules {

// The Cloud's own division of hosts (contract/cloud.md section 7); other services draw the line elsewhere.
// Brackets around an IPv6 address and blanks are ignored, letters count alike in both cases. An IPv4 address
// inside ::ffff:0:0/96 is judged as that IPv4 address.

// `localhost`, 127/8, ::1. Nothing else, not even 127.1.
[[nodiscard]] bool is_cloud_loopback(std::string_view host);
// `localhost`, the empty host, and every address that no public name can have. Names are public.
[[nodiscard]] bool is_cloud_non_public(std::string_view host);

}  // namespace cowork::rules
