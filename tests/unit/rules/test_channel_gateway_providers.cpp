#include "rules/channel_gateway.hpp"
#include "unit/rules/channel_gateway_rows.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <functional>
#include <string>
#include <vector>

using namespace cowork;
using namespace cowork::rules;
using namespace cowork::test;

namespace {

const std::string fifteen = channel_token.substr(0, 15);
const std::vector<std::string> bridges{"WEBHOOK", "DISCORD", "WHATSAPP", "SIGNAL"};

Changes with(Changes base, const Changes& more) {
    base.insert(base.end(), more.begin(), more.end());
    return base;
}

Changes slack(const Changes& more = {}) {
    return with(
        no_telegram({{"SLACK_BOT_TOKEN", "xoxb-" + channel_token}, {"SLACK_SIGNING_SECRET", channel_token}}),
        more);
}

Changes email(const Changes& more = {}) {
    return with(no_telegram({{"EMAIL_INBOUND_SECRET", channel_token},
                             {"EMAIL_FROM", "gateway@example.com"},
                             {"EMAIL_SMTP_HOST", "smtp.example.com"}}),
                more);
}

// The keys of a kind that delivers to a URL.
Changes bridge(const std::string& kind, const Changes& more = {}) {
    Changes named;
    for (const auto& [key, value] : more)
        named.emplace_back(key.starts_with("MAX_REQUEST") ? key : fmt::format("{}_{}", kind, key), value);
    return with(no_telegram({{kind + "_DELIVERY_URL", "https://hooks.example.com/in?x=1"},
                             {kind + "_SHARED_SECRET", channel_token}}),
                named);
}

std::string telegram_json(const std::string& more) {
    return R"({"kind":"telegram","channelBindingId":"t","credentials":{"botToken":")" + channel_token +
           R"("})" + more + "}";
}

}  // namespace

TEST_CASE("channel providers: at least one") {
    check_rows({
        {no_telegram({}), {{"configuration.no-provider ", "no channel provider"}}},
        {no_telegram({{"PROVIDERS", "[]"}}), {{"configuration.no-provider ", "no channel provider"}}},
        {no_telegram({{"PROVIDERS", "[]"}, {"ENABLE_FAKE_PROVIDER", "true"}}), {}},
        {no_telegram({{"PROVIDERS", "[" + telegram_json(R"(,"enabled":false)") + "]"}}),
         {{"configuration.no-provider ", "no channel provider"}}},
        {no_telegram({{"ENABLE_FAKE_PROVIDER", "true"}}), {}},
        {no_telegram({{"CLI_ENABLED", "true"}}), {}},
        {no_telegram({{"CONFIG", "/etc/gateway.json"}}), {}},
        {no_telegram({{"OPEN_COWORK_CONFIG_DIR", "/etc/open-cowork"}}), {}},
        // Fake counts only where nothing else is configured.
        {{{"ENABLE_FAKE_PROVIDER", "true"}},
         {{"configuration.ignored-key ENABLE_FAKE_PROVIDER degraded", "another provider"}}},
    });
}

