#include "support/fake_gateway.hpp"

#include "support/fake_gateway_pages.hpp"
#include "support/httplib_config.hpp"

#include <nlohmann/json.hpp>

namespace cowork::test {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* json_type = "application/json; charset=utf-8";

void send_json(httplib::Response& response, int status, const Json& body) {
    response.status = status;
    // Hostile text need not be UTF-8.
    response.set_content(body.dump(-1, ' ', false, Json::error_handler_t::replace), json_type);
}

void send_unauthorized(httplib::Response& response) {
    send_json(response, 401, {{"ok", false}, {"error", "Standalone Gateway admin token required."}});
}

}  // namespace

FakeGateway::FakeGateway(FakeGatewayOptions options)
    : options_(std::move(options)),
      server_(options_.server, [this](const auto& request, auto& response) { answer(request, response); }) {}

void FakeGateway::update(const std::function<void(FakeGatewayOptions&)>& change) {
    const std::lock_guard lock(server_.mutex());
    change(options_);
}

void FakeGateway::override_path(const std::string& path, CannedAnswer answer) {
    const std::lock_guard lock(server_.mutex());
    server_.options().overrides[path] = std::move(answer);
}

void FakeGateway::answer(const httplib::Request& request, httplib::Response& response) const {
    response.set_header("cache-control", "no-store");
    response.set_header("x-content-type-options", "nosniff");
    const std::string authorization = request.get_header_value("authorization");
    // `bearer` in lower case is not taken.
    const bool admin = options_.operator_endpoints_open || authorization == "Bearer " + options_.admin_token;
    const bool ready = options_.failing.empty();
    if (request.method != "GET") {
        send_json(response, 404, {{"ok", false}, {"error", "not_found"}});
    } else if (request.path == "/health") {
        send_json(response, 200, {{"ok", true}, {"productMode", options_.product_mode}});
    } else if (request.path == "/ready") {
        send_json(response, ready ? 200 : 503, admin ? gateway_report(options_, ready) : Json{{"ok", ready}});
    } else if (request.path == "/metrics") {
        if (!admin) return send_unauthorized(response);
        response.set_content(gateway_metrics(options_), "text/plain; version=0.0.4; charset=utf-8");
    } else if (request.path == "/dashboard") {
        if (!admin) return send_unauthorized(response);
        response.set_header("content-security-policy",
                            "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; "
                            "frame-ancestors 'none'");
        response.set_content(gateway_dashboard(options_), "text/html; charset=utf-8");
    } else {
        send_json(response, 404, {{"ok", false}, {"error", "not_found"}});
    }
}

}  // namespace cowork::test
