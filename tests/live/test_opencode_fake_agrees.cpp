#include "probes/http.hpp"
#include "support/fake_opencode.hpp"
#include "support/real_opencode.hpp"
#include "support/require_service.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <thread>

// The fake is only worth what it shares with the real server: status, content type and the shape of the body.

using namespace std::chrono_literals;
using namespace cowork;
using nlohmann::json;
using probes::HttpAnswer;
using probes::HttpRequest;

namespace {

constexpr const char* server_password = "oc-loopback-pass";

bool available() { return test::require_service(test::RealOpencode::available(), "OpenCode"); }

test::RealOpencode& open_server() {
    static test::RealOpencode server;
    return server;
}

test::RealOpencode& protected_server() {
    static test::RealOpencode server{test::RealOpencodeOptions{.password = server_password}};
    return server;
}

HttpAnswer fetch(const std::string& url, const Secret* password = nullptr,
                 const std::string& method = "GET") {
    static const auto probe = probes::make_http_probe();
    HttpRequest request;
    request.url = url;
    request.method = method;
    request.basic_password = password;
    request.basic_user = "opencode";
    return probe->fetch_one(request, Budget::lasting(20'000ms));
}

// The value with every scalar replaced by the name of its type.
json shape_of(const json& value) {
    json shape = value;
    if (value.is_structured()) {
        for (auto& item : shape) item = shape_of(item);
        return shape;
    }
    return value.type_name();
}

json shape_of(const HttpAnswer& answer) {
    if (answer.media_type() != "application/json") return nullptr;
    return shape_of(json::parse(answer.body));
}

void check_agreement(const HttpAnswer& real, const HttpAnswer& fake) {
    INFO("real: " << real.detail << real.body << "\nfake: " << fake.detail << fake.body);
    REQUIRE(real.ok());
    REQUIRE(fake.ok());
    CHECK(real.status == fake.status);
    CHECK(real.header("content-type") == fake.header("content-type"));
    CHECK(real.header("www-authenticate") == fake.header("www-authenticate"));
    CHECK(real.header("vary") == fake.header("vary"));
    CHECK(real.body.empty() == fake.body.empty());
    CHECK(shape_of(real) == shape_of(fake));
}

std::string model_path(const std::string& directory) {
    return "/api/model?location%5Bdirectory%5D=" + directory;
}

// Asks until the directory is loaded and its model listed.
HttpAnswer warm_models(const std::string& url) {
    const auto deadline = std::chrono::steady_clock::now() + 60s;
    while (true) {
        HttpAnswer answer = fetch(url);
        if (!answer.ok() || answer.status != 200 || !json::parse(answer.body)["data"].empty()) return answer;
        if (std::chrono::steady_clock::now() > deadline) return answer;
        std::this_thread::sleep_for(50ms);
    }
}

}  // namespace

TEST_CASE("opencode: the fake agrees with the real server") {
    if (!available()) return;
    const auto& real = open_server();
    const test::FakeOpencode fake;
    for (const char* path : {"/global/health", "/api/health", "/health", "/api/nope", "/"}) {
        INFO(path);
        check_agreement(fetch(real.url(path)), fetch(fake.url(path)));
        check_agreement(fetch(real.url(path), nullptr, "HEAD"), fetch(fake.url(path), nullptr, "HEAD"));
    }
    CHECK(fetch(real.url("/global/health")).body == fetch(fake.url("/global/health")).body);
}

TEST_CASE("opencode: the fake agrees about models") {
    if (!available()) return;
    const auto& real = open_server();
    const test::FakeOpencode warm;
    const test::FakeOpencode cold({.never_a_model = true, .missing_directory = "/nonexistent/directory"});
    const std::string path = model_path(real.work_directory());
    check_agreement(warm_models(real.url(path)), fetch(warm.url(path)));
    check_agreement(fetch(real.url(model_path("/nonexistent/directory"))),
                    fetch(cold.url(model_path("/nonexistent/directory"))));
    check_agreement(fetch(real.url(model_path("relative"))), fetch(cold.url(model_path("relative"))));
    // An empty list has the shape of a list that is not warm yet.
    const HttpAnswer empty = fetch(cold.url(path));
    CHECK(json::parse(empty.body)["data"].empty());
    CHECK(json::parse(empty.body)["location"]["directory"] == real.work_directory());
}

TEST_CASE("opencode: the fake agrees about a password") {
    if (!available()) return;
    const auto& real = protected_server();
    const test::FakeOpencode fake({.password = server_password});
    const Secret right(server_password), wrong("wrong");
    for (const std::string path : {"/global/health", "/api/health", "/health", "/api/nope", "/",
                                   "/api/model?location%5Bdirectory%5D=/nonexistent"}) {
        INFO(path);
        check_agreement(fetch(real.url(path)), fetch(fake.url(path)));
        check_agreement(fetch(real.url(path), &wrong), fetch(fake.url(path), &wrong));
    }
    for (const char* path : {"/global/health", "/api/health", "/health"}) {
        INFO(path);
        check_agreement(fetch(real.url(path), &right), fetch(fake.url(path), &right));
    }
}

TEST_CASE("opencode: the fake warms up when told to") {
    const test::FakeOpencode fake({.empty_model_answers = 2});
    const std::string url = fake.url(model_path("/srv/work"));
    CHECK(json::parse(fetch(url).body)["data"].empty());
    CHECK(json::parse(fetch(url).body)["data"].empty());
    CHECK(json::parse(fetch(url).body)["data"].size() == 1);
}
