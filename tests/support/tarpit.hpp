#pragma once

#include "core/fd.hpp"
#include "support/ports.hpp"

#include <atomic>
#include <chrono>
#include <string>
#include <thread>

namespace cowork::test {

// A TCP server on 127.0.0.1 that misbehaves on purpose: accepts everybody and follows one script.
class Tarpit {
  public:
    struct Script {
        std::string head{};                  // sent first
        std::string repeat{};                // then sent again and again, for ever
        std::chrono::milliseconds pause{0};  // between two bytes of `repeat`; 0: as fast as it goes
        bool close_at_once = false;          // close on accept
        bool close_after_head = false;       // end the stream after `head`
        bool wait_for_request = true;        // say nothing before the client has said something
    };

    explicit Tarpit(Script script);
    Tarpit(const Tarpit&) = delete;
    Tarpit& operator=(const Tarpit&) = delete;
    ~Tarpit();

    // Accepts and never answers.
    static Script silent() { return {}; }
    // `head`, then one byte every 50 ms for ever.
    static Script drip(std::string head = {}) {
        return {.head = std::move(head), .repeat = "x", .pause = std::chrono::milliseconds{50}};
    }
    // Bytes that belong to no protocol, at once.
    static Script garbage() {
        return {.head = "\x7f\x01\x02\xff not a protocol \r\n\r\n", .wait_for_request = false};
    }
    static Script closing() { return {.close_at_once = true}; }
    // An answer once the client has spoken; the connection stays open after it.
    static Script saying(std::string head) { return {.head = std::move(head)}; }
    // As saying(), and the stream ends.
    static Script saying_and_closing(std::string head) {
        return {.head = std::move(head), .close_after_head = true};
    }
    // `head`, then `repeat` without end and without pause.
    static Script endless(std::string head, std::string repeat) {
        return {.head = std::move(head), .repeat = std::move(repeat)};
    }

    [[nodiscard]] int port() const { return port_.port(); }
    [[nodiscard]] int accepted() const { return accepted_; }
    [[nodiscard]] std::string http_url(const std::string& path = "/") const {
        return "http://127.0.0.1:" + std::to_string(port()) + path;
    }

  private:
    struct Client;
    void run();
    void feed(Client& client) const;

    Script script_;
    BoundPort port_;
    UniqueFd quit_;
    std::atomic<int> accepted_ = 0;
    std::thread thread_;
};

}  // namespace cowork::test
