#include "validate/rule_case.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

// Settings that have no effect beside another, and settings that count only together.
namespace {

using namespace cowork;
using Said = std::vector<std::string>;

const std::string secret = "q7Wm2ZxK9vRbT4yHs6LfJ8uPcN3gA5eD1iQoXwMzBtE";

// Files that their service takes as they are.
const std::string standalone =
    "OPEN_COWORK_STANDALONE_GATEWAY_DATABASE_URL=postgres://gateway:a-password@127.0.0.1:5432/gateway\n"
    "OPEN_COWORK_STANDALONE_GATEWAY_ADMIN_TOKEN=GQ5g7_KkAqVv4MBJOS3mfa17xglBRr8nzCf-b-8h0S0\n"
    "OPEN_COWORK_STANDALONE_GATEWAY_OPENCODE_URL=http://127.0.0.1:4096\n"
    "OPEN_COWORK_STANDALONE_GATEWAY_RUNTIME_ROOT=/var/lib/open-cowork/standalone-gateway\n"
    "OPEN_COWORK_STANDALONE_GATEWAY_WEBHOOK_SHARED_SECRET=1my6Fkm1pAooE4I6WD8itWmdI9D7ge0DMwIQb_pFuOQ\n"
    "OPEN_COWORK_STANDALONE_GATEWAY_WEBHOOK_DELIVERY_URL=https://hooks.example.com/in\n";
const std::string cloud =
    "OPEN_COWORK_CLOUD_HOST=127.0.0.1\n"
    "OPEN_COWORK_CLOUD_SECRET_KEY=w5Vb8mQe2kZs7nXf0RjGhYt4LpUaDc9K\n"
    "OPEN_COWORK_CLOUD_EXECUTION_ISOLATION_MODE=development-process\n";

// `severity rule KEY`, the key without what all of the service's begin with.
Said said(const std::string& text, const std::string& prefix) {
    validators::Request request;
    request.paths = {"-"};
    request.standard_input = text;
    request.kind = validators::Kind::env;
    request.settings.reader = config::Dialect::compose;
    auto outcome = validators::validate(request);
    REQUIRE(outcome);
    REQUIRE(outcome->files.size() == 1);
    Said lines;
    for (const validators::Finding& one : outcome->files[0].findings)
        lines.push_back(fmt::format("{} {} {}", to_string(one.severity), one.rule->id,
                                    one.key.starts_with(prefix) ? one.key.substr(prefix.size()) : one.key));
    return lines;
}

struct Row {
    std::vector<std::string> lines;  // behind the prefix
    Said expected;
};

void check(const std::string& file, const std::string& prefix, const std::vector<Row>& rows) {
    for (const Row& row : rows) {
        std::string text = file;
        for (const std::string& line : row.lines) text += prefix + line + "\n";
        INFO(text);
        CHECK(said(text, prefix) == row.expected);
    }
}

std::string ignored(const std::string& key) { return "warning configuration.ignored-key " + key; }

}  // namespace

TEST_CASE("env: settings of the Standalone Gateway without effect") {
    const std::string pem = "=/etc/ssl/gateway.pem";
    const std::string token = "TELEGRAM_BOT_TOKEN=1234567891:AAHo5bG2eKx9Rt4WnYq7ZcVm1LdPf8Us3Ja";
    check(standalone, "OPEN_COWORK_STANDALONE_GATEWAY_",
          {
              {{}, {}},
              // Without TLS a certificate protects nothing, and the passwords travel in clear.
              {{"DATABASE_SSL_CA_PATH" + pem}, {ignored("DATABASE_SSL_CA_PATH")}},
              {{"DATABASE_SSL=false", "DATABASE_SSL_CERT_PATH" + pem, "DATABASE_SSL_KEY_PATH" + pem},
               {ignored("DATABASE_SSL_CERT_PATH"), ignored("DATABASE_SSL_KEY_PATH")}},
              {{"DATABASE_SSL=yes", "DATABASE_SSL_CA_PATH" + pem}, {}},
              {{"STORE=memory", "DATABASE_SSL_CA_PATH" + pem},
               {ignored("DATABASE_URL"), ignored("DATABASE_SSL_CA_PATH")}},
              {{"STORE=memory", "DEPLOYMENT_MODE=solo"}, {ignored("DATABASE_URL")}},
              {{"STORE=memory", "DEPLOYMENT_MODE=team"},
               {ignored("DATABASE_URL"), "warning configuration.ephemeral-storage STORE"}},
              // Nothing of Telegram counts without a bot, and nothing of it is missing.
              {{"TELEGRAM_MODE=webhook"}, {ignored("TELEGRAM_MODE")}},
              {{"TELEGRAM_CHANNEL_BINDING_ID=ours"}, {ignored("TELEGRAM_CHANNEL_BINDING_ID")}},
              {{token, "TELEGRAM_MODE=polling", "TELEGRAM_PROVIDER_ID=telegram-ours"}, {}},
              // The inline settings have the same names.
              {{"CONFIG_JSON='{\"PORT\":9000}'"}, {"warning configuration.unknown-key CONFIG_JSON"}},
              {{"CONFIG_JSON='{\"OPEN_COWORK_STANDALONE_GATEWAY_PORT\":9000}'"}, {}},
          });
}

