#include "rules/cloud_server.hpp"
#include "rules/secret_names.hpp"
#include "support/cloud_env.hpp"

#include <catch2/catch.hpp>

#include <set>
#include <string>

using namespace cowork;
using namespace cowork::rules;
using namespace cowork::test;

namespace {

CloudView view_of(const CloudChanges& changes, CloudRole role = CloudRole::all_in_one) {
    // The views of the result would dangle; what the tests below read is its own.
    static std::vector<config::Config> kept;
    kept.push_back(cloud_env(role, CloudTier::local, changes));
    return view_cloud(kept.back());
}

}  // namespace

TEST_CASE("cloud view: the defaults of the server") {
    const config::Config nothing;
    const CloudView view = view_cloud(nothing);
    CHECK(view.role == CloudRole::all_in_one);
    CHECK(view.tier == CloudTier::local);
    CHECK(view.host == "0.0.0.0");
    CHECK(view.host_key == "OPEN_COWORK_CLOUD_HOST");
    CHECK(view.port == 8787);
    CHECK(view.liveness_port == 0);
    CHECK(view.liveness_url().empty());
    CHECK(view.public_url.empty());
    CHECK(view.auth == CloudAuth::none);
    CHECK(view.object_store == "filesystem");
    CHECK(view.isolation == "sandbox");
    CHECK(view.database_url.empty());
    CHECK_FALSE(view.configuration_file);
    CHECK_FALSE(view.loopback_bind());
    CHECK(view.local_url() == "http://127.0.0.1:8787");
}

TEST_CASE("cloud view: HOST and PORT win over the prefixed names") {
    CHECK(view_of({}).host == "127.0.0.1");
    CHECK(view_of({{"=HOST", "::1"}}).host == "::1");
    CHECK(view_of({{"=HOST", "::1"}}).host_key == "HOST");
    CHECK(view_of({{"=HOST", "::1"}}).local_url() == "http://[::1]:8787");
    CHECK(view_of({{"=HOST", "[::]"}}).local_url() == "http://[::1]:8787");
    CHECK(view_of({{"=HOST", "  "}}).host == "127.0.0.1");
    CHECK(view_of({{"PORT", "9000"}}).port == 9000);
    CHECK(view_of({{"PORT", "9000"}, {"=PORT", "9001"}}).port == 9001);
    CHECK(view_of({{"PORT", "70000"}}).port == 8787);
}

TEST_CASE("cloud view: liveness is a matter of roles without a web server") {
    CHECK(view_of({{"LIVENESS_PORT", "8788"}}).liveness_port == 0);
    CHECK(view_of({{"LIVENESS_PORT", "8788"}}, CloudRole::web).liveness_port == 0);
    CHECK(view_of({{"LIVENESS_PORT", "8788"}}, CloudRole::worker).liveness_port == 8788);
    CHECK(view_of({{"LIVENESS_PORT", "8788"}}, CloudRole::scheduler).liveness_url() ==
          "http://127.0.0.1:8788");
}

TEST_CASE("cloud view: configuration files and sign-in") {
    CHECK(view_of({{"=OPEN_COWORK_CONFIG_PATH", "/etc/cowork.json"}}).configuration_file);
    CHECK(view_of({{"=OPEN_COWORK_CONFIG_DIR", "/etc/cowork"}}).configuration_file);
    CHECK(view_of({{"=OPEN_COWORK_DOWNSTREAM_ROOT", "/opt/x"}}).configuration_file);
    CHECK(view_of({{"AUTH_MODE", "header"}}).auth == CloudAuth::header);
    CHECK(view_of({{"AUTH_MODE", "oidc"}}).auth == CloudAuth::oidc);
    CHECK(view_of({{"AUTH_MODE", "OIDC"}}).auth == CloudAuth::none);
    CHECK(view_of({{"ALLOW_INSECURE_AUTH", "on"}}).insecure_auth);
}

TEST_CASE("cloud keys: one table for every setting") {
    const Service& service = cloud_server();
    std::set<std::string> names;
    for (const Key& key : service.keys) {
        CAPTURE(key.name);
        const std::string full =
            key.bare ? std::string(key.name) : std::string(cloud_prefix) + std::string(key.name);
        CHECK(names.insert(full).second);
        CHECK(service.find(full) == &key);
        CHECK_FALSE(service.group_of(full).empty());
        CHECK_FALSE(key.meaning.empty());
    }
    CHECK(names.size() == 179);
    CHECK(service.full_name("HOST") == "OPEN_COWORK_CLOUD_HOST");
    CHECK(service.group_of("OPEN_COWORK_CLOUD_ISOLATION_IMAGE") == "Execution isolation");
    for (const char* name :
         {"SECRET_KEY", "SECRET_KEY_PREVIOUS", "COOKIE_SECRET", "INTERNAL_TOKEN", "OIDC_CLIENT_SECRET",
          "HEADER_AUTH_SECRET", "CONTROL_PLANE_URL", "DATABASE_URL", "OBJECT_STORE_SECRET_ACCESS_KEY",
          "OBJECT_STORE_SAS_TOKEN", "STRIPE_API_KEY", "STRIPE_WEBHOOK_SECRET", "OTLP_HEADERS"}) {
        CAPTURE(name);
        CHECK(is_secret_key(std::string(cloud_prefix) + name));
    }
    for (const char* name : {"SECRET_KEY_REF", "COOKIE_SECURE", "API_TOKEN_MAX_TTL_MS", "PUBLIC_URL"}) {
        CAPTURE(name);
        CHECK_FALSE(is_secret_key(std::string(cloud_prefix) + name));
    }
}
