#include "support/real_nginx.hpp"

#include "support/ports.hpp"

#include <unistd.h>

#include <stdexcept>
#include <thread>

namespace cowork::test {
namespace {

constexpr const char* program = "/usr/sbin/nginx";

bool accepts(int port) {
    const UniqueFd client(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return connect(client.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

}  // namespace

bool RealNginx::available() { return ::access(program, X_OK) == 0; }

RealNginx::RealNginx(int server_port, const CertificateOptions& certificate, const std::string& protocols)
    : certificate_(make_certificate(directory_, "nginx", certificate)), port_(free_port()) {
    const std::string text =
        "daemon off; master_process off; pid " + directory_.file("pid") + "; error_log stderr;\n" +
        "events {}\nhttp { access_log off; client_body_temp_path " + directory_.file("body") +
        "; proxy_temp_path " + directory_.file("proxy") + "; fastcgi_temp_path " +
        directory_.file("fastcgi") + "; uwsgi_temp_path " + directory_.file("uwsgi") + "; scgi_temp_path " +
        directory_.file("scgi") + ";\nserver { listen 127.0.0.1:" + std::to_string(port_) +
        " ssl; ssl_certificate " + certificate_.cert_file + "; ssl_certificate_key " + certificate_.key_file +
        "; ssl_protocols " + protocols +
        ";\nlocation / { proxy_pass http://127.0.0.1:" + std::to_string(server_port) + "; } } }\n";
    const std::string configuration = directory_.write("nginx.conf", text);
    ProcessOptions options;
    options.argv = {program, "-p", directory_.path(), "-c", configuration};
    server_ = std::make_unique<Process>(std::move(options));
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!accepts(port_)) {
        if (!server_->running() || std::chrono::steady_clock::now() > deadline)
            throw std::runtime_error("nginx did not start: " + server_->err());
        std::this_thread::yield();
    }
}

}  // namespace cowork::test
