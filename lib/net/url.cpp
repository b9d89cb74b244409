#include "net/url.hpp"

#include "net/curl_url.hpp"
#include "net/libcurl.hpp"
#include "net/plain_url.hpp"

#include <memory>

namespace cowork::net {
namespace {

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

// What cannot be decoded stays as it is.
std::string percent_decode(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const bool escape = text[at] == '%' && at + 2 < text.size() && hex_digit(text[at + 1]) >= 0 &&
                            hex_digit(text[at + 2]) >= 0;
        out += escape ? static_cast<char>(hex_digit(text[at + 1]) * 16 + hex_digit(text[at + 2])) : text[at];
        if (escape) at += 2;
    }
    return out;
}

}  // namespace

int default_port(std::string_view scheme) {
    if (scheme == "https") return 443;
    if (scheme == "http") return 80;
    if (scheme == "postgres" || scheme == "postgresql") return 5432;
    return 0;
}

std::string Url::origin() const {
    const bool v6 = host.find(':') != std::string::npos;
    std::string text = scheme + "://" + (v6 ? "[" + host + "]" : host);
    if (port != default_port(scheme)) text += ":" + std::to_string(port);
    return text;
}

std::optional<Url> parse_url(std::string_view text) {
    if (text.find("://") == std::string_view::npos) return std::nullopt;
    if (auto url = read_plain_url(text)) return url;
    return read_url_with_curl(text);
}

std::vector<std::string> passwords_in(std::string_view text) {
    std::vector<std::string> found;
    const auto start = text.find("://");
    if (start == std::string_view::npos) return found;
    const auto rest = text.substr(start + 3);
    const auto add = [&](std::string_view password) {
        if (password.empty()) return;
        found.emplace_back(password);
        if (std::string decoded = percent_decode(password); decoded != password)
            found.push_back(std::move(decoded));
    };
    // Between the first colon and an @: the last one, wherever a careless slash or question mark stands, and
    // the last of the authority, in case a later one belongs to the path.
    for (const auto part : {rest, rest.substr(0, rest.find_first_of("/?#"))}) {
        const auto at = part.rfind('@');
        const auto colon = part.substr(0, at).find(':');
        if (at != std::string_view::npos && colon != std::string_view::npos)
            add(part.substr(colon + 1, at - colon - 1));
    }
    // libpq takes them as parameters too.
    const auto query = rest.find('?');
    if (query == std::string_view::npos) return found;
    for (auto parameters = rest.substr(query + 1); !parameters.empty();) {
        const auto end = parameters.find_first_of("&#");
        const auto parameter = parameters.substr(0, end);
        for (const std::string_view name : {"password=", "sslpassword="})
            if (parameter.starts_with(name)) add(parameter.substr(name.size()));
        parameters = end == std::string_view::npos ? std::string_view{} : parameters.substr(end + 1);
    }
    return found;
}

std::string percent_encode(std::string_view text) {
    if (text.empty()) return {};  // curl takes length 0 for "ask strlen"
    const std::unique_ptr<char, decltype(&::curl_free)> owned(
        libcurl().easy_escape(nullptr, text.data(), static_cast<int>(text.size())), libcurl().free);
    return owned ? std::string(owned.get()) : std::string{};
}

}  // namespace cowork::net
