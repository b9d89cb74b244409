#include "smoke/webhook_signature.hpp"

#include "secrets/hmac.hpp"

namespace cowork::smoke {

std::string webhook_signature(const Secret& secret, std::string_view timestamp, std::string_view body) {
    return "v1=" + hmac_sha256_hex(secret, {"v1:", timestamp, ":", body});
}

std::int64_t unix_time(std::chrono::seconds moved) {
    const auto now = std::chrono::system_clock::now().time_since_epoch() + moved;
    return std::chrono::duration_cast<std::chrono::seconds>(now).count();
}

}  // namespace cowork::smoke
