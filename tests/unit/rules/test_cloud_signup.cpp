#include "unit/rules/cloud_rows.hpp"

#include <catch2/catch.hpp>

using namespace cowork;
using namespace cowork::test;

namespace {

const std::string mode = "SIGNUP_MODE";
const std::string domains = "ALLOWED_EMAIL_DOMAINS";
const std::string self_service = "ALLOW_SELF_SERVICE_SIGNUP";

}  // namespace

// contract/cloud.md section 8: the server starts with all of these.
TEST_CASE("cloud rules: who joins by signing in") {
    const std::vector<std::string> open{"configuration.missing-key " + domains};
    check_cloud_rows({
        {web, production, {{mode, "domain"}}, open, {"everybody who can sign in joins"}},
        {whole, self_host, {{mode, "domain"}}, open, {"example.org"}},
        {web, production, {{mode, "domain"}, {domains, "example.org, example.com"}}, {}, {}},
        {web,
         production,
         {{mode, "domain"}, {"=OPEN_COWORK_CONFIG_PATH", "/c"}},
         {"configuration.missing-key " + domains + " degraded"},
         {"configuration file"}},
        // A worker signs nobody in, and without sign-in nobody joins.
        {worker, production, {{mode, "domain"}}, {}, {}},
        {whole, local, {{mode, "domain"}}, {}, {}},
        {web, production, {{mode, "open"}}, {}, {}},
    });
    for (const std::string entry :
         {"@example.org", "*.example.org", "example.org,a@b.org", "https://example.org", "a.org b.org"})
        check_cloud_rows({{web,
                           production,
                           {{domains, entry}},
                           {"configuration.invalid-value " + domains},
                           {"no address ends in", "without @"}}});
    for (const std::string entry :
         {"example.org", "Example.ORG,sub.example.org", "example.org,", "b\u00fccher.de"})
        check_cloud_rows({{web, production, {{domains, entry}}, {}, {}}});
}

TEST_CASE("cloud rules: two settings that say who joins must agree") {
    const std::vector<std::string> flag{"configuration.lenient-value " + self_service + " degraded"};
    const std::vector<std::string> shut{"configuration.lenient-value " + mode + " degraded"};
    check_cloud_rows({
        {web, production, {{self_service, "yes"}}, flag, {"silently ignores while", "is invite"}},
        {web, production, {{mode, "disabled"}, {self_service, "true"}}, flag, {"is disabled"}},
        {web, production, {{self_service, "false"}}, {}, {}},
        {web, production, {{mode, "open"}, {self_service, "off"}}, shut, {"nobody joins"}},
        {web,
         production,
         {{mode, "domain"}, {domains, "a.org"}, {self_service, "0"}},
         shut,
         {"nobody joins"}},
        {web, production, {{mode, "open"}, {self_service, "on"}}, {}, {}},
        {web, self_host, {{self_service, "true"}}, {}, {}},
    });
}

TEST_CASE("cloud rules: the path on which browsers come back") {
    const std::string path = "OIDC_CALLBACK_PATH";
    for (const std::string wrong : {"auth/callback", "//auth", "https://cloud.example.org/auth/callback"})
        check_cloud_rows({{web,
                           production,
                           {{path, wrong}},
                           {"configuration.lenient-value " + path},
                           {"/auth/callback instead", "identity provider"}}});
    check_cloud_rows({
        {web, production, {{path, "/signed-in"}}, {}, {}},
        {scheduler, production, {{path, "auth/callback"}}, {}, {}},
    });
}
