#include "config/load.hpp"
#include "rules/lenient.hpp"
#include "rules/secret_names.hpp"
#include "rules/standalone_gateway.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace cowork;
using namespace cowork::rules;
using namespace std::string_literals;

namespace {

using Changes = std::vector<std::pair<std::string, std::string>>;  // empty value: as if not set

const std::string token = "Zq8WnR4vYx2BkM7cUj5H";

// A configuration that the gateway takes as it is, with changes.
config::Config configured(const Changes& changes) {
    Changes values{{"DATABASE_URL", "postgres://gateway:a-password@127.0.0.1:5432/gateway"},
                   {"ADMIN_TOKEN", token},
                   {"OPENCODE_URL", "http://127.0.0.1:4096"},
                   {"RUNTIME_ROOT", "/var/lib/open-cowork"},
                   {"TELEGRAM_BOT_TOKEN", "123456:" + token}};
    values.insert(values.end(), changes.begin(), changes.end());
    config::Config config;
    int line = 0;
    for (const auto& [name, value] : values)
        config.set(gateway_key(name), Secret(value), {"f.env", ++line, 1, gateway_key(name)});
    return config;
}

std::vector<std::string> found(const Changes& changes) {
    std::vector<std::string> lines;
    for (const Violation& violation : check_gateway(configured(changes))) {
        const auto key = violation.key.empty() ? ""s : violation.key.substr(gateway_prefix.size());
        lines.push_back(std::string(violation.reason_code) + " " + key +
                        (violation.status == Status::action_required ? "" : " degraded"));
        // No text holds a value, and every one says what to do.
        for (const auto& value :
             {token.substr(0, 12), "a-password"s, "u:p@"s, "gateway.example.com"s, "proxy.lan"s}) {
            CAPTURE(value, violation.message, violation.remedy);
            CHECK(violation.message.find(value) == std::string::npos);
            CHECK(violation.remedy.find(value) == std::string::npos);
        }
        CHECK_FALSE(violation.message.empty());
        CHECK_FALSE(violation.remedy.empty());
    }
    return lines;
}

struct Row {
    Changes changes;
    std::vector<std::string> expected;
};

void check(const std::vector<Row>& rows) {
    for (const Row& row : rows) {
        const std::string change =
            row.changes.empty() ? "" : row.changes[0].first + "=" + row.changes[0].second;
        CAPTURE(change);
        CHECK(found(row.changes) == row.expected);
    }
}

}  // namespace

TEST_CASE("gateway rules: what the service takes is fine") {
    check({
        {{}, {}},
        {{{"STORE", "postgres"}}, {}},
        {{{"STORE", " PostgreSQL "}}, {}},
        {{{"STORE", "pg"}}, {}},
        {{{"STORE", "Memory"}, {"DATABASE_URL", ""}}, {}},
        {{{"STORE", "in-memory"}, {"DATABASE_URL", ""}}, {}},
        {{{"STORE", "inmemory"}, {"DATABASE_URL", ""}}, {}},
        {{{"DATABASE_SSL", "TRUE"}}, {}},
        {{{"DATABASE_SSL", "Yes"}}, {}},
        {{{"DATABASE_SSL", " 1 "}}, {}},
        {{{"DATABASE_SSL", "0"}}, {}},
        {{{"PORT", " 8795 "}}, {}},
        {{{"PORT", "65535"}}, {}},
        {{{"HOST", "0.0.0.0"}}, {}},
        {{{"HOST", "::"}}, {}},
        {{{"HOST", "::1"}}, {}},
        {{{"HOST", "localhost"}}, {}},
        {{{"HOST", "192.168.1.2"}}, {}},
        {{{"OPENCODE_EXECUTION_TIMEOUT_MS", "1000"}}, {}},
        {{{"OPENCODE_EXECUTION_TIMEOUT_MS", "86400000"}}, {}},
        {{{"RETENTION_JOB_DAYS", "3650"}}, {}},
        {{{"RUNTIME_ROOT", "/x"}}, {}},
        {{{"RUNTIME_ROOT", "/..."}}, {}},
        {{{"RUNTIME_ROOT", "/a/../b"}}, {}},
        {{{"RUNTIME_ROOT", "/" + std::string(4095, 'r')}}, {}},
        {{{"TELEGRAM_PROVIDER_ID", "telegram-team"}}, {}},
        {{{"WEBHOOK_SHARED_SECRET", token}, {"WEBHOOK_DELIVERY_URL", "https://hooks.example.com/x?y"}}, {}},
        {{{"WEBHOOK_SHARED_SECRET", token}, {"WEBHOOK_DELIVERY_URL", "http://127.0.0.1:9/x"}}, {}},
        {{{"WEBHOOK_SHARED_SECRET", token}, {"WEBHOOK_DELIVERY_URL", "http://[::1]:9/x"}}, {}},
        {{{"TELEGRAM_BOT_TOKEN", ""},
          {"WEBHOOK_SHARED_SECRET", token},
          {"WEBHOOK_DELIVERY_URL", "https://h/x"}},
         {}},
        {{{"TELEGRAM_MODE", "webhook"},
          {"TELEGRAM_WEBHOOK_SECRET", token},
          {"TELEGRAM_PUBLIC_URL", "https://h/x"}},
         {}},
        // Without a bot there is no Telegram, whatever its mode.
        {{{"TELEGRAM_BOT_TOKEN", ""},
          {"TELEGRAM_MODE", "webhook"},
          {"WEBHOOK_SHARED_SECRET", token},
          {"WEBHOOK_DELIVERY_URL", "http://localhost:9/x"}},
         {}},
        {{{"TRUST_PROXY_HEADERS", "true"}, {"TRUSTED_PROXY_CIDRS", "10.0.0.0/8, 192.168.1.1,fd00::/8"}}, {}},
        {{{"DEPLOYMENT_MODE", "team"}, {"DATABASE_SSL", "true"}}, {}},
        {{{"DEPLOYMENT_MODE", "enterprise"},
          {"DATABASE_SSL", "1"},
          {"DATABASE_SSL_REJECT_UNAUTHORIZED", "yes"}},
         {}},
        {{{"PUBLIC_URL", "https://gateway.example.com"}}, {}},
        {{{"ALLOW_PRIVATE_DNS", "true"}, {"OPENCODE_URL", "http://box.internal:4096"}}, {}},
    });
}

