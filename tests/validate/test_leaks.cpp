#include "secrets/encodings.hpp"
#include "validators/leaks/identifiers.hpp"
#include "validators/leaks/leaks.hpp"
#include "validators/leaks/scan.hpp"
#include "validators/recognise.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <chrono>
#include <string>
#include <vector>

// What is taken for a leaked secret, and above all what is not. The values are made up, and put together
// here so that no scanner of repositories takes this file for a leak.
namespace {

using namespace cowork;
using namespace cowork::validators;

const std::string mixed20 = "Zq8WnR4vYx2BkM7cUj5H";
const std::string mixed40 = "Zq8WnR4vYx2BkM7cUj5HtF3sLp9DaG6eXb1QyKiO";

std::vector<std::string> rules_in(const std::string& text) {
    std::vector<std::string> rules;
    for (const Leak& leak : scan_for_leaks(text)) {
        REQUIRE(leak.begin < leak.end);
        REQUIRE(leak.end <= text.size());
        rules.emplace_back(leak.rule);
    }
    return rules;
}

struct Line {
    std::string text;
    std::string rule;
};

std::string private_key(const std::string& line_end) {
    std::string text = "-----BEGIN RSA PRIVATE " + std::string("KEY-----") + line_end;
    for (int i = 0; i < 4; ++i) text += "MIIEow" + mixed40 + "abcd" + line_end;
    return text + "-----END RSA PRIVATE KEY-----";
}

std::string web_token() {
    return base64url(R"({"alg":"HS256","typ":"JWT"})") + "." +
           base64url(R"({"sub":"7731","aud":"cloud","exp":1767225600})") + "." + mixed40;
}

std::vector<Line> leaking_lines() {
    const auto aws = "AKIA" + std::string("2E0A8F3B244C9986");
    return {
        {"key: " + aws, "leak.cloud-key"},
        {"aws_access_key_id = ASIA" + std::string("Q3EGRJ5T7YKWXN2M"), "leak.cloud-key"},
        {"apiKey: \"AIza" + std::string("SyD3f9Kq2_Lm8nXw5Rt7Yb1Vc4Zp6Hj0GsE") + "\"", "leak.cloud-key"},
        {"GOCSPX-" + mixed20 + "xy", "leak.cloud-key"},
        {"see ya29." + mixed40, "leak.cloud-key"},
        {"dapi" + std::string("0f1e2d3c4b5a69788796a5b4c3d2e1f0"), "leak.cloud-key"},
        {"GITHUB_TOKEN=ghp_" + mixed40, "leak.code-host-token"},
        {"https://ghs_" + mixed40 + "@github.com/x/y", "leak.code-host-token"},
        {"`github_pat_11AB" + mixed20 + "_" + mixed40 + "`", "leak.code-host-token"},
        {"gho_" + mixed40 + " ghu_" + mixed40, "leak.code-host-token"},
        {"ghr_abcdefghijklmnopqrstuvwxyz0123456789", "leak.code-host-token"},
        {"glpat-" + mixed20, "leak.code-host-token"},
        {"//registry/:_authToken=npm_" + mixed40, "leak.code-host-token"},
        {"OPENAI_API_KEY: sk-proj-" + mixed40, "leak.model-key"},
        {"\"sk-" + mixed40 + "\"", "leak.model-key"},
        {"ANTHROPIC_API_KEY='sk-ant-api03-a1-B2_c3-D4_e5-F6'", "leak.model-key"},
        {"hf_" + mixed40, "leak.model-key"},
        {"xoxb-" + std::string("8213-4471-") + mixed20, "leak.chat-token"},
        {"xapp-1-A02B-9931-" + mixed20, "leak.chat-token"},
        {"TELEGRAM: 7312459901:AA" + mixed40.substr(0, 33), "leak.chat-token"},
        {"curl https://api.telegram.org/bot7312459901:AA" + mixed40.substr(0, 33) + "/getMe",
         "leak.chat-token"},
        {"rk_live_" + mixed20, "leak.payment-key"},
        {"sk_live_" + mixed20, "leak.payment-key"},
        {"whsec_" + mixed20, "leak.payment-key"},
        {"token occ_" + mixed40, "leak.product-token"},
        {"- ocw_" + mixed40, "leak.product-token"},
        {"(ocgw_" + mixed40 + ")", "leak.product-token"},
        {"ocp_" + mixed40, "leak.product-token"},
        {"x = \"plain:v1:" + mixed20 + "\"", "leak.product-token"},
        {web_token(), "leak.web-token"},
        {"cookie: session=" + web_token() + "; Path=/", "leak.web-token"},
        {private_key("\n"), "leak.private-key"},
        {"key: |\n  " + private_key("\n  "), "leak.private-key"},
        {"{\"key\": \"" + private_key("\\n") + "\"}", "leak.private-key"},
        {"DATABASE_URL=postgres://cowork:Zq8WnR4v@db.internal:5432/cowork", "leak.url-password"},
        {"url: postgresql://app:p%40ssw0rd!@10.0.0.4/app?sslmode=require", "leak.url-password"},
        {"git clone https://bot:" + mixed20 + "@git.acme.test/x.git", "leak.url-password"},
        {"redis://:Zq8WnR4vYx2B@cache:6379", "leak.url-password"},
        {"https://b.s3.amazonaws.com/o?X-Amz-Expires=60&X-Amz-Signature=" +
             std::string("0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0"),
         "leak.signed-url"},
        {"https://a.blob.core.windows.net/c?sv=2022-11-02&sig=Zq8WnR4vYx2BkM7cUj5HtF3sLp9DaG6eXb1QyKiO%3D",
         "leak.signed-url"},
        {"curl -H 'Authorization: Bearer " + mixed40 + "' x", "leak.authorization"},
        {"Authorization: Basic " + base64("ops:Zq8WnR4vYx2B"), "leak.authorization"},
        {"POSTGRES_PASSWORD=Zq8WnR4v", "leak.assignment"},
        {"      POSTGRES_PASSWORD: \"hunter2hunter2\"", "leak.assignment"},
        {"      - POSTGRES_PASSWORD=Zq8WnR4v", "leak.assignment"},
        {"  PASSWORD: ${PASSWORD:-Zq8WnR4vYx2B}", "leak.assignment"},
        {"export ADMIN_TOKEN='" + mixed20 + "'", "leak.assignment"},
        {"# ADMIN_TOKEN=" + mixed20, "leak.assignment"},
        {"  \"clientSecret\": \"" + mixed20 + "\",", "leak.assignment"},
        {"{\"env\": \"{\\\"api_key\\\": \\\"" + mixed20 + "\\\"}\"}", "leak.assignment"},
        {"AWS_SECRET_ACCESS_KEY = wJalr0UtnFEMIxK7MDENGbPxRfiCY7Kq3Yx", "leak.assignment"},
        {"AccountName=x;AccountKey=" + mixed40 + "==;EndpointSuffix=core.windows.net", "leak.assignment"},
        {"OPEN_COWORK_CLOUD_COOKIE_SECRET=" + mixed40, "leak.assignment"},
        {"spring.datasource.password=Zq8WnR4v", "leak.assignment"},
        {"admin-token: " + mixed20, "leak.assignment"},
        {"let apiKey = \"" + mixed20 + "\";", "leak.assignment"},
        {"COOKIE_SECRET_OLD=" + mixed20, "leak.assignment"},
        {"PGPASSWORD=Zq8WnR4v psql", "leak.assignment"},
        {"TOKEN=qwkdjhfgzmxnbvcplsoe", "leak.assignment"},
        {"PASSWORD='three blanks 4 you'", "leak.assignment"},
        {"password: correct-horse-battery-staple", "leak.assignment"},
        {"\"password\": \"k9$Wq(Rt!\"", "leak.assignment"},
    };
}

std::vector<std::string> harmless_lines() {
    return {
        // references
        "ADMIN_TOKEN=${ADMIN_TOKEN}",
        "ADMIN_TOKEN: ${ADMIN_TOKEN:?set it}",
        "ADMIN_TOKEN=$ADMIN_TOKEN",
        "ADMIN_TOKEN: \"${ADMIN_TOKEN:-}\"",
        "PASSWORD: ${PASSWORD:-changeme}",
        "TOKEN=$(openssl rand -hex 32)",
        "TOKEN=`cat token`",
        "token: {env:OPENCODE_TOKEN_2}",
        "\"apiKey\": \"{env:ANTHROPIC_API_KEY}\",",
        "\"apiKey\": \"{file:~/.keys/anthropic1}\",",
        "adminToken: \"env:ADMIN_TOKEN_1\"",
        "secretKey: gcp-sm://projects/p1/secrets/k/versions/3",
        "cookieSecret: aws-sm://prod/cookie1",
        "x_SECRET=azure-kv://vault1/cookie",
        "TOKEN: vault:secret/data/cowork1#token",
        "PASSWORD=op://ops/postgres1/password",
        "password: {{ .Values.password1 }}",
        "password: '{{ lookup(\"env\", \"PW1\") }}'",
        "password: <your-password-1>",
        "TOKEN=<token1>",
        "password: !vault |",
        "token: ENC[AES256_GCM,data:Zq8WnR4vYx2B,iv:kM7c=]",
        "POSTGRES_PASSWORD_FILE=/run/secrets/postgres1",
        "ADMIN_TOKEN=/run/secrets/admin_token_1",
        "DB_PASSWORD: ./secrets/db1.txt",
        "token = process.env.ADMIN_TOKEN_1",
        "token: secrets.GITHUB_TOKEN",
        "GITHUB_TOKEN: ${{ secrets.GITHUB_TOKEN }}",
        "password = os.environ[\"PG1\"]",
        "const token = getToken(user1);",
        "  token: string;",
        "apiKey: config.apiKey,",
        "def f(password: Optional[str] = None, token: str = \"\")",
        "password = %PASSWORD1%",
        "TOKEN=#{ENV_TOKEN1}",
        "password: \"@Microsoft.KeyVault(SecretUri=x1)\"",
        // what pages say of secrets
        "The secret: AES-256-GCM with key id.",
        "Password: minimum-12-characters",
        "Secret: Base64-encoded-32-bytes",
        "\"the store of the credentials\": \"the platform's secret store\",",
        "TELEGRAM_BOT_TOKEN=123456:ABC-DEF1234ghIkl-zyx57W2v1u123ew11",
        // placeholders and test values
        "ADMIN_TOKEN=changeme",
        "ADMIN_TOKEN=change-me-32-bytes",
        "ADMIN_TOKEN=replace-with-admin-token-1",
        "ADMIN_TOKEN=your-token-here-1",
        "TOKEN=xxxxxxxxxxxxxxxxxxxx",
        "PASSWORD=***",
        "PASSWORD=********",
        "PASSWORD=...",
        "TOKEN=abc...",
        "TOKEN=",
        "TOKEN=\"\"",
        "TOKEN: null",
        "TOKEN: ~",
        "token: true",
        "PASSWORD=example-password-1",
        "password: test",
        "password: test1234",
        "password: postgres",
        "POSTGRES_PASSWORD=local-dev-password-1",
        "secret: demo-secret-2",
        "TOKEN=dummy123456",
        "TOKEN=0000000000000000",
        "TOKEN=aaaaaaaaaaaaaaaaaaaaaaaa",
        "PASSWORD=<redacted>",
        "PASSWORD=[redacted]",
        "token: TODO-fill-in-1",
        "API_KEY=not-a-real-key-123",
        "token: placeholder1",
        "OPENAI_API_KEY=sk-...",
        "OPENAI_API_KEY=sk-your-key-here-please-replace1",
        "sk-xxxxxxxxxxxxxxxxxxxxxxxx",
        "ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        "AKIAIOSFODNN7EXAMPLE",
        "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        "AIzaXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX",
        "xoxb-your-token",
        "xoxb-xxxxxxxxxxxx-xxxxxxxxxxxx",
        "123456789:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "123456:your-bot-token-from-botfather",
        "sk_test_4eC39HqLyjWDarjtT1zdp7dc",
        "occ_xxxxxxxxxxxxxxxxxxxxxxxx",
        "occ_<token>",
        // names and words that only look like it
        "npm_config_user_agent_for_every_call=1",
        "occ_sessions_expired_total_by_workspace 12",
        "hf_hub_enable_hf_transfer_for_models=1",
        "sk-fading-circle sk-folding-cube-with-shadow-and-more",
        "the disk-usage-of-this-machine-is-measured-2",
        "risk-assessment-of-the-second-quarter-2026",
        "AKIAN is a name",
        "AIzawa",
        "task-1234567890-abcdefghijklmnopqrstuvwxyz",
        "xoxo",
        "eyJhbGciOiJIUzI1NiJ9",
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.e30.x",
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIn0."
        "SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c",
        "MAX_TOKENS=100000",
        "max_tokens: 4096",
        "TOKEN_TTL_MS=3600000",
        "tokenUrl: https://id.acme.test/t1",
        "OPEN_COWORK_CLOUD_API_TOKEN_DEFAULT_TTL_MS=86400000",
        "secretName: cowork-tls-2026",
        "secretKeyRef: {name: cowork1, key: admin-token}",
        "existingSecret: cowork-secrets-1",
        "password_policy: at-least-12",
        "PASSWORD_MIN_LENGTH=12",
        "tokenizer: cl100k_base",
        "next_page_token: CAUQAA9x8y7z",
        "secret:",
        "imagePullSecrets: [regcred1]",
        "public_key: MFkwEwYHKo1",
        "key: value",
        "KEY=Zq8WnR4vYx2BkM7c",
        "sha256:0f1e2d3c4b5a69788796a5b4c3d2e1f0",
        "image: ghcr.io/acme/cowork@sha256:0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0",
        "integrity: sha512-Zq8WnR4vYx2BkM7cUj5HtF3sLp9DaG6eXb1QyKiO==",
        "commit: 0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c",
        "Tokens are rotated every 90 days: see the page",
        "Password: choose one with 12 characters",
        "The secret: keep it short",
        "a token == b token",
        "if (token != \"Zq8WnR4vYx2B\") {}",
        "with token: cloud-session-list, cloud-thread-list",
        "`?access_token=`, Set-Cookie, Basic base64. (See `x`)",
        "\"actual token: \" + referenceToken9 + \".\"",
        "'Unknown token: \"' . $unk->raw9 . '\"'",
        "writeln('Password :',Password9);",
        "CHALLENGE_PASSWORD: \"challengePassword\"",
        "credential=always-impersonate",
        "  token = \"workspace.cloud.pairing_missing\"",
        // URLs
        "postgres://cowork@db.internal/cowork",
        "postgres://user:password@host:5432/db",
        "postgres://${PGUSER}:${PGPASSWORD}@db/cowork",
        "postgres://cowork:<password>@db/cowork",
        "postgres://cowork:cowork@postgres:5432/cowork",
        "postgres://cowork:$PW1@db/cowork",
        "postgres://cowork:changeme@db/cowork",
        "postgres://cowork:***@db/cowork",
        "https://example.com/a?b=c",
        "https://registry.npmjs.org/@scope/pkg",
        "http://[::1]:8080/@x",
        "https://a.test/x?sig=short",
        "mailto:ops@acme.test",
        "https://host:8443/path",
        "?X-Amz-Signature=<signature>",
        "https://x.test/?sig=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        // headers, keys
        "Authorization: Bearer $TOKEN",
        "Authorization: Bearer <token>",
        "Authorization: Bearer ${TOKEN}",
        "Bearer tokens-are-checked-first",
        "basic authentication",
        "Basic realm=\"cowork\"",
        "Authorization: Basic dXNlcjpwYXNzd29yZA==",
        "-----BEGIN CERTIFICATE-----\nMIIDdzCCAl+gAwIBAgIEAgAAuTAN",
        "-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE1",
        "grep -q -- '-----BEGIN PRIVATE KEY-----' /etc/ssl/private/server-key-2026.pem",
        "-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----\n<your key>\n-----END PRIVATE KEY-----",
        "12:30:45 10:20:30",
        "port: 127.0.0.1:8790:8790",
        "2026-11-23T10:00:00Z",
    };
}

std::vector<Finding> found_in(Input input, const Settings& settings = {}) {
    recognise(input, input.kind == Kind::text ? std::nullopt : std::optional(input.kind));
    Findings findings(input.text);
    find_leaks(input, settings, findings);
    return findings.take();
}

Input input_of(const std::string& path, std::string text, std::optional<FileFacts::Git> git = std::nullopt) {
    Input input;
    input.path = path;
    input.text = std::move(text);
    if (git) input.facts = FileFacts{0600, false, *git};
    return input;
}

std::string fingerprint_of(const Finding& finding) {
    const std::string& message = finding.message.str();
    const auto at = message.find("(fingerprint ");
    REQUIRE(at != std::string::npos);
    return message.substr(at + 13, 8);
}

}  // namespace

