#include "net/endpoint_policy.hpp"

#include <catch2/catch.hpp>

#include <ostream>
#include <string>
#include <vector>

namespace cowork::net {
static std::ostream& operator<<(std::ostream& out, EndpointProblem problem) {
    return out << (problem == EndpointProblem::none ? "none" : reason_code(problem));
}
}  // namespace cowork::net

using namespace cowork::net;
using namespace std::string_literals;
using P = EndpointProblem;

namespace {

struct Row {
    std::string url;
    EndpointProblem problem;
};

}  // namespace

TEST_CASE("endpoint policy: private origins pass") {
    for (const char* url :
         {"http://127.0.0.1:4096", "http://127.0.0.1:4096/", "https://localhost", "HTTP://LOCALHOST:4096",
          "http://10.0.0.1", "http://100.64.0.1", "http://169.254.1.1", "http://172.16.0.1",
          "http://192.168.1.1:80", "http://[::1]:4096", "http://[fc00::1]", "http://[fe80::1]",
          "http://[0:0:0:0:0:0:0:1]", "http://host.docker.internal:4096", "http://127.0.0.1:65535",
          "http://127.0.0.1:1"}) {
        CAPTURE(url);
        CHECK(check_private_endpoint(url, false).problem == P::none);
        CHECK(check_private_endpoint(url, true).problem == P::none);
    }
}

TEST_CASE("endpoint policy: private names need permission") {
    for (const char* url : {"http://box.internal", "http://box.local:4096", "http://box.lan",
                            "http://box.private", "http://a.localhost", "http://BOX.LAN"}) {
        CAPTURE(url);
        CHECK(check_private_endpoint(url, false).problem == P::private_dns);
        CHECK(check_private_endpoint(url, true).problem == P::none);
    }
}

