#include "endpoint_rows.hpp"
#include "net/endpoint_policy.hpp"

#include <catch2/catch.hpp>

#include <ostream>
#include <set>
#include <string>

namespace cowork::net {
static std::ostream& operator<<(std::ostream& out, EndpointProblem problem) {
    return out << (problem == EndpointProblem::none ? "none" : reason_code(problem));
}
}  // namespace cowork::net

using namespace cowork;
using namespace cowork::net;
using P = EndpointProblem;

TEST_CASE("endpoint policy: more than 200 URLs get the verdict that their table names") {
    std::set<std::string> distinct;
    for (const test::EndpointRow& row : test::private_endpoint_rows()) {
        CAPTURE(row.url);
        CHECK(distinct.insert(row.url).second);
        for (const bool allow_private_dns : {false, true}) {
            const P expected = allow_private_dns ? row.with_names.value_or(row.problem) : row.problem;
            const EndpointVerdict verdict = check_private_endpoint(row.url, allow_private_dns);
            CHECK(verdict.ok() == (expected == P::none));
            // curl may refuse outright what another version would read: refused is what counts.
            if (verdict.problem == P::unparseable && expected == P::ambiguous) continue;
            CHECK(verdict.problem == expected);
            CHECK(verdict.url.has_value() == (expected != P::unparseable));
        }
    }
    CHECK(distinct.size() >= 400);
}

TEST_CASE("endpoint policy: an empty port is the default one") {
    const auto verdict = check_private_endpoint("http://127.0.0.1:", false);
    CHECK(verdict.ok());
    CHECK(verdict.url->port == 80);
}

TEST_CASE("endpoint policy: other services may be public and have a path but the rest holds") {
    std::set<std::string> distinct;
    for (const test::ServiceRow& row : test::service_endpoint_rows()) {
        CAPTURE(row.url);
        CHECK(distinct.insert(row.url).second);
        const P problem = check_service_endpoint(row.url).problem;
        if (problem == P::unparseable && row.problem == P::ambiguous) continue;
        CHECK(problem == row.problem);
    }
    CHECK(distinct.size() >= 80);
}

TEST_CASE("endpoint policy: what is a wildcard or a metadata service to one policy is it to the other") {
    for (const test::EndpointRow& row : test::private_endpoint_rows()) {
        if (row.problem != P::wildcard && row.problem != P::metadata) continue;
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