TEST_CASE("leaks: secrets are found by shape and by name") {
    for (const Line& line : leaking_lines()) {
        INFO(line.text);
        const auto found = rules_in(line.text);
        REQUIRE_FALSE(found.empty());
        CHECK(found.front() == line.rule);
        for (const std::string& rule : found) CHECK(rule == line.rule);
    }
}

TEST_CASE("leaks: references, placeholders, test values and prose are left alone") {
    for (const std::string& line : harmless_lines()) {
        INFO(line);
        CHECK(rules_in(line).empty());
        CHECK(rules_in("  " + line + "\r\n").empty());
    }
}

TEST_CASE("leaks: no message shows the value, not even its beginning") {
    for (const Line& line : leaking_lines()) {
        INFO(line.text);
        for (const Leak& leak : scan_for_leaks(line.text)) {
            const std::string value = line.text.substr(leak.begin, leak.end - leak.begin);
            for (const Finding& finding :
                 found_in(input_of("notes.md", line.text, FileFacts::Git::tracked))) {
                CHECK(finding.message.str().find(value.substr(0, 6)) == std::string::npos);
                CHECK(finding.remedy.str().find(value.substr(0, 6)) == std::string::npos);
            }
        }
    }
}

TEST_CASE("leaks: private env files hold secrets; those that git has, and patterns, must not") {
    using Git = FileFacts::Git;
    const std::string text = "OPEN_COWORK_GATEWAY_ADMIN_TOKEN=" + mixed40 + "\n";
    const auto count = [&](const std::string& path, std::optional<Git> git, Settings settings = {}) {
        return found_in(input_of(path, text, git), settings).size();
    };
    for (const Git git : {Git::ignored, Git::outside, Git::unknown}) CHECK(count(".env.gateway", git) == 0);
    CHECK(count("-", std::nullopt) == 0);
    CHECK(count(".env.gateway", Git::tracked) == 1);
    CHECK(count(".env.gateway", Git::untracked) == 1);
    CHECK(count(".env.gateway.example", Git::outside) == 1);
    CHECK(count("gateway.template.env", Git::ignored) == 1);
    CHECK(count("gateway.example.com.env", Git::outside) == 0);
    Settings publish;
    publish.publish = true;
    CHECK(count(".env.gateway", Git::outside, publish) == 1);
}

