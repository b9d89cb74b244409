#include "support/asset_context.hpp"
#include "support/certificate.hpp"
#include "support/httplib_config.hpp"
#include "support/ports.hpp"
#include "support/process.hpp"
#include "support/require_service.hpp"
#include "support/scratch_directory.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <regex>
#include <thread>

using namespace cowork;
using namespace std::chrono_literals;
using catalogue::Intent;

namespace {

enum class Kind { nginx, caddy };
const std::string host = "gateway.test";

std::string program(Kind kind) { return kind == Kind::nginx ? "/usr/sbin/nginx" : "/usr/bin/caddy"; }

bool available(Kind kind) {
    return test::require_service(std::filesystem::exists(program(kind)),
                                 kind == Kind::nginx ? "nginx" : "Caddy");
}

std::string replaced(const std::string& text, const std::string& pattern, const std::string& with) {
    return std::regex_replace(text, std::regex(pattern), with);
}

// The service behind the proxy: reads every request to its end, says yes to it, and keeps what it was told.
class Backend {
  public:
    Backend() {
        const auto answer_all = [this](const httplib::Request& request, httplib::Response& response) {
            answer(request, response);
        };
        server_.Get(".*", answer_all).Post(".*", answer_all).Put(".*", answer_all).Delete(".*", answer_all);
        server_.Options(".*", answer_all);
        server_.set_keep_alive_max_count(1);
        port_ = server_.bind_to_any_port("127.0.0.1");
        thread_ = std::thread([this] { server_.listen_after_bind(); });
        while (!server_.is_running()) std::this_thread::yield();  // stop() before that is ignored
    }
    ~Backend() {
        release();
        server_.stop();
        thread_.join();
    }
    Backend(const Backend&) = delete;
    Backend& operator=(const Backend&) = delete;

    [[nodiscard]] int port() const { return port_; }
    [[nodiscard]] std::vector<std::string> targets() const {
        const std::lock_guard lock(mutex_);
        return targets_;
    }
    // Every value that this header had in the last request.
    [[nodiscard]] std::string header(const std::string& name) const {
        const std::lock_guard lock(mutex_);
        std::string values;
        for (auto [at, end] = headers_.equal_range(name); at != end; ++at)
            values += (values.empty() ? "" : ", ") + at->second;
        return values;
    }
    // Lets an event stream end.
    void release() {
        const std::lock_guard lock(mutex_);
        open_ = true;
        opened_.notify_all();
    }

  private:
    void answer(const httplib::Request& request, httplib::Response& response) {
        {
            const std::lock_guard lock(mutex_);
            targets_.push_back(request.target);
            headers_ = request.headers;
        }
        if (request.path != "/api/events") return response.set_content("from the service", "text/plain");
        response.set_chunked_content_provider("text/event-stream",
                                              [this](std::size_t, httplib::DataSink& sink) {
                                                  const std::string event = "data: first\n\n";
                                                  sink.write(event.data(), event.size());
                                                  std::unique_lock lock(mutex_);
                                                  opened_.wait(lock, [this] { return open_; });
                                                  sink.done();
                                                  return true;
                                              });
    }

    mutable std::mutex mutex_;
    std::condition_variable opened_;
    bool open_ = false;
    std::vector<std::string> targets_;
    httplib::Headers headers_;
    httplib::Server server_;
    int port_ = 0;
    std::thread thread_;
};

// The real proxy, with the asset as it was written but for the certificate.
class Proxy {
  public:
    Proxy(Kind kind, Intent intent, const Backend& backend) : kind_(kind), port_(test::free_port()) {
        const std::string prefix =
            intent == Intent::cloud_connect ? "OPEN_COWORK_CLOUD_" : "OPEN_COWORK_STANDALONE_GATEWAY_";
        const auto made = test::asset_case(
            intent, {{prefix + "PORT", std::to_string(backend.port())},
                     {prefix + "PUBLIC_URL", "https://" + host + ":" + std::to_string(port_)}});
        const auto assets = test::assets_of(made);
        if (kind == Kind::nginx) {
            configure_nginx(test::asset_text(assets, "nginx.conf"));
        } else {
            configure_caddy(test::asset_text(assets, "Caddyfile"));
        }
    }

