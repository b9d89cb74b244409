#pragma once

#include "probes/http_client.hpp"

#include <atomic>
#include <cstddef>
#include <memory>
#include <span>
#include <vector>

namespace cowork::smoke {

// A client that counts what may have changed something: requests other than GET and HEAD that reached the
// service, or may have. What never left made nothing, so nothing of it has to be undone.
class Arrivals : public probes::HttpClient {
  public:
    explicit Arrivals(probes::HttpClient& client) : client_(client) {}

    [[nodiscard]] std::vector<probes::HttpAnswer> call(std::span<const probes::HttpCall> calls,
                                                       const Budget& budget) override;
    [[nodiscard]] std::unique_ptr<probes::EventStream> follow(const probes::HttpCall& call,
                                                              const Budget& budget) override {
        return client_.follow(call, budget);
    }
    [[nodiscard]] std::size_t count() const { return count_; }

  private:
    probes::HttpClient& client_;
    std::atomic<std::size_t> count_{0};
};

}  // namespace cowork::smoke