TEST_CASE("leaks: an assignment is an error where git has the file, and a warning elsewhere") {
    const std::string text = "services:\n  db:\n    environment:\n      POSTGRES_PASSWORD: Zq8WnR4vYx2B\n";
    const auto severity = [&](FileFacts::Git git) {
        const auto found = found_in(input_of("compose.yaml", text, git));
        REQUIRE(found.size() == 1);
        CHECK(found[0].where.line == 4);
        CHECK(found[0].where.column == 26);
        CHECK(found[0].key == "POSTGRES_PASSWORD");
        return found[0].severity;
    };
    CHECK(severity(FileFacts::Git::tracked) == Severity::error);
    CHECK(severity(FileFacts::Git::untracked) == Severity::error);
    CHECK(severity(FileFacts::Git::outside) == Severity::warning);
    CHECK(found_in(input_of("compose.yaml", text, FileFacts::Git::ignored)).empty());
}

TEST_CASE("leaks: one secret has one fingerprint, in every file and encoding of a run") {
    const std::string token = "ghp_" + mixed40;
    const auto one = found_in(input_of("a.md", "token " + token + "\n"));
    const auto two =
        found_in(input_of("b.md", "\n\nGITHUB_TOKEN=" + token + "\nGITHUB_TOKEN=ghp_" + mixed20 + mixed20));
    const auto three = found_in(
        input_of("c.yaml", "apiVersion: v1\nkind: Secret\ndata:\n  github: " + base64(token) + "\n"));
    REQUIRE(one.size() == 1);
    REQUIRE(two.size() == 2);
    REQUIRE(three.size() == 1);
    CHECK(fingerprint_of(one[0]) == fingerprint_of(two[0]));
    CHECK(fingerprint_of(one[0]) == fingerprint_of(three[0]));
    CHECK(fingerprint_of(one[0]) != fingerprint_of(two[1]));
    CHECK(three[0].where.line == 4);
}