TEST_CASE("gateway rules: what the service refuses, or must not be run with") {
    const std::string long_path = "/" + std::string(4096, 'r');
    check({
        {{{"ADMIN_TOKEN", ""}}, {"configuration.missing-key ADMIN_TOKEN"}},
        {{{"ADMIN_TOKEN", " \t "}}, {"configuration.missing-key ADMIN_TOKEN"}},
        {{{"OPENCODE_URL", ""}}, {"configuration.missing-key OPENCODE_URL"}},
        {{{"RUNTIME_ROOT", ""}}, {"configuration.missing-key RUNTIME_ROOT"}},
        {{{"DATABASE_URL", ""}}, {"configuration.missing-key DATABASE_URL"}},
        {{{"STORE", "sqlite"}}, {"configuration.invalid-value STORE"}},
        {{{"STORE", "memory store"}}, {"configuration.invalid-value STORE"}},
        {{{"ADMIN_TOKEN", "change-me-please-now-really"}}, {"configuration.placeholder-secret ADMIN_TOKEN"}},
        {{{"ADMIN_TOKEN", " Replace-With-a-long-token"}}, {"configuration.placeholder-secret ADMIN_TOKEN"}},
        {{{"ADMIN_TOKEN", "EXAMPLE-0123456789abcdef"}}, {"configuration.placeholder-secret ADMIN_TOKEN"}},
        {{{"ADMIN_TOKEN", "demo-0123456789abcdef"}}, {"configuration.placeholder-secret ADMIN_TOKEN"}},
        {{{"ADMIN_TOKEN", token.substr(0, 15)}}, {"configuration.short-secret ADMIN_TOKEN"}},
        {{{"ADMIN_TOKEN", token.substr(0, 15) + "    "}}, {"configuration.short-secret ADMIN_TOKEN"}},
        {{{"TELEGRAM_BOT_TOKEN", "replace-with-token"}},
         {"configuration.placeholder-secret TELEGRAM_BOT_TOKEN"}},
        {{{"OPENCODE_URL", "http://example.com"}}, {"endpoint.public-host OPENCODE_URL"}},
        {{{"OPENCODE_URL", "http://u:p@127.0.0.1"}}, {"endpoint.credentials OPENCODE_URL"}},
        {{{"OPENCODE_URL", "http://0.0.0.0:4096"}}, {"endpoint.wildcard-host OPENCODE_URL"}},
        {{{"OPENCODE_URL", "http://2852039166"}}, {"endpoint.metadata-host OPENCODE_URL"}},
        {{{"OPENCODE_URL", "http://127.1:4096"}}, {"endpoint.ambiguous-host OPENCODE_URL"}},
        {{{"OPENCODE_URL", "http://box.lan"}}, {"endpoint.private-dns OPENCODE_URL"}},
        {{{"OPENCODE_URL", "http://127.0.0.1/api"}}, {"endpoint.extra-parts OPENCODE_URL"}},
        {{{"OPENCODE_URL", "opencode"}}, {"endpoint.unparseable OPENCODE_URL"}},
        {{{"OPENCODE_URL", "unix://127.0.0.1"}}, {"endpoint.scheme OPENCODE_URL"}},
        {{{"ALLOW_PRIVATE_DNS", "on"}, {"OPENCODE_URL", "http://box.lan"}},
         {"endpoint.private-dns OPENCODE_URL", "configuration.lenient-value ALLOW_PRIVATE_DNS degraded"}},
        {{{"RUNTIME_ROOT", "var/lib"}}, {"configuration.invalid-value RUNTIME_ROOT"}},
        {{{"RUNTIME_ROOT", "./var"}}, {"configuration.invalid-value RUNTIME_ROOT"}},
        {{{"RUNTIME_ROOT", "/"}}, {"configuration.invalid-value RUNTIME_ROOT"}},
        {{{"RUNTIME_ROOT", "//"}}, {"configuration.invalid-value RUNTIME_ROOT"}},
        {{{"RUNTIME_ROOT", "/."}}, {"configuration.invalid-value RUNTIME_ROOT"}},
        {{{"RUNTIME_ROOT", "/.."}}, {"configuration.invalid-value RUNTIME_ROOT"}},
        {{{"RUNTIME_ROOT", "/a/.."}}, {"configuration.invalid-value RUNTIME_ROOT"}},
        {{{"RUNTIME_ROOT", "/a/./../"}}, {"configuration.invalid-value RUNTIME_ROOT"}},
        {{{"RUNTIME_ROOT", "/a/b/../../.."}}, {"configuration.invalid-value RUNTIME_ROOT"}},
        {{{"RUNTIME_ROOT", long_path}}, {"configuration.invalid-value RUNTIME_ROOT"}},
        {{{"RUNTIME_ROOT", "/var\0/lib"s}}, {"configuration.invalid-value RUNTIME_ROOT"}},
        {{{"HOST", "8.8.8.8"}}, {"configuration.invalid-value HOST"}},
        {{{"HOST", "gateway.example.com"}}, {"configuration.invalid-value HOST"}},
        {{{"HOST", "169.254.169.254"}}, {"configuration.invalid-value HOST"}},
        {{{"HOST", "127.1"}}, {"configuration.invalid-value HOST"}},
        {{{"HOST", "2001:db8::1"}}, {"configuration.invalid-value HOST"}},
        {{{"PUBLIC_URL", "https://u:p@gateway.example.com"}}, {"endpoint.credentials PUBLIC_URL"}},
        {{{"PUBLIC_URL", "gateway.example.com"}}, {"endpoint.unparseable PUBLIC_URL"}},
        {{{"TRUSTED_PROXY_CIDRS", "10.0.0.0/33"}}, {"configuration.invalid-value TRUSTED_PROXY_CIDRS"}},
        {{{"TRUSTED_PROXY_CIDRS", "10.0.0.0/-1"}}, {"configuration.invalid-value TRUSTED_PROXY_CIDRS"}},
        {{{"TRUSTED_PROXY_CIDRS", "10.0.0.0/"}}, {"configuration.invalid-value TRUSTED_PROXY_CIDRS"}},
        {{{"TRUSTED_PROXY_CIDRS", "fd00::/129"}}, {"configuration.invalid-value TRUSTED_PROXY_CIDRS"}},
        {{{"TRUSTED_PROXY_CIDRS", "10.0.0.0/8,proxy.lan"}},
         {"configuration.invalid-value TRUSTED_PROXY_CIDRS"}},
        {{{"TRUSTED_PROXY_CIDRS", "10.1"}}, {"configuration.invalid-value TRUSTED_PROXY_CIDRS"}},
        {{{"TRUSTED_PROXY_CIDRS", "10.0.0.0/8,0.0.0.0/0"}},
         {"configuration.invalid-value TRUSTED_PROXY_CIDRS degraded"}},
        {{{"TRUSTED_PROXY_CIDRS", "::/0"}}, {"configuration.invalid-value TRUSTED_PROXY_CIDRS degraded"}},
        {{{"TELEGRAM_PROVIDER_ID", "telegramteam"}}, {"configuration.invalid-value TELEGRAM_PROVIDER_ID"}},
        {{{"TELEGRAM_PROVIDER_ID", "telegram-"}}, {"configuration.invalid-value TELEGRAM_PROVIDER_ID"}},
        {{{"TELEGRAM_PROVIDER_ID", "Telegram"}}, {"configuration.invalid-value TELEGRAM_PROVIDER_ID"}},
        {{{"WEBHOOK_PROVIDER_ID", "telegram"}}, {"configuration.invalid-value WEBHOOK_PROVIDER_ID"}},
        {{{"TELEGRAM_MODE", "Webhook"}}, {"configuration.invalid-value TELEGRAM_MODE"}},
        {{{"TELEGRAM_MODE", "webhook"}},
         {"configuration.missing-key TELEGRAM_WEBHOOK_SECRET",
          "configuration.missing-key TELEGRAM_PUBLIC_URL"}},
        {{{"TELEGRAM_MODE", "webhook"},
          {"TELEGRAM_WEBHOOK_SECRET", token + "+"},
          {"TELEGRAM_PUBLIC_URL", "https://localhost/x"}},
         {"configuration.invalid-value TELEGRAM_WEBHOOK_SECRET",
          "configuration.invalid-value TELEGRAM_PUBLIC_URL"}},
        {{{"TELEGRAM_MODE", "webhook"},
          {"TELEGRAM_WEBHOOK_SECRET", token},
          {"TELEGRAM_PUBLIC_URL", "http://h/x"}},
         {"configuration.insecure-url TELEGRAM_PUBLIC_URL"}},
        {{{"WEBHOOK_SHARED_SECRET", token}}, {"configuration.missing-key WEBHOOK_DELIVERY_URL"}},
        {{{"WEBHOOK_DELIVERY_URL", "https://h/x"}}, {"configuration.missing-key WEBHOOK_SHARED_SECRET"}},
        {{{"WEBHOOK_SHARED_SECRET", token}, {"WEBHOOK_DELIVERY_URL", "http://10.0.0.1/x"}},
         {"configuration.insecure-url WEBHOOK_DELIVERY_URL"}},
        // There is no leave for private addresses here: the service crashes on them.
        {{{"WEBHOOK_SHARED_SECRET", token}, {"WEBHOOK_DELIVERY_URL", "https://10.0.0.1/x"}},
         {"configuration.private-delivery WEBHOOK_DELIVERY_URL"}},
        {{{"WEBHOOK_SHARED_SECRET", token}, {"WEBHOOK_DELIVERY_URL", "https://[fd00::1]/x"}},
         {"configuration.private-delivery WEBHOOK_DELIVERY_URL"}},
        {{{"WEBHOOK_SHARED_SECRET", token}, {"WEBHOOK_DELIVERY_URL", "http://127.0.0.2/x"}},
         {"configuration.insecure-url WEBHOOK_DELIVERY_URL"}},
        {{{"WEBHOOK_SHARED_SECRET", token}, {"WEBHOOK_DELIVERY_URL", "http://localhost.evil.com/x"}},
         {"configuration.insecure-url WEBHOOK_DELIVERY_URL"}},
        {{{"WEBHOOK_SHARED_SECRET", token}, {"WEBHOOK_DELIVERY_URL", "https://169.254.169.254/x"}},
         {"endpoint.metadata-host WEBHOOK_DELIVERY_URL"}},
        {{{"TELEGRAM_BOT_TOKEN", ""}}, {"configuration.no-provider "}},
        {{{"DATABASE_URL", "mysql://u:p@h/db"}}, {"configuration.invalid-value DATABASE_URL"}},
        {{{"DATABASE_URL", "host=127.0.0.1 dbname=x"}}, {"configuration.invalid-value DATABASE_URL"}},
        {{{"DATABASE_URL", "postgres:///db"}}, {"configuration.invalid-value DATABASE_URL"}},
        {{{"DATABASE_URL", "postgres://u:p@h:99999/db"}}, {"configuration.invalid-value DATABASE_URL"}},
        {{{"DATABASE_URL", "postgres://u:p@169.254.169.254/db"}}, {"endpoint.metadata-host DATABASE_URL"}},
        {{{"DATABASE_URL", "postgres://u:p@0.0.0.0/db"}}, {"endpoint.wildcard-host DATABASE_URL"}},
        // `Team` becomes solo, which drops the TLS rule: worse than a lenient value.
        {{{"DEPLOYMENT_MODE", "Team"}}, {"configuration.lenient-value DEPLOYMENT_MODE"}},
        {{{"DEPLOYMENT_MODE", "production"}}, {"configuration.lenient-value DEPLOYMENT_MODE"}},
        {{{"DEPLOYMENT_MODE", "team"}}, {"configuration.tls-required DATABASE_SSL"}},
        {{{"DEPLOYMENT_MODE", "team"}, {"DATABASE_SSL", "true"}, {"DATABASE_SSL_REJECT_UNAUTHORIZED", "no"}},
         {"configuration.tls-required DATABASE_SSL_REJECT_UNAUTHORIZED"}},
        {{{"DEPLOYMENT_MODE", "enterprise"}, {"DATABASE_SSL", "on"}},
         {"configuration.tls-required DATABASE_SSL", "configuration.lenient-value DATABASE_SSL degraded"}},
    });
}

