#include "unit/rules/cloud_rows.hpp"

#include <catch2/catch.hpp>

using namespace cowork;
using namespace cowork::test;

namespace {

// The same expectation for each of the roles.
std::vector<CloudRow> for_roles(std::initializer_list<rules::CloudRole> roles, const CloudRow& row) {
    std::vector<CloudRow> rows;
    for (const auto role : roles) {
        rows.push_back(row);
        rows.back().role = role;
    }
    return rows;
}

}  // namespace

// contract/cloud.md section 7.2, rules 1 to 17; a rule of one role must not be asked of another.
TEST_CASE("cloud rules: what public_production demands of every role") {
    const auto everybody = {web, worker, scheduler};
    for (const CloudRow& row : std::vector<CloudRow>{
             {web,
              production,
              {{"ALLOW_INSECURE_AUTH", "1"}},
              {"configuration.production ALLOW_INSECURE_AUTH"},
              {"needs false"}},  // 1
             {web,
              production,
              {{"CONTROL_PLANE_URL", ""}},
              {"configuration.missing-key CONTROL_PLANE_URL"},
              {"Postgres"}},  // 3
             {web,
              production,
              {{"CONTROL_PLANE_URL", ""}, {"=OPEN_COWORK_CONFIG_PATH", "/c"}},
              {"configuration.missing-key CONTROL_PLANE_URL degraded"},
              {"configuration file"}},
             {web,
              production,
              {{"OBJECT_STORE_KIND", "filesystem"}, {"OBJECT_STORE_BUCKET", ""}},
              {"configuration.ephemeral-storage OBJECT_STORE_KIND"},
              {"bucket"}},  // 4
             {web,
              production,
              {{"OBJECT_STORE_KIND", ""}, {"OBJECT_STORE_BUCKET", ""}},
              {"configuration.ephemeral-storage OBJECT_STORE_KIND"},
              {"s3, gcs"}},
             {web,
              production,
              {{"OBJECT_STORE_BUCKET", ""}},
              {"configuration.missing-key OBJECT_STORE_BUCKET"},
              {"bucket"}},
             {web,
              production,
              {{"ALLOW_EPHEMERAL_STORAGE", "true"}, {"OBJECT_STORE_KIND", "filesystem"}},
              {"configuration.ephemeral-storage OBJECT_STORE_KIND"},
              {"bucket"}},
             {web,
              production,
              {{"RUN_MIGRATIONS", ""}},
              {"configuration.production RUN_MIGRATIONS"},
              {"not set, which means true", "needs false"}},  // 5
             {web,
              production,
              {{"RUN_MIGRATIONS", "yes"}},
              {"configuration.production RUN_MIGRATIONS"},
              {"is true"}},
             {web, production, {{"RUN_MIGRATIONS", "off"}}, {}, {}},
             {web,
              production,
              {{"SECRET_KEY", ""}},
              {"configuration.missing-key SECRET_KEY"},
              {"generated secret"}},  // 6
             {web,
              production,
              {{"AUTH_MODE", ""}},
              {"configuration.open-access AUTH_MODE"},
              {"every role"}},  // 13
             {web,
              production,
              {{"AUTH_MODE", "none"}},
              {"configuration.open-access AUTH_MODE"},
              {"means none"}},
             {web,
              production,
              {{"AUTH_MODE", ""}, {"=OPEN_COWORK_CONFIG_PATH", "/c"}},
              {"configuration.missing-key AUTH_MODE degraded"},
              {"configuration file"}},
             {web,
              production,
              {{"AUTH_MODE", "header"}},
              {"configuration.missing-key HEADER_AUTH_SECRET"},
              {"every role"}},  // 14
             {web,
              production,
              {{"AUTH_MODE", "header"}, {"HEADER_AUTH_SECRET", strong_cloud_secret(2)}},
              {},
              {}},
             {web,
              production,
              {{"AUTH_MODE", "header"}, {"HEADER_AUTH_SECRET_REF", "azure-kv://vault1/secrets/h"}},
              {},
              {}},
             {web,
              production,
              {{"AUTH_MODE", "header"}, {"HEADER_AUTH_SECRET", "too-short-and-weak"}},
              {"configuration.weak-secret HEADER_AUTH_SECRET"},
              {"32 bytes"}},
             {web, production, {{"HEADER_AUTH_SECRET", "too-short-and-weak"}}, {}, {}},  // oidc does not use
                                                                                         // it
             {web,
              production,
              {{"AUTH_MODE", "header"},
               {"HEADER_AUTH_SECRET", strong_cloud_secret(2)},
               {"HEADER_AUTH_ALLOW_UNSIGNED", "true"}},
              {"configuration.production HEADER_AUTH_ALLOW_UNSIGNED"},
              {"needs false"}},
             {web,
              production,
              {{"RETENTION_SESSION_EVENT_MS", ""}},
              {"configuration.missing-key RETENTION_SESSION_EVENT_MS"},
              {"every role", "1209600000"}},  // 15
             {web,
              production,
              {{"RETENTION_WORKSPACE_EVENT_MS", ""}},
              {"configuration.missing-key RETENTION_WORKSPACE_EVENT_MS"},
              {"every role"}},
             {web,
              production,
              {{"RETENTION_SESSION_EVENT_MS", "0"}},
              {"configuration.invalid-value RETENTION_SESSION_EVENT_MS"},
              {"from 1"}},
         })
        check_cloud_rows(for_roles(everybody, row));
    // 2
    check_cloud_rows({{whole,
                       production,
                       {},
                       {"configuration.production ROLE"},
                       {"separate processes", "web, worker or scheduler"}}});
    check_cloud_rows(
        {{whole, production, {{"ROLE", ""}}, {"configuration.production ROLE"}, {"all-in-one"}},
         {scheduler, production, {{"ROLE", "api"}}, {"configuration.invalid-value ROLE"}, {"scheduler"}}});
}

