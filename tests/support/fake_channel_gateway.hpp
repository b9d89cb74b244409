#pragma once

#include "support/fake_channel_ingress.hpp"
#include "support/fake_server.hpp"

#include <functional>
#include <set>
#include <string>
#include <vector>

namespace cowork::test {

// The Cloud Channel Gateway, as it answers on its HTTP surface (contract/cloud.md section 10.3, captures).
struct FakeChannelGatewayOptions {
    struct Provider {
        std::string id{};
        bool started = true;
        bool healthy = true;
        std::string error{};
        std::string kind{};    // empty: as the id
        std::string secret{};  // that its senders prove; empty: it takes nothing in over HTTP
    };
    std::string admin_token = "cgw-admin-77b1e0c9d2aa55";
    std::string cloud_url{};
    bool subscribed = true;  // to the Cloud's deliveries
    std::vector<Provider> providers{{.id = "telegram"}};
    bool operator_endpoints_open = false;
    bool diagnostics = true;
    // In which ways it misbehaves: those of ChannelIngress; `operator-any-token`, where any admin token will
    // do; `diagnostics-show-token`; `health-of-another`, where it answers as the Standalone Gateway.
    std::set<std::string> faults{};
    FakeServerOptions server{};
};

class FakeChannelGateway {
  public:
    explicit FakeChannelGateway(FakeChannelGatewayOptions options = {});

    [[nodiscard]] int port() const { return server_.port(); }
    [[nodiscard]] std::string url(const std::string& path = {}) const { return server_.url(path); }
    [[nodiscard]] std::vector<RecordedRequest> requests() const { return server_.requests(); }
    void update(const std::function<void(FakeChannelGatewayOptions&)>& change);
    void override_path(const std::string& path, CannedAnswer answer);

  private:
    void answer(const httplib::Request& request, httplib::Response& response);

    FakeChannelGatewayOptions options_;
    ChannelIngress ingress_;
    FakeServer server_;
};

}  // namespace cowork::test
