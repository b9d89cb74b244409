#pragma once

#include "support/fake_gateway.hpp"
#include "support/smoke_gateway_store.hpp"

#include <chrono>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

// The parts of SmokeGateway. Its server is concurrent: what several requests share has a lock of its own.
namespace cowork::test::smoke_gateway {

struct Message {
    std::string event_id, workspace, chat_id, thread_id, user_id, text;
};

// A text of a webhook's headers; both are empty when absent.
struct Signature {
    std::string timestamp, value;
};

class Limits {
  public:
    // Why a request is turned away, empty when it is not; a request counts once.
    [[nodiscard]] std::string turned_away();
    void signature_refused();

  private:
    using Clock = std::chrono::steady_clock;
    std::mutex mutex_;
    std::deque<Clock::time_point> requests_, refusals_;
    Clock::time_point shut_until_{};
};

struct Gateway {
    explicit Gateway(SmokeGatewayOptions given);

    const SmokeGatewayOptions options;
    std::unique_ptr<Store> store;
    MemoryStore scratch;  // where a fault puts what should be in the store
    Limits limits;

    std::mutex mutex;                                // guards what is below
    std::map<std::string, long long> seen;           // timestamp and signature → Unix time of receipt
    std::map<std::string, int> messages;             // as the metrics count them
    std::map<std::string, std::mutex> conversation;  // one after another
    std::map<std::string, int> handled;              // event id → how often
    std::optional<std::chrono::steady_clock::time_point> looked_at;
    bool opencode_healthy = false;

    [[nodiscard]] bool faulty(std::string_view fault) const {
        return options.faults.count(std::string(fault)) > 0;
    }
    void count(const std::string& direction_and_outcome);
    // Of /ready: looked at again after two seconds.
    [[nodiscard]] bool ready();
};

// `v1=` and the HMAC, as both directions are signed.
[[nodiscard]] std::string sign(const std::string& secret, const std::string& timestamp,
                               const std::string& body);
[[nodiscard]] long long unix_seconds();

void serve_pages(Gateway& gateway, const httplib::Request& request, httplib::Response& response);
void serve_webhook(Gateway& gateway, const httplib::Request& request, httplib::Response& response);
void send_json(httplib::Response& response, int status, const Json& body);

// Throws what the product would answer with 500.
void handle(Gateway& gateway, const Message& message);
// Prompts OpenCode and returns the texts that it answered; throws when it failed.
[[nodiscard]] std::vector<std::string> ask_opencode(const Gateway& gateway, const std::string& session_id,
                                                    const std::string& admission_id, const std::string& text);
[[nodiscard]] std::string make_opencode_session(const Gateway& gateway);
// Throws when it could not be delivered.
void deliver(const Gateway& gateway, const Message& message, const std::string& delivery_id,
             const std::string& text);

}  // namespace cowork::test::smoke_gateway
