#include "support/httplib_config.hpp"
#include "support/loopback_model.hpp"
#include "support/real_opencode.hpp"
#include "support/real_postgres.hpp"
#include "support/require_service.hpp"
#include "support/smoke_gateway.hpp"
#include "support/warm_opencode.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <cstdio>
#include <ctime>

// The fake gateway with a real OpenCode, the loopback model and a real PostgreSQL: a prompt goes all the way
// round, as in the recorded exchanges (captures/deliveries).
namespace {

using namespace cowork::test;
using nlohmann::json;

constexpr const char* secret = "whsec-51a7c0ffee91d0c2a7731f4be";

std::string signature_of(const std::string& timestamp, const std::string& body) {
    const std::string text = "v1:" + timestamp + ":" + body;
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    HMAC(EVP_sha256(), secret, static_cast<int>(std::string(secret).size()),
         reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(), &size);
    std::string hex = "v1=";
    for (unsigned int i = 0; i < size; ++i) {
        std::array<char, 3> pair{};
        (void)std::snprintf(pair.data(), pair.size(), "%02x", digest.at(i));
        hex += pair.data();
    }
    return hex;
}

struct Arrived {
    std::string id, timestamp, signature, body;
};

// Where the gateway delivers.
struct Receiver {
    std::vector<Arrived> arrived;
    FakeServer server{
        {}, [this](const httplib::Request& request, httplib::Response& response) {
            arrived.push_back({request.get_header_value("x-open-cowork-gateway-delivery-id"),
                               request.get_header_value("x-open-cowork-gateway-webhook-timestamp"),
                               request.get_header_value("x-open-cowork-gateway-webhook-signature"),
                               request.body});
            response.set_content(R"({"ok":true})", "application/json");
        }};
};

int post(const SmokeGateway& gateway, const std::string& body, const std::string& timestamp) {
    httplib::Client client(gateway.url());
    client.set_read_timeout(std::chrono::seconds(60));
    const httplib::Headers headers{
        {"x-open-cowork-gateway-webhook-timestamp", timestamp},
        {"x-open-cowork-gateway-webhook-signature", signature_of(timestamp, body)}};
    const auto answer = client.Post("/webhooks/webhook", headers, body, "application/json");
    return answer ? answer->status : 0;
}

}  // namespace

TEST_CASE("smoke: a prompt goes round through a real OpenCode and PostgreSQL", "[live]") {
    if (!require_service(RealOpencode::available(), "OpenCode") ||
        !require_service(RealPostgres::available(), "PostgreSQL"))
        return;
    const LoopbackModel model;
    const RealOpencode opencode({.prepare = model.as_provider()});
    warm_opencode(opencode.url(), opencode.work_directory());
    RealPostgres postgres;
    postgres.create_gateway_schema();
    postgres.exec(
        "INSERT INTO standalone_gateway_channel_identities (identity_id, provider, external_user_id, role) "
        "VALUES ('i1', 'webhook', 'alice', 'owner')");
    const Receiver receiver;
    const SmokeGateway gateway({.webhook_secret = secret,
                                .delivery_url = receiver.server.url("/deliver"),
                                .opencode_url = opencode.url(),
                                .runtime_root = opencode.work_directory(),
                                .database_url = postgres.superuser_url()});
    const std::string before = gateway.state();

    const std::string body =
        R"({"id":"evt-final-1","target":{"chatId":"chat-final"},"sender":{"userId":"alice"},"text":"final"})";
    const long long now = std::time(nullptr);
    REQUIRE(post(gateway, body, std::to_string(now)) == 202);

    // It is answered when everything is done.
    REQUIRE(receiver.arrived.size() == 1);
    const Arrived arrived = receiver.arrived.front();
    CHECK(arrived.signature == signature_of(arrived.timestamp, arrived.body));
    const std::string session = postgres.exec("SELECT session_id FROM standalone_gateway_sessions").at(0);
    CHECK(arrived.id == "standalone:" + session + ":evt-final-1:reply");
    const json delivered = json::parse(arrived.body);
    CHECK(delivered["deliveryId"] == arrived.id);
    CHECK(delivered["text"] == "mock reply");
    CHECK(delivered["target"]["chatId"] == "chat-final");
    CHECK(postgres.exec("SELECT type FROM standalone_gateway_events ORDER BY sequence") ==
          std::vector<std::string>{"session.created", "user.message", "assistant.message"});
    CHECK(postgres.exec("SELECT status FROM standalone_gateway_sessions").at(0) == "idle");
    CHECK(postgres.exec("SELECT action FROM standalone_gateway_audit_events").at(0) == "standalone.prompt");
    CHECK(model.requests().size() == 1);

    // The same event again: OpenCode knows it, and what comes back has the same id.
    CHECK(post(gateway, body, std::to_string(now + 1)) == 202);
    REQUIRE(receiver.arrived.size() == 2);
    CHECK(receiver.arrived.back().id == arrived.id);
    CHECK(model.requests().size() == 1);
    // The same bytes and signature once more are a replay.
    CHECK(post(gateway, body, std::to_string(now + 1)) == 401);

    const std::string nobody =
        R"({"id":"evt-2","target":{"chatId":"c"},"sender":{"userId":"mallory"},"text":"hi"})";
    CHECK(post(gateway, nobody, std::to_string(now)) == 202);
    CHECK(gateway.audits().find("standalone.prompt.denied mallory identity_not_found") != std::string::npos);
    CHECK(before.empty());
    CHECK(postgres.exec("SELECT count(*) FROM standalone_gateway_sessions").at(0) == "1");
}
