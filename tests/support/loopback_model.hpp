#pragma once

#include "support/fake_server.hpp"

#include <functional>
#include <string>
#include <vector>

namespace cowork::test {

class TempDir;

// A chat model on loopback that speaks OpenAI's protocol as far as OpenCode does, streaming and not, and
// answers everything with the same text.
class LoopbackModel {
  public:
    explicit LoopbackModel(std::string reply = "mock reply", FakeServerOptions server = {});

    [[nodiscard]] std::string url(const std::string& path = {}) const { return server_.url(path); }
    // The prompts that came, as the body of each request.
    [[nodiscard]] std::vector<RecordedRequest> requests() const { return server_.requests(); }
    // For RealOpencodeOptions::prepare: gives OpenCode this model, by default and without any key.
    [[nodiscard]] std::function<void(const TempDir&)> as_provider() const;

  private:
    void answer(const httplib::Request& request, httplib::Response& response) const;

    std::string reply_;
    FakeServer server_;
};

}  // namespace cowork::test
