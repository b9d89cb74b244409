#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cowork::net {

// An absolute URL as curl reads it. Without user info: that is only reported as present.
struct Url {
    std::string scheme;  // lower case
    std::string host;    // without brackets, lower case
    int port = 0;        // the scheme's default when none is written; 0 for schemes without one
    std::string path;    // "/" when none is written
    bool has_userinfo = false;
    bool has_query = false;
    bool has_fragment = false;

    // scheme://host:port, brackets put back; the default port left out. Never user info, path or query.
    [[nodiscard]] std::string origin() const;
    [[nodiscard]] bool secure() const { return scheme == "https"; }
};

// The port of a scheme that has one, otherwise 0.
[[nodiscard]] int default_port(std::string_view scheme);

// Nothing when the text is no absolute URL.
[[nodiscard]] std::optional<Url> parse_url(std::string_view text);

// The password in a URL's user info, as written and decoded; nothing when there is none. For the redactor:
// the result holds secrets.
[[nodiscard]] std::vector<std::string> passwords_in(std::string_view url);

// Percent-encodes a query value.
[[nodiscard]] std::string percent_encode(std::string_view text);

}  // namespace cowork::net