TEST_CASE("gateway rules: values that are silently replaced are told") {
    for (const char* value : {"on", "off", "2", "true false", "y", "t"}) {
        CAPTURE(value);
        CHECK(found({{"DATABASE_SSL", value}}) ==
              std::vector<std::string>{"configuration.lenient-value DATABASE_SSL degraded"});
    }
    for (const char* value : {"abc", "5.0", "1e3", "0x10", "+5", "8795;", "", " ", "99999999999999999999"}) {
        CAPTURE(value);
        const bool blank = std::string_view(value).find_first_not_of(' ') == std::string_view::npos;
        CHECK(found({{"PORT", value}}) ==
              (blank ? std::vector<std::string>{}
                     : std::vector<std::string>{"configuration.lenient-value PORT degraded"}));
    }
    check({
        {{{"PORT", "-1"}}, {"configuration.lenient-value PORT degraded"}},
        {{{"PORT", "65536"}}, {"configuration.lenient-value PORT degraded"}},
        {{{"OPENCODE_EXECUTION_TIMEOUT_MS", "999"}},
         {"configuration.lenient-value OPENCODE_EXECUTION_TIMEOUT_MS degraded"}},
        {{{"OPENCODE_EXECUTION_TIMEOUT_MS", "86400001"}},
         {"configuration.lenient-value OPENCODE_EXECUTION_TIMEOUT_MS degraded"}},
        {{{"RETENTION_SESSION_DAYS", "0"}}, {"configuration.lenient-value RETENTION_SESSION_DAYS degraded"}},
        {{{"RETENTION_AUDIT_DAYS", "3651"}}, {"configuration.lenient-value RETENTION_AUDIT_DAYS degraded"}},
        {{{"TRUST_PROXY_HEADERS", "true"}}, {"configuration.missing-key TRUSTED_PROXY_CIDRS degraded"}},
    });
}

