#include "support/httplib_config.hpp"
#include "support/smoke_gateway_parts.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <cmath>
#include <cstdlib>
#include <stdexcept>

// Who is let in to the webhook.
namespace cowork::test::smoke_gateway {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t most_requests = 120, most_refusals = 20;
constexpr auto window = 60s;
constexpr long long tolerance = 300;

void forget_old(std::deque<std::chrono::steady_clock::time_point>& times) {
    const auto now = std::chrono::steady_clock::now();
    while (!times.empty() && now - times.front() >= window) times.pop_front();
}

// The digits alone, in lower case.
std::string bare(std::string signature) {
    if (signature.starts_with("v1=")) signature.erase(0, 3);
    for (char& c : signature) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return signature;
}

bool fits(const Gateway& gateway, const Signature& given, const std::string& body) {
    const std::string right = sign(gateway.options.webhook_secret, given.timestamp, body);
    if (gateway.faulty("bad-signature-accepted")) return true;
    if (gateway.faulty("unprefixed-accepted")) return bare(given.value) == bare(right);
    return given.value == right;
}

// As JavaScript reads a number: hexadecimal and exponents too.
bool timely(const Gateway& gateway, const std::string& timestamp) {
    char* end = nullptr;
    const double seconds = std::strtod(timestamp.c_str(), &end);
    if (*end != '\0' || !std::isfinite(seconds)) return false;
    const double age = static_cast<double>(unix_seconds()) - seconds;
    if (age > tolerance) return gateway.faulty("stale-accepted");
    if (age < -tolerance) return gateway.faulty("future-accepted");
    return true;
}

// Takes the signature, which then is good once.
bool is_new(Gateway& gateway, const Signature& given) {
    const std::lock_guard lock(gateway.mutex);
    const long long now = unix_seconds();
    std::erase_if(gateway.seen, [&](const auto& entry) { return entry.second + tolerance <= now; });
    const bool inserted = gateway.seen.emplace(given.timestamp + ":" + given.value, now).second;
    return inserted || gateway.faulty("replay-accepted");
}

bool let_in(Gateway& gateway, const Signature& given, const std::string& body) {
    if (given.timestamp.empty() || given.value.empty() || body.empty())
        return gateway.faulty("unsigned-accepted");
    return timely(gateway, given.timestamp) && fits(gateway, given, body) && is_new(gateway, given);
}

std::string text_at(const Json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

Json object_at(const Json& object, const char* key) {
    const auto found = object.find(key);
    if (found == object.end() || !found->is_object())
        throw std::runtime_error("a payload of the wrong shape");
    return *found;
}

Message message_of(const Json& payload) {
    if (!payload.is_object()) throw std::runtime_error("a payload of the wrong shape");
    const Json target = object_at(payload, "target"), sender = object_at(payload, "sender");
    Message message;
    message.event_id = text_at(payload, "id");
    if (message.event_id.empty()) message.event_id = unique_id();
    message.workspace = text_at(payload, "workspace_id");
    message.chat_id = text_at(target, "chatId");
    message.thread_id = text_at(target, "threadId");
    message.user_id = text_at(sender, "userId");
    message.text = text_at(payload, "text");
    if (message.chat_id.empty() || message.user_id.empty())
        throw std::runtime_error("a payload of the wrong shape");
    return message;
}

bool known(const Gateway& gateway, const Message& message) {
    return gateway.store->identity(gateway.options.provider, message.workspace, message.user_id).has_value();
}

void refuse(Gateway& gateway, httplib::Response& response) {
    gateway.limits.signature_refused();
    send_json(response, 401, {{"ok", false}, {"error", "Standalone Gateway webhook verification failed."}});
}

// What comes after the limits and the JSON.
void take(Gateway& gateway, const Signature& given, const std::string& body, const Json& payload,
          httplib::Response& response) {
    if (!let_in(gateway, given, body)) return refuse(gateway, response);
    const Message message = message_of(payload);
    if (gateway.faulty("signed-refused") || (gateway.faulty("known-user-refused") && known(gateway, message)))
        return refuse(gateway, response);
    if (gateway.faulty("webhook-fails")) throw std::runtime_error("made up");
    try {
        handle(gateway, message);
    } catch (...) {
        const std::lock_guard lock(gateway.mutex);
        gateway.seen.erase(given.timestamp + ":" + given.value);
        throw;
    }
    send_json(response, 202, {{"ok", true}});
}

}  // namespace

std::string Limits::turned_away() {
    const std::lock_guard lock(mutex_);
    forget_old(requests_);
    if (requests_.size() >= most_requests)
        return "Too many Standalone Gateway webhook requests. Try again later.";
    requests_.push_back(Clock::now());
    if (Clock::now() < shut_until_)
        return "Too many rejected Standalone Gateway webhook requests. Try again later.";
    return {};
}

void Limits::signature_refused() {
    const std::lock_guard lock(mutex_);
    forget_old(refusals_);
    refusals_.push_back(Clock::now());
    if (refusals_.size() >= most_refusals) shut_until_ = Clock::now() + window;
}

long long unix_seconds() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::seconds>(now).count();
}

// Written apart from the library's own, so that the two check each other.
std::string sign(const std::string& secret, const std::string& timestamp, const std::string& body) {
    const std::string text = "v1:" + timestamp + ":" + body;
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
         reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(), &size);
    std::string hex = "v1=";
    for (unsigned int i = 0; i < size; ++i) hex += fmt::format("{:02x}", digest.at(i));
    return hex;
}

void serve_webhook(Gateway& gateway, const httplib::Request& request, httplib::Response& response) {
    const std::string turned_away = gateway.limits.turned_away();
    if (!turned_away.empty() || gateway.faulty("rate-limited")) {
        response.set_header("retry-after", "60");
        return send_json(response, 429, {{"ok", false}, {"error", turned_away}});
    }
    const Json payload = request.body.empty() ? Json::object() : Json::parse(request.body, nullptr, false);
    if (payload.is_discarded())
        return send_json(response, 400,
                         {{"ok", false}, {"error", "Standalone Gateway webhook body must be valid JSON."}});
    try {
        if (request.path != "/webhooks/" + gateway.options.provider) throw std::runtime_error("no such id");
        take(gateway,
             {request.get_header_value("x-open-cowork-gateway-webhook-timestamp"),
              request.get_header_value("x-open-cowork-gateway-webhook-signature")},
             request.body, payload, response);
    } catch (const std::exception&) {
        send_json(response, 500, {{"ok", false}, {"error", "internal_server_error"}});
    }
}

}  // namespace cowork::test::smoke_gateway