    // What the proxy's own check of its configuration says; empty when it has nothing to say but yes.
    [[nodiscard]] std::string complaints() const {
        const auto result = test::run_process(
            {.argv = kind_ == Kind::nginx
                         ? std::vector<std::string>{program(kind_), "-q", "-t", "-p", path(), "-c", config_}
                         : std::vector<std::string>{program(kind_), "validate", "--adapter", "caddyfile",
                                                    "--config", config_},
             .environment = environment()});
        if (result.exit_code != 0) return "failed: " + result.out + result.err;
        return result.err.find("\"warn\"") == std::string::npos &&
                       (kind_ == Kind::caddy || result.err.empty())
                   ? ""
                   : result.err;
    }
    void start() {
        process_ = std::make_unique<test::Process>(test::ProcessOptions{
            .argv = kind_ == Kind::nginx
                        ? std::vector<std::string>{program(kind_), "-p", path(), "-c", config_, "-g",
                                                   "daemon off; master_process off;"}
                        : std::vector<std::string>{program(kind_), "run", "--adapter", "caddyfile",
                                                   "--config", config_},
            .environment = environment()});
        const auto deadline = std::chrono::steady_clock::now() + 30s;
        while (status("GET", "/") == 0) {
            if (!process_->running() || std::chrono::steady_clock::now() > deadline) FAIL(process_->err());
        }
    }

    // One connection with exactly these bytes; everything that came back until the proxy closed it.
    [[nodiscard]] std::string talk(const std::string& bytes) const {
        return test::run_process({.argv = client(), .environment = environment(), .input = bytes}).out;
    }
    // The bytes of a connection whose answer may not end.
    [[nodiscard]] std::unique_ptr<test::Process> open(const std::string& bytes) const {
        return std::make_unique<test::Process>(
            test::ProcessOptions{.argv = client(), .environment = environment(), .input = bytes});
    }
    [[nodiscard]] std::string request(const std::string& method, const std::string& target,
                                      const std::string& headers = {}, const std::string& body = "{}",
                                      const std::string& connection = "close") const {
        return method + " " + target + " HTTP/1.1\r\nHost: " + host + ":" + std::to_string(port_) +
               "\r\nConnection: " + connection + "\r\nContent-Length: " + std::to_string(body.size()) +
               "\r\n" + headers + "\r\n" + body;
    }
    // 0 when there is no answer.
    [[nodiscard]] int status(const std::string& method, const std::string& target,
                             const std::string& headers = {}, const std::string& body = "{}") const {
        const auto answer = talk(request(method, target, headers, body));
        return answer.starts_with("HTTP/1.1 ")
                   ? static_cast<int>(std::strtol(answer.c_str() + 9, nullptr, 10))
                   : 0;
    }

  private:
    [[nodiscard]] std::string path() const { return directory_.path().string(); }
    [[nodiscard]] std::vector<std::string> environment() const {
        return {"PATH=/usr/sbin:/usr/bin:/bin", "LC_ALL=C", "HOME=" + path(), "XDG_DATA_HOME=" + path(),
                "XDG_CONFIG_HOME=" + path()};
    }
    [[nodiscard]] std::vector<std::string> client() const {
        return {"openssl",     "s_client", "-quiet", "-connect", "127.0.0.1:" + std::to_string(port_),
                "-servername", host};
    }

