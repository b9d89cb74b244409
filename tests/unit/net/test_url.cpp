#include "net/url.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

using namespace cowork::net;
using namespace std::string_literals;

TEST_CASE("url: an absolute URL is taken apart") {
    struct Row {
        const char* text;
        const char* scheme;
        const char* host;
        int port;
        const char* path;
        bool userinfo, query, fragment;
        const char* origin;
    };
    for (const Row& row : {
             Row{"http://127.0.0.1:4096", "http", "127.0.0.1", 4096, "/", false, false, false,
                 "http://127.0.0.1:4096"},
             Row{"https://Example.COM", "https", "example.com", 443, "/", false, false, false,
                 "https://example.com"},
             Row{"HTTP://example.com:80/", "http", "example.com", 80, "/", false, false, false,
                 "http://example.com"},
             Row{"https://example.com:80/a/b?c=d#e", "https", "example.com", 80, "/a/b", false, true, true,
                 "https://example.com:80"},
             Row{"http://[::1]:8795/x", "http", "::1", 8795, "/x", false, false, false, "http://[::1]:8795"},
             Row{"http://user:pw@host/", "http", "host", 80, "/", true, false, false, "http://host"},
             Row{"http://user@host/", "http", "host", 80, "/", true, false, false, "http://host"},
             Row{"postgres://u:p@db/x", "postgres", "db", 5432, "/x", true, false, false, "postgres://db"},
             Row{"postgresql://db:6432/x", "postgresql", "db", 6432, "/x", false, false, false,
                 "postgresql://db:6432"},
         }) {
        CAPTURE(row.text);
        const auto url = parse_url(row.text);
        REQUIRE(url);
        CHECK(url->scheme == row.scheme);
        CHECK(url->host == row.host);
        CHECK(url->port == row.port);
        CHECK(url->path == row.path);
        CHECK(url->has_userinfo == row.userinfo);
        CHECK(url->has_query == row.query);
        CHECK(url->has_fragment == row.fragment);
        CHECK(url->origin() == row.origin);
        CHECK(url->secure() == (url->scheme == "https"));
    }
}

TEST_CASE("url: what is no absolute URL") {
    for (const std::string& text :
         {""s, " "s, "127.0.0.1:4096"s, "example.com"s, "/path"s, "//host"s, "http://"s, "http:"s, "://x"s,
          "http://a b/"s, "http://host:65536"s, "http://host:99999999999"s, "http://host:-1"s,
          "http://host:80x"s, "http://[::1"s, "http://::1/"s, "http://[zz]/"s, "http://ho\0st/"s,
          "http://host\0"s}) {
        CAPTURE(text);
        CHECK_FALSE(parse_url(text));
    }
}

TEST_CASE("url: the password inside, as written and decoded") {
    struct Row {
        const char* url;
        std::vector<std::string> passwords;  // all must be among those found
    };
    for (const Row& row : {
             Row{"postgres://user:hunter22@host/db", {"hunter22"}},
             Row{"postgres://user:hun%2Fter%40@host/db", {"hun%2Fter%40", "hun/ter@"}},
             Row{"postgres://user:hun/ter@host/db", {"hun/ter"}},
             Row{"postgres://user:a@b@host/db", {"a@b"}},
             Row{"postgres://user:a:b@host/db", {"a:b"}},
             Row{"postgres://user:hun%2Ft/er@host/db", {"hun%2Ft/er", "hun/t/er"}},
             Row{"postgres://user:pw%@host/db", {"pw%"}},
             Row{"postgres://host/db?user=u&password=hunter22&x=y", {"hunter22"}},
             Row{"postgres://host/db?password=hun%2Fter", {"hun%2Fter", "hun/ter"}},
             Row{"postgres://host/db?sslpassword=hunter22#x", {"hunter22"}},
             Row{"postgres://u:first-one@host/db?password=second", {"first-one", "second"}},
         }) {
        CAPTURE(row.url);
        const auto found = passwords_in(row.url);
        for (const std::string& password : row.passwords) {
            CAPTURE(password);
            CHECK(std::find(found.begin(), found.end(), password) != found.end());
        }
    }
    for (const char* url : {"", "postgres://user@host/db", "http://host:8080/path", "no url at all: x@y",
                            "postgres://host/db?sslmode=require"}) {
        CAPTURE(url);
        CHECK(passwords_in(url).empty());
    }
}

TEST_CASE("url: percent-encoding leaves nothing that could end a query value") {
    CHECK(percent_encode("/var/lib a&b=c#d?e%") == "%2Fvar%2Flib%20a%26b%3Dc%23d%3Fe%25");
    CHECK(percent_encode("").empty());
    CHECK(percent_encode("A-z_0.9~") == "A-z_0.9~");
}