TEST_CASE("env: settings of the Cloud without effect") {
    const std::string key = "OBJECT_STORE_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLF";
    const std::string pair = "OBJECT_STORE_SECRET_ACCESS_KEY=" + secret;
    const std::string account = "OBJECT_STORE_ACCOUNT_NAME=cowork";
    const std::string bucket = "OBJECT_STORE_BUCKET=artifacts";
    const Said unused{ignored("OBJECT_STORE_ACCESS_KEY_ID"), ignored("OBJECT_STORE_SECRET_ACCESS_KEY")};
    check(cloud, "OPEN_COWORK_CLOUD_",
          {
              {{}, {}},
              {{"OBJECT_STORE_KIND=s3", bucket, key, pair}, {}},
              {{"OBJECT_STORE_KIND=gcs", bucket, key, pair}, unused},
              {{"OBJECT_STORE_KIND=filesystem", bucket}, {ignored("OBJECT_STORE_BUCKET")}},
              {{"OBJECT_STORE_KIND=azure-blob", bucket, account, "OBJECT_STORE_SAS_TOKEN=sv-" + secret}, {}},
              {{"OBJECT_STORE_KIND=gcs", bucket, "OBJECT_STORE_BEARER_TOKEN=" + secret}, {}},
              {{"OBJECT_STORE_KIND=gcs", bucket, account}, {ignored("OBJECT_STORE_ACCOUNT_NAME")}},
              // What the server refuses is told once.
              {{bucket}, {"error configuration.missing-key OBJECT_STORE_KIND"}},
              {{"OBJECT_STORE_KIND=aws", bucket}, {"error configuration.invalid-value OBJECT_STORE_KIND"}},
              {{"OTLP_HEADERS='{\"x-key\":\"value\"}'"}, {ignored("OTLP_HEADERS")}},
              {{"OTLP_HEADERS='{\"x-key\":\"value\"}'", "OTLP_ENDPOINT=https://otel.example.org"}, {}},
          });
}

TEST_CASE("env: a reference to a variable that the file does not have") {
    const std::string ref = "SECRET_KEY_PREVIOUS_REF=";
    const std::string rule = "configuration.unresolved-reference SECRET_KEY_PREVIOUS_REF";
    check(cloud, "OPEN_COWORK_CLOUD_",
          {
              {{ref + "env:RETIRED_KEY"}, {"note " + rule}},
              {{"INTERNAL_TOKEN_REF=env:TICK_TOKEN"},
               {"note configuration.unresolved-reference INTERNAL_TOKEN_REF"}},
              {{"INTERNAL_TOKEN_REF=TICK_TOKEN"},
               {"error configuration.unresolved-reference INTERNAL_TOKEN_REF"}},
          });
}

TEST_CASE("env: what a file of secrets alone counts for may stand in another") {
    check("", "OPEN_COWORK_CLOUD_",
          {{{"SECRET_KEY=w5Vb8mQe2kZs7nXf0RjGhYt4LpUaDc9K", "OIDC_CLIENT_SECRET=" + secret,
             "OTLP_HEADERS='{\"x-key\":\"value\"}'"},
            {}}});
    check("", "OPEN_COWORK_GATEWAY_",
          {{{"SERVICE_TOKEN=occ_tok_7f3a9c21_Zq7VwX2pLk9RtYb4NmC8HsJd6G", "WEBHOOK_SHARED_SECRET=" + secret},
            {}}});
}
