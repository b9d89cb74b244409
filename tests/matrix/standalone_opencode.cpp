#include "matrix/standalone_world.hpp"
#include "matrix/transport_faults.hpp"
#include "support/certificate.hpp"
#include "support/real_opencode.hpp"
#include "support/temp_dir.hpp"

namespace cowork::test::matrix {
namespace {

constexpr const char* check = "gateway.private_opencode.reachable";
constexpr auto wrong = Status::action_required;

// A network with a public address, and something that answers on it and on loopback; runs its arguments
// there.
constexpr const char* own_network = R"(
import fcntl, http.server, socket, struct, subprocess, sys, threading
control = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
def address(name, ip):
    request = struct.pack("16sH2s4s8s", name, socket.AF_INET, b"", socket.inet_aton(ip), b"")
    fcntl.ioctl(control, 0x8916, request)
    fcntl.ioctl(control, 0x8914, struct.pack("16sh", name, 0x49))
address(b"lo", "127.0.0.1")
address(b"lo:1", "9.9.9.9")
class Healthy(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.end_headers()
        self.wfile.write(b'{"healthy":true}')
    def log_message(self, *rest):
        pass
for ip in ("127.0.0.1", "9.9.9.9"):
    server = http.server.ThreadingHTTPServer((ip, 4096), Healthy)
    threading.Thread(target=server.serve_forever, daemon=True).start()
sys.exit(subprocess.call(sys.argv[1:]))
)";

std::function<void(GatewayWorld&)> answering(std::string path, CannedAnswer answer) {
    return [path = std::move(path), answer = std::move(answer)](GatewayWorld& world) {
        world.opencode->override_path(path, answer);
    };
}

std::function<void(GatewayWorld&)> changed(std::function<void(FakeOpencodeOptions&)> change) {
    return [change = std::move(change)](GatewayWorld& world) { world.opencode->update(change); };
}

void aim(GatewayWorld& world, const std::string& url) {
    world.values["OPENCODE_URL"] = url;
    world.values["ALLOW_PRIVATE_DNS"] = "true";
}

}  // namespace

std::vector<GatewayCase> opencode_cases() {
    std::vector<GatewayCase> cases;
    const auto add = [&](const char* fault, Status status, const char* reason, int exit_code,
                         std::function<void(GatewayWorld&)> breaks) {
        cases.push_back({{check, fault, status, reason, exit_code}, std::move(breaks)});
    };
    add("nothing", Status::ready, "", 0, nullptr);
    add("nothing; the model is listed after a while", Status::ready, "", 0,
        changed([](FakeOpencodeOptions& o) { o.empty_model_answers = 2; }));
    add("no URL", wrong, "opencode.url-missing", 1, without("OPENCODE_URL"));
    for (const TransportFault<GatewayWorld>& fault : transport_faults<GatewayWorld>())
        cases.push_back({{check, fault.words, wrong, kept("opencode." + std::string(fault.end)), 1},
                         [fault](GatewayWorld& world) { fault.breaks(world, aim); }});
    for (const auto& [end, words, url] : std::vector<std::tuple<const char*, const char*, const char*>>{
             {"unparseable", "a URL that is none", "http://"},
             {"scheme", "an ftp URL", "ftp://127.0.0.1:4096"},
             {"credentials", "a URL with a password", "http://u:p@127.0.0.1:4096"},
             {"ambiguous-host", "a host that readers take for two", "http://0x7f000001:4096"},
             {"wildcard-host", "a wildcard address", "http://0.0.0.0:4096"},
             {"metadata-host", "cloud metadata", "http://169.254.169.254"},
             {"public-host", "a public address", "http://192.0.2.1:4096"},
             {"private-dns", "a private name without leave", "http://opencode.lan:4096"},
             {"extra-parts", "a URL with a path", "http://127.0.0.1:4096/api"}})
        cases.push_back(
            {{check, words, wrong, kept(std::string("endpoint.") + end), 1}, setting("OPENCODE_URL", url)});
    add("a certificate of an unknown issuer", wrong, "opencode.tls-certificate", 1, [](GatewayWorld& world) {
        const auto directory = world.keep(std::make_shared<TempDir>());
        const CertificateFiles files = make_certificate(*directory);
        FakeOpencodeOptions options;
        options.server.cert_file = files.cert_file;
        options.server.key_file = files.key_file;
        world.values["OPENCODE_URL"] = world.serve(std::make_shared<FakeOpencode>(options))->url();
    });
    add("it listens on every address", wrong, "opencode.listens-wildcard", 1, [](GatewayWorld& world) {
        world.values["OPENCODE_URL"] =
            world.keep(std::make_shared<RealOpencode>(RealOpencodeOptions{.hostname = "0.0.0.0"}))->url();
    });
    add("it listens on a public address", wrong, "opencode.listens-publicly", 1, [](GatewayWorld& world) {
        world.isolated = true;
        world.through = {"python3", world.scratch.file("network.py", own_network, 0644)};
        world.values["OPENCODE_URL"] = "http://127.0.0.1:4096";
    });
    add("it wants a password that nobody knows", wrong, "opencode.auth-required", 1,
        changed([](FakeOpencodeOptions& o) { o.password = "OCPASS-4be1d0c2a7731f"; }));
    add("it wants a password that cowork knows", wrong, "opencode.password-unsupported", 1,
        [](GatewayWorld& world) {
            world.opencode->update([](FakeOpencodeOptions& o) { o.password = "OCPASS-4be1d0c2a7731f"; });
            world.environment["OPENCODE_SERVER_PASSWORD"] = "OCPASS-4be1d0c2a7731f";
            world.secrets.emplace_back("OCPASS-4be1d0c2a7731f");
        });
    add("it wants another password", wrong, "opencode.password-refused", 1, [](GatewayWorld& world) {
        world.opencode->update([](FakeOpencodeOptions& o) { o.password = "another-password-0123"; });
        world.environment["OPENCODE_SERVER_PASSWORD"] = "OCPASS-4be1d0c2a7731f";
        world.secrets.emplace_back("OCPASS-4be1d0c2a7731f");
    });
    add("status 500", wrong, "opencode.http-status", 1, answering("/api/health", {.status = 500}));
    add("a redirect", wrong, "opencode.http-status", 1,
        answering("/api/health", {.status = 302, .headers = {{"Location", "http://127.0.0.1:9/"}}}));
    add("a web page", wrong, "opencode.html-answer", 1,
        answering("/api/health",
                  {.content_type = "text/html", .body = "<!doctype html><title>OpenCode</title>"}));
    add("JSON of another service", wrong, "opencode.wrong-shape", 1,
        answering("/api/health", {.body = "{}"}));
    add("truncated JSON", wrong, "opencode.wrong-shape", 1,
        answering("/api/health", {.body = R"({"healthy":tr)"}));
    add("deep JSON", wrong, "opencode.wrong-shape", 1,
        answering("/api/health", {.body = std::string(100'000, '[')}));
    add("healthy is the text true", wrong, "opencode.wrong-shape", 1,
        answering("/api/health", {.body = R"({"healthy":"true"})"}));
    add("it says that it is not healthy", wrong, "opencode.unhealthy", 1,
        answering("/api/health", {.body = R"({"healthy":false})"}));
    add("it cannot open the runtime root", wrong, "opencode.runtime-root-rejected", 1,
        answering("/api/model", {.status = 500, .body = R"({"name":"UnknownError"})"}));
    add("its list of models is a web page", wrong, "opencode.models-unreadable", 1,
        answering("/api/model", {.content_type = "text/html", .body = "<!doctype html>"}));
    add("it offers no model", wrong, "opencode.no-model", 1, [](GatewayWorld& world) {
        world.opencode->update([](FakeOpencodeOptions& o) { o.never_a_model = true; });
        world.timeout = "400ms";
    });
    return cases;
}

}  // namespace cowork::test::matrix
