#include "net/plain_url.hpp"

#include <arpa/inet.h>
#include <uriparser/Uri.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <string>

namespace cowork::net {
namespace {

constexpr std::size_t longest_text = 4096;  // bytes; curl's own limits are beyond it
constexpr std::size_t longest_scheme = 32;  // curl refuses more than 40
constexpr std::size_t longest_port = 5;     // digits

// Points into the text that was read; freed with what uriparser allocated for the path.
class Parsed {
  public:
    explicit Parsed(std::string_view text) {
        const char* error = nullptr;
        ok_ = uriParseSingleUriExA(&uri_, text.data(), text.data() + text.size(), &error) == URI_SUCCESS;
    }
    Parsed(const Parsed&) = delete;
    Parsed& operator=(const Parsed&) = delete;
    ~Parsed() {
        if (ok_) uriFreeUriMembersA(&uri_);
    }

    [[nodiscard]] bool ok() const { return ok_; }
    [[nodiscard]] const UriUriA& uri() const { return uri_; }

  private:
    UriUriA uri_{};
    bool ok_ = false;
};

bool written(const UriTextRangeA& range) { return range.first != nullptr; }

std::string_view text_of(const UriTextRangeA& range) {
    return written(range)
               ? std::string_view(range.first, static_cast<std::size_t>(range.afterLast - range.first))
               : std::string_view{};
}

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_host_character(char c) {
    return is_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
}

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

// curl shows the shortest spelling of an IPv6 address, whatever was written.
bool shortest_v6(const std::string& host) {
    in6_addr address{};
    std::array<char, INET6_ADDRSTRLEN> shown{};
    return inet_pton(AF_INET6, host.c_str(), &address) == 1 &&
           inet_ntop(AF_INET6, &address, shown.data(), shown.size()) != nullptr && host == shown.data();
}

// A last label that begins with a letter: one with a digit may be an address in one of its odd spellings.
bool plain_name(std::string_view host) {
    const auto dot = host.rfind('.');
    const auto last = dot == std::string_view::npos ? host : host.substr(dot + 1);
    return !last.empty() && is_letter(last.front()) &&
           std::all_of(host.begin(), host.end(), is_host_character);
}

std::optional<std::string> plain_host(const UriUriA& uri) {
    std::string host = lower(text_of(uri.hostText));
    if (written(uri.hostData.ipFuture)) return std::nullopt;
    if (uri.hostData.ip4 != nullptr || plain_name(host)) return host;
    if (uri.hostData.ip6 != nullptr && shortest_v6(host)) return host;
    return std::nullopt;
}

std::optional<int> plain_port(const UriTextRangeA& range, std::string_view scheme) {
    if (!written(range)) return default_port(scheme);
    const auto digits = text_of(range);
    int port = 0;
    if (digits.size() <= longest_port) std::from_chars(digits.data(), digits.data() + digits.size(), port);
    return port > 0 && port <= 65535 ? std::optional(port) : std::nullopt;
}

std::optional<std::string> plain_path(const UriUriA& uri) {
    std::string path;
    for (const auto* segment = uri.pathHead; segment != nullptr; segment = segment->next) {
        const auto name = text_of(segment->text);
        if (name == "." || name == ".." || name.find('%') != std::string_view::npos) return std::nullopt;
        path.append("/").append(name);
    }
    return path.empty() ? "/" : path;
}

// What is written and empty: readers differ in whether it is there at all.
bool empty_part(const UriTextRangeA& range) { return written(range) && text_of(range).empty(); }

bool plain_parts(const UriUriA& uri) {
    return text_of(uri.scheme).size() <= longest_scheme && !empty_part(uri.userInfo) &&
           !empty_part(uri.query) && !empty_part(uri.fragment) && !text_of(uri.userInfo).starts_with(':');
}

}  // namespace

std::optional<Url> read_plain_url(std::string_view text) {
    if (text.empty() || text.size() > longest_text) return std::nullopt;
    const Parsed parsed(text);
    const UriUriA& uri = parsed.uri();
    if (!parsed.ok() || !written(uri.scheme) || !written(uri.hostText) || !plain_parts(uri))
        return std::nullopt;
    Url url;
    url.scheme = lower(text_of(uri.scheme));
    if (url.scheme == "file") return std::nullopt;  // curl has rules of its own for those
    auto host = plain_host(uri);
    const auto port = plain_port(uri.portText, url.scheme);
    auto path = plain_path(uri);
    if (!host || !port || !path) return std::nullopt;
    url.host = std::move(*host);
    url.port = *port;
    url.path = std::move(*path);
    url.has_userinfo = written(uri.userInfo);
    url.has_query = written(uri.query);
    url.has_fragment = written(uri.fragment);
    return url;
}

}  // namespace cowork::net