TEST_CASE("gateway rules: unknown keys come with the nearest known one, refusals come first") {
    const auto violations =
        check_gateway(configured({{"TELEGRAM_BOT_TOKN", "x"}, {"Q", "x"}, {"STORE", "sqlite"}}));
    REQUIRE(violations.size() == 3);
    CHECK(violations[0].reason_code == "configuration.invalid-value");
    CHECK(violations[0].source.place() == "f.env:8");
    CHECK(violations[1].reason_code == "configuration.unknown-key");
    CHECK(violations[1].remedy == "did you mean OPEN_COWORK_STANDALONE_GATEWAY_TELEGRAM_BOT_TOKEN?");
    CHECK(violations[1].source.place() == "f.env:6");
    CHECK(violations[2].reason_code == "configuration.unknown-key");
    config::Config foreign = configured({});
    foreign.set("OPEN_COWORK_GATEWAY_MODE", Secret("x"), {});
    foreign.set("PATH", Secret("x"), {});
    CHECK(check_gateway(foreign).empty());
}

TEST_CASE("gateway view: as the service would understand it") {
    const config::Config config = configured({{"DATABASE_SSL", "on"},
                                              {"DEPLOYMENT_MODE", "Team"},
                                              {"PORT", "abc"},
                                              {"HOST", "0.0.0.0"},
                                              {"ADMIN_TOKEN", " " + token + "\t"},
                                              {"DATABASE_SSL_REJECT_UNAUTHORIZED", "nonsense"}});
    const GatewayView view = view_gateway(config);
    CHECK_FALSE(view.database_tls);
    CHECK(view.database_verify);
    CHECK(view.mode == DeploymentMode::solo);
    CHECK(view.port == 8795);
    CHECK(view.local_url() == "http://127.0.0.1:8795");
    CHECK(view.admin_token == token);
    CHECK(view.provider_count() == 1);
    for (const auto& [host, url] :
         std::vector<std::pair<std::string, std::string>>{{"", "http://127.0.0.1:8795"},
                                                          {"::", "http://[::1]:8795"},
                                                          {"::1", "http://[::1]:8795"},
                                                          {"[::1]", "http://[::1]:8795"},
                                                          {"192.168.1.2", "http://192.168.1.2:8795"},
                                                          {"localhost", "http://localhost:8795"}}) {
        CAPTURE(host);
        const config::Config changed = configured({{"HOST", host}});
        CHECK(view_gateway(changed).local_url() == url);
    }
    const config::Config half = configured({{"TELEGRAM_BOT_TOKEN", ""}, {"WEBHOOK_SHARED_SECRET", token}});
    CHECK(view_gateway(half).provider_count() == 0);
}

