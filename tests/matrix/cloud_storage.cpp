#include "matrix/groups.hpp"
#include "matrix/transport_faults.hpp"
#include "support/certificate.hpp"
#include "support/fake_cloud.hpp"
#include "support/httplib_config.hpp"
#include "support/real_store.hpp"
#include "support/s3_signature.hpp"
#include "support/temp_dir.hpp"

namespace cowork::test::matrix {
namespace {

constexpr const char* check = "cloud.object_store.configured";
constexpr auto wrong = Status::action_required;
constexpr const char* s3_listing =
    R"(<?xml version="1.0"?><ListBucketResult><Name>cowork-artifacts</Name></ListBucketResult>)";

// The settings of a server in the local tier whose bucket is in a real S3 server.
class StorageWorld : public World {
  public:
    StorageWorld() {
        path = "cloud-connect";
        arguments = {"--only", check};
        values = {{"HOST", "127.0.0.1"},
                  {"OBJECT_STORE_KIND", "minio"},
                  {"OBJECT_STORE_BUCKET", "cowork-artifacts"},
                  {"OBJECT_STORE_ACCESS_KEY_ID", "S3RVER"},
                  {"OBJECT_STORE_SECRET_ACCESS_KEY", "S3RVER"}};
    }
    void set(const std::string& name, const std::string& value) { values["OBJECT_STORE_" + name] = value; }
    void without(const std::string& name) { values.erase("OBJECT_STORE_" + name); }
    void at(const std::string& url) { set("ENDPOINT", url); }
    // s3rver takes any signature of a key that it knows; this one answers a listing to the right one only.
    void at_strict_s3(const std::string& secret_key) {
        auto server = serve(std::make_shared<FakeServer>(
            FakeServerOptions{}, [secret_key](const httplib::Request& request, httplib::Response& response) {
                const bool good = signed_with(request, secret_key);
                response.status = good ? 200 : 403;
                response.set_content(good ? s3_listing : "<Error><Code>SignatureDoesNotMatch</Code></Error>",
                                     "application/xml");
            }));
        at(server->url());
    }
    // Asks the real server, started with the first world that needs it.
    void at_real_s3() {
        if (!RealS3::available()) return void(not_here = "s3rver is not installed");
        static RealS3 server;
        at(server.url());
    }
    void at_real_azurite(const std::string& permissions, const std::string& until = "2099-01-01T00:00:00Z") {
        if (!RealAzurite::available()) return void(not_here = "Azurite is not installed");
        static RealAzurite server;
        azure();
        at(server.url());
        set("SAS_TOKEN", "?" + RealAzurite::sas(permissions, until));
        const std::string& token = values["OBJECT_STORE_SAS_TOKEN"];
        secrets.push_back(token.substr(token.find("sig=") + 4));
    }
    void azure() {
        set("KIND", "azure-blob");
        without("ACCESS_KEY_ID");
        without("SECRET_ACCESS_KEY");
    }
    void gcs(int status, const std::string& body, const std::string& type = "application/json") {
        set("KIND", "gcs");
        without("ACCESS_KEY_ID");
        without("SECRET_ACCESS_KEY");
        set("BEARER_TOKEN", "ya29.bearer-of-the-test");
        secrets.push_back("ya29.bearer-of-the-test");
        answers({.status = status, .content_type = type, .body = body});
    }
    // A store that answers everything so.
    void answers(CannedAnswer answer, FakeServerOptions options = {}) {
        auto server = serve(std::make_shared<FakeServer>(
            std::move(options), [answer](const httplib::Request&, httplib::Response& response) {
                response.status = answer.status;
                for (const auto& [name, value] : answer.headers) response.set_header(name, value);
                response.set_content(answer.body, answer.content_type);
            }));
        at(server->url());
    }
    void s3_error(int status, const std::string& code, std::multimap<std::string, std::string> headers = {}) {
        answers({.status = status,
                 .content_type = "application/xml",
                 .body = "<?xml version=\"1.0\"?><Error><Code>" + code + "</Code></Error>",
                 .headers = std::move(headers)});
    }
    // A Cloud of which only /readyz is known.
    std::shared_ptr<FakeCloud> cloud() {
        auto made = serve(std::make_shared<FakeCloud>());
        arguments.insert(arguments.end(), {"--cloud-url", made->url()});
        return made;
    }

    std::map<std::string, std::string> values;  // without the prefix

