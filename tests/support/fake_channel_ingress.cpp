#include "support/fake_channel_ingress.hpp"

#include "support/httplib_config.hpp"

#include <nlohmann/json.hpp>
#include <openssl/hmac.h>

#include <array>
#include <chrono>
#include <cstdlib>

namespace cowork::test {
namespace {

using Json = nlohmann::ordered_json;

constexpr int most_refusals = 20;
constexpr long long tolerance = 300;  // seconds

// What a request shows of itself.
struct Shown {
    std::string timestamp, proof, expected;
    bool timed = true;
};

std::string hex_hmac(const std::string& key, const std::string& text) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
         reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(), &size);
    static constexpr const char* digits = "0123456789abcdef";
    std::string hex;
    for (unsigned int i = 0; i < size; ++i) {
        hex += digits[digest[i] >> 4];
        hex += digits[digest[i] & 15];
    }
    return hex;
}

Shown shown_by(const std::string& kind, const std::string& secret, const httplib::Request& request) {
    Shown shown;
    const auto header = [&](const char* name) { return request.get_header_value(name); };
    if (kind == "telegram" || kind == "email") {
        shown.timed = false;
        shown.expected = secret;
        shown.proof = header(kind == "telegram" ? "x-telegram-bot-api-secret-token"
                                                : "x-open-cowork-gateway-email-secret");
        const std::string bearer = header("authorization");
        if (kind == "email" && shown.proof.empty() && bearer.rfind("Bearer ", 0) == 0)
            shown.proof = bearer.substr(7);
        return shown;
    }
    const bool slack = kind == "slack";
    const std::string version = slack ? "v0" : "v1";
    shown.timestamp = header(slack ? "x-slack-request-timestamp" : "x-open-cowork-gateway-webhook-timestamp");
    shown.proof = header(slack ? "x-slack-signature" : "x-open-cowork-gateway-webhook-signature");
    shown.expected = version + "=" + hex_hmac(secret, version + ":" + shown.timestamp + ":" + request.body);
    return shown;
}

bool is_stale(const std::string& timestamp) {
    const auto now =
        std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch())
            .count();
    return std::llabs(now - std::strtoll(timestamp.c_str(), nullptr, 10)) > tolerance;
}

void send(httplib::Response& response, int status, const Json& body) {
    response.status = status;
    response.set_content(body.dump(), "application/json; charset=utf-8");
}

void refuse(httplib::Response& response, int status, const char* words) {
    send(response, status, {{"ok", false}, {"error", words}});
}

}  // namespace

void ChannelIngress::answer(const std::string& kind, const std::string& id, const std::string& secret,
                            const std::set<std::string>& faults, const httplib::Request& request,
                            httplib::Response& response) {
    const auto faulty = [&](const char* fault) { return faults.count(fault) > 0; };
    if (refusals_[id] >= most_refusals) {
        response.set_header("retry-after", "60");
        return refuse(response, 429, "Too many rejected Gateway webhook requests. Try again later.");
    }
    const Json body = Json::parse(request.body, nullptr, false);
    if (body.is_discarded())
        return refuse(response, 400, "Gateway webhook body must be valid JSON or form-encoded payload.");
    if (secret.empty()) return refuse(response, 404, "Gateway webhook provider was not found.");
    const Shown shown = shown_by(kind, secret, request);
    const std::string key = shown.timestamp + ":" + shown.proof;
    bool refused = false;
    if (shown.proof.empty())
        refused = !faulty("ingress-unsigned-accepted");
    else if (shown.proof != shown.expected)
        refused = !faulty("ingress-bad-proof-accepted");
    else if (shown.timed && is_stale(shown.timestamp))
        refused = !faulty("ingress-stale-accepted");
    else if (shown.timed && seen_.count(key) > 0)
        refused = !faulty("ingress-replay-accepted");
    else
        refused = faulty("ingress-right-proof-refused");
    if (refused) {
        ++refusals_[id];
        return refuse(response, 401, "Gateway webhook authorization failed.");
    }
    seen_.insert(key);
    if (kind == "slack" && body.is_object() && body.value("type", "") == "url_verification")
        return send(response, 200, {{"challenge", body.value("challenge", "")}});
    if (shown.timed && kind != "slack" && !(body.is_object() && body.contains("target")))
        return refuse(response, 502, "Gateway webhook provider failed.");
    send(response, 202, {{"ok", true}});
}

}  // namespace cowork::test
