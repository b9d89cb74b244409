#pragma once

#include "core/fd.hpp"
#include "support/ports.hpp"

#include <chrono>
#include <list>
#include <string>
#include <thread>

namespace cowork::test {

// A TCP proxy on 127.0.0.1 before a server there: whatever the server says is passed on that much later.
class DelayProxy {
  public:
    DelayProxy(int server_port, std::chrono::milliseconds delay);
    DelayProxy(const DelayProxy&) = delete;
    DelayProxy& operator=(const DelayProxy&) = delete;
    ~DelayProxy();

    [[nodiscard]] int port() const { return port_.port(); }

  private:
    struct Pair;
    void run();

    int server_port_;
    std::chrono::milliseconds delay_;
    BoundPort port_;
    UniqueFd quit_;
    std::thread thread_;
};

}  // namespace cowork::test
