#include "net/curl_url.hpp"
#include "net/plain_url.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace cowork::net;

namespace {

bool same(const Url& a, const Url& b) {
    return a.scheme == b.scheme && a.host == b.host && a.port == b.port && a.path == b.path &&
           a.has_userinfo == b.has_userinfo && a.has_query == b.has_query && a.has_fragment == b.has_fragment;
}

}  // namespace

TEST_CASE("plain URL: what settings hold is read without curl") {
    for (const std::string text :
         {"http://127.0.0.1:4096", "https://Example.COM/a/b//c?d=e%20f#g", "http://[::1]:8795/x",
          "postgres://gateway:p%40ss:word@db.internal:5432/open_cowork?sslmode=verify-full",
          "https://agents.example.org/", "redis+tls://cache_1:6379", "http://host.docker.internal:4096?x",
          "otlp://[fd00::1]", "s3://bucket-1.eu/prefix"}) {
        CAPTURE(text);
        const auto plain = read_plain_url(text);
        REQUIRE(plain);
        const auto curl = read_url_with_curl(text);
        REQUIRE(curl);
        CHECK(same(*plain, *curl));
    }
}

TEST_CASE("plain URL: what readers may differ in is left to curl") {
    using namespace std::string_literals;
    for (const std::string& text : {""s,
                                    "no url"s,
                                    "//host/x"s,
                                    "http:host"s,
                                    "http:///x"s,
                                    "http://ho st/"s,
                                    "http://host\\x/"s,
                                    "http://ho\0st/"s,
                                    "http://m\xC3\xBCnchen.example/"s,
                                    "http://%6Cocalhost/"s,
                                    "http://127.1/"s,
                                    "http://0177.0.0.1/"s,
                                    "http://0x7f.1/"s,
                                    "http://2130706433/"s,
                                    "http://10.0.0.0.1/"s,
                                    "http://db.10/"s,
                                    "http://a.b.1x/"s,
                                    "http://host./"s,
                                    "http://ho,st/"s,
                                    "http://[0:0::1]/"s,
                                    "http://[fe80::1%25eth0]/"s,
                                    "http://[v1.x]/"s,
                                    "http://host:/"s,
                                    "http://host:0/"s,
                                    "http://host:65536/"s,
                                    "http://host:000080/"s,
                                    "http://@host/"s,
                                    "http://:pw@host/"s,
                                    "http://host/a/../b"s,
                                    "http://host/./b"s,
                                    "http://host/%2e%2e/b"s,
                                    "http://host/?"s,
                                    "http://host/#"s,
                                    "file://localhost/etc/passwd"s,
                                    "http://host/" + std::string(5000, 'a')}) {
        CAPTURE(text);
        CHECK_FALSE(read_plain_url(text));
    }
}

TEST_CASE("plain URL: every reading is curl's, over all combinations of odd parts") {
    const std::vector<std::string> schemes{"http",    "HTTPS", "postgres",
                                           "x+y.z-1", "file",  "ftp",
                                           "imap",    "1x",    "a234567890123456789012345678901234567890"};
    const std::vector<std::string> users{"", "@", "u@", "u:@", ":p@", "u:p@", "u;o:p@", "u%40:p%3a@", "a@b@"};
    const std::vector<std::string> hosts{"host",      "HO-ST.a_b", "-",         ".",
                                         "a..b",      "host.",     "1",         "a.1",
                                         "127.0.0.1", "127.1",     "256.1.1.1", "010.1.1.1",
                                         "[::1]",     "[::0:1]",   "[FD00::1]", "[::ffff:1.2.3.4]",
                                         "[::1%251]", "a~b",       "a%41",      "a!b",
                                         "*",         "xn--a",     ""};
    const std::vector<std::string> ports{"",     ":",     ":0",     ":80",    ":0080",
                                         ":443", ":5432", ":65535", ":65536", ":8x"};
    const std::vector<std::string> tails{"",     "/",       "//",   "/a/b/",    "/a//b", "/.",
                                         "/..a", "/a/../b", "/%2E", "/a;b=c,d", "?",     "?a=b&c",
                                         "#",    "#f",      "?#",   "/?a#b",    "/a|b",  "/a@b:c"};
    int plain_ones = 0;
    for (const auto& scheme : schemes)
        for (const auto& user : users)
            for (const auto& host : hosts)
                for (const auto& port : ports)
                    for (const auto& tail : tails) {
                        const std::string text = scheme + "://" + user + host + port + tail;
                        const auto plain = read_plain_url(text);
                        if (!plain) continue;
                        ++plain_ones;
                        const auto curl = read_url_with_curl(text);
                        if (curl && same(*plain, *curl)) continue;
                        CAPTURE(text);
                        CHECK(false);
                    }
    CHECK(plain_ones > 10'000);
}
