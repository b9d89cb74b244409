#pragma once

#include "support/fake_server.hpp"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace cowork::test {

// The Cloud's web role, as it answers on its HTTP surface (contract/cloud.md sections 2 and 3, captures).
struct FakeCloudOptions {
    std::string token = "occ_tok_Fake000000000000_3f9c1d7a8b2e40563f9c1d7a8b2e40";
    std::vector<std::string> scopes{"desktop"};
    bool open = false;  // auth mode none: everybody is the local owner
    std::string role = "all-in-one";
    std::map<std::string, std::string> failing{};  // component of /readyz → its detail
    bool draining = false;
    bool not_wired = false;
    std::string isolation = "provider=sandbox;engine=docker;network=deny-all;verified=true";
    std::map<std::string, std::string> policy{
        {"localFiles", "disabled"}, {"localStdioMcps", "disabled"}, {"machineRuntimeConfig", "disabled"}};
    bool security_headers = true;
    std::string token_expires = "2099-01-01T00:00:00.000Z";
    // With scope operator: role → how old its last heartbeat is, in ms.
    std::map<std::string, long long> heartbeats{{"worker", 437}, {"scheduler", 437}};
    std::map<std::string, long long> deliveries{{"sent", 3}};  // by status
    std::vector<std::string> bindings{"telegram"};             // that the token may use
    FakeServerOptions server{};
};

class FakeCloud {
  public:
    explicit FakeCloud(FakeCloudOptions options = {});

    [[nodiscard]] int port() const { return server_.port(); }
    [[nodiscard]] std::string url(const std::string& path = {}) const { return server_.url(path); }
    [[nodiscard]] std::vector<RecordedRequest> requests() const { return server_.requests(); }
    // Changes what the next requests see (of `server`: its clock).
    void update(const std::function<void(FakeCloudOptions&)>& change);
    void override_path(const std::string& path, CannedAnswer answer);

  private:
    void answer(const httplib::Request& request, httplib::Response& response) const;

    FakeCloudOptions options_;
    FakeServer server_;
};

}  // namespace cowork::test
