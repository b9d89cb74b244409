#include "probes/http_client.hpp"
#include "support/cloud_smoke_run.hpp"
#include "support/real_store.hpp"
#include "support/require_service.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <map>
#include <string>

// Objects go into real stores, come back, and are deleted.

using namespace cowork;
using namespace cowork::test;
using namespace std::chrono_literals;
using namespace std::string_literals;

namespace {

RealS3& s3() {
    static RealS3 server;
    return server;
}
RealAzurite& azurite() {
    static RealAzurite server;
    return server;
}

std::map<std::string, std::string> settings(const std::map<std::string, std::string>& values) {
    std::map<std::string, std::string> full;
    for (const auto& [name, value] : values) full["OPEN_COWORK_CLOUD_OBJECT_STORE_" + name] = value;
    return full;
}

smoke::Outcome round_trip(const std::map<std::string, std::string>& values) {
    const SmokeCloud cloud;
    CloudSmokeRun runner(cloud);
    runner.timeout = 10s;
    runner.server_settings = settings(values);
    return runner.run({"cloud.object_store.round_trip"});
}

void check_ready(const smoke::Outcome& outcome) {
    const report::Row& row = row_of(outcome, "cloud.object_store.round_trip");
    INFO(row.reason_code << " " << row.summary.str());
    CHECK(row.status == Status::ready);
    CHECK(outcome.leftovers.empty());
}

}  // namespace

TEST_CASE("an object goes into a real S3 store, comes back and is deleted") {
    if (!require_service(RealS3::available(), "an S3 server")) return;
    const Secret key("S3RVER");
    const std::string bytes = "bytes\0of\r\nan object\xff"s;
    const auto client = probes::make_http_client();
    const auto ask = [&](const std::string& method, const std::string& body) {
        probes::HttpCall call;
        call.url = s3().url() + "/cowork-artifacts/cowork-smoke/one";
        call.method = method;
        call.body = body;
        call.content_type = "application/octet-stream";
        call.s3 = probes::S3Signature{&key, &key, nullptr, "us-east-1"};
        return client->call_one(call, Budget::lasting(10s));
    };
    CHECK(ask("GET", "").status == 404);
    CHECK(ask("PUT", bytes).status == 200);
    CHECK(ask("GET", "").body == bytes);
    CHECK(ask("DELETE", "").status == 204);
    CHECK(ask("GET", "").status == 404);
}

TEST_CASE("smoke's object makes its round trip through a real S3 store, and what was left is swept") {
    if (!require_service(RealS3::available(), "an S3 server")) return;
    const std::map<std::string, std::string> values{{"KIND", "minio"},
                                                    {"BUCKET", "cowork-artifacts"},
                                                    {"ENDPOINT", s3().url()},
                                                    {"ACCESS_KEY_ID", "S3RVER"},
                                                    {"SECRET_ACCESS_KEY", "S3RVER"}};
    check_ready(round_trip(values));

    const Secret key("S3RVER");
    const auto client = probes::make_http_client();
    probes::HttpCall call;
    call.url = s3().url() + "/cowork-artifacts/cowork-smoke/cowork-smoke-" + id_of_the_dead();
    call.method = "PUT";
    call.body = "left behind";
    call.s3 = probes::S3Signature{&key, &key, nullptr, "us-east-1"};
    CHECK(client->call_one(call, Budget::lasting(10s)).status == 200);
    const SmokeCloud cloud;
    CloudSmokeRun runner(cloud);
    runner.timeout = 10s;
    runner.server_settings = settings(values);
    CHECK(row_of(runner.run({"cloud.leftovers.removed"}), "cloud.leftovers.removed").status == Status::ready);
    call.method = "GET";
    call.body.clear();
    CHECK(client->call_one(call, Budget::lasting(10s)).status == 404);
}

TEST_CASE("smoke's object makes its round trip through Azurite") {
    if (!require_service(RealAzurite::available(), "Azurite")) return;
    const auto values = [](const std::string& permissions) {
        return std::map<std::string, std::string>{
            {"KIND", "azure-blob"},
            {"BUCKET", "cowork-artifacts"},
            {"ENDPOINT", azurite().url()},
            {"ACCOUNT_NAME", "devstoreaccount1"},
            {"SAS_TOKEN", "?" + RealAzurite::sas(permissions, "2099-01-01T00:00:00Z")}};
    };
    check_ready(round_trip(values("rwdlc")));
    const auto refused = round_trip(values("rl"));
    CHECK(row_of(refused, "cloud.object_store.round_trip").reason_code == "object-store.put-refused");
    // Nothing may be deleted with it either.
    CHECK(refused.leftovers.size() == 1);
}
