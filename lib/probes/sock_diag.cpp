#include "probes/sock_diag.hpp"

#include "core/fd.hpp"

#include <arpa/inet.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace cowork::probes {
namespace {

struct Request {
    nlmsghdr header;
    inet_diag_req_v2 body;
};

bool send_request(int socket, unsigned char family) {
    Request request{};
    request.header.nlmsg_len = sizeof request;
    request.header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
    request.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
    request.body.sdiag_family = family;
    request.body.sdiag_protocol = IPPROTO_TCP;
    request.body.idiag_states = 1U << TCP_LISTEN;
    return send(socket, &request, sizeof request, 0) == static_cast<ssize_t>(sizeof request);
}

ListeningSocket to_socket(const inet_diag_msg& message) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    inet_ntop(message.idiag_family, static_cast<const void*>(message.id.idiag_src), text.data(), text.size());
    return {text.data(), ntohs(message.id.idiag_sport), message.idiag_uid};
}

enum class Part { more, last, broken };

// Reads one datagram of the kernel's answer, which holds several messages.
Part read_part(int socket, int port, std::vector<ListeningSocket>& found) {
    alignas(nlmsghdr) std::array<char, 16384> buffer;
    const ssize_t got = recv(socket, buffer.data(), buffer.size(), 0);
    if (got <= 0) return Part::broken;
    std::size_t at = 0;
    while (at + sizeof(nlmsghdr) <= static_cast<std::size_t>(got)) {
        nlmsghdr header{};
        std::memcpy(&header, buffer.data() + at, sizeof header);
        if (header.nlmsg_len < sizeof header || at + header.nlmsg_len > static_cast<std::size_t>(got))
            return Part::broken;
        if (header.nlmsg_type == NLMSG_DONE) return Part::last;
        if (header.nlmsg_type == NLMSG_ERROR) return Part::broken;
        inet_diag_msg message{};
        if (header.nlmsg_len >= NLMSG_HDRLEN + sizeof message) {
            std::memcpy(&message, buffer.data() + at + NLMSG_HDRLEN, sizeof message);
            if (ntohs(message.id.idiag_sport) == port) found.push_back(to_socket(message));
        }
        at += NLMSG_ALIGN(header.nlmsg_len);
    }
    return Part::more;
}

bool ask_family(unsigned char family, int port, std::vector<ListeningSocket>& found) {
    const UniqueFd socket(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG));
    if (!socket) return false;
    // The kernel answers at once or not at all; a limit all the same, because nothing here may block.
    const timeval limit{0, 200'000};
    if (setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) != 0) return false;
    if (!send_request(socket.get(), family)) return false;
    for (;;) {
        switch (read_part(socket.get(), port, found)) {
            case Part::more:
                break;
            case Part::last:
                return true;
            case Part::broken:
                return false;
        }
    }
}

}  // namespace

std::optional<std::vector<ListeningSocket>> ask_sock_diag(int port) {
    std::vector<ListeningSocket> found;
    if (!ask_family(AF_INET, port, found) || !ask_family(AF_INET6, port, found)) return std::nullopt;
    return found;
}

}  // namespace cowork::probes
