#include "rules/desktop_urls.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace cowork::rules;

namespace {

struct Row {
    std::string url;
    std::string kept;   // how Desktop keeps it; empty when refused
    std::string words;  // of the refusal
};

void check(const std::vector<Row>& rows, CheckedUrl (*rule)(std::string_view)) {
    for (const Row& row : rows) {
        CAPTURE(row.url.substr(0, 80));
        const CheckedUrl checked = rule(row.url);
        CHECK(checked.has_value() == !row.kept.empty());
        if (checked) CHECK(*checked == row.kept);
        if (checked) CHECK(rule(*checked) == checked);  // what is kept passes again
        if (checked) continue;
        CAPTURE(checked.error());
        CHECK(checked.error().find(row.words) != std::string::npos);
        CHECK(checked.error().find("hunter2") == std::string::npos);
    }
}

}  // namespace

TEST_CASE("Desktop URLs: the base URL of a Cloud") {
    check({{"https://cowork.example.org", "https://cowork.example.org", ""},
           {" https://Cowork.Example.org:443/// ", "https://cowork.example.org", ""},
           {"https://cowork.example.org:8443/team/", "https://cowork.example.org:8443/team", ""},
           {"https://10.1.2.3", "https://10.1.2.3", ""},
           {"http://localhost:8787", "http://localhost:8787", ""},
           {"http://127.0.0.1:8787/", "http://127.0.0.1:8787", ""},
           {"http://127.9.9.9", "http://127.9.9.9", ""},
           {"http://[::1]:8787", "http://[::1]:8787", ""},
           {"http://cowork.example.org", "", "allows only to localhost"},
           {"http://10.1.2.3", "", "allows only to localhost"},
           {"http://localhost.example.org", "", "allows only to localhost"},
           {"ftp://cowork.example.org", "", "neither http nor https"},
           {"cowork.example.org", "", "not an absolute URL"},
           {"", "", "not an absolute URL"},
           {"https://ada:hunter2@cowork.example.org", "", "user name or password"},
           {"https://169.254.169.254", "", "metadata"},
           {"https://metadata.google.internal", "", "metadata"},
           {"https://0.0.0.0", "", "wildcard"},
           {"http://[::]", "", "wildcard"},
           {"http://2130706433", "", "two readers"},
           {"https://cowork.example.org?token=hunter2", "", "query or fragment"},
           {"https://cowork.example.org/#top", "", "query or fragment"},
           {"https://cowork.example.org/" + std::string(2048, 'a'), "", "longer than 2048"}},
          cloud_base_url);
}

TEST_CASE("Desktop URLs: the spelling that the configuration's schema takes") {
    CHECK(layer_spelling("https://cowork.example.org") == "https://cowork.example.org");
    CHECK(layer_spelling("http://127.0.0.1:8787/team") == "http://127.0.0.1:8787/team");
    CHECK(layer_spelling("http://localhost:8787") == "http://localhost:8787//");
    CHECK_FALSE(layer_spelling("http://127.0.0.2:8787"));
    CHECK_FALSE(layer_spelling("http://[::1]:8787"));
    CHECK(cloud_base_url("http://localhost:8787//").value() == "http://localhost:8787");
}

TEST_CASE("Desktop URLs: the same workspace under two spellings") {
    CHECK(same_workspace("https://a.example.org", "https://A.example.org:443//?x#y"));
    CHECK(same_workspace("http://localhost:8787", "http://localhost:8787//"));
    CHECK_FALSE(same_workspace("https://a.example.org", "https://a.example.org/team"));
    CHECK_FALSE(same_workspace("https://a.example.org", "http://a.example.org"));
    CHECK_FALSE(same_workspace("{env:URL}", "{env:URL}"));
}

TEST_CASE("Desktop URLs: a pairing broker") {
    check({{"https://broker.example.org", "https://broker.example.org", ""},
           {"https://broker.example.org/pair//?a=b#c", "https://broker.example.org/pair", ""},
           {"https://8.8.8.8:8443/", "https://8.8.8.8:8443", ""},
           {"https://[2606:4700::1]", "https://[2606:4700::1]", ""},
           {"http://localhost:9000/x/", "http://localhost:9000/x", ""},
           {"http://127.0.0.1:9000", "http://127.0.0.1:9000", ""},
           {"https://[::1]:9000", "https://[::1]:9000", ""},
           {"http://broker.example.org", "", "uses http"},
           {"http://8.8.8.8", "", "uses http"},
           {"wss://broker.example.org", "", "neither http nor https"},
           {"broker", "", "not an absolute URL"},
           {"https://ada:hunter2@broker.example.org", "", "user name or password"},
           {"https://127.0.0.2", "", "a loopback address"},
           {"http://127.0.0.2", "", "a loopback address"},
           {"https://ip6-localhost", "", "a loopback address"},
           {"https://ip6-loopback", "", "a loopback address"},
           {"https://[::ffff:127.0.0.1]", "", "a loopback address"},
           {"https://10.0.0.1", "", "a private address"},
           {"https://172.16.0.1", "", "a private address"},
           {"https://172.31.255.255", "", "a private address"},
           {"https://172.32.0.1", "https://172.32.0.1", ""},
           {"https://192.168.1.1", "", "a private address"},
           {"https://[fd12::1]", "", "a private address"},
           {"https://[::ffff:10.0.0.1]", "", "a private address"},
           {"https://[64:ff9b::a00:1]", "", "a private address"},
           {"https://169.254.1.1", "", "a link-local address"},
           {"https://[fe80::1]", "", "a link-local address"},
           {"https://169.254.169.254", "", "metadata"},
           {"https://[fd00:ec2::254]", "", "metadata"},
           {"https://metadata.google.internal", "", "metadata"},
           {"https://0.1.2.3", "", "wildcard"},
           {"https://100.64.0.1", "", "a non-routable address"},
           {"https://100.127.255.255", "", "a non-routable address"},
           {"https://100.128.0.1", "https://100.128.0.1", ""},
           {"https://192.0.0.1", "", "a non-routable address"},
           {"https://192.0.2.7", "", "a non-routable address"},
           {"https://198.18.0.1", "", "a non-routable address"},
           {"https://198.19.255.1", "", "a non-routable address"},
           {"https://198.51.100.1", "", "a non-routable address"},
           {"https://203.0.113.9", "", "a non-routable address"},
           {"https://224.0.0.1", "", "a non-routable address"},
           {"https://255.255.255.255", "", "a non-routable address"},
           {"https://[2001:db8::1]", "", "a non-routable address"},
           {"https://[ff02::1]", "", "a non-routable address"},
           {"https://[::]", "", "wildcard"},
           {"https://broker.example.org/" + std::string(2048, 'a'), "", "longer than 2048"}},
          pairing_broker_url);
}
