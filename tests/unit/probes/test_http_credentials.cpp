#include "probes/http.hpp"
#include "support/fake_server.hpp"
#include "support/httplib_config.hpp"
#include "support/s3_signature.hpp"

#include <catch2/catch.hpp>

using namespace cowork;
using namespace cowork::test;
using probes::HttpRequest;
using probes::S3Signature;
using std::chrono::seconds;

TEST_CASE("http: requests are signed for S3", "[http]") {
    const std::string key = "wJalr/XUtn+FEMI=K7MDENG";
    FakeServer server({}, [&](const httplib::Request& request, httplib::Response& response) {
        response.status = signed_with(request, key) ? 200 : 403;
    });
    const Secret key_id("AKIA7Q2M9ZP4RT8VXKYW"), good(key), other("another"), session("FwoG//Yx==");
    const auto probe = probes::make_http_probe();
    const auto status = [&](const std::string& rest, S3Signature signature,
                            const std::string& method = "GET") {
        HttpRequest request;
        request.url = server.url(rest);
        request.method = method;
        request.s3 = std::move(signature);
        return probe->fetch_one(request, Budget::lasting(seconds(5))).status;
    };
    for (const char* rest :
         {"/bucket?list-type=2&max-keys=1", "/bucket?versioning=", "/bucket", "/a%20b%2Fc"}) {
        CAPTURE(rest);
        CHECK(status(rest, {&key_id, &good, nullptr, "us-east-1"}) == 200);
        CHECK(status(rest, {&key_id, &good, &session, "eu-central-1"}) == 200);
        CHECK(status(rest, {&key_id, &other, nullptr, "us-east-1"}) == 403);
    }
    CHECK(status("/bucket", {&key_id, &good, nullptr, "us-east-1"}, "HEAD") == 200);
}

TEST_CASE("http: what cannot be signed is not sent", "[http]") {
    FakeServer server({}, [](const httplib::Request&, httplib::Response&) {});
    const Secret key_id("AKIA7Q2M9ZP4RT8VXKYW"), good("secret-key"), split("two\r\nlines");
    const auto probe = probes::make_http_probe();
    for (const auto& signature :
         {S3Signature{&key_id, &good, nullptr, "us:east"}, S3Signature{&key_id, &good, nullptr, ""},
          S3Signature{nullptr, &good, nullptr, "us-east-1"}, S3Signature{&split, &good, nullptr, "us-east-1"},
          S3Signature{&key_id, &good, &split, "us-east-1"}}) {
        HttpRequest request;
        request.url = server.url("/bucket");
        request.s3 = signature;
        CHECK(probe->fetch_one(request, Budget::lasting(seconds(5))).failure == probes::HttpFailure::bad_url);
    }
    CHECK(server.requests().empty());
}

TEST_CASE("http: a secret query joins the URL, further headers go along", "[http]") {
    std::string version;
    FakeServer server({}, [&](const httplib::Request& request, httplib::Response&) {
        version = request.get_header_value("x-ms-version");
    });
    const Secret sas("sv=1&sig=a%2Bb"), bearer("the-token");
    const auto probe = probes::make_http_probe();
    HttpRequest request;
    request.url = server.url("/c?restype=container");
    request.secret_query = &sas;
    request.headers = {{"x-ms-version", "2021-08-06"}};
    CHECK(probe->fetch_one(request, Budget::lasting(seconds(5))).status == 200);
    CHECK(version == "2021-08-06");
    request.url = server.url("/c");
    request.secret_query = nullptr;
    request.bearer = &bearer;
    CHECK(probe->fetch_one(request, Budget::lasting(seconds(5))).status == 200);
    request.bearer = nullptr;
    request.secret_query = &sas;
    CHECK(probe->fetch_one(request, Budget::lasting(seconds(5))).status == 200);
    const auto asked = server.requests();
    REQUIRE(asked.size() == 3);
    CHECK(asked[0].target == "/c?restype=container&sv=1&sig=a%2Bb");
    CHECK(asked[1].authorization == "Bearer the-token");
    CHECK(asked[2].target == "/c?sv=1&sig=a%2Bb");
}
