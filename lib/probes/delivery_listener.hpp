#pragma once

#include "core/budget.hpp"

#include <tl/expected.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace cowork::probes {

// A webhook that arrived.
struct Delivery {
    std::string path;
    std::vector<std::pair<std::string, std::string>> headers;  // names in lower case
    std::string body;                                          // byte by byte
    std::chrono::steady_clock::time_point at;                  // when it was complete
};

// Receives the webhooks of a service on this machine. POST to its path is answered 200 `{"ok":true}`; 413
// when the body is beyond 1 MiB, 503 while 64 deliveries wait to be taken; everything else 404.
class DeliveryListener {
  public:
    virtual ~DeliveryListener() = default;  // stops at once: the port is free, whoever is still sending
    // The next one that arrived for that path, waiting up to the budget.
    [[nodiscard]] virtual std::optional<Delivery> next(const Budget& budget) = 0;
    [[nodiscard]] virtual int port() const = 0;
};

enum class ListenFailure {
    not_loopback,  // only 127.0.0.1, ::1 and localhost are listened on
    in_use,
    forbidden,  // this user may not have that port
    other,      // no such port, or no such address on this machine
};

// Port 0: any that is free.
[[nodiscard]] tl::expected<std::unique_ptr<DeliveryListener>, ListenFailure> listen_for_deliveries(
    const std::string& host, int port, const std::string& path);

}  // namespace cowork::probes