TEST_CASE("channel providers: telegram") {
    const std::string token = "TELEGRAM_BOT_TOKEN", secret = "TELEGRAM_WEBHOOK_SECRET",
                      mode = "TELEGRAM_MODE", url = "TELEGRAM_PUBLIC_URL";
    check_rows({
        {{{mode, "polling"}}, {}},
        {{{mode, "webhook"}, {secret, channel_token}, {url, "https://gateway.example.com"}}, {}},
        {{{mode, "webhook"}, {secret, channel_token}, {"PUBLIC_URL", "https://gateway.example.com"}}, {}},
        {{{"TELEGRAM_RESPOND_IN_GROUPS", "mentions_and_replies"}}, {}},
        // Without webhook mode its URL and secret have no effect.
        {{{url, "http://gateway.example.com"}}, {}},
        {{{token, "replace-with-telegram-bot-token"}},
         {{"configuration.placeholder-secret " + token, "still a placeholder"}}},
        {{{token, "demo-token"}}, {{"configuration.placeholder-secret " + token, "still a placeholder"}}},
        {{{token, fifteen}}, {{"configuration.short-secret " + token, "16 characters"}}},
        {{{mode, "Webhook"}}, {{"configuration.invalid-value " + mode, "neither polling nor webhook"}}},
        {{{mode, "push"}}, {{"configuration.invalid-value " + mode, "refuses to start"}}},
        {{{mode, "webhook"}},
         {{"configuration.missing-key " + secret, "webhook mode needs it"},
          {"configuration.missing-key " + url, "or OPEN_COWORK_GATEWAY_PUBLIC_URL"}}},
        {{{mode, "webhook"}, {secret, "example-secret-of-telegram"}, {url, "https://h.example.com"}},
         {{"configuration.placeholder-secret " + secret, "still a placeholder"}}},
        {{{mode, "webhook"}, {secret, "has blanks in it, too long"}, {url, "https://h.example.com"}},
         {{"configuration.invalid-value " + secret, "characters that Telegram does not take"}}},
        {{{mode, "webhook"}, {secret, channel_token}, {url, "http://gateway.example.com"}},
         {{"configuration.insecure-url " + url, "not an https URL"}}},
        {{{mode, "webhook"}, {secret, channel_token}, {url, "https://127.0.0.1"}},
         {{"configuration.invalid-value " + url, "loopback"}}},
        {{{mode, "webhook"}, {secret, channel_token}, {url, "gateway.example.com"}},
         {{"endpoint.unparseable " + url, "absolute URL"}}},
        // The gateway's own URL is told once.
        {{{mode, "webhook"}, {secret, channel_token}, {"PUBLIC_URL", "http://gateway.example.com"}},
         {{"configuration.insecure-url PUBLIC_URL", "not an https URL"}}},
        {{{"TELEGRAM_RESPOND_IN_GROUPS", "always"}},
         {{"configuration.lenient-value TELEGRAM_RESPOND_IN_GROUPS degraded", "commands_only instead"}}},
        {no_telegram({{secret, channel_token}, {"CLI_ENABLED", "true"}}),
         {{"configuration.missing-key " + token + " degraded", "there is no telegram provider"}}},
    });
}

TEST_CASE("channel providers: slack") {
    check_rows({
        {slack(), {}},
        {slack({{"SLACK_TEAM_ID", "T1"}, {"SLACK_DEFAULT_CHANNEL_ID", "C1"}}), {}},
        {slack({{"SLACK_API_BASE_URL", "http://127.0.0.1:9/api"}}), {}},
        {slack({{"SLACK_SIGNING_SECRET", ""}}),
         {{"configuration.missing-key SLACK_SIGNING_SECRET", "the slack provider needs it"}}},
        {slack({{"SLACK_SIGNING_SECRET", "change-me-please-now"}}),
         {{"configuration.placeholder-secret SLACK_SIGNING_SECRET", "still a placeholder"}}},
        {slack({{"SLACK_SIGNING_SECRET", fifteen}}),
         {{"configuration.short-secret SLACK_SIGNING_SECRET", "16 characters"}}},
        {slack({{"SLACK_BOT_TOKEN", "replace-with-bot-token"}}),
         {{"configuration.placeholder-secret SLACK_BOT_TOKEN", "still a placeholder"}}},
        {slack({{"SLACK_API_BASE_URL", "slack"}}), {{"endpoint.unparseable SLACK_API_BASE_URL", "URL"}}},
        {{{"SLACK_SIGNING_SECRET", channel_token}},
         {{"configuration.missing-key SLACK_BOT_TOKEN degraded", "there is no slack provider"}}},
    });
}

