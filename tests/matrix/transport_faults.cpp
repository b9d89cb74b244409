#include "matrix/transport_faults.hpp"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace cowork::test::matrix {

FullQueue::FullQueue() {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    REQUIRE(::bind(listener_, generic, size) == 0);
    REQUIRE(::listen(listener_, 0) == 0);
    REQUIRE(::getsockname(listener_, generic, &size) == 0);
    port_ = ntohs(address.sin_port);
    // The queue holds one more than its length; the rest wait for it in vain.
    for (int i = 0; i < 3; ++i) {
        const int client = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        (void)::connect(client, generic, size);
        clients_.push_back(client);
    }
}

FullQueue::~FullQueue() {
    for (const int client : clients_) ::close(client);
    ::close(listener_);
}

}  // namespace cowork::test::matrix
