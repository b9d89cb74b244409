#include "net/url.hpp"

#include <curl/curl.h>

#include <charconv>
#include <memory>

namespace cowork::net {
namespace {

struct UrlCleanup {
    void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
struct CurlFree {
    void operator()(char* text) const { curl_free(text); }
};
using UrlHandle = std::unique_ptr<CURLU, UrlCleanup>;

std::optional<std::string> part(CURLU* url, CURLUPart which, unsigned flags = 0) {
    char* raw = nullptr;
    if (curl_url_get(url, which, &raw, flags) != CURLUE_OK) return std::nullopt;
    const std::unique_ptr<char, CurlFree> owned(raw);
    return std::string(raw);
}

std::string without_brackets(std::string host) {
    if (host.size() > 2 && host.front() == '[' && host.back() == ']') return host.substr(1, host.size() - 2);
    return host;
}

int default_port(std::string_view scheme) {
    if (scheme == "https") return 443;
    if (scheme == "http") return 80;
    if (scheme == "postgres" || scheme == "postgresql") return 5432;
    return 0;
}

}  // namespace

std::string Url::origin() const {
    const bool v6 = host.find(':') != std::string::npos;
    std::string text = scheme + "://" + (v6 ? "[" + host + "]" : host);
    if (port != default_port(scheme)) text += ":" + std::to_string(port);
    return text;
}

std::optional<Url> parse_url(std::string_view text) {
    if (text.find('\0') != std::string_view::npos) return std::nullopt;
    const UrlHandle handle(curl_url());
    if (!handle) return std::nullopt;
    const std::string copy(text);
    if (curl_url_set(handle.get(), CURLUPART_URL, copy.c_str(), CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK)
        return std::nullopt;
    const auto scheme = part(handle.get(), CURLUPART_SCHEME);
    const auto host = part(handle.get(), CURLUPART_HOST);
    if (!scheme || !host || host->empty()) return std::nullopt;

    Url url;
    url.scheme = *scheme;
    url.host = without_brackets(*host);
    for (char& c : url.host)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    url.port = default_port(url.scheme);
    if (const auto port = part(handle.get(), CURLUPART_PORT))
        std::from_chars(port->data(), port->data() + port->size(), url.port);
    url.path = part(handle.get(), CURLUPART_PATH).value_or("/");
    if (url.path.empty()) url.path = "/";
    url.has_userinfo = part(handle.get(), CURLUPART_USER) || part(handle.get(), CURLUPART_PASSWORD);
    url.has_query = part(handle.get(), CURLUPART_QUERY).has_value();
    url.has_fragment = part(handle.get(), CURLUPART_FRAGMENT).has_value();
    return url;
}

std::vector<std::string> passwords_in(std::string_view text) {
    std::vector<std::string> found;
    const auto start = text.find("://");
    if (start == std::string_view::npos || text.find('\0') != std::string_view::npos) return found;
    // As written: between the first colon and the last @, wherever a careless slash or question mark stands.
    const auto rest = text.substr(start + 3);
    const auto at = rest.rfind('@');
    const auto colon = rest.substr(0, at).find(':');
    if (at == std::string_view::npos || colon == std::string_view::npos) return found;
    found.emplace_back(rest.substr(colon + 1, at - colon - 1));
    const UrlHandle handle(curl_url());
    const std::string copy(text);
    if (handle &&
        curl_url_set(handle.get(), CURLUPART_URL, copy.c_str(), CURLU_NON_SUPPORT_SCHEME) == CURLUE_OK)
        for (const unsigned flags : {0U, static_cast<unsigned>(CURLU_URLDECODE)})
            if (auto password = part(handle.get(), CURLUPART_PASSWORD, flags))
                found.push_back(std::move(*password));
    return found;
}

std::string percent_encode(std::string_view text) {
    if (text.empty()) return {};  // curl takes length 0 for "ask strlen"
    const std::unique_ptr<char, CurlFree> owned(
        curl_easy_escape(nullptr, text.data(), static_cast<int>(text.size())));
    return owned ? std::string(owned.get()) : std::string{};
}

}  // namespace cowork::net
