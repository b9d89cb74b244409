#pragma once

#include "matrix/matrix.hpp"
#include "support/ports.hpp"
#include "support/tarpit.hpp"

#include <functional>
#include <memory>
#include <string>

namespace cowork::test::matrix {

// The ways in which a service cannot be reached, brought about for real. `aim` points the world at a URL;
// `reason` is "<family>." of the service's reason codes.
template <typename W>
struct TransportFault {
    std::string_view end;  // of the reason code
    std::string words;
    std::function<void(W&, const std::function<void(W&, const std::string&)>& aim)> breaks;
};

// A socket whose queue of connections is full, so that another one is never accepted.
class FullQueue {
  public:
    FullQueue();
    FullQueue(const FullQueue&) = delete;
    FullQueue& operator=(const FullQueue&) = delete;
    ~FullQueue();
    [[nodiscard]] int port() const { return port_; }

  private:
    int listener_ = -1;
    int port_ = 0;
    std::vector<int> clients_;
};

template <typename W>
std::string at_tarpit(W& world, Tarpit::Script script) {
    return "http://127.0.0.1:" +
           std::to_string(world.keep(std::make_shared<Tarpit>(std::move(script)))->port());
}

template <typename W>
std::vector<TransportFault<W>> transport_faults() {
    using Aim = std::function<void(W&, const std::string&)>;
    return {
        {"connection-refused", "nothing listens",
         [](W& world, const Aim& aim) { aim(world, "http://127.0.0.1:" + std::to_string(free_port())); }},
        {"unreachable", "no network",
         [](W& world, const Aim& aim) {
             world.isolated = true;
             aim(world, "http://127.0.0.1:4096");
         }},
        {"connect-timeout", "connections are never accepted",
         [](W& world, const Aim& aim) {
             world.timeout = "300ms";
             aim(world,
                 "http://127.0.0.1:" + std::to_string(world.keep(std::make_shared<FullQueue>())->port()));
         }},
        {"silent", "connected, and then silence",
         [](W& world, const Aim& aim) {
             world.timeout = "300ms";
             aim(world, at_tarpit(world, Tarpit::silent()));
         }},
        {"silent", "an answer that drips",
         [](W& world, const Aim& aim) {
             world.timeout = "300ms";
             aim(world,
                 at_tarpit(world, Tarpit::drip("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")));
         }},
        {"closed", "the connection is closed at once",
         [](W& world, const Aim& aim) { aim(world, at_tarpit(world, Tarpit::closing())); }},
        {"closed", "the answer is cut short",
         [](W& world, const Aim& aim) {
             aim(world, at_tarpit(world, Tarpit::saying_and_closing(
                                             "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"ok\":tr")));
         }},
        {"not-http", "bytes of another protocol",
         [](W& world, const Aim& aim) { aim(world, at_tarpit(world, Tarpit::garbage())); }},
        {"too-large", "an answer without end",
         [](W& world, const Aim& aim) {
             aim(world,
                 at_tarpit(world, Tarpit::endless("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n",
                                                  std::string(65536, 'x'))));
         }},
        {"name-not-found", "a name that does not resolve",
         [](W& world, const Aim& aim) {
             world.isolated = true;
             aim(world, "https://nowhere.internal");
         }},
        {"address-forbidden", "a name that leads to cloud metadata",
         [](W& world, const Aim& aim) {
             world.isolated = true;
             world.hosts += "169.254.169.254 evil.internal\n";
             aim(world, "https://evil.internal");
         }},
        {"tls-handshake", "https where plain http is spoken",
         [](W& world, const Aim& aim) {
             aim(world, "https://127.0.0.1:" +
                            std::to_string(world.keep(std::make_shared<Tarpit>(Tarpit::garbage()))->port()));
         }},
    };
}

// One case for each fault of a check. `family` has the dot; reasons are kept alive by `code`.
template <typename W>
void add_transport_cases(std::vector<Case<W>>& cases, std::string_view check, const std::string& family,
                         Status status, int exit_code,
                         const std::function<void(W&, const std::string&)>& aim) {
    for (const TransportFault<W>& fault : transport_faults<W>())
        cases.push_back({{check, fault.words, status, kept(family + std::string(fault.end)), exit_code},
                         [fault, aim](W& world) { fault.breaks(world, aim); }});
    struct Url {
        const char* end;
        const char* words;
        const char* url;
    };
    for (const Url& one :
         {Url{"unparseable", "a URL that is none", "http://"},
          Url{"scheme", "an ftp URL", "ftp://127.0.0.1:4096"},
          Url{"credentials", "a URL with a password", "http://u:p@127.0.0.1:4096"},
          Url{"ambiguous-host", "a host that readers take for two", "http://0x7f000001:4096"},
          Url{"wildcard-host", "a wildcard address", "http://0.0.0.0:4096"},
          Url{"metadata-host", "cloud metadata", "http://169.254.169.254"},
          Url{"cleartext-token", "http over a public network", "http://192.0.2.1:4096"}})
        cases.push_back(
            {{check, one.words, Status::action_required, kept(std::string("endpoint.") + one.end), 1},
             [one, aim](W& world) { aim(world, one.url); }});
}

}  // namespace cowork::test::matrix
