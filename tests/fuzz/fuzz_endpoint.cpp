#include "net/curl_url.hpp"
#include "net/endpoint_policy.hpp"
#include "net/host_class.hpp"
#include "net/plain_url.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace {

// What is read without curl is what curl would read.
void compare_readings(std::string_view text) {
    using namespace cowork::net;
    const auto plain = read_plain_url(text);
    if (!plain) return;
    const auto curl = read_url_with_curl(text);
    if (!curl || plain->origin() != curl->origin() || plain->path != curl->path ||
        plain->has_userinfo != curl->has_userinfo || plain->has_query != curl->has_query ||
        plain->has_fragment != curl->has_fragment)
        __builtin_trap();
}

}  // namespace

// Whatever passes the private policy is private by every reading, and still passes as curl reads it back.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace cowork::net;
    const std::string_view text(static_cast<const char*>(static_cast<const void*>(data)), size);
    compare_readings(text);
    (void)check_service_endpoint(text);
    (void)passwords_in(text);
    for (const bool names : {false, true}) {
        const EndpointVerdict verdict = check_private_endpoint(text, names);
        if (!verdict.ok()) continue;
        if (verdict.url->has_userinfo || text.find_first_of("@\\ \t\r\n") != std::string_view::npos)
            __builtin_trap();
        const HostClass host_class = classify_host(verdict.url->host);
        if (host_class == HostClass::public_address || host_class == HostClass::public_name ||
            host_class == HostClass::wildcard || host_class == HostClass::metadata)
            __builtin_trap();
        if (!check_private_endpoint(verdict.url->origin(), names).ok()) __builtin_trap();
    }
    return 0;
}
