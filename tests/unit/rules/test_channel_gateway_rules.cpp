#include "rules/channel_gateway.hpp"
#include "rules/secret_names.hpp"
#include "unit/rules/channel_gateway_rows.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <string>

using namespace cowork;
using namespace cowork::rules;
using namespace cowork::test;

namespace {

const std::string fifteen = channel_token.substr(0, 15);

}  // namespace

TEST_CASE("channel gateway rules: what the service takes is fine") {
    check_rows({
        {{}, {}},
        {{{"OPEN_COWORK_CLOUD_BASE_URL", "https://cloud.example.com///"}}, {}},
        {{{"OPEN_COWORK_CLOUD_BASE_URL", "https://example.com/cloud"}}, {}},
        {{{"OPEN_COWORK_CLOUD_BASE_URL", "http://127.0.0.1:8787"}}, {}},
        {{{"OPEN_COWORK_CLOUD_BASE_URL", "http://127.1.2.3:8787"}}, {}},
        {{{"OPEN_COWORK_CLOUD_BASE_URL", "http://localhost:8787"}}, {}},
        {{{"OPEN_COWORK_CLOUD_BASE_URL", "http://[::1]:8787"}}, {}},
        {{{"OPEN_COWORK_CLOUD_BASE_URL", "http://open-cowork-cloud:8787"}, {"ALLOW_INSECURE_HTTP", "yes"}},
         {}},
        {{{"PRODUCT_MODE", " cloud_channel "}}, {}},
        {{{"MODE", "managed"}}, {}},
        {{{"HOST", "0.0.0.0"}}, {}},
        {{{"HOST", "::"}}, {}},
        {{{"HOST", "gateway.internal"}}, {}},
        {{{"PORT", "0"}}, {}},
        {{{"PORT", "65535"}}, {}},
        {{{"PUBLIC_URL", "https://gateway.example.com/"}}, {}},
        {{{"LOG_LEVEL", "silent"}}, {}},
        {{{"METRICS_ENABLED", "No"}, {"DIAGNOSTICS_ENABLED", "1"}}, {}},
        {{{"MAX_REQUEST_BODY_BYTES", "1024"}}, {}},
        {{{"MAX_REQUEST_BODY_BYTES", "67108864"}}, {}},
        {{{"CLOUD_REQUEST_TIMEOUT_MS", "100"}, {"SMTP_TIMEOUT_MS", "120000"}}, {}},
        {{{"MAX_DELIVERY_CONCURRENCY", "256"}, {"MAX_DELIVERY_QUEUE_DEPTH", "16"}}, {}},
        {{{"INSTANCE_ID", "Any Name!"}}, {}},
        {{{"TRUST_PROXY_HEADERS", "true"}, {"TRUSTED_PROXY_CIDRS", "10.0.0.0/8, ::1"}}, {}},
        {{{"BRAND_LOGO_URL", "https://h/logo.png"}, {"SUPPORT_URL", "mailto:help@example.com"}}, {}},
        {{{"PUBLIC_BRANDING_JSON", R"({"productName":"x","supportUrl":"mailto:a@b.c","logoUrl":""})"}}, {}},
        {{{"OPEN_COWORK_CONFIG_PATH", "/etc/open-cowork.json"}}, {}},
        {{{"IMAGE", "gateway:1"}, {"PUBLISHED_ADDR", "127.0.0.1"}, {"PUBLISHED_PORT", "8790"}}, {}},
    });
}

