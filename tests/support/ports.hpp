#pragma once

#include "core/fd.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <system_error>

namespace cowork::test {

// A socket bound to a free port of 127.0.0.1. As long as it lives and does not listen, the port refuses
// connections and nobody else gets it.
class BoundPort {
  public:
    BoundPort() : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto* generic = reinterpret_cast<sockaddr*>(&address);
        if (bind(fd_.get(), generic, size) != 0 || getsockname(fd_.get(), generic, &size) != 0) {
            throw std::system_error(errno, std::generic_category(), "no free port");
        }
        port_ = ntohs(address.sin_port);
    }
    [[nodiscard]] int port() const { return port_; }
    [[nodiscard]] int fd() const { return fd_.get(); }

  private:
    UniqueFd fd_;
    int port_ = 0;
};

// A port that was free a moment ago, for a server that must be told its number.
[[nodiscard]] inline int free_port() { return BoundPort().port(); }

}  // namespace cowork::test
