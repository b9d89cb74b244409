#include "support/s3_signature.hpp"

#include "support/httplib_config.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <sstream>

namespace cowork::test {
namespace {

std::string hex(const std::string& bytes) {
    constexpr const char* digits = "0123456789abcdef";
    std::string text;
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        text += digits[byte >> 4U];
        text += digits[byte & 15U];
    }
    return text;
}

std::string sha256(const std::string& text) {
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int size = 0;
    EVP_Digest(text.data(), text.size(), digest, &size, EVP_sha256(), nullptr);
    return {reinterpret_cast<const char*>(digest), size};
}

std::string hmac(const std::string& key, const std::string& text) {
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int size = 0;
    HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
         reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest, &size);
    return {reinterpret_cast<const char*>(digest), size};
}

// What follows `name` up to a comma or the end.
std::string part(const std::string& header, const std::string& name) {
    const auto at = header.find(name);
    if (at == std::string::npos) return {};
    return header.substr(at + name.size(), header.find(',', at) - at - name.size());
}

}  // namespace

bool signed_with(const httplib::Request& request, const std::string& secret) {
    const std::string header = request.get_header_value("Authorization");
    std::istringstream credential(part(header, "Credential="));
    std::string key_id, day, region, service;
    std::getline(credential, key_id, '/');
    std::getline(credential, day, '/');
    std::getline(credential, region, '/');
    std::getline(credential, service, '/');
    const std::string names = part(header, "SignedHeaders=");
    // A session token that is not under the signature is refused.
    for (const char* name : {"x-amz-security-token", "x-amz-content-sha256", "x-amz-date", "host"})
        if (request.has_header(name) &&
            (";" + names + ";").find(";" + std::string(name) + ";") == std::string::npos)
            return false;

    const auto question = request.target.find('?');
    const std::string query = question == std::string::npos ? "" : request.target.substr(question + 1);
    std::string canonical = request.method + "\n" + request.target.substr(0, question) + "\n" + query + "\n";
    std::istringstream list(names);
    for (std::string name; std::getline(list, name, ';');)
        canonical += name + ":" + request.get_header_value(name.c_str()) + "\n";
    canonical += "\n" + names + "\n" + request.get_header_value("x-amz-content-sha256");

    const std::string scope = day + "/" + region + "/" + service + "/aws4_request";
    const std::string to_sign = "AWS4-HMAC-SHA256\n" + request.get_header_value("x-amz-date") + "\n" + scope +
                                "\n" + hex(sha256(canonical));
    const std::string key = hmac(hmac(hmac(hmac("AWS4" + secret, day), region), service), "aws4_request");
    return service == "s3" && part(header, "Signature=") == hex(hmac(key, to_sign));
}

}  // namespace cowork::test