TEST_CASE("channel providers: email") {
    const std::string from = "EMAIL_FROM", port = "EMAIL_SMTP_PORT", cap = "EMAIL_MAX_ATTACHMENT_BYTES";
    check_rows({
        {email(), {}},
        {email({{port, "587"},
                {"EMAIL_SMTP_SECURE", "true"},
                {"EMAIL_SMTP_USERNAME", "u"},
                {"EMAIL_SMTP_PASSWORD", "short"}}),
         {}},
        {email({{from, "a.b+c@mail-1.example.org"}}), {}},
        {email({{from, ""}}), {{"configuration.missing-key " + from, "the email provider needs it"}}},
        {email({{"EMAIL_SMTP_HOST", ""}}),
         {{"configuration.missing-key EMAIL_SMTP_HOST", "the email provider needs it"}}},
        {email({{"EMAIL_INBOUND_SECRET", fifteen}}),
         {{"configuration.short-secret EMAIL_INBOUND_SECRET", "16 characters"}}},
        {email({{"EMAIL_SMTP_PASSWORD", "replace-with-x"}}),
         {{"configuration.placeholder-secret EMAIL_SMTP_PASSWORD", "still a placeholder"}}},
        {email({{from, "Gateway <gateway@example.com>"}}),
         {{"configuration.invalid-value " + from + " degraded", "display name"}}},
        {email({{"EMAIL_SMTP_SECURE", "starttls"}}),
         {{"configuration.lenient-value EMAIL_SMTP_SECURE degraded", "uses false instead"}}},
        {email({{port, "smtp"}}), {{"configuration.lenient-value " + port + " degraded", "whole number"}}},
        {email({{port, "0"}}), {{"configuration.invalid-value " + port, "is no port"}}},
        {email({{port, "65536"}}), {{"configuration.invalid-value " + port, "is no port"}}},
        {email({{cap, "1048576"}}), {}},
        {email({{cap, "0"}}), {{"configuration.invalid-value " + cap, "from 1 to 67108864"}}},
        {email({{cap, "1048577"}}),
         {{"configuration.invalid-value " + cap, "more than a request may hold (1048576)"}}},
        {{{from, "gateway@example.com"}},
         {{"configuration.missing-key EMAIL_INBOUND_SECRET degraded", "there is no email provider"}}},
        // Compose presets these; they ask for no provider.
        {{{port, "587"}, {"EMAIL_SMTP_SECURE", "false"}, {cap, "1048576"}}, {}},
    });
    for (const char* bad :
         {"gateway", "@example.com", "gateway@", "gateway@localhost", "a@b@example.com", ".a@example.com",
          "a.@example.com", "a@-x.example.com", "a@x-.example.com", "a@example..com", "a@example.c",
          "a b@example.com", "a@exa_mple.com", "Gateway <gateway>"}) {
        CAPTURE(bad);
        check_row({email({{from, bad}}), {{"configuration.invalid-value " + from, "is not a mail address"}}});
    }
}

TEST_CASE("channel providers: webhook and the bridges need a URL and a secret") {
    for (const std::string& kind : bridges) {
        const std::string url = kind + "_DELIVERY_URL", secret = kind + "_SHARED_SECRET",
                          cap = kind + "_MAX_ATTACHMENT_BYTES", priv = kind + "_ALLOW_PRIVATE_DELIVERY";
        check_rows({
            {bridge(kind), {}},
            {bridge(kind, {{"SHARED_SECRET", ""}}), {{"configuration.missing-key " + secret, "sign calls"}}},
            {with(bridge(kind, {{"DELIVERY_URL", ""}}), {{"CLI_ENABLED", "true"}}),
             {{"configuration.missing-key " + url + " degraded", "without it there is no"}}},
            {bridge(kind, {{"DELIVERY_URL", ""}}),
             {{"configuration.no-provider ", "no channel provider"},
              {"configuration.missing-key " + url + " degraded", "without it there is no"}}},
            {bridge(kind, {{"SHARED_SECRET", "example-shared-secret-here"}}),
             {{"configuration.placeholder-secret " + secret, "still a placeholder"}}},
            {bridge(kind, {{"SHARED_SECRET", fifteen}}),
             {{"configuration.short-secret " + secret, "16 characters"}}},
            {bridge(kind, {{"ALLOW_PRIVATE_DELIVERY", "on"}}),
             {{"configuration.lenient-value " + priv + " degraded", "uses false instead"}}},
            {bridge(kind, {{"MAX_ATTACHMENT_BYTES", "1"}}), {}},
            {bridge(kind, {{"MAX_ATTACHMENT_BYTES", "1.5"}}),
             {{"configuration.invalid-value " + cap, "from 1 to 67108864"}}},
            {bridge(kind, {{"MAX_ATTACHMENT_BYTES", "67108865"}}),
             {{"configuration.invalid-value " + cap, "from 1 to 67108864"}}},
            {bridge(kind, {{"MAX_ATTACHMENT_BYTES", "2000000"}}),
             {{"configuration.invalid-value " + cap, "more than a request may hold (1048576)"}}},
            {bridge(kind, {{"MAX_ATTACHMENT_BYTES", "2000000"}, {"MAX_REQUEST_BODY_BYTES", "2000000"}}), {}},
        });
    }
}

