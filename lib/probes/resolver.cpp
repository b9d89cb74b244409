#include "probes/resolver.hpp"

#include "probes/quiet_thread.hpp"

#include <netdb.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <condition_variable>
#include <memory>
#include <mutex>

namespace cowork::probes {
namespace {

// Shared by the caller and the thread that asks; whoever is last frees it.
struct Lookup {
    std::mutex mutex;
    std::condition_variable_any answered;
    bool done = false;
    std::vector<std::string> addresses;
};

std::vector<std::string> ask_system(const std::string& host, int flags) {
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = flags;
    addrinfo* first = nullptr;
    if (getaddrinfo(host.c_str(), nullptr, &hints, &first) != 0) return {};
    const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(first, freeaddrinfo);
    std::vector<std::string> addresses;
    for (const addrinfo* entry = first; entry != nullptr; entry = entry->ai_next) {
        std::array<char, NI_MAXHOST> text{};
        if (getnameinfo(entry->ai_addr, entry->ai_addrlen, text.data(), text.size(), nullptr, 0,
                        NI_NUMERICHOST) != 0) {
            continue;
        }
        if (std::find(addresses.begin(), addresses.end(), text.data()) == addresses.end()) {
            addresses.emplace_back(text.data());
        }
    }
    return addresses;
}

// On a thread of its own, because getaddrinfo knows no deadline.
void start_lookup(const std::shared_ptr<Lookup>& lookup, const std::string& host) {
    start_quiet_thread([lookup, host] {
        auto addresses = ask_system(host, 0);
        const std::lock_guard lock(lookup->mutex);
        lookup->addresses = std::move(addresses);
        lookup->done = true;
        lookup->answered.notify_one();
    }).detach();
}

}  // namespace

tl::expected<std::vector<std::string>, ResolveError> resolve_host(const std::string& host,
                                                                  const Budget& budget) {
    if (auto numeric = ask_system(host, AI_NUMERICHOST); !numeric.empty()) return numeric;
    const auto lookup = std::make_shared<Lookup>();
    start_lookup(lookup, host);
    std::unique_lock lock(lookup->mutex);
    lookup->answered.wait_until(lock, budget.stop(), budget.deadline(), [&] { return lookup->done; });
    if (!lookup->done) {
        return tl::unexpected(budget.stopped() ? ResolveError::stopped : ResolveError::timeout);
    }
    if (lookup->addresses.empty()) return tl::unexpected(ResolveError::not_found);
    return lookup->addresses;
}

}  // namespace cowork::probes
