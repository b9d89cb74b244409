#include "support/tarpit.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <array>
#include <vector>

namespace cowork::test {

using Clock = std::chrono::steady_clock;

struct Tarpit::Client {
    UniqueFd fd;
    bool asked = false;
    bool ended = false;        // we sent the end of the stream, or the client is gone
    std::size_t sent = 0;      // of the head, then of the repetition
    Clock::time_point next{};  // not before then

    // Reads and forgets; false at the end of the stream.
    bool drain() {
        std::array<char, 4096> buffer{};
        const ssize_t got = recv(fd.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
        asked = asked || got > 0;
        return got != 0 && !(got < 0 && errno != EAGAIN && errno != EINTR);
    }
};

Tarpit::Tarpit(Script script) : script_(std::move(script)), quit_(eventfd(0, EFD_CLOEXEC)) {
    if (listen(port_.fd(), 64) != 0) throw std::system_error(errno, std::generic_category(), "listen");
    thread_ = std::thread([this] { run(); });
}

Tarpit::~Tarpit() {
    eventfd_write(quit_.get(), 1);
    thread_.join();
}

// Sends as much as the script allows now.
void Tarpit::feed(Client& client) const {
    const std::size_t head = script_.head.size();
    while (!client.ended && (client.asked || !script_.wait_for_request)) {
        std::string_view next;
        if (client.sent < head) {
            next = std::string_view(script_.head).substr(client.sent);
        } else if (script_.close_after_head) {
            shutdown(client.fd.get(), SHUT_WR);
            client.ended = true;
            return;
        } else if (script_.repeat.empty() || Clock::now() < client.next) {
            return;
        } else {
            next = std::string_view(script_.repeat).substr((client.sent - head) % script_.repeat.size());
            if (script_.pause.count() > 0) next = next.substr(0, 1);
            client.next = Clock::now() + script_.pause;
        }
        const ssize_t got = send(client.fd.get(), next.data(), next.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (got <= 0) return;
        client.sent += static_cast<std::size_t>(got);
    }
}

void Tarpit::run() {
    std::vector<Client> clients;
    const bool timed = script_.pause.count() > 0;
    const bool flooding = !script_.repeat.empty() && !timed;
    while (true) {
        std::vector<pollfd> polled{{quit_.get(), POLLIN, 0}, {port_.fd(), POLLIN, 0}};
        for (const Client& client : clients) {
            const bool write = flooding && client.asked && !client.ended;
            polled.push_back({client.fd.get(), static_cast<short>(write ? POLLIN | POLLOUT : POLLIN), 0});
        }
        poll(polled.data(), polled.size(), timed ? 10 : -1);
        if ((polled[0].revents & POLLIN) != 0) return;
        for (std::size_t i = 0; i < clients.size(); ++i) {
            if (polled[i + 2].revents != 0 && !clients[i].drain()) {
                (void)clients[i].fd.close();
                continue;
            }
            feed(clients[i]);
        }
        std::erase_if(clients, [](const Client& client) { return !client.fd; });
        if ((polled[1].revents & POLLIN) == 0) continue;
        Client fresh{.fd = UniqueFd(accept4(port_.fd(), nullptr, nullptr, SOCK_CLOEXEC))};
        if (!fresh.fd) continue;
        ++accepted_;
        if (script_.close_at_once) continue;
        feed(fresh);
        clients.push_back(std::move(fresh));
    }
}

}  // namespace cowork::test