TEST_CASE("channel providers: where deliveries may go") {
    const auto refused = [](const std::string& code, const std::string& words) {
        return [=](const std::string& kind) {
            return std::vector<Expected>{{code + " " + kind + "_DELIVERY_URL", words}};
        };
    };
    const auto fine = [](const std::string&) { return std::vector<Expected>{}; };
    const auto not_https = refused("configuration.insecure-url", "http and not on localhost");
    const auto is_private = refused("configuration.private-delivery", "private or reserved address");
    const auto metadata = refused("endpoint.metadata-host", "metadata");
    const auto not_listed = refused("configuration.host-not-allowed", "allow-list");
    struct Row {
        std::string url, allowed, allow_private;
        std::function<std::vector<Expected>(const std::string&)> expected;
    };
    const std::vector<Row> rows{
        {"http://localhost:9/x", "", "", fine},
        {"http://127.0.0.1:9/x", "", "", fine},
        {"http://[::1]:9/x", "", "", fine},
        {"https://127.0.0.1/x", "", "", fine},
        {"https://203.0.114.1/x", "", "", fine},
        {"http://127.0.0.2/x", "", "", not_https},
        {"http://hooks.example.com/x", "", "", not_https},
        {"http://localhost.example.com/x", "", "", not_https},
        {"http://10.0.0.1/x", "", "true", not_https},
        {"ftp://hooks.example.com/x", "", "", refused("endpoint.scheme", "neither http nor https")},
        {"hooks.example.com", "", "", refused("endpoint.unparseable", "absolute URL")},
        {"https://u:p@hooks.example.com/", "", "", refused("endpoint.credentials", "password")},
        {"https://169.254.169.254/x", "", "", metadata},
        {"https://169.254.169.254/x", "", "true", metadata},
        {"https://metadata.google.internal/x", "", "true", metadata},
        {"https://metadata/x", "", "true", metadata},
        {"https://[fd00:ec2::254]/x", "", "true", metadata},
        {"https://[::ffff:169.254.169.254]/x", "", "true", metadata},
        {"https://10.1.2.3/x", "", "", is_private},
        {"https://10.1.2.3/x", "", "yes", fine},
        {"https://127.0.0.2/x", "", "", is_private},
        {"https://192.168.1.1/x", "", "", is_private},
        {"https://172.31.0.1/x", "", "", is_private},
        {"https://100.64.0.1/x", "", "", is_private},
        {"https://198.18.0.1/x", "", "", is_private},
        {"https://203.0.113.9/x", "", "", is_private},
        {"https://224.0.0.1/x", "", "", is_private},
        {"https://[fd12::1]/x", "", "", is_private},
        {"https://[fd12::1]/x", "", "true", fine},
        {"https://[fe80::1]/x", "", "", is_private},
        {"https://[ff02::1]/x", "", "", is_private},
        {"https://[2001:db8::1]/x", "", "", is_private},
        {"https://[::ffff:10.0.0.1]/x", "", "", is_private},
        {"https://hooks.example.com/x", "hooks.example.com", "", fine},
        {"https://hooks.example.com/x", "other.example.com, HOOKS.example.com", "", fine},
        {"https://hooks.example.com/x", "*.example.com", "", fine},
        {"https://a.b.example.com/x", "*.example.com", "", fine},
        {"https://hooks.example.com/x", " , ", "", fine},
        {"https://hooks.example.com/x", "example.com", "", not_listed},
        {"https://example.com/x", "*.example.com", "", not_listed},
        {"https://hooks.example.com.evil.net/x", "*.example.com", "", not_listed},
        {"http://localhost/x", "hooks.example.com", "", fine},
    };
    for (const std::string& kind : bridges)
        for (const Row& row : rows)
            check_row({bridge(kind, {{"DELIVERY_URL", row.url},
                                     {"DELIVERY_ALLOWED_HOSTS", row.allowed},
                                     {"ALLOW_PRIVATE_DELIVERY", row.allow_private}}),
                       row.expected(kind)});
}