TEST_CASE("endpoint policy: hostile URLs are refused, each for its reason") {
    const std::vector<Row> rows{
        {"", P::unparseable},
        {"127.0.0.1:4096", P::unparseable},
        {"//127.0.0.1", P::unparseable},
        {"http://", P::unparseable},
        {"http://127.0.0.1:65536", P::unparseable},
        {"http://127.0.0.1:0", P::unparseable},
        {"http://127.0.0.1:4096x", P::unparseable},
        {"http://127.0.0.1\0.evil.com"s, P::unparseable},
        {" http://127.0.0.1", P::unparseable},
        {"ftp://127.0.0.1", P::scheme},
        {"file://127.0.0.1/etc/passwd", P::unparseable},
        {"javascript://127.0.0.1/", P::scheme},
        {"ws://127.0.0.1", P::scheme},
        // User info, and what looks like a host but is one.
        {"http://user:pw@127.0.0.1", P::credentials},
        {"http://user@127.0.0.1", P::credentials},
        {"http://@127.0.0.1", P::credentials},
        {"http://:@127.0.0.1", P::credentials},
        {"http://127.0.0.1@evil.com/", P::credentials},
        {"http://127.0.0.1:80@evil.com", P::credentials},
        {"http://evil.com@127.0.0.1/", P::credentials},
        {"http://evil.com%40127.0.0.1/", P::ambiguous},
        // What one reader takes for the host, another for a fragment or path.
        {"http://evil.com#@127.0.0.1/", P::public_host},
        {"http://evil.com?@127.0.0.1/", P::public_host},
        {"http://evil.com/@127.0.0.1/", P::public_host},
        // Numbers that some readers turn into an address.
        {"http://2130706433", P::ambiguous},
        {"http://0x7f000001", P::ambiguous},
        {"http://0x7f.0.0.1", P::ambiguous},
        {"http://0177.0.0.1", P::ambiguous},
        {"http://127.1", P::ambiguous},
        {"http://127.0.1", P::ambiguous},
        {"http://127.0.0.01", P::ambiguous},
        {"http://127.000.000.001", P::ambiguous},
        {"http://127.0.0.1.", P::ambiguous},
        {"http://127.0.0.256", P::ambiguous},
        {"http://127.0.0.1.5", P::ambiguous},
        {"http://0x", P::ambiguous},
        {"http://evil.0x7f", P::ambiguous},
        {"http://10.0.0.4294967295", P::ambiguous},
        {"http://134744072", P::ambiguous},  // 8.8.8.8
        // Wildcards and metadata in every spelling: named as such.
        {"http://0", P::wildcard},
        {"http://0.0.0.0:4096", P::wildcard},
        {"http://0x0", P::wildcard},
        {"http://[::]:4096", P::wildcard},
        {"http://[::ffff:0.0.0.0]", P::wildcard},
        {"http://169.254.169.254/latest/meta-data", P::metadata},
        {"http://2852039166", P::metadata},
        {"http://0xA9FEA9FE", P::metadata},
        {"http://0251.0376.0251.0376", P::metadata},
        {"http://169.254.43518", P::metadata},
        {"http://169.254.169.254.", P::metadata},
        {"http://[::ffff:169.254.169.254]", P::metadata},
        {"http://[::ffff:a9fe:a9fe]", P::metadata},
        {"http://[::169.254.169.254]", P::metadata},
        {"http://[64:ff9b::169.254.169.254]", P::metadata},
        {"http://[2002:a9fe:a9fe::1]", P::metadata},
        {"http://[fd00:ec2::254]", P::metadata},
        {"http://[fd00:0ec2:0:0:0:0:0:0254]", P::metadata},
        {"http://metadata", P::metadata},
        {"http://METADATA", P::metadata},
        {"http://metadata.google.internal", P::metadata},
        {"http://metadata.google.internal.", P::metadata},
        {"http://instance-data/latest", P::metadata},
        // IPv6 that carries IPv4 is never private.
        {"http://[::ffff:127.0.0.1]", P::public_host},
        {"http://[::ffff:7f00:1]", P::public_host},
        {"http://[::127.0.0.1]", P::public_host},
        {"http://[64:ff9b::7f00:1]", P::public_host},
        {"http://[2002:7f00:1::]", P::public_host},
        {"http://[fe80::1%25eth0]", P::ambiguous},
        {"http://[::1%25lo]:4096", P::ambiguous},
        {"http://[v1.x]/", P::unparseable},
        {"http://[::1]evil.com/", P::unparseable},
        // Bytes that readers fold, strip or turn round.
        {"http://127.0.0.1\\@evil.com", P::credentials},
        {"http://evil.com\\@127.0.0.1/", P::credentials},
        {"http://127.0.0.1\\.evil.com", P::ambiguous},
        {"http:\\\\127.0.0.1", P::unparseable},
        {"http://127.0.0.1\t.evil.com", P::unparseable},
        {"http://127.0.0.1\n", P::unparseable},
        {"http://ev\ril.com", P::unparseable},
        {"http://\xEF\xBC\x91\xEF\xBC\x92\xEF\xBC\x97.0.0.1", P::ambiguous},  // full-width 127
        {"http://127\xE3\x80\x82"
         "0.0.1",
         P::ambiguous},  // ideographic full stop
        {"http://l\xC3\xB6"
         "calhost",
         P::ambiguous},
        {"http://local\xC2\xADhost", P::ambiguous},  // soft hyphen: gone after IDNA
        {"http://loc%61lhost", P::ambiguous},
        {"http://%31%32%37.0.0.1", P::ambiguous},
        {"http://127.0.0.1%2f.evil.com", P::ambiguous},
        {"http://127.0.0.1%00.evil.com", P::ambiguous},
        {"http://local,host", P::ambiguous},
        {"http://a;b", P::ambiguous},
        // Slashes and ports.
        {"http:127.0.0.1", P::unparseable},
        {"http:/127.0.0.1", P::ambiguous},
        {"http:///127.0.0.1", P::ambiguous},
        {"http:////127.0.0.1", P::unparseable},
        {"http:///x", P::ambiguous},
        {"http:/x?://127.0.0.1", P::ambiguous},
        {"http://localhost.", P::ambiguous},
        {"http://127.0.0.1:80:90", P::unparseable},
        {"http://127.0.0.1:+80", P::unparseable},
        {"http://127.0.0.1: 80", P::unparseable},
        // Public, however private it looks.
        {"http://8.8.8.8", P::public_host},
        {"http://example.com", P::public_host},
        {"http://localhost.evil.com", P::public_host},
        {"http://127.0.0.1.nip.io", P::public_host},
        {"http://127-0-0-1.evil.com", P::public_host},
        {"http://xn--e1awd7f.com", P::public_host},
        {"http://internal", P::public_host},
        {"http://evillocalhost", P::public_host},
        {"http://172.32.0.1", P::public_host},
        {"http://[2001:db8::1]", P::public_host},
        // Only an origin.
        {"http://127.0.0.1/api", P::extra_parts},
        {"http://127.0.0.1//", P::extra_parts},
        {"http://127.0.0.1/?x=y", P::extra_parts},
        {"http://127.0.0.1?x", P::extra_parts},
        {"http://127.0.0.1/#x", P::extra_parts},
        {"http://127.0.0.1/@evil.com", P::extra_parts},
    };
    for (const Row& row : rows) {
        CAPTURE(row.url);
        for (const bool allow_private_dns : {false, true}) {
            const EndpointVerdict verdict = check_private_endpoint(row.url, allow_private_dns);
            // curl may refuse outright what another version would read: refused is what counts.
            if (verdict.problem == P::unparseable && row.problem == P::ambiguous) continue;
            CHECK(verdict.problem == row.problem);
            CHECK_FALSE(verdict.ok());
            CHECK(verdict.url.has_value() == (row.problem != P::unparseable));
        }
    }
}

TEST_CASE("endpoint policy: an empty port is the default one") {
    const auto verdict = check_private_endpoint("http://127.0.0.1:", false);
    CHECK(verdict.ok());
    CHECK(verdict.url->port == 80);
}

TEST_CASE("endpoint policy: other services may be public and have a path, but the rest holds") {
    const std::vector<Row> rows{
        {"https://gateway.example.com/base?x=y", P::none},
        {"http://127.0.0.1:8795", P::none},
        {"http://8.8.8.8", P::none},
        {"https://box.lan", P::none},
        {"gateway.example.com", P::unparseable},
        {"ftp://gateway.example.com", P::scheme},
        {"https://u:p@gateway.example.com", P::credentials},
        {"http://0.0.0.0:8795", P::wildcard},
        {"http://169.254.169.254/", P::metadata},
        {"https://[::ffff:169.254.169.254]/", P::metadata},
        {"https://gateway.example.com\\@evil.com", P::credentials},
        {"https://0x08.8.8.8", P::ambiguous},
        {"https://gateway.example.com:0", P::unparseable},
    };
    for (const Row& row : rows) {
        CAPTURE(row.url);
        CHECK(check_service_endpoint(row.url).problem == row.problem);
    }
}

TEST_CASE("endpoint policy: every problem has its code and its words") {
    for (const P problem : {P::unparseable, P::scheme, P::credentials, P::ambiguous, P::wildcard, P::metadata,
                            P::public_host, P::private_dns, P::extra_parts}) {
        CHECK(reason_code(problem).starts_with("endpoint."));
        CHECK_FALSE(describe(problem).empty());
    }
    CHECK(reason_code(P::none).empty());
}
