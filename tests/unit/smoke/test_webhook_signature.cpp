#include "secrets/hmac.hpp"
#include "smoke/webhook_signature.hpp"
#include "support/process.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <array>
#include <cstdio>
#include <random>
#include <string>
#include <vector>

// The signatures are compared with what the openssl program makes of the same bytes.

using namespace cowork;

namespace {

std::string hex(const std::string& bytes) {
    std::string text;
    for (const char c : bytes) {
        std::array<char, 3> pair{};
        (void)std::snprintf(pair.data(), pair.size(), "%02x", static_cast<unsigned char>(c));
        text += pair.data();
    }
    return text;
}

std::string by_openssl(const std::string& key, const std::string& text) {
    test::ProcessOptions options;
    options.argv = {"openssl", "dgst", "-sha256", "-mac", "HMAC", "-macopt", "hexkey:" + hex(key)};
    options.input = text;
    const auto result = test::run_process(options);
    INFO(result.err);
    REQUIRE(result.exit_code == 0);
    const auto equals = result.out.rfind("= ");
    REQUIRE(equals != std::string::npos);
    return result.out.substr(equals + 2, 64);
}

std::string random_bytes(std::size_t size) {
    std::mt19937 random(size);
    std::string bytes(size, '\0');
    for (char& c : bytes) c = static_cast<char>(random());
    return bytes;
}

const std::vector<std::string>& keys() {
    static const std::vector<std::string> all{"k",
                                              "whsec-51a7c0ffee91d0c2a7731f4be",
                                              "geheim-schlüssel-ß-日本",
                                              std::string("with\0a NUL", 10),
                                              random_bytes(64),
                                              random_bytes(65),
                                              random_bytes(200)};
    return all;
}

const std::vector<std::string>& bodies() {
    static const std::vector<std::string> all{
        "",
        "{}",
        R"({"id":"evt-1","target":{"chatId":"chat-1"},"sender":{"userId":"alice"},"text":"hi"})",
        "a line\r\nand another\n",
        "Grüße, 日本, \xF0\x9F\x98\x80",
        "not UTF-8: \xff\xfe",
        std::string("NUL \0 in \0 it", 13),
        random_bytes(std::size_t{1024} * 1024)};
    return all;
}

}  // namespace

TEST_CASE("smoke: webhooks are signed byte for byte as openssl signs them") {
    for (const std::string& key : keys())
        for (const std::string& body : bodies()) {
            INFO("a key of " << key.size() << " and a body of " << body.size() << " bytes");
            const std::string timestamp = "1795360953";
            CHECK(smoke::webhook_signature(Secret(key), timestamp, body) ==
                  "v1=" + by_openssl(key, fmt::format("v1:{}:{}", timestamp, body)));
        }
}

TEST_CASE("smoke: the parts of an HMAC count as one text") {
    const Secret key("whsec-51a7c0ffee91d0c2a7731f4be");
    const std::string whole = hmac_sha256_hex(key, {"one, two, three"});
    CHECK(hmac_sha256_hex(key, {"one,", "", " two, ", "three"}) == whole);
    CHECK(whole == by_openssl("whsec-51a7c0ffee91d0c2a7731f4be", "one, two, three"));
    CHECK(hmac_sha256_hex(key, {}) == by_openssl("whsec-51a7c0ffee91d0c2a7731f4be", ""));
    // Another key, another signature, also when the key is empty.
    CHECK(hmac_sha256_hex(Secret(""), {"text"}) != hmac_sha256_hex(key, {"text"}));
}

TEST_CASE("smoke: an HMAC is that of RFC 4231") {
    CHECK(hmac_sha256_hex(Secret("Jefe"), {"what do ya want for nothing?"}) ==
          "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}
