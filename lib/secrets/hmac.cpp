#include "secrets/hmac.hpp"

#include <fmt/format.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <array>
#include <memory>
#include <stdexcept>

namespace cowork {
namespace {

struct MacDeleter {
    void operator()(EVP_MAC* mac) const { EVP_MAC_free(mac); }
    void operator()(EVP_MAC_CTX* context) const { EVP_MAC_CTX_free(context); }
};

[[noreturn]] void no_mac() { throw std::runtime_error("OpenSSL gave no HMAC"); }

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

std::string hmac_sha256_hex(const Secret& key, std::initializer_list<std::string_view> parts) {
    const std::unique_ptr<EVP_MAC, MacDeleter> mac(EVP_MAC_fetch(nullptr, "HMAC", nullptr));
    const std::unique_ptr<EVP_MAC_CTX, MacDeleter> context(mac ? EVP_MAC_CTX_new(mac.get()) : nullptr);
    if (!context) no_mac();
    std::string digest = "SHA256";
    const std::array parameters{
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest.data(), digest.size()),
        OSSL_PARAM_construct_end()};
    // An empty key without an address would mean "the key of before".
    const std::string_view secret = key.empty() ? std::string_view("") : key.reveal();
    if (EVP_MAC_init(context.get(), bytes_of(secret), secret.size(), parameters.data()) != 1) no_mac();
    for (const std::string_view part : parts)
        if (EVP_MAC_update(context.get(), bytes_of(part), part.size()) != 1) no_mac();
    std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
    std::size_t size = 0;
    if (EVP_MAC_final(context.get(), bytes.data(), &size, bytes.size()) != 1) no_mac();
    std::string text;
    for (std::size_t i = 0; i < size; ++i) text += fmt::format("{:02x}", bytes.at(i));
    return text;
}

bool equal_in_constant_time(std::string_view one, std::string_view other) {
    return one.size() == other.size() && CRYPTO_memcmp(one.data(), other.data(), one.size()) == 0;
}

}  // namespace cowork
