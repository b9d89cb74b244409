#pragma once

#include "secrets/secret.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace cowork::smoke {

// How both gateways sign webhooks, in and out (contract/standalone-gateway.md section 4).

inline constexpr std::string_view timestamp_header = "x-open-cowork-gateway-webhook-timestamp";
inline constexpr std::string_view signature_header = "x-open-cowork-gateway-webhook-signature";
inline constexpr std::string_view delivery_id_header = "x-open-cowork-gateway-delivery-id";
inline constexpr std::chrono::seconds signature_tolerance{300};  // either way

// `v1=` and the HMAC-SHA256 of `v1:TIMESTAMP:BODY` in lower-case hexadecimal. The timestamp is in Unix
// seconds, as it is sent.
[[nodiscard]] std::string webhook_signature(const Secret& secret, std::string_view timestamp,
                                            std::string_view body);

// Unix seconds of now, moved by that much.
[[nodiscard]] std::int64_t unix_time(std::chrono::seconds moved = {});

}  // namespace cowork::smoke