TEST_CASE("gateway keys: each once, and found by its full name only") {
    for (const GatewayKey& key : gateway_keys()) {
        CAPTURE(key.name);
        CHECK(find_gateway_key(gateway_key(key.name)) == &key);
        CHECK(find_gateway_key(key.name) == nullptr);
        CHECK_FALSE(key.meaning.empty());
        CHECK(std::count_if(gateway_keys().begin(), gateway_keys().end(),
                            [&](const GatewayKey& other) { return other.name == key.name; }) == 1);
    }
    CHECK(find_gateway_key(gateway_prefix) == nullptr);
}

TEST_CASE("secret names: what holds a secret") {
    for (const char* key :
         {"OPEN_COWORK_STANDALONE_GATEWAY_ADMIN_TOKEN", "OPEN_COWORK_STANDALONE_GATEWAY_DATABASE_URL",
          "OPEN_COWORK_STANDALONE_GATEWAY_CONFIG_JSON",
          "OPEN_COWORK_STANDALONE_GATEWAY_WEBHOOK_SHARED_SECRET", "OPENCODE_SERVER_PASSWORD",
          "OPEN_COWORK_STANDALONE_GATEWAY_ADMIN_TOKEN_OLD", "MY_API_KEY", "my-api-key", "apiKey", "AccessKey",
          "AWS_ACCESS_KEY_ID", "PRIVATEKEY", "Some_Credential", "authorization"}) {
        CAPTURE(key);
        CHECK(is_secret_key(key));
    }
    for (const char* key :
         {"OPEN_COWORK_STANDALONE_GATEWAY_HOST", "OPEN_COWORK_STANDALONE_GATEWAY_OPENCODE_URL",
          "OPENCODE_SERVER_USERNAME", "PATH", "OPEN_COWORK_STANDALONE_GATEWAY_CONFIG"}) {
        CAPTURE(key);
        CHECK_FALSE(is_secret_key(key));
    }
}