    void configure_nginx(std::string text) {
        const auto certificate = test::make_certificate(directory_, "site", {.names = {host}});
        text = replaced(text, "ssl_certificate .*;", "ssl_certificate " + certificate.cert_file + ";");
        text = replaced(text, "ssl_certificate_key .*;", "ssl_certificate_key " + certificate.key_file + ";");
        text = replaced(text, "listen \\[::\\].*\n", "");  // a container may have no IPv6
        directory_.write("site.conf", text);
        const std::string user = test::is_root() ? "user root;\n" : "";
        config_ = directory_.write(
            "main.conf",
            user + "pid " + path() +
                "/pid;\nerror_log stderr warn;\nworker_processes 1;\nevents {}\nhttp {\n"
                "access_log off;\nclient_body_temp_path body;\nproxy_temp_path proxy;\nfastcgi_temp_path f;\n"
                "uwsgi_temp_path u;\nscgi_temp_path s;\ninclude site.conf;\n}\n");
    }
    void configure_caddy(const std::string& text) {
        config_ = directory_.write("Caddyfile",
                                   "{\n\tadmin off\n\tlocal_certs\n\tskip_install_trust\n\thttp_port " +
                                       std::to_string(test::free_port()) + "\n}\n" + text);
    }

    Kind kind_;
    int port_;
    test::TempDir directory_;
    std::string config_;
    std::unique_ptr<test::Process> process_;
};

}  // namespace

TEST_CASE("reverse proxies: the configuration passes the proxy's own check") {
    const auto kind = GENERATE(Kind::nginx, Kind::caddy);
    if (!available(kind)) return;
    const auto intent = GENERATE(Intent::gateway_only, Intent::cloud_connect);
    const Backend backend;
    const std::string complaints = Proxy(kind, intent, backend).complaints();
    INFO(complaints);
    CHECK(complaints.empty());
}

TEST_CASE("reverse proxies: a webhook gets through and nothing else does in any spelling") {
    const auto kind = GENERATE(Kind::nginx, Kind::caddy);
    if (!available(kind)) return;
    const Backend backend;
    Proxy proxy(kind, Intent::gateway_only, backend);
    proxy.start();
    CAPTURE(program(kind));
    CHECK(proxy.status("POST", "/webhooks/telegram") == 200);
    CHECK(proxy.status("POST", "/webhooks/webhook-2_b.c") == 200);
    CHECK(proxy.status("POST", "/webhooks/telegram?x=1") == 200);
    REQUIRE(backend.targets() == std::vector<std::string>{"/webhooks/telegram", "/webhooks/webhook-2_b.c",
                                                          "/webhooks/telegram?x=1"});

    for (const char* method : {"GET", "POST", "HEAD", "PUT"})
        for (const char* target : {"/", "/metrics", "/dashboard", "/ready", "/health", "//metrics",
                                   "/webhooks", "/webhooks/", "/WEBHOOKS/telegram", "/x/webhooks/telegram"}) {
            CAPTURE(method, target);
            CHECK(proxy.status(method, target) == 404);
        }
    for (const char* method : {"GET", "PUT", "DELETE", "OPTIONS"})
        CHECK(proxy.status(method, "/webhooks/telegram") == 404);
    for (const char* target : {"/webhooks/../metrics",
                               "/webhooks/%2e%2e/metrics",
                               "/webhooks/%2E%2E/metrics",
                               "/webhooks/..%2fmetrics",
                               "/webhooks/%2e%2e%2fmetrics",
                               "/webhooks/x/../../metrics",
                               "/webhooks/x%2f..%2f..%2fmetrics",
                               "/webhooks//../metrics",
                               "/webhooks/%252e%252e/metrics",
                               "/webhooks/..",
                               "/webhooks/.",
                               "/webhooks/%2e%2e",
                               "/webhooks/x\\..\\..\\metrics",
                               "/webhooks/..;/metrics",
                               "/webhooks/x%00/../metrics",
                               "/webhooks/x%5c..%5c..%5cmetrics",
                               "/./metrics",
                               "/webhooks/x#/../metrics",
                               "/webhooks/x/..//metrics",
                               "https://gateway.test/metrics",
                               "*"})
        for (const char* method : {"GET", "POST"}) {
            CAPTURE(method, target);
            const int status = proxy.status(method, target);
            CHECK((status == 404 || status == 400 || status == 403 || status == 308));
        }
    CHECK(backend.targets().size() == 3);
}