TEST_CASE("leaks: a salt makes fingerprints the same in every run, and another one changes them") {
    const auto with = [&](const char* salt) {
        Settings settings;
        settings.fingerprint_salt = std::make_shared<const Secret>(salt);
        return fingerprint_of(found_in(input_of("a.md", "ghp_" + mixed40), settings).at(0));
    };
    CHECK(with("one") == with("one"));
    CHECK(with("one") != with("two"));
}

TEST_CASE("leaks: Kubernetes Secrets are looked at decoded, sealed ones and rendered ones are not leaks") {
    const auto manifest = [](const std::string& kind, const std::string& data) {
        return "apiVersion: v1\nkind: " + kind + "\nmetadata:\n  name: cowork\n" + data;
    };
    const auto count = [&](const std::string& path, const std::string& text) {
        return found_in(input_of(path, text)).size();
    };
    const std::string secret = manifest("Secret", "data:\n  admin-token: " + base64(mixed20) + "\n");
    CHECK(count("secret.yaml", secret) == 1);
    CHECK(count("-", secret) == 0);
    CHECK(count("secret.yaml", manifest("Secret", "data:\n  admin-token: " + base64("changeme") + "\n")) ==
          0);
    CHECK(count("secret.yaml", manifest("Secret", "data:\n  motd: " + base64("welcome back 2") + "\n")) == 0);
    CHECK(count("secret.yaml", manifest("Secret", "stringData:\n  admin-token: " + mixed20 + "\n")) == 1);
    CHECK(count("secret.yaml", manifest("SealedSecret", "spec:\n  encryptedData:\n    admin-token: Ag" +
                                                            mixed40 + "\n")) == 0);
    CHECK(count("secret.yaml", manifest("Secret", "data:\n  admin-token: '{{ .Values.x | b64enc }}'\n")) ==
          0);
    CHECK(count("list.yaml",
                "apiVersion: v1\nkind: List\nitems:\n  - apiVersion: v1\n    kind: Secret\n    data:\n"
                "      token: " +
                    base64(mixed20) + "\n") == 1);
    CHECK(count("pod.yaml", manifest("Pod",
                                     "spec:\n  containers:\n    - env:\n        - name: ADMIN_TOKEN\n"
                                     "          value: " +
                                         mixed20 + "\n")) == 1);
    CHECK(count("pod.yaml", manifest("Pod",
                                     "spec:\n  containers:\n    - env:\n        - name: ADMIN_TOKEN\n"
                                     "          value: $(OTHER)\n")) == 0);
}

