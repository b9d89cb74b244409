#include "net/curl_url.hpp"

#include "net/libcurl.hpp"

#include <algorithm>
#include <charconv>
#include <memory>
#include <string>

namespace cowork::net {
namespace {

struct UrlCleanup {
    void operator()(CURLU* url) const { libcurl().url_cleanup(url); }
};
struct CurlFree {
    void operator()(char* text) const { libcurl().free(text); }
};
using UrlHandle = std::unique_ptr<CURLU, UrlCleanup>;

std::optional<std::string> part(CURLU* url, CURLUPart which, unsigned flags = 0) {
    char* raw = nullptr;
    if (libcurl().url_get(url, which, &raw, flags) != CURLUE_OK) return std::nullopt;
    const std::unique_ptr<char, CurlFree> owned(raw);
    return std::string(raw);
}

std::string without_brackets(std::string host) {
    if (host.size() > 2 && host.front() == '[' && host.back() == ']') return host.substr(1, host.size() - 2);
    return host;
}

}  // namespace

std::optional<Url> read_url_with_curl(std::string_view text) {
    if (text.find('\0') != std::string_view::npos) return std::nullopt;
    const UrlHandle handle(libcurl().url());
    if (!handle) return std::nullopt;
    const std::string copy(text);
    if (libcurl().url_set(handle.get(), CURLUPART_URL, copy.c_str(), CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK)
        return std::nullopt;
    const auto scheme = part(handle.get(), CURLUPART_SCHEME);
    const auto host = part(handle.get(), CURLUPART_HOST);
    if (!scheme || !host || host->empty()) return std::nullopt;
    // curl takes one slash and three for two; other readers see a path there.
    const auto after = text.substr(std::min(scheme->size(), text.size()));
    if (!after.starts_with("://") || after.starts_with(":///")) return std::nullopt;

    Url url;
    url.scheme = *scheme;
    url.host = without_brackets(*host);
    for (char& c : url.host)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    url.port = default_port(url.scheme);
    if (const auto port = part(handle.get(), CURLUPART_PORT)) {
        std::from_chars(port->data(), port->data() + port->size(), url.port);
        if (url.port == 0) return std::nullopt;  // curl reads it, but nothing can be reached there
    }
    url.path = part(handle.get(), CURLUPART_PATH).value_or("/");
    if (url.path.empty()) url.path = "/";
    url.has_userinfo = part(handle.get(), CURLUPART_USER) || part(handle.get(), CURLUPART_PASSWORD);
    url.has_query = part(handle.get(), CURLUPART_QUERY).has_value();
    url.has_fragment = part(handle.get(), CURLUPART_FRAGMENT).has_value();
    return url;
}

}  // namespace cowork::net
