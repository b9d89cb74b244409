#pragma once

#include "support/fake_server.hpp"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace cowork::test {

// Standalone Gateway, as it answers on its HTTP surface (contract/standalone-gateway.md section 3).
struct FakeGatewayOptions {
    struct FailingCheck {
        std::string code{};  // without `standalone_gateway.`, e.g. `opencode.health`
        std::string message = "fetch failed";
    };
    struct Provider {
        std::string kind{};
        int active = 1;
        int configured = 1;
    };

    std::string admin_token = "sgw-admin-3f9c1d7a8b2e4056";
    std::string product_mode = "standalone";
    std::vector<FailingCheck> failing{};   // not empty: /ready is 503
    bool operator_endpoints_open = false;  // full /ready, /metrics and /dashboard without a token
    std::vector<Provider> providers{{.kind = "webhook"}};
    // What the metrics count; messages by direction and outcome, such as "inbound success".
    int sessions = 0, jobs = 0, audit_events = 1;
    std::map<std::string, int> messages{};
    std::string rows{};        // of the dashboard, as HTML
    std::string extra_text{};  // added to every message, to the metrics as a comment and to the dashboard
    FakeServerOptions server{};
};

class FakeGateway {
  public:
    explicit FakeGateway(FakeGatewayOptions options = {});

    [[nodiscard]] int port() const { return server_.port(); }
    [[nodiscard]] std::string url(const std::string& path = {}) const { return server_.url(path); }
    [[nodiscard]] std::vector<RecordedRequest> requests() const { return server_.requests(); }
    // Changes what the next requests see (not `server`, except through override_path()).
    void update(const std::function<void(FakeGatewayOptions&)>& change);
    void override_path(const std::string& path, CannedAnswer answer);

  private:
    void answer(const httplib::Request& request, httplib::Response& response) const;

    FakeGatewayOptions options_;
    FakeServer server_;
};

}  // namespace cowork::test
