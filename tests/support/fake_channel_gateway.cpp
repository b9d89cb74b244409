#include "support/fake_channel_gateway.hpp"

#include "support/httplib_config.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace cowork::test {
namespace {

using Json = nlohmann::ordered_json;

void send_json(httplib::Response& response, int status, const Json& body) {
    response.status = status;
    response.set_content(body.dump(-1, ' ', false, Json::error_handler_t::replace),
                         "application/json; charset=utf-8");
}

Json providers(const FakeChannelGatewayOptions& options) {
    Json all = Json::array();
    for (const auto& provider : options.providers)
        all.push_back({{"id", provider.id},
                       {"kind", provider.kind.empty() ? provider.id : provider.kind},
                       {"provider", provider.id},
                       {"started", provider.started},
                       {"healthy", provider.healthy},
                       {"error", provider.error.empty() ? Json(nullptr) : Json(provider.error)}});
    return all;
}

}  // namespace

FakeChannelGateway::FakeChannelGateway(FakeChannelGatewayOptions options)
    : options_(std::move(options)),
      server_(options_.server, [this](const auto& request, auto& response) { answer(request, response); }) {}

void FakeChannelGateway::update(const std::function<void(FakeChannelGatewayOptions&)>& change) {
    const std::lock_guard lock(server_.mutex());
    change(options_);
    server_.options().clock_ahead = options_.server.clock_ahead;
}

void FakeChannelGateway::override_path(const std::string& path, CannedAnswer answer) {
    const std::lock_guard lock(server_.mutex());
    server_.options().overrides[path] = std::move(answer);
}

void FakeChannelGateway::answer(const httplib::Request& request, httplib::Response& response) {
    const std::string authorization = request.get_header_value("authorization");
    const bool any_token =
        options_.faults.count("operator-any-token") > 0 && authorization.rfind("Bearer ", 0) == 0;
    const bool admin =
        options_.operator_endpoints_open || any_token || authorization == "Bearer " + options_.admin_token;
    const Json branding{{"productName", "Open Cowork Cloud"}};
    // One working provider of several is enough for it.
    const bool ready = options_.subscribed &&
                       std::any_of(options_.providers.begin(), options_.providers.end(),
                                   [](const auto& provider) { return provider.started && provider.healthy; });
    if (request.path.rfind("/webhooks/", 0) == 0) {
        const std::string id = request.path.substr(std::string_view("/webhooks/").size());
        const auto provider = std::find_if(options_.providers.begin(), options_.providers.end(),
                                           [&](const auto& one) { return one.id == id; });
        if (provider == options_.providers.end())
            return send_json(response, 404,
                             {{"ok", false}, {"error", "Gateway webhook provider was not found."}});
        const std::string& kind = provider->kind.empty() ? provider->id : provider->kind;
        return ingress_.answer(kind, id, provider->secret, options_.faults, request, response);
    }
    if (request.path == "/health" && options_.faults.count("health-of-another") > 0)
        return send_json(response, 200, {{"ok", true}, {"productMode", "standalone"}});
    if (request.path == "/health")
        return send_json(response, 200,
                         {{"ok", true},
                          {"status", "ok"},
                          {"mode", "self-host"},
                          {"branding", branding},
                          {"cloudBaseUrl", options_.cloud_url}});
    if (request.path == "/ready") {
        Json body{{"ok", ready},
                  {"status", ready ? "ready" : "not_ready"},
                  {"branding", branding},
                  {"cloudBaseUrl", options_.cloud_url}};
        if (admin) body["providers"] = providers(options_);
        return send_json(response, ready ? 200 : 503, body);
    }
    if (request.path == "/metrics" || request.path == "/diagnostics" || request.path == "/deliveries") {
        if (request.path == "/diagnostics" && !options_.diagnostics)
            return send_json(response, 404, {{"ok", false}, {"error", "Diagnostics are disabled."}});
        if (!admin)
            return send_json(response, 401,
                             {{"ok", false}, {"error", "Gateway admin authorization is required."}});
        if (request.path == "/metrics")
            return response.set_content("open_cowork_gateway_providers 1\n",
                                        "text/plain; version=0.0.4; charset=utf-8");
        if (request.path == "/deliveries")
            return send_json(response, 200, {{"ok", true}, {"deliveries", Json::array()}});
        const bool shown = options_.faults.count("diagnostics-show-token") > 0;
        const Json config{{"server", {{"adminToken", shown ? options_.admin_token : "[redacted:20 chars]"}}}};
        return send_json(
            response, 200,
            {{"ok", true}, {"config", config}, {"ready", ready}, {"providers", providers(options_)}});
    }
    send_json(response, 404, {{"ok", false}, {"error", "Not found."}});
}

}  // namespace cowork::test
