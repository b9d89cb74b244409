#include "support/real_store.hpp"

#include "net/url.hpp"
#include "support/httplib_config.hpp"
#include "support/node.hpp"
#include "support/places.hpp"
#include "support/ports.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <stdexcept>
#include <thread>
#include <vector>

namespace cowork::test {
namespace {

using namespace std::chrono_literals;

constexpr auto start_limit = 60s;

std::string script(const char* variable, const char* fallback) {
    const char* chosen = std::getenv(variable);
    return chosen != nullptr && *chosen != '\0' ? chosen : std::string(COWORK_SOURCE_DIR) + fallback;
}
std::string s3_script() { return script("COWORK_TEST_S3", "/node_modules/s3rver/bin/s3rver.js"); }
std::string azurite_script() {
    return script("COWORK_TEST_AZURITE", "/node_modules/azurite/dist/src/blob/main.js");
}
bool runs(const std::string& file) { return !node_programs().empty() && access(file.c_str(), R_OK) == 0; }

std::unique_ptr<Process> start(std::vector<std::string> arguments, const TempDir& directory, int port) {
    ProcessOptions options;
    options.argv = {node_programs().front()};
    options.argv.insert(options.argv.end(), arguments.begin(), arguments.end());
    options.directory = directory.path().string();
    options.environment = {{"PATH=/usr/bin:/bin", "HOME=" + directory.path().string()}};
    auto server = std::make_unique<Process>(options);
    const auto deadline = std::chrono::steady_clock::now() + start_limit;
    while (true) {
        httplib::Client client("127.0.0.1", port);
        if (client.Get("/")) return server;
        if (!server->running() || std::chrono::steady_clock::now() > deadline)
            throw std::runtime_error("it does not start: " + server->err() + server->out());
        std::this_thread::sleep_for(50ms);
    }
}

// The key that everybody's Azurite has.
constexpr std::string_view azurite_key =
    "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

std::vector<unsigned char> decoded(std::string_view base64) {
    std::vector<unsigned char> bytes(base64.size());
    const int size = EVP_DecodeBlock(bytes.data(), reinterpret_cast<const unsigned char*>(base64.data()),
                                     static_cast<int>(base64.size()));
    bytes.resize(static_cast<std::size_t>(size) - 2);  // two of padding
    return bytes;
}

}  // namespace

bool RealS3::available() { return runs(s3_script()); }

RealS3::RealS3() : port_(free_port()) {
    server_ = start({s3_script(), "-d", directory_.path().string(), "-a", "127.0.0.1", "-p",
                     std::to_string(port_), "--configure-bucket", "cowork-artifacts"},
                    directory_, port_);
}

bool RealAzurite::available() { return runs(azurite_script()); }

RealAzurite::RealAzurite() : port_(free_port()) {
    server_ = start({azurite_script(), "--blobHost", "127.0.0.1", "--blobPort", std::to_string(port_), "-l",
                     directory_.path().string(), "--silent", "--skipApiVersionCheck", "--disableTelemetry"},
                    directory_, port_);
    httplib::Client client("127.0.0.1", port_);
    const auto made = client.Put("/devstoreaccount1/cowork-artifacts?restype=container&" +
                                 sas("rwlc", "2099-01-01T00:00:00Z"));
    if (!made || made->status != 201)
        throw std::runtime_error("no container was made: " + (made ? made->body : std::string{}));
}

std::string RealAzurite::sas(const std::string& permissions, const std::string& until) {
    const std::string version = "2018-11-09";
    const std::string to_sign =
        "devstoreaccount1\n" + permissions + "\nb\nsco\n\n" + until + "\n\nhttps,http\n" + version + "\n";
    const auto key = decoded(azurite_key);
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int size = 0;
    HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
         reinterpret_cast<const unsigned char*>(to_sign.data()), to_sign.size(), digest, &size);
    unsigned char signature[EVP_MAX_MD_SIZE * 2];
    const int length = EVP_EncodeBlock(signature, digest, static_cast<int>(size));
    const std::string text(reinterpret_cast<const char*>(signature), static_cast<std::size_t>(length));
    return "sv=" + version + "&ss=b&srt=sco&sp=" + permissions + "&se=" + net::percent_encode(until) +
           "&spr=https%2Chttp&sig=" + net::percent_encode(text);
}

}  // namespace cowork::test
