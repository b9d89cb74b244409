#include "support/warm_opencode.hpp"

#include "net/url.hpp"
#include "support/httplib_config.hpp"

#include <nlohmann/json.hpp>

#include <chrono>
#include <stdexcept>
#include <thread>

namespace cowork::test {

using namespace std::chrono_literals;

void warm_opencode(const std::string& url, const std::string& directory) {
    const auto deadline = std::chrono::steady_clock::now() + 60s;
    while (true) {
        httplib::Client client(url);
        client.set_read_timeout(10s);
        const auto answer =
            client.Get("/api/model?location%5Bdirectory%5D=" + net::percent_encode(directory));
        const auto models = answer ? nlohmann::json::parse(answer->body, nullptr, false) : nlohmann::json();
        if (models.is_object() && !models.value("data", nlohmann::json::array()).empty()) return;
        if (std::chrono::steady_clock::now() > deadline) throw std::runtime_error("OpenCode lists no model");
        std::this_thread::sleep_for(50ms);
    }
}

}  // namespace cowork::test
