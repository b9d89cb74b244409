#include "support/delay_proxy.hpp"

#include <poll.h>
#include <sys/eventfd.h>

#include <array>
#include <deque>
#include <vector>

namespace cowork::test {

using Clock = std::chrono::steady_clock;

struct DelayProxy::Pair {
    UniqueFd client, server;
    struct Held {
        Clock::time_point due;
        std::string bytes;  // empty: the end of the stream
    };
    std::deque<Held> held;
    bool over = false;

    // Passes on what the client says at once, and holds what the server says.
    void pump(bool from_client, std::chrono::milliseconds delay) {
        std::array<char, 65536> buffer{};
        const ssize_t got =
            recv(from_client ? client.get() : server.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
        if (got < 0) return;
        if (!from_client) {
            held.push_back({Clock::now() + delay, std::string(buffer.data(), static_cast<std::size_t>(got))});
        } else if (got == 0) {
            over = true;
        } else {
            (void)send(server.get(), buffer.data(), static_cast<std::size_t>(got), MSG_NOSIGNAL);
        }
    }
    void release() {
        while (!held.empty() && held.front().due <= Clock::now()) {
            const std::string& bytes = held.front().bytes;
            if (bytes.empty()) over = true;
            (void)send(client.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
            held.pop_front();
        }
    }
};

DelayProxy::DelayProxy(int server_port, std::chrono::milliseconds delay)
    : server_port_(server_port), delay_(delay), quit_(eventfd(0, EFD_CLOEXEC)) {
    if (listen(port_.fd(), 64) != 0) throw std::system_error(errno, std::generic_category(), "listen");
    thread_ = std::thread([this] { run(); });
}

DelayProxy::~DelayProxy() {
    eventfd_write(quit_.get(), 1);
    thread_.join();
}

void DelayProxy::run() {
    std::list<Pair> pairs;
    for (;;) {
        std::vector<pollfd> polled{{quit_.get(), POLLIN, 0}, {port_.fd(), POLLIN, 0}};
        bool holding = false;
        for (const Pair& pair : pairs) {
            polled.push_back({pair.client.get(), POLLIN, 0});
            polled.push_back({pair.server.get(), POLLIN, 0});
            holding = holding || !pair.held.empty();
        }
        poll(polled.data(), polled.size(), holding ? 1 : -1);
        if ((polled[0].revents & POLLIN) != 0) return;
        std::size_t at = 2;
        for (Pair& pair : pairs) {
            if (polled[at].revents != 0) pair.pump(true, delay_);
            if (polled[at + 1].revents != 0) pair.pump(false, delay_);
            pair.release();
            at += 2;
        }
        pairs.remove_if([](const Pair& pair) { return pair.over; });
        if ((polled[1].revents & POLLIN) == 0) continue;
        Pair fresh{UniqueFd(accept4(port_.fd(), nullptr, nullptr, SOCK_CLOEXEC)),
                   UniqueFd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)),
                   {},
                   false};
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(static_cast<std::uint16_t>(server_port_));
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (connect(fresh.server.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0)
            pairs.push_back(std::move(fresh));
    }
}

}  // namespace cowork::test