TEST_CASE("channel providers: PROVIDERS is an array of known kinds") {
    const Expected not_array{"configuration.invalid-value PROVIDERS", "is not a JSON array"};
    const Expected no_kind{"configuration.invalid-value PROVIDERS",
                           "entry 1 of OPEN_COWORK_GATEWAY_PROVIDERS has no kind"};
    const auto one = [](const std::string& json) { return no_telegram({{"PROVIDERS", json}}); };
    check_rows({
        {one("{"), {not_array}},
        {one("null"), {not_array}},
        {one("{}"), {not_array}},
        {one("\"telegram\""), {not_array}},
        {one(std::string(5000, '[')), {not_array}},
        {one("[1]"), {no_kind}},
        {one("[{}]"), {no_kind}},
        {one(R"([{"kind":"teams","channelBindingId":"x"}])"), {no_kind}},
        {one(R"([{"kind":7,"channelBindingId":"x"}])"), {no_kind}},
        {one("[" + telegram_json("") + "]"), {}},
        {one(R"([{"kind":"fake","channelBindingId":"f"}])"), {}},
        {one(R"([{"kind":"fake","id":"anything","channelBindingId":"f"}])"), {}},
        {one(R"([{"kind":"fake"}])"),
         {{"configuration.missing-key PROVIDERS",
           "entry 1 of OPEN_COWORK_GATEWAY_PROVIDERS: channelBindingId"}}},
        {one(R"([{"kind":"fake","channelBindingId":" "}])"),
         {{"configuration.missing-key PROVIDERS", "channelBindingId is not set"}}},
    });
}

TEST_CASE("channel providers: ids are unique and begin with their kind") {
    const auto ids = [](const std::string& first, const std::string& second) {
        return no_telegram({{"PROVIDERS", "[" + telegram_json(R"(,"id":")" + first + "\"") + "," +
                                              telegram_json(R"(,"id":")" + second + "\"") + "]"}});
    };
    const Expected duplicate{"configuration.invalid-value PROVIDERS",
                             "entry 2 of OPEN_COWORK_GATEWAY_PROVIDERS has the id of another provider"};
    const Expected misnamed{"configuration.invalid-value PROVIDERS", "neither telegram nor telegram- and"};
    check_rows({
        {ids("telegram", "telegram-team"), {}},
        {ids("telegram-a", "telegram-b_2"), {}},
        {ids("telegram", "telegram"), {duplicate}},
        {ids("telegram", ""), {}},  // telegram-2
        {ids("telegram-2", ""), {duplicate}},
        {ids("telegram", "slack"), {misnamed}},
        {ids("telegram", "telegramteam"), {misnamed}},
        {ids("telegram", "telegram-Team"), {misnamed}},
        {ids("telegram", "telegram-" + std::string(60, 'x')), {misnamed}},
    });
}

