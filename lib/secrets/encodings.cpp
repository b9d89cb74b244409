#include "secrets/encodings.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <openssl/evp.h>

#include <algorithm>

namespace cowork {
namespace {

bool unreserved(unsigned char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

std::string percent(std::string_view bytes, bool every_byte, bool upper) {
    std::string out;
    for (const char raw : bytes) {
        const auto c = static_cast<unsigned char>(raw);
        if (unreserved(c) && !every_byte) {
            out += raw;
        } else {
            out += upper ? fmt::format("%{:02X}", c) : fmt::format("%{:02x}", c);
        }
    }
    return out;
}

std::string hex(std::string_view bytes, bool upper) {
    std::string out;
    for (const char raw : bytes) {
        const auto c = static_cast<unsigned char>(raw);
        out += upper ? fmt::format("{:02X}", c) : fmt::format("{:02x}", c);
    }
    return out;
}

std::string to_url_alphabet(std::string text) {
    std::replace(text.begin(), text.end(), '+', '-');
    std::replace(text.begin(), text.end(), '/', '_');
    return text;
}

// The characters of base64(prefix of `shift` bytes + secret + anything) that depend on the secret alone.
std::string base64_core(std::string_view secret, std::size_t shift) {
    const std::string encoded = base64(std::string(shift, '\0') + std::string(secret));
    const std::size_t first = (shift * 8 + 5) / 6;
    const std::size_t last = (shift + secret.size()) * 8 / 6;
    return first < last ? encoded.substr(first, last - first) : std::string{};
}

std::string json_escaped(std::string_view secret) {
    const std::string quoted =
        nlohmann::json(std::string(secret)).dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
    return quoted.substr(1, quoted.size() - 2);
}

}  // namespace

std::string base64(std::string_view bytes) {
    std::string out(4 * ((bytes.size() + 2) / 3) + 1, '\0');
    const int length =
        EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                        reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
    out.resize(static_cast<std::size_t>(length));
    return out;
}

std::string base64url(std::string_view bytes) {
    std::string out = to_url_alphabet(base64(bytes));
    out.erase(out.find_last_not_of('=') + 1);
    return out;
}

std::optional<std::string> from_base64(std::string_view text) {
    std::string plain;
    plain.reserve(text.size() + 3);
    for (const char c : text) {
        if (c == ' ' || c == '\t' || c == '\n' || c == '\r') continue;
        plain += c == '-' ? '+' : c == '_' ? '/' : c;
    }
    const std::size_t length = plain.find_last_not_of('=') + 1;
    plain.resize(length);
    if (length == 0 || length % 4 == 1 || plain.find('=') != std::string::npos) return std::nullopt;
    plain.append((4 - length % 4) % 4, '=');
    std::string out(plain.size() / 4 * 3, '\0');
    const int decoded =
        EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                        reinterpret_cast<const unsigned char*>(plain.data()), static_cast<int>(plain.size()));
    if (decoded < 0) return std::nullopt;
    out.resize(length * 3 / 4);
    return out;
}

std::vector<std::string> spellings_of(std::string_view secret) {
    std::vector<std::string> all{
        std::string(secret),         percent(secret, false, true), percent(secret, false, false),
        percent(secret, true, true), percent(secret, true, false), hex(secret, true),
        hex(secret, false),          json_escaped(secret)};
    for (std::size_t shift = 0; shift < 3; ++shift) {
        all.push_back(base64_core(secret, shift));
        all.push_back(to_url_alphabet(all.back()));
    }
    std::erase_if(all, [](const std::string& spelling) { return spelling.size() < 4; });
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    return all;
}

}  // namespace cowork