TEST_CASE("reverse proxies: the service hears who the client is and not who it says it is") {
    const auto kind = GENERATE(Kind::nginx, Kind::caddy);
    if (!available(kind)) return;
    const Backend backend;
    Proxy proxy(kind, Intent::gateway_only, backend);
    proxy.start();
    REQUIRE(
        proxy.status("POST", "/webhooks/telegram",
                     "X-Forwarded-For: 6.6.6.6\r\nX-Real-IP: 6.6.6.6\r\nForwarded: for=6.6.6.6\r\n"
                     "X-Forwarded-Proto: gopher\r\nX-Forwarded-Host: evil.test\r\nx-signature: v1=abc\r\n") ==
        200);
    CAPTURE(program(kind));
    CHECK(backend.header("X-Forwarded-For") == "127.0.0.1");
    CHECK(backend.header("X-Real-IP") == "127.0.0.1");
    CHECK(backend.header("Forwarded").empty());
    CHECK(backend.header("X-Forwarded-Proto") == "https");
    CHECK(backend.header("X-Forwarded-Host").starts_with(host));
    CHECK(backend.header("x-signature") == "v1=abc");
}

TEST_CASE("reverse proxies: a body that the service would not take does not reach it") {
    const auto kind = GENERATE(Kind::nginx, Kind::caddy);
    if (!available(kind)) return;
    const Backend backend;
    Proxy proxy(kind, Intent::gateway_only, backend);
    constexpr std::size_t cap = std::size_t{1024} * 1024;
    proxy.start();
    CHECK(proxy.status("POST", "/webhooks/telegram", {}, std::string(cap, 'x')) == 200);
    CHECK(proxy.status("POST", "/webhooks/telegram", {}, std::string(cap + 1, 'x')) != 200);
    CHECK(backend.targets().size() == 1);
}

TEST_CASE("reverse proxies: nginx lets a burst pass and then slows a client down") {
    if (!available(Kind::nginx)) return;
    const Backend backend;
    Proxy proxy(Kind::nginx, Intent::gateway_only, backend);
    proxy.start();
    std::string many;
    for (int i = 0; i < 99; ++i) many += proxy.request("POST", "/webhooks/telegram", {}, "{}", "keep-alive");
    const auto answers = proxy.talk(many + proxy.request("POST", "/webhooks/telegram"));
    const auto count = [&](const std::string& status) {
        const std::regex line("HTTP/1.1 " + status + " ");
        return std::distance(std::sregex_iterator(answers.begin(), answers.end(), line),
                             std::sregex_iterator());
    };
    CHECK(count("200") >= 60);
    CHECK(count("429") >= 20);
    CHECK(count("200") + count("429") == 100);
}

TEST_CASE("reverse proxies: the Cloud is passed on whole and its events flow at once") {
    const auto kind = GENERATE(Kind::nginx, Kind::caddy);
    if (!available(kind)) return;
    Backend backend;
    Proxy proxy(kind, Intent::cloud_connect, backend);
    proxy.start();
    for (const char* target : {"/app", "/api/config", "/api/sessions?limit=1", "/auth/me"})
        CHECK(proxy.status("GET", target) == 200);
    const auto stream = proxy.open(proxy.request("GET", "/api/events", {}, {}));
    const auto deadline = std::chrono::steady_clock::now() + 20s;
    // The service does not end the stream before it is told to, so what has arrived by then was not held
    // back.
    while (stream->out().find("data: first") == std::string::npos &&
           std::chrono::steady_clock::now() < deadline && stream->running())
        std::this_thread::sleep_for(5ms);
    CHECK(stream->out().find("data: first") != std::string::npos);
    backend.release();
}