  protected:
    void prepare() override {
        for (const auto& [name, value] : values) environment["OPEN_COWORK_CLOUD_" + name] = value;
    }
};

using StorageCase = Case<StorageWorld>;
using Breaks = std::function<void(StorageWorld&)>;

void add(std::vector<StorageCase>& cases, const char* fault, Status status, const char* reason, int exit_code,
         Breaks breaks) {
    cases.push_back({{check, fault, status, reason, exit_code}, std::move(breaks)});
}

void add_settings_cases(std::vector<StorageCase>& cases) {
    const auto bad = [&](const char* fault, const char* reason, Breaks breaks) {
        add(cases, fault, wrong, reason, 1, std::move(breaks));
    };
    bad("no bucket is named", "configuration.missing-key", [](StorageWorld& w) { w.without("BUCKET"); });
    bad("a kind that there is not", "configuration.invalid-value",
        [](StorageWorld& w) { w.set("KIND", "disk"); });
    bad("a secret key from an example", "configuration.placeholder-secret",
        [](StorageWorld& w) { w.set("SECRET_ACCESS_KEY", "change-me"); });
    add(cases, "a mistyped key", Status::degraded, "configuration.unknown-key", 4, [](StorageWorld& w) {
        w.at_real_s3();
        w.set("REGOIN", "eu-west-1");
    });
    add(cases, "a directory outside the local tier", Status::degraded, "configuration.ephemeral-storage", 4,
        [](StorageWorld& w) {
            w.values = {{"DEPLOYMENT_TIER", "self_host_beta"},
                        {"OBJECT_STORE_KIND", "filesystem"},
                        {"CONTROL_PLANE_URL", "postgres://cloud@127.0.0.1/cloud"}};
        });
    add(cases, "a directory", Status::degraded, "object-store.filesystem", 4, [](StorageWorld& w) {
        w.values = {{"OBJECT_STORE_KIND", "filesystem"}};
    });
    for (const auto& [end, url] :
         std::vector<std::pair<const char*, const char*>>{{"unparseable", "http://"},
                                                          {"scheme", "ftp://127.0.0.1"},
                                                          {"credentials", "http://u:p@127.0.0.1"},
                                                          {"ambiguous-host", "http://0x7f000001"},
                                                          {"wildcard-host", "http://0.0.0.0"},
                                                          {"metadata-host", "http://169.254.169.254"}})
        cases.push_back(
            {{check, std::string("the endpoint ") + url, wrong, kept(std::string("endpoint.") + end), 1},
             [url = std::string(url)](StorageWorld& w) { w.at(url); }});
    bad("http over a public network", "object-store.cleartext-credentials",
        [](StorageWorld& w) { w.at("http://192.0.2.1:9000"); });
    bad("a region that is no part of a host name", "object-store.address", [](StorageWorld& w) {
        w.set("KIND", "s3");
        w.set("REGION", "eu west");
        w.arguments.emplace_back("--online");
    });
    add(cases, "the provider's own address, without --online", Status::unknown, "object-store.not-asked", 3,
        [](StorageWorld& w) { w.set("KIND", "s3"); });
}

void add_readyz_cases(std::vector<StorageCase>& cases) {
    const Breaks no_settings = [](StorageWorld& w) { w.values.clear(); };
    const Breaks no_credentials = [](StorageWorld& w) {
        w.at("http://127.0.0.1:9");
        w.without("ACCESS_KEY_ID");
        w.without("SECRET_ACCESS_KEY");
    };
    for (const auto& [words, reason, breaks] : std::vector<std::tuple<std::string, const char*, Breaks>>{
             {"the server's settings are elsewhere", "object-store.no-settings", no_settings},
             {"the machine has a role", "object-store.no-credentials", no_credentials}}) {
        cases.push_back({{check, words + ", /readyz says ok", Status::unknown, reason, 3},
                         [breaks = breaks](StorageWorld& w) { breaks(w), w.cloud(); }});
        cases.push_back({{check, words + ", and nobody answers", Status::unknown, reason, 3},
                         [breaks = breaks](StorageWorld& w) {
                             breaks(w);
                             w.arguments.insert(w.arguments.end(), {"--cloud-url", "http://127.0.0.1:9"});
                         }});
        cases.push_back({{check, words + ", /readyz says ok, with --accept-readyz", Status::ready, "", 0},
                         [breaks = breaks](StorageWorld& w) {
                             breaks(w), w.cloud();
                             w.arguments.emplace_back("--accept-readyz");
                         }});
        cases.push_back(
            {{check, words + ", /readyz is a web page, with --accept-readyz", Status::unknown, reason, 3},
             [breaks = breaks](StorageWorld& w) {
                 breaks(w);
                 w.cloud()->override_path("/readyz", {.content_type = "text/html", .body = "ok"});
                 w.arguments.emplace_back("--accept-readyz");
             }});
        cases.push_back({{check, words + ", /readyz says error", wrong, "object-store.readyz-failing", 1},
                         [breaks = breaks](StorageWorld& w) {
                             breaks(w);
                             w.cloud()->update(
                                 [](FakeCloudOptions& o) { o.failing["object_store"] = "no such bucket"; });
                         }});
    }
}

void add_s3_cases(std::vector<StorageCase>& cases) {
    const auto bad = [&](const char* fault, const char* reason, Breaks breaks) {
        add(cases, fault, wrong, reason, 1, std::move(breaks));
    };
    bad("a bucket that there is not", "object-store.no-bucket", [](StorageWorld& w) {
        w.at_real_s3();
        w.set("BUCKET", "another-bucket");
    });
    bad("another secret key", "object-store.signature", [](StorageWorld& w) {
        w.at_strict_s3("mN3bV6cX9zL2kJ5h");
        w.set("SECRET_ACCESS_KEY", "kY7w2Qm9Zp4Rt8Vx");
        w.secrets.emplace_back("kY7w2Qm9Zp4Rt8Vx");
    });
    for (const char* bucket : {"cowork-artifacts", "a name/with (odd) parts"})
        cases.push_back({{check, std::string("nothing, with a session token, in bucket ") + bucket,
                          std::string_view(bucket) == "cowork-artifacts" ? Status::ready : wrong,
                          std::string_view(bucket) == "cowork-artifacts" ? "" : "object-store.wrong-shape",
                          std::string_view(bucket) == "cowork-artifacts" ? 0 : 1},
                         [bucket](StorageWorld& w) {
                             w.at_strict_s3("mN3bV6cX9zL2kJ5h/+=");
                             w.set("SECRET_ACCESS_KEY", "mN3bV6cX9zL2kJ5h/+=");
                             w.set("SESSION_TOKEN", "FwoGZXIvYXdzEKT7Q2m9Zp4Rt8Vx//+==");
                             w.set("REGION", "eu-central-1");
                             w.set("BUCKET", bucket);
                             w.secrets.insert(w.secrets.end(),
                                              {"mN3bV6cX9zL2kJ5h/+=", "FwoGZXIvYXdzEKT7Q2m9Zp4Rt8Vx//+=="});
                         }});
    bad("an access key that nobody knows", "object-store.key-unknown", [](StorageWorld& w) {
        w.at_real_s3();
        w.set("ACCESS_KEY_ID", "AKIA7Q2M9ZP4RT8VXKYW");
    });
    bad("the key may not list", "object-store.access-denied",
        [](StorageWorld& w) { w.s3_error(403, "AccessDenied"); });
    bad("a session that is over", "object-store.credentials-refused",
        [](StorageWorld& w) { w.s3_error(400, "ExpiredToken"); });
    bad("the clocks differ", "object-store.clock-skew",
        [](StorageWorld& w) { w.s3_error(403, "RequestTimeTooSkewed"); });
    bad("another region, by a redirect", "object-store.wrong-region", [](StorageWorld& w) {
        w.s3_error(301, "PermanentRedirect", {{"x-amz-bucket-region", "eu-central-1"}});
    });
    bad("another region, by the signature", "object-store.wrong-region",
        [](StorageWorld& w) { w.s3_error(400, "AuthorizationHeaderMalformed"); });
    for (const int status : {401, 403, 404, 500, 503, 302})
        cases.push_back({{check, "status " + std::to_string(status) + " with a web page", wrong,
                          "object-store.http-status", 1},
                         [status](StorageWorld& w) {
                             w.answers({.status = status, .content_type = "text/html", .body = "<html>"});
                         }});
    for (const auto& [words, type, body] : std::vector<std::array<std::string, 3>>{
             {"a web page", "text/html", "<!doctype html>"},
             {"nothing at all", "application/xml", ""},
             {"a listing cut short", "application/xml", "<ListBucketResult><Name>cowork-artifacts</Name>"},
             {"another bucket's listing", "application/xml",
              "<ListBucketResult><Name>other</Name></ListBucketResult>"},
             {"an S3 error with status 200", "application/xml", "<Error><Code>AccessDenied</Code></Error>"},
             {"a listing called a web page", "text/html", s3_listing}})
        cases.push_back({{check, words, wrong, "object-store.wrong-shape", 1},
                         [type = type, body = body](StorageWorld& w) {
                             w.answers({.content_type = type, .body = body});
                         }});
    add(cases, "nothing, behind TLS", Status::ready, "", 0, [](StorageWorld& w) {
        const auto files = make_certificate(*w.keep(std::make_shared<TempDir>()), "tls", {});
        w.answers({.content_type = "application/xml", .body = s3_listing},
                  {.cert_file = files.cert_file, .key_file = files.key_file});
        w.arguments.insert(w.arguments.end(), {"--ca-file", files.ca_file});
    });
    add(cases, "a certificate of nobody known", Status::offline, "object-store.tls-certificate", 1,
        [](StorageWorld& w) {
            const auto files = make_certificate(*w.keep(std::make_shared<TempDir>()), "tls", {});
            w.answers({.content_type = "application/xml", .body = s3_listing},
                      {.cert_file = files.cert_file, .key_file = files.key_file});
        });
    add(cases, "a private name that leads to a public address", Status::offline,
        "object-store.address-forbidden", 1, [](StorageWorld& w) {
            w.isolated = true;
            w.hosts += "192.0.2.7 store.internal\n";
            w.at("http://store.internal:9000");
        });
}

void add_other_kinds(std::vector<StorageCase>& cases) {
    const auto bad = [&](const char* fault, const char* reason, Breaks breaks) {
        add(cases, fault, wrong, reason, 1, std::move(breaks));
    };
    add(cases, "nothing, in Azure", Status::ready, "", 0, [](StorageWorld& w) { w.at_real_azurite("rl"); });
    bad("Azure: a container that there is not", "object-store.no-bucket", [](StorageWorld& w) {
        w.at_real_azurite("rl");
        w.set("BUCKET", "another-bucket");
    });
    bad("Azure: a SAS that may not list", "object-store.access-denied",
        [](StorageWorld& w) { w.at_real_azurite("w"); });
    // Azurite calls it AuthorizationFailure, Azure itself AuthenticationFailed.
    bad("Azurite: a SAS whose signature is another's", "object-store.access-denied", [](StorageWorld& w) {
        w.at_real_azurite("rl");
        std::string& token = w.values["OBJECT_STORE_SAS_TOKEN"];
        token.insert(token.find("sig=") + 4, "AAAA");
    });
    bad("Azure: a SAS whose signature is another's", "object-store.credentials-refused", [](StorageWorld& w) {
        w.azure();
        w.set("SAS_TOKEN", "sv=2018-11-09&sig=kY7w2Qm9Zp4Rt8VxkY7w2Qm9");
        w.secrets.emplace_back("kY7w2Qm9Zp4Rt8VxkY7w2Qm9");
        w.answers({.status = 403,
                   .content_type = "application/xml",
                   .body = "<Error/>",
                   .headers = {{"x-ms-error-code", "AuthenticationFailed"}}});
    });
    add(cases, "nothing, in Azure with a bearer token", Status::ready, "", 0, [](StorageWorld& w) {
        w.azure();
        w.set("BEARER_TOKEN", "eyJ-bearer-of-the-test");
        w.secrets.emplace_back("eyJ-bearer-of-the-test");
        w.answers({.content_type = "application/xml",
                   .body = "<EnumerationResults ContainerName=\"x\"></EnumerationResults>",
                   .headers = {{"x-ms-request-id", "1"}}});
    });
    add(cases, "nothing, in GCS", Status::ready, "", 0,
        [](StorageWorld& w) { w.gcs(200, R"({"kind":"storage#objects"})"); });
    const std::string error = R"({"error":{"code":400,"message":"no"}})";
    bad("GCS: a token that is over", "object-store.credentials-refused",
        [=](StorageWorld& w) { w.gcs(401, error); });
    bad("GCS: a token without rights", "object-store.access-denied",
        [=](StorageWorld& w) { w.gcs(403, error); });
    bad("GCS: a bucket that there is not", "object-store.no-bucket",
        [=](StorageWorld& w) { w.gcs(404, error); });
    bad("GCS: a proxy's 403", "object-store.http-status",
        [](StorageWorld& w) { w.gcs(403, "<html>", "text/html"); });
    bad("GCS: another kind of document", "object-store.wrong-shape",
        [](StorageWorld& w) { w.gcs(200, R"({"kind":"storage#bucket"})"); });
    bad("GCS: deep JSON", "object-store.wrong-shape",
        [](StorageWorld& w) { w.gcs(200, std::string(100'000, '[')); });
}

const std::vector<StorageCase>& cases() {
    static const std::vector<StorageCase> all = [] {
        std::vector<StorageCase> made;
        add(made, "nothing", Status::ready, "", 0, [](StorageWorld& w) { w.at_real_s3(); });
        add_settings_cases(made);
        add_readyz_cases(made);
        for (const auto& fault : transport_faults<StorageWorld>())
            made.push_back(
                {{check, fault.words, Status::offline, kept("object-store." + std::string(fault.end)), 1},
                 [fault](StorageWorld& world) {
                     fault.breaks(world, [](StorageWorld& w, const std::string& url) { w.at(url); });
                 }});
        add_s3_cases(made);
        add_other_kinds(made);
        return made;
    }();
    return all;
}

}  // namespace

std::vector<Row> cloud_storage_rows() { return rows_of(cases()); }

TEST_CASE("kill matrix: the Cloud's object store", "[storage]") {
    run_cases(cases(), [] { return std::make_unique<StorageWorld>(); });
}

}  // namespace cowork::test::matrix