TEST_CASE("channel gateway rules: Cloud and its token are required") {
    check_rows({
        {{{"OPEN_COWORK_CLOUD_BASE_URL", ""}},
         {{"configuration.missing-key OPEN_COWORK_CLOUD_BASE_URL", "is not set"}}},
        {{{"SERVICE_TOKEN", " "}}, {{"configuration.missing-key SERVICE_TOKEN", "is not set"}}},
        {{{"SERVICE_TOKEN", "replace-with-dashboard-gateway-token"}},
         {{"configuration.placeholder-secret SERVICE_TOKEN", "still a placeholder"}}},
        {{{"SERVICE_TOKEN", "Change-Me-for-real-please"}},
         {{"configuration.placeholder-secret SERVICE_TOKEN", "still a placeholder"}}},
        {{{"SERVICE_TOKEN", "example-0123456789abcdef"}},
         {{"configuration.placeholder-secret SERVICE_TOKEN", "still a placeholder"}}},
        {{{"SERVICE_TOKEN", " demo-0123456789abcdef"}},
         {{"configuration.placeholder-secret SERVICE_TOKEN", "still a placeholder"}}},
        {{{"SERVICE_TOKEN", fifteen}}, {{"configuration.short-secret SERVICE_TOKEN", "16 characters"}}},
        {{{"OPEN_COWORK_CLOUD_BASE_URL", "cloud.example.com"}},
         {{"endpoint.unparseable OPEN_COWORK_CLOUD_BASE_URL", "absolute URL"}}},
        {{{"OPEN_COWORK_CLOUD_BASE_URL", "ftp://cloud.example.com"}},
         {{"endpoint.scheme OPEN_COWORK_CLOUD_BASE_URL", "neither http nor https"}}},
        {{{"OPEN_COWORK_CLOUD_BASE_URL", "https://u:p@cloud.example.com"}},
         {{"endpoint.credentials OPEN_COWORK_CLOUD_BASE_URL", "password"}}},
        {{{"OPEN_COWORK_CLOUD_BASE_URL", "https://169.254.169.254"}},
         {{"endpoint.metadata-host OPEN_COWORK_CLOUD_BASE_URL", "metadata"}}},
        {{{"OPEN_COWORK_CLOUD_BASE_URL", "http://127.1"}},
         {{"endpoint.ambiguous-host OPEN_COWORK_CLOUD_BASE_URL", "two readers"}}},
        {{{"OPEN_COWORK_CLOUD_BASE_URL", "https://cloud.example.com/?x=1"}},
         {{"configuration.invalid-value OPEN_COWORK_CLOUD_BASE_URL", "query or fragment"}}},
        {{{"OPEN_COWORK_CLOUD_BASE_URL", "http://cloud.example.com"}},
         {{"configuration.insecure-url OPEN_COWORK_CLOUD_BASE_URL", "service token in clear"}}},
        {{{"OPEN_COWORK_CLOUD_BASE_URL", "http://127.attacker.example"}},
         {{"configuration.insecure-url OPEN_COWORK_CLOUD_BASE_URL", "service token in clear"}}},
        {{{"OPEN_COWORK_CLOUD_BASE_URL", "http://10.0.0.1:8787"}, {"ALLOW_INSECURE_HTTP", "on"}},
         {{"configuration.insecure-url OPEN_COWORK_CLOUD_BASE_URL", "service token in clear"},
          {"configuration.lenient-value ALLOW_INSECURE_HTTP degraded", "uses false instead"}}},
    });
}

TEST_CASE("channel gateway rules: the operator's token and its one exception") {
    const std::string bypass = "ALLOW_LOOPBACK_OPERATOR_BYPASS";
    const Expected missing{"configuration.missing-key ADMIN_TOKEN", "is not set"};
    const Expected refused{"configuration.invalid-value ALLOW_LOOPBACK_OPERATOR_BYPASS",
                           "only for a self-host gateway on loopback"};
    check_rows({
        {{{"ADMIN_TOKEN", ""}}, {missing}},
        {{{"ADMIN_TOKEN", "replace-with-random-admin-token"}},
         {{"configuration.placeholder-secret ADMIN_TOKEN", "still a placeholder"}}},
        {{{"ADMIN_TOKEN", fifteen}}, {{"configuration.short-secret ADMIN_TOKEN", "16 characters"}}},
        {{{"ADMIN_TOKEN", ""}, {bypass, "true"}}, {}},
        {{{"ADMIN_TOKEN", ""}, {bypass, "true"}, {"HOST", "127.9.9.9"}}, {}},
        {{{"ADMIN_TOKEN", ""}, {bypass, "true"}, {"HOST", "::1"}}, {}},
        {{{bypass, "true"}}, {}},
        {{{"ADMIN_TOKEN", ""}, {bypass, "on"}},
         {missing, {"configuration.lenient-value " + bypass + " degraded", "uses false instead"}}},
        {{{"ADMIN_TOKEN", ""}, {bypass, "true"}, {"HOST", "0.0.0.0"}}, {missing, refused}},
        {{{"ADMIN_TOKEN", ""}, {bypass, "true"}, {"MODE", "managed"}}, {missing, refused}},
        {{{"ADMIN_TOKEN", ""}, {bypass, "true"}, {"PUBLIC_URL", "https://g.example.com"}},
         {missing, refused}},
        {{{bypass, "true"}, {"HOST", "192.168.1.2"}}, {refused}},
        // An unknown mode is self-host.
        {{{"ADMIN_TOKEN", ""}, {bypass, "true"}, {"MODE", "Managed"}},
         {{"configuration.lenient-value MODE degraded", "uses self-host instead"}}},
        // A file that the environment names may hold it.
        {{{"ADMIN_TOKEN", ""}, {"CONFIG", "/etc/open-cowork/gateway.json"}}, {}},
        {{{"ADMIN_TOKEN", ""}, {"OPEN_COWORK_DOWNSTREAM_ROOT", "/srv/downstream"}}, {}},
    });
}