TEST_CASE("secret names: the redactor learns every secret, overridden ones too") {
    config::Config config = configured({{"ADMIN_TOKEN", "  blanks-around-this-token "},
                                        {"WEBHOOK_SHARED_SECRET", "webhook-shared-value"},
                                        {"CONFIG_JSON", R"({"a":"b"})"},
                                        {"WEBHOOK_DELIVERY_URL", "https://u:in-delivery-url@h/"},
                                        {"UNKNOWN_TOKEN", "unknown-token-value"}});
    config.set(gateway_key("DATABASE_URL"), Secret("postgres://gateway:p%40ss%2Fword1@db/x"), {});
    config.set("OPENCODE_SERVER_PASSWORD", Secret("opencode-password"), {});
    Redactor redactor;
    learn_secrets(redactor, config);
    for (const char* secret :
         {"blanks-around-this-token", "webhook-shared-value", "in-delivery-url", "unknown-token-value",
          "p@ss/word1", "p%40ss%2Fword1", "opencode-password", "a-password", "Zq8WnR4vYx2BkM7cUj5H"}) {
        CAPTURE(secret);
        CHECK(redactor.clean(std::string("it is ") + secret + ".").str() == "it is [redacted].");
    }
    CHECK(redactor.clean("127.0.0.1 gateway /var/lib/open-cowork").str() ==
          "127.0.0.1 gateway /var/lib/open-cowork");
}