TEST_CASE("leaks: identifiers in a public summary") {
    const auto kinds = [](const std::string& text) {
        std::vector<std::string> all;
        for (const Identifier& one : identifiers_in(text)) all.emplace_back(one.what);
        return all.size();
    };
    for (const char* text : {"run in account 123456789012.", "session 6f9619ff-8b86-d011-b42d-00c04fc964ff",
                             "price_1Nq8WnR4vYx2Bk", "db.cluster-x1.eu-west-1.rds.amazonaws.com was restored",
                             "cus_9s6XKzkNRiz8i3"})
        CHECK(kinds(text) == 1);
    for (const char* text : {"123456789 requests", "1234567890123 ms", "sub_section", "prod_environment",
                             "restored in 42 minutes", "amazonaws.com", "2026-11-23"})
        CHECK(kinds(text) == 0);
}

TEST_CASE("leaks: hostile text costs no more than other text") {
    const auto repeated = [](const std::string& part) {
        std::string text;
        while (text.size() < 1'000'000) text += part;
        return text;
    };
    for (const std::string& part : {std::string("sk-"),
                                    std::string("eyJ-"),
                                    std::string("eyJ."),
                                    std::string("ghp_"),
                                    std::string("-----BEGIN "),
                                    std::string("-----BEGIN PRIVATE KEY-----"),
                                    std::string("TOKEN="),
                                    std::string("token: \""),
                                    std::string("://a:"),
                                    std::string("://"),
                                    std::string("123456:"),
                                    std::string("Bearer "),
                                    std::string("?sig="),
                                    std::string("a"),
                                    std::string("="),
                                    std::string(":"),
                                    std::string("\"'"),
                                    std::string("TOKEN=${A:-"),
                                    std::string("sk-a1B2c3"),
                                    std::string("x@"),
                                    std::string("basic a"),
                                    std::string("occ_A1"),
                                    std::string(" TOKEN=Zq8WnR4vYx2B\n")}) {
        INFO(part);
        const std::string text = repeated(part);
        const auto began = std::chrono::steady_clock::now();
        (void)scan_for_leaks(text);
        CHECK(std::chrono::steady_clock::now() - began < std::chrono::seconds(2));
    }
    std::string bytes;
    for (int i = 0; i < 4096; ++i) bytes += static_cast<char>(i * 7 % 256);
    (void)scan_for_leaks(bytes);
    for (std::size_t length = 0; length < 64; ++length)
        for (const Line& line : leaking_lines()) (void)scan_for_leaks(line.text.substr(0, length));
}

// An idle core does 180 MB/s; a busy machine must not fail for being busy.
TEST_CASE("leaks: text goes by quickly", "[.][bench]") {
    std::string text;
    while (text.size() < 64'000'000)
        text +=
            "  - name: cowork-web\n    image: ghcr.io/acme/cowork@sha256:0f1e2d3c4b5a6978\n    # what the "
            "role "
            "of this part is, and why it is here: https://docs.acme.test/cowork?page=2\n    replicas: 2\n";
    const auto began = std::chrono::steady_clock::now();
    CHECK(scan_for_leaks(text).empty());
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
    fmt::print("{:.0f} MB/s\n", static_cast<double>(text.size()) / 1e6 / took.count());
    CHECK(static_cast<double>(text.size()) / 1e6 / took.count() > 20);
}