TEST_CASE("channel gateway rules: values that the service refuses") {
    check_rows({
        {{{"PRODUCT_MODE", "standalone"}},
         {{"configuration.invalid-value PRODUCT_MODE", "not cloud_channel"}}},
        {{{"PRODUCT_MODE", "hybrid"}}, {{"configuration.invalid-value PRODUCT_MODE", "not cloud_channel"}}},
        {{{"PRODUCT_MODE", "Cloud_Channel"}},
         {{"configuration.invalid-value PRODUCT_MODE", "refuses to start"}}},
        {{{"PUBLIC_URL", "not a url"}}, {{"endpoint.unparseable PUBLIC_URL", "absolute URL"}}},
        {{{"PUBLIC_URL", "http://gateway.example.com"}},
         {{"configuration.insecure-url PUBLIC_URL", "not an https URL"}}},
        {{{"PUBLIC_URL", "https://localhost"}}, {{"configuration.invalid-value PUBLIC_URL", "loopback"}}},
        {{{"PUBLIC_URL", "https://127.0.0.1:8443"}},
         {{"configuration.invalid-value PUBLIC_URL", "loopback"}}},
        {{{"PUBLIC_URL", "https://[::1]"}}, {{"configuration.invalid-value PUBLIC_URL", "loopback"}}},
        {{{"PUBLIC_URL", "https://u:p@gateway.example.com"}},
         {{"endpoint.credentials PUBLIC_URL", "password"}}},
        {{{"HOST", "[::1]"}}, {{"configuration.invalid-value HOST", "cannot listen"}}},
        {{{"HOST", "127.0.0.1:8790"}}, {{"configuration.invalid-value HOST", "cannot listen"}}},
        {{{"HOST", "http://127.0.0.1"}}, {{"configuration.invalid-value HOST", "cannot listen"}}},
        {{{"TRUSTED_PROXY_CIDRS", "10.0.0.0/33"}},
         {{"configuration.invalid-value TRUSTED_PROXY_CIDRS", "neither an address nor a network"}}},
        {{{"PUBLIC_BRANDING_JSON", "{not json"}},
         {{"configuration.invalid-value PUBLIC_BRANDING_JSON", "is not JSON"}}},
        {{{"CONFIG_JSON", "{not json"}}, {{"configuration.invalid-value CONFIG_JSON", "is not JSON"}}},
        {{{"CONFIG_JSON", R"({"server":{}, // comment
 "mode":"managed"})"}},
         {{"configuration.invalid-value CONFIG_JSON", "is not JSON"}}},
        {{{"CONFIG_JSON", R"({"cloud":{"baseUrl":"https://cloud.example.com"}})"}},
         {{"configuration.invalid-value CONFIG_JSON", "holds cloud, which only the environment may set"}}},
        {{{"CONFIG_JSON", R"({"cloud":null})"}},
         {{"configuration.invalid-value CONFIG_JSON", "holds cloud"}}},
        {{{"CONFIG_JSON", R"({"timeouts":{"cloudRequestMs":1000}})"}},
         {{"configuration.invalid-value CONFIG_JSON", "holds timeouts.cloudRequestMs"}}},
        {{{"PUBLISHED_PORT", "0"}}, {{"configuration.invalid-value PUBLISHED_PORT", "is no port"}}},
    });
}

TEST_CASE("channel gateway rules: values that are silently replaced are told") {
    for (const char* name : {"ALLOW_INSECURE_HTTP", "METRICS_ENABLED", "DIAGNOSTICS_ENABLED",
                             "TRUST_PROXY_HEADERS", "ENABLE_FAKE_PROVIDER", "ALLOW_PUBLIC_FAKE_PROVIDER",
                             "CLI_ENABLED", "ALLOW_LOOPBACK_OPERATOR_BYPASS"})
        for (const char* value : {"on", "off", "2", "true false", "y"})
            check_row({{{name, value}},
                       {{"configuration.lenient-value " + std::string(name) + " degraded",
                         "is not true or false"}}});
    struct Bounds {
        const char* name;
        long long lowest, highest;
    };
    for (const auto& [name, lowest, highest] :
         {Bounds{"MAX_REQUEST_BODY_BYTES", 1024, 67108864}, Bounds{"CLOUD_REQUEST_TIMEOUT_MS", 100, 120000},
          Bounds{"WEBHOOK_DELIVERY_TIMEOUT_MS", 100, 120000}, Bounds{"SMTP_TIMEOUT_MS", 100, 120000},
          Bounds{"SHUTDOWN_DRAIN_TIMEOUT_MS", 100, 120000}, Bounds{"MAX_DELIVERY_CONCURRENCY", 1, 256},
          Bounds{"MAX_DELIVERY_QUEUE_DEPTH", 16, 100000}}) {
        const std::string line = "configuration.lenient-value " + std::string(name) + " degraded";
        check_rows({
            {{{name, std::to_string(lowest)}}, {}},
            {{{name, std::to_string(highest)}}, {}},
            {{{name, std::to_string(lowest - 1)}}, {{line, "uses the nearer of the two"}}},
            {{{name, std::to_string(highest + 1)}}, {{line, "uses the nearer of the two"}}},
            {{{name, "5.5"}}, {{line, "is not a whole number"}}},
            {{{name, "many"}}, {{line, "is not a whole number"}}},
        });
    }
    for (const char* value : {"-1", "65536", "abc", "8790;", "1e3"})
        check_row({{{"PORT", value}},
                   {{"configuration.lenient-value PORT degraded", "silently uses 8790 instead"}}});
    check_rows({
        {{{"MODE", "Self-Host"}}, {{"configuration.lenient-value MODE degraded", "self-host or managed"}}},
        {{{"LOG_LEVEL", "verbose"}},
         {{"configuration.lenient-value LOG_LEVEL degraded", "uses info instead"}}},
        {{{"CONFIG_JSON", "[]"}}, {{"configuration.lenient-value CONFIG_JSON degraded", "ignores it"}}},
        {{{"TRUST_PROXY_HEADERS", "true"}},
         {{"configuration.missing-key TRUSTED_PROXY_CIDRS degraded", "no proxy is named"}}},
        {{{"PUBLIC_BRANDING_JSON", "[]"}},
         {{"configuration.lenient-value PUBLIC_BRANDING_JSON degraded", "ignores it"}}},
        {{{"PUBLIC_BRANDING_JSON", R"({"logoUrl":"http://h/l.png","privacyUrl":"mailto:p@example.com"})"}},
         {{"configuration.lenient-value PUBLIC_BRANDING_JSON degraded", "logoUrl"},
          {"configuration.lenient-value PUBLIC_BRANDING_JSON degraded", "privacyUrl"}}},
        {{{"PUBLIC_BRANDING_JSON", R"({"supportUrl":"javascript:x"})"}},
         {{"configuration.lenient-value PUBLIC_BRANDING_JSON degraded", "supportUrl"}}},
        {{{"SUPPORT_URL", "http://h/x"}},
         {{"configuration.lenient-value SUPPORT_URL degraded", "https or mailto link"}}},
    });
    for (const char* name : {"BRAND_LOGO_URL", "PRIVACY_URL", "SECURITY_URL", "LEGAL_URL"})
        for (const char* value : {"http://h/x", "mailto:a@example.com", "example.com"})
            check_row({{{name, value}},
                       {{"configuration.lenient-value " + std::string(name) + " degraded",
                         "silently leaves it out"}}});
}

TEST_CASE("channel gateway rules: an exposed gateway has neither fake nor cli") {
    const Expected fake{"configuration.public-provider ENABLE_FAKE_PROVIDER", "fake provider takes calls"};
    const Expected cli{"configuration.public-provider CLI_ENABLED", "for this machine only"};
    const std::string allow = "ALLOW_PUBLIC_FAKE_PROVIDER";
    const auto fake_with = [](Changes changes) {
        changes.insert(changes.begin(), {{"TELEGRAM_BOT_TOKEN", ""}, {"ENABLE_FAKE_PROVIDER", "true"}});
        return changes;
    };
    check_rows({
        {fake_with({}), {}},
        {fake_with({{"HOST", "LOCALHOST"}}), {}},
        {fake_with({{"HOST", "0.0.0.0"}}), {fake}},
        {fake_with({{"HOST", "192.168.1.2"}}), {fake}},
        {fake_with({{"HOST", "127.1"}}), {fake}},
        {fake_with({{"PUBLIC_URL", "https://gateway.example.com"}}), {fake}},
        {fake_with({{"HOST", "0.0.0.0"}, {allow, "true"}}), {}},
        {fake_with({{"HOST", "0.0.0.0"}, {allow, "true"}, {"MODE", "managed"}}), {fake}},
        {fake_with({{"HOST", "0.0.0.0"}, {allow, "on"}}),
         {fake, {"configuration.lenient-value " + allow + " degraded", "uses false instead"}}},
        {{{"CLI_ENABLED", "true"}}, {}},
        {{{"CLI_ENABLED", "true"}, {"HOST", "::"}}, {cli}},
        {{{"CLI_ENABLED", "1"}, {"PUBLIC_URL", "https://gateway.example.com"}}, {cli}},
        {no_telegram({{"PROVIDERS", R"([{"kind":"cli","channelBindingId":"c"}])"}, {"HOST", "0.0.0.0"}}),
         {{"configuration.public-provider PROVIDERS", "cli provider"}}},
        {no_telegram({{"PROVIDERS",
                       R"([{"kind":"cli","channelBindingId":"c","enabled":false},
                           {"kind":"telegram","channelBindingId":"t","credentials":{"botToken":")" +
                           channel_token + R"("}}])"},
                      {"HOST", "0.0.0.0"}}),
         {}},
        {no_telegram({{"CONFIG_JSON", R"({"providers":[{"kind":"fake","channelBindingId":"f"}]})"},
                      {"HOST", "0.0.0.0"}}),
         {{"configuration.public-provider CONFIG_JSON", "fake provider"}}},
    });
}

TEST_CASE("channel gateway rules: CONFIG_JSON lies below the environment") {
    const std::string admin = R"({"server":{"adminToken":")" + channel_token + R"("}})";
    check_rows({
        {{{"ADMIN_TOKEN", ""}, {"CONFIG_JSON", admin}}, {}},
        {{{"ADMIN_TOKEN", fifteen}, {"CONFIG_JSON", admin}},
         {{"configuration.short-secret ADMIN_TOKEN", "16 characters"},
          {"configuration.ignored-key CONFIG_JSON degraded", "server/adminToken in"}}},
        {{{"CONFIG_JSON", R"({"server":{"port":99999}})"}},
         {{"configuration.lenient-value PORT degraded", "8790"}}},
        {{{"CONFIG_JSON", R"({"server":{"port":99999}})"}, {"PORT", "8790"}},
         {{"configuration.ignored-key CONFIG_JSON degraded", "no effect beside OPEN_COWORK_GATEWAY_PORT"}}},
        {{{"CONFIG_JSON", R"({"server":{"port":8790}})"}, {"PORT", " 8790 "}}, {}},
        {{{"CONFIG_JSON", R"({"metrics":{"enabled":true}})"}, {"METRICS_ENABLED", "yes"}}, {}},
        {{{"CONFIG_JSON", R"({"server":{"port":8790.0,"trustProxyHeaders":true,
                              "trustedProxyCidrs":["10.0.0.0/8","::1"]}})"}},
         {}},
        {{{"CONFIG_JSON", R"({"productMode":"standalone"})"}},
         {{"configuration.invalid-value PRODUCT_MODE", "not cloud_channel"}}},
        {{{"CONFIG_JSON", R"({"server":{"publicBaseUrl":"http://gateway.example.com"}})"}},
         {{"configuration.insecure-url PUBLIC_URL", "not an https URL"}}},
    });
    const auto violations = check_channel_gateway(channel_configured(
        {{"CONFIG_JSON", R"({"server":{"adminToken":"secret-in-json"}})"}, {"ADMIN_TOKEN", ""}}));
    REQUIRE(violations.size() == 1);
    CHECK(violations[0].source.place() == "f.env:5");
}

TEST_CASE("channel gateway rules: what the product's own setup helper gets wrong is found") {
    // As it writes a polling Telegram without --admin-token, and local mode without --service-token.
    check_rows({
        {{{"ADMIN_TOKEN", ""}, {"TELEGRAM_MODE", "polling"}, {"TELEGRAM_WEBHOOK_SECRET", ""}},
         {{"configuration.missing-key ADMIN_TOKEN", "is not set"}}},
        {{{"OPEN_COWORK_CLOUD_BASE_URL", "http://open-cowork-cloud:8787"},
          {"SERVICE_TOKEN", "replace-with-local-cloud-gateway-token"}},
         {{"configuration.insecure-url OPEN_COWORK_CLOUD_BASE_URL", "refuses to start"},
          {"configuration.placeholder-secret SERVICE_TOKEN", "still a placeholder"}}},
        // A repeated line: the last one counts, and this one is without a provider.
        {no_telegram({{"ENABLE_FAKE_PROVIDER", "true"}, {"ENABLE_FAKE_PROVIDER", "false"}}),
         {{"configuration.no-provider ", "no channel provider"}}},
    });
}

TEST_CASE("channel gateway rules: unknown keys come with the nearest known one and refusals come first") {
    const auto violations = check_channel_gateway(
        channel_configured({{"TELEGRAM_BOT_TOKN", "x"}, {"Q", "x"}, {"PRODUCT_MODE", "hybrid"}}));
    REQUIRE(violations.size() == 3);
    CHECK(violations[0].reason_code == "configuration.invalid-value");
    CHECK(violations[0].source.place() == "f.env:7");
    CHECK(violations[1].reason_code == "configuration.unknown-key");
    CHECK(violations[1].remedy == "did you mean OPEN_COWORK_GATEWAY_TELEGRAM_BOT_TOKEN?");
    CHECK(violations[1].source.place() == "f.env:5");
    CHECK(violations[2].reason_code == "configuration.unknown-key");
    config::Config foreign = channel_configured({});
    foreign.set("OPEN_COWORK_STANDALONE_GATEWAY_STORE", Secret("memory"), {});
    foreign.set("OPEN_COWORK_CLOUD_ROLE", Secret("web"), {});
    CHECK(check_channel_gateway(foreign).empty());
}

TEST_CASE("channel gateway keys: each once and found by its full name only") {
    const Service& service = channel_gateway();
    for (const Key& key : service.keys) {
        CAPTURE(key.name);
        CHECK(service.find(service.full_name(key.name)) == &key);
        CHECK(find_key(service.full_name(key.name)) != nullptr);
        CHECK((service.find(key.name) == nullptr) == !key.bare);
        CHECK_FALSE(key.meaning.empty());
        CHECK_FALSE(service.group_of(service.full_name(key.name)).empty());
        CHECK(std::count_if(service.keys.begin(), service.keys.end(),
                            [&](const Key& other) { return other.name == key.name; }) == 1);
    }
    CHECK(service.full_name("OPEN_COWORK_CLOUD_BASE_URL") == "OPEN_COWORK_CLOUD_BASE_URL");
    CHECK(service.group_of("OPEN_COWORK_GATEWAY_SIGNAL_SHARED_SECRET") == "Signal");
}

TEST_CASE("channel gateway keys: what holds a secret") {
    for (const char* name : {"SERVICE_TOKEN", "ADMIN_TOKEN", "TELEGRAM_BOT_TOKEN", "TELEGRAM_WEBHOOK_SECRET",
                             "SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "EMAIL_INBOUND_SECRET",
                             "EMAIL_SMTP_PASSWORD", "WEBHOOK_SHARED_SECRET", "DISCORD_SHARED_SECRET",
                             "WHATSAPP_SHARED_SECRET", "SIGNAL_SHARED_SECRET", "PROVIDERS", "CONFIG_JSON"}) {
        CAPTURE(name);
        CHECK(is_secret_key(channel_gateway().full_name(name)));
    }
    const auto secrets = std::count_if(channel_gateway().keys.begin(), channel_gateway().keys.end(),
                                       [](const Key& key) { return key.secret(); });
    CHECK(secrets == 14);
}

TEST_CASE("channel gateway keys: the redactor learns the secrets inside JSON") {
    Redactor redactor;
    learn_secrets(redactor,
                  channel_configured(
                      {{"PROVIDERS", R"([{"kind":"slack","credentials":{"botToken":"xoxb-inner-bot-token",
                           "signingSecret":" inner-signing-secret "},
                           "settings":{"deliveryUrl":"https://u:inner-password-1@h/","mode":"plain-setting"}}])"},
                       {"CONFIG_JSON", R"({"server":{"adminToken":"inner-admin-token",},} // comment)"}}));
    for (const char* secret :
         {"xoxb-inner-bot-token", "inner-signing-secret", "inner-password-1", "inner-admin-token"}) {
        CAPTURE(secret);
        CHECK(redactor.clean(std::string("it is ") + secret + ".").str() == "it is [redacted].");
    }
    CHECK(redactor.clean("plain-setting slack").str() == "plain-setting slack");
}
