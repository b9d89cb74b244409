#include "probes/postgres_endpoint.hpp"

#include "core/fd.hpp"
#include "net/host_class.hpp"
#include "probes/fd_wait.hpp"
#include "probes/resolver.hpp"

#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <system_error>
#include <vector>

namespace cowork::probes {
namespace {

tl::unexpected<PostgresFailure> failed(PostgresLayer layer, std::string detail) {
    return tl::unexpected(PostgresFailure{layer, {}, std::move(detail)});
}

PostgresLayer layer_of(int error) {
    // A Unix socket that is not there listens as little as a closed port.
    if (error == ECONNREFUSED || error == ENOENT) return PostgresLayer::refused;
    if (error == ETIMEDOUT) return PostgresLayer::connect_timeout;
    return PostgresLayer::unreachable;
}

// Connects and hangs up.
PostgresResult<void> try_connect(const sockaddr* address, socklen_t size, const Budget& budget) {
    const UniqueFd fd(socket(address->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!fd) return failed(PostgresLayer::unreachable, std::generic_category().message(errno));
    if (connect(fd.get(), address, size) == 0) return {};
    int error = errno;
    if (error == EINPROGRESS) {
        const WaitResult waited = FdWaiter(budget).wait(fd.get(), POLLOUT);
        if (waited == WaitResult::stopped) return failed(PostgresLayer::stopped, "stopped");
        if (waited == WaitResult::timeout) {
            return failed(PostgresLayer::connect_timeout, "no answer to the connection in time");
        }
        socklen_t error_size = sizeof error;
        if (getsockopt(fd.get(), SOL_SOCKET, SO_ERROR, &error, &error_size) != 0) error = errno;
    }
    if (error == 0) return {};
    return failed(layer_of(error), std::generic_category().message(error));
}

PostgresResult<void> try_address(const std::string& address, int port, const Budget& budget) {
    addrinfo hints{};
    hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    if (getaddrinfo(address.c_str(), std::to_string(port).c_str(), &hints, &found) != 0) {
        return failed(PostgresLayer::name, "not a numeric address");
    }
    const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(found, freeaddrinfo);
    return try_connect(found->ai_addr, found->ai_addrlen, budget);
}

PostgresResult<std::string> try_unix_socket(const PostgresUrl& url, const Budget& budget) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string path = url.host + "/.s.PGSQL." + std::to_string(url.port);
    if (path.size() >= sizeof address.sun_path) {
        return failed(PostgresLayer::url, "the socket's path is too long");
    }
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
    return try_connect(reinterpret_cast<const sockaddr*>(&address), sizeof address, budget).map([] {
        return std::string{};
    });
}

PostgresResult<std::vector<std::string>> allowed_addresses(const std::string& host, const Budget& budget) {
    auto addresses = resolve_host(host, budget);
    if (!addresses) {
        if (addresses.error() == ResolveError::stopped) return failed(PostgresLayer::stopped, "stopped");
        const bool timeout = addresses.error() == ResolveError::timeout;
        return failed(PostgresLayer::name,
                      timeout ? "the name was not resolved in time" : "the name does not resolve");
    }
    std::erase_if(*addresses, [](const std::string& address) {
        const std::string without_scope = address.substr(0, address.find('%'));
        return !net::address_allowed(without_scope, net::AddressRule::not_forbidden);
    });
    if (addresses->empty()) {
        return failed(PostgresLayer::url, "the host is a wildcard or metadata address");
    }
    return std::move(*addresses);
}

}  // namespace

PostgresResult<std::string> find_endpoint(const PostgresUrl& url, const Budget& budget) {
    if (url.unix_socket()) return try_unix_socket(url, budget);
    const auto addresses = allowed_addresses(url.host, budget);
    if (!addresses) return tl::unexpected(addresses.error());

    PostgresFailure failure;
    for (std::size_t i = 0; i < addresses->size(); ++i) {
        // An address that swallows packets must leave time for the next one.
        const auto share = budget.remaining() / static_cast<int>(addresses->size() - i);
        const auto connected = try_address((*addresses)[i], url.port, budget.part(share));
        if (connected) return (*addresses)[i];
        // A refusal says more than a missing route, say that of an IPv6 address without IPv6.
        if (i == 0 || failure.layer != PostgresLayer::refused) failure = connected.error();
        if (budget.spent()) break;
    }
    return tl::unexpected(failure);
}

}  // namespace cowork::probes
