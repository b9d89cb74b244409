#pragma once

#include "support/fake_server.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace cowork::test {

// OpenCode's server, as far as cowork asks it (contract/standalone-gateway.md section 7).
struct FakeOpencodeOptions {
    std::string version = "1.18.3";
    std::optional<std::string> password{};  // set: every path is 401 without Basic credentials
    std::string username = "opencode";
    // A location lists no model for its first requests, and then one: what an unwarmed directory does.
    int empty_model_answers = 0;
    bool never_a_model = false;
    std::optional<std::string> missing_directory{};  // asking for this location is a 500
    std::string home = "/srv/opencode";              // as /path tells it; its configuration is below
    std::string directory = "/srv/work";             // that it was started in
    std::string extra_text{};                        // added to the version and to the model's name
    bool unhealthy = false;
    // Asked before its own answers; true when it has answered.
    std::function<bool(const httplib::Request&, httplib::Response&)> more{};
    FakeServerOptions server{};
};

class FakeOpencode {
  public:
    explicit FakeOpencode(FakeOpencodeOptions options = {});

    [[nodiscard]] int port() const { return server_.port(); }
    [[nodiscard]] std::string url(const std::string& path = {}) const { return server_.url(path); }
    [[nodiscard]] std::vector<RecordedRequest> requests() const { return server_.requests(); }
    void update(const std::function<void(FakeOpencodeOptions&)>& change);
    void override_path(const std::string& path, CannedAnswer answer);

  private:
    void answer(const httplib::Request& request, httplib::Response& response);
    bool answer_lists(const httplib::Request& request, httplib::Response& response);
    void answer_models(const httplib::Request& request, httplib::Response& response);

    FakeOpencodeOptions options_;
    int model_requests_ = 0;
    FakeServer server_;
};

}  // namespace cowork::test