TEST_CASE("cloud rules: what public_production demands of the web role") {
    const auto others = {worker, scheduler};
    const auto both = [&](const CloudRow& row) {
        check_cloud_rows({row});
        check_cloud_rows(for_roles(others, {web, production, row.changes, {}, {}}));
    };
    both({web,
          production,
          {{"PUBLIC_URL", ""}},
          {"configuration.missing-key PUBLIC_URL"},
          {"redirects"}});  // 7
    both({web,
          production,
          {{"SIGNUP_MODE", ""}},
          {"configuration.missing-key SIGNUP_MODE"},
          {"invite"}});  // 8
    both({web,
          production,
          {{"COOKIE_SECURE", "no"}},
          {"configuration.production COOKIE_SECURE"},
          {"needs true"}});  // 9
    both({web,
          production,
          {{"COOKIE_SECRET", ""}},
          {"configuration.missing-key COOKIE_SECRET"},
          {"COOKIE_SECRET_REF"}});  // 10
    both({web,
          production,
          {{"AUTO_PROCESS_COMMANDS", ""}},
          {"configuration.production AUTO_PROCESS_COMMANDS"},
          {"not set, which means true"}});  // 11
    both({web,
          production,
          {{"AUTO_PROCESS_COMMANDS", "true"}},
          {"configuration.production AUTO_PROCESS_COMMANDS"},
          {"needs false"}});
    both({web,
          production,
          {{"OIDC_ISSUER_URL", ""}},
          {"configuration.missing-key OIDC_ISSUER_URL"},
          {"OIDC"}});  // 16
    both({web, production, {{"OIDC_CLIENT_ID", ""}}, {"configuration.missing-key OIDC_CLIENT_ID"}, {"OIDC"}});
    check_cloud_rows({
        {web,
         production,
         {{"PUBLIC_URL", "http://cloud.example.org"}},
         {"configuration.insecure-url PUBLIC_URL"},
         {"not https"}},
        {web,
         production,
         {{"PUBLIC_URL", "https://localhost"}},
         {"configuration.invalid-value PUBLIC_URL"},
         {"public https origin"}},
        {web,
         production,
         {{"PUBLIC_URL", "https://[fd00::1]"}},
         {"configuration.invalid-value PUBLIC_URL"},
         {"its network"}},
        {web,
         production,
         {{"PUBLIC_URL", "https://cloud.example.org/x"}},
         {"endpoint.extra-parts PUBLIC_URL"},
         {"path"}},
        // Behind a proxy on the same machine nothing changes.
        {web, production, {{"HOST", "127.0.0.1"}}, {}, {}},
        {web,
         production,
         {{"HOST", "127.0.0.1"}, {"PUBLIC_URL", "https://10.1.2.3"}},
         {"configuration.invalid-value PUBLIC_URL"},
         {"its network"}},
        {web,
         production,
         {{"SIGNUP_MODE", "closed"}},
         {"configuration.invalid-value SIGNUP_MODE"},
         {"disabled, invite, domain or open"}},
    });
}

TEST_CASE("cloud rules: what public_production demands of a worker") {
    check_cloud_rows({
        {worker,
         production,
         {{"CHECKPOINTS_ENABLED", ""}},
         {"configuration.production CHECKPOINTS_ENABLED"},
         {"not set, which means false", "needs true"}},  // 12
        {worker,
         production,
         {{"CHECKPOINTS_ENABLED", "off"}},
         {"configuration.production CHECKPOINTS_ENABLED"},
         {"another worker"}},
        {web, production, {{"CHECKPOINTS_ENABLED", "false"}}, {}, {}},
        {scheduler, production, {{"CHECKPOINTS_ENABLED", "false"}}, {}, {}},
        {worker, private_beta, {{"CHECKPOINTS_ENABLED", "false"}}, {}, {}},
        {worker,
         production,
         {{"WORKER_ID", ""}},
         {"configuration.missing-key WORKER_ID"},
         {"worker-1"}},  // 17
    });
}

TEST_CASE("cloud rules: the other tiers do not ask what public_production asks") {
    for (const auto tier : {self_host, private_beta})
        check_cloud_rows(for_roles({web, worker, scheduler}, {web,
                                                              tier,
                                                              {{"RUN_MIGRATIONS", "true"},
                                                               {"SIGNUP_MODE", ""},
                                                               {"RETENTION_SESSION_EVENT_MS", ""},
                                                               {"AUTO_PROCESS_COMMANDS", "true"},
                                                               {"CHECKPOINTS_ENABLED", ""}},
                                                              {},
                                                              {}}));
}