TEST_CASE("channel providers: entries of PROVIDERS obey the rules of single keys") {
    const auto entry = [](const std::string& kind, const std::string& credentials,
                          const std::string& settings) {
        return no_telegram(
            {{"PROVIDERS", R"([{"kind":")" + kind + R"(","channelBindingId":"b","credentials":{)" +
                               credentials + R"(},"settings":{)" + settings + "}}]"}});
    };
    const auto quoted = [](const std::string& name, const std::string& value) {
        return "\"" + name + "\":\"" + value + "\"";
    };
    const std::string shared = quoted("sharedSecret", channel_token);
    const std::string at = "entry 1 of OPEN_COWORK_GATEWAY_PROVIDERS: ";
    const auto one = [](const std::string& code, const std::string& words) {
        return std::vector<Expected>{{code + " PROVIDERS", words}};
    };
    check_rows({
        {entry("telegram", "", ""), one("configuration.missing-key", at + "credentials.botToken is not set")},
        {entry("telegram", quoted("botToken", "replace-with-token"), ""),
         one("configuration.placeholder-secret", at + "credentials.botToken")},
        {entry("telegram", quoted("botToken", channel_token) + "," + quoted("apiKey", "demo-x"), ""),
         one("configuration.placeholder-secret", at + "credentials.apiKey")},
        {entry("telegram", quoted("botToken", channel_token), R"("mode":"push")"),
         one("configuration.invalid-value", at + "settings.mode")},
        {entry("telegram", quoted("botToken", channel_token),
               R"("mode":"webhook","publicBaseUrl":"https://h.example.com")"),
         one("configuration.missing-key", at + "credentials.webhookSecret")},
        {entry("slack", quoted("botToken", channel_token), ""),
         one("configuration.missing-key", at + "credentials.signingSecret")},
        {entry("email", quoted("inboundSecret", channel_token), R"("smtpHost":"h")"),
         one("configuration.missing-key", at + "settings.from")},
        {entry("email", quoted("inboundSecret", channel_token), R"("from":"a@example.com")"),
         one("configuration.missing-key", at + "settings.smtpHost")},
        {entry("email", quoted("inboundSecret", channel_token),
               R"("from":"a@example.com","smtpHost":"h","smtpPort":587,"smtpSecure":true)"),
         {}},
        {entry("webhook", shared, ""), one("configuration.missing-key", at + "settings.deliveryUrl")},
        {entry("signal", "", R"("deliveryUrl":"https://h.example.com")"),
         one("configuration.missing-key", at + "credentials.sharedSecret")},
        {entry("discord", shared, R"("deliveryUrl":"http://h.example.com")"),
         one("configuration.insecure-url", at + "settings.deliveryUrl")},
        {entry("discord", shared, R"("deliveryUrl":"https://10.0.0.1","allowPrivateDelivery":true)"), {}},
        {entry("discord", shared, R"("deliveryUrl":"https://10.0.0.1","allowPrivateDelivery":"true")"), {}},
        {entry(
             "webhook", shared,
             R"("deliveryUrl":"https://h.example.com","deliveryUrlAllowedHosts":["x.org","h.example.com"])"),
         {}},
        {entry("webhook", shared,
               R"("deliveryUrl":"https://h.example.com","deliveryUrlAllowedHosts":["x.org"])"),
         one("configuration.host-not-allowed", "allow-list")},
        {entry("webhook", shared, R"("deliveryUrl":"https://h.example.com","maxAttachmentBytes":1048576)"),
         {}},
        {entry("webhook", shared, R"("deliveryUrl":"https://h.example.com","maxAttachmentBytes":1e6)"), {}},
        {entry("webhook", shared, R"("deliveryUrl":"https://h.example.com","maxAttachmentBytes":2000000)"),
         one("configuration.invalid-value", "more than a request may hold")},
        // A disabled one must be complete all the same, but its URL is not used.
        {no_telegram({{"PROVIDERS", "[" + telegram_json("") +
                                        R"(,{"kind":"webhook","channelBindingId":"w","enabled":false,
                                        "credentials":{)" +
                                        shared + R"(},"settings":{"deliveryUrl":"http://h.example.com"}},
                                        {"kind":"slack","channelBindingId":"s","enabled":false}])"}}),
         {{"configuration.missing-key PROVIDERS",
           "entry 3 of OPEN_COWORK_GATEWAY_PROVIDERS: credentials.botToken"},
          {"configuration.missing-key PROVIDERS", "credentials.signingSecret"}}},
    });
}

TEST_CASE("channel providers: PROVIDERS replaces the keys of single providers") {
    const std::string providers = "[" + telegram_json("") + "]";
    check_rows({
        {{{"PROVIDERS", providers}},
         {{"configuration.ignored-key TELEGRAM_BOT_TOKEN degraded", "replaces the keys of single"}}},
        {no_telegram({{"PROVIDERS", providers}, {"CLI_ENABLED", "true"}}),
         {{"configuration.ignored-key CLI_ENABLED degraded", "replaces the keys of single"}}},
        {slack({{"PROVIDERS", providers}, {"SLACK_SIGNING_SECRET", ""}}),
         {{"configuration.ignored-key SLACK_BOT_TOKEN degraded", "replaces"}}},
        {no_telegram({{"PROVIDERS", providers}, {"ENABLE_FAKE_PROVIDER", "true"}}),
         {{"configuration.ignored-key ENABLE_FAKE_PROVIDER degraded", "another provider"}}},
        {no_telegram({{"PROVIDERS", providers}, {"CLI_ENABLED", "false"}, {"TELEGRAM_MODE", "push"}}), {}},
    });
}

TEST_CASE("channel providers: those of CONFIG_JSON lie below the environment's") {
    const auto config = [](const std::string& providers) {
        return std::pair<std::string, std::string>{"CONFIG_JSON", R"({"providers":[)" + providers + "]}"};
    };
    const std::string bare = R"({"kind":"telegram","id":"telegram-prod","channelBindingId":"t"})";
    check_rows({
        {no_telegram({config(telegram_json(""))}), {}},
        {no_telegram({config(bare)}),
         {{"configuration.missing-key CONFIG_JSON",
           "entry 1 of providers in OPEN_COWORK_GATEWAY_CONFIG_JSON: credentials.botToken"}}},
        // The environment's token completes it.
        {{config(bare)}, {}},
        {slack({config(telegram_json(""))}), {}},
        {no_telegram({config(R"({"kind":"teams"})")}),
         {{"configuration.invalid-value CONFIG_JSON", "has no kind"},
          {"configuration.no-provider ", "no channel provider"}}},
        {{config(telegram_json(R"(,"settings":{"mode":"webhook"})")), {"TELEGRAM_MODE", "polling"}}, {}},
    });
}
