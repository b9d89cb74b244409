#include "secrets/encodings.hpp"
#include "secrets/redactor.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <chrono>
#include <functional>
#include <string>
#include <utility>
#include <vector>

using namespace cowork;
using namespace std::string_literals;

namespace {

Redactor knowing(const std::vector<std::string>& secrets) {
    Redactor redactor;
    for (const std::string& secret : secrets) redactor.learn(secret);
    return redactor;
}

std::string cleaned(const std::string& text) { return Redactor().clean(text).str(); }
bool shows(const SafeText& text, const std::string& piece) {
    return text.str().find(piece) != std::string::npos;
}

std::string in_hex(const std::string& bytes, bool upper) {
    std::string out;
    for (const char c : bytes) {
        char digits[3];
        (void)std::snprintf(digits, sizeof digits, upper ? "%02X" : "%02x", static_cast<unsigned char>(c));
        out += digits;
    }
    return out;
}

// As different programs percent-encode: `kept` are the characters that stay as they are.
std::string in_percent(const std::string& bytes, const std::string& kept, bool upper, bool alphanumeric_too) {
    std::string out;
    for (const char c : bytes) {
        const bool plain = std::isalnum(static_cast<unsigned char>(c)) != 0 && !alphanumeric_too;
        out += plain || kept.find(c) != std::string::npos ? std::string(1, c) : "%" + in_hex({&c, 1}, upper);
    }
    return out;
}

}  // namespace

TEST_CASE("redactor: a learned secret is gone in every spelling") {
    const std::string secret = "p@ss w/rd\"+\\=!*'(\xC3\xA4)z";
    const Redactor redactor = knowing({secret});
    std::vector<std::pair<std::string, std::string>> spellings{
        {"raw", secret},
        {"percent, RFC 3986", in_percent(secret, "-._~", true, false)},
        {"percent, lower case", in_percent(secret, "-._~", false, false)},
        {"percent, every byte", in_percent(secret, "", true, true)},
        {"percent, every byte, lower case", in_percent(secret, "", false, true)},
        {"percent, JavaScript's encodeURIComponent", in_percent(secret, "-._~!*'()", true, false)},
        {"percent, JavaScript's encodeURI", in_percent(secret, "-._~!*'();/?:@&=+$,#", true, false)},
        {"percent twice", in_percent(in_percent(secret, "-._~", true, false), "", true, false)},
        {"hex", in_hex(secret, false)},
        {"hex, upper case", in_hex(secret, true)},
        {"base64", base64(secret)},
        {"base64, URL alphabet", base64url(secret)},
        {"JSON, ASCII only", nlohmann::json(secret).dump(-1, ' ', true)},
        {"JSON, UTF-8 kept", nlohmann::json(secret).dump()},
        {"JSON in a JSON string", nlohmann::json(nlohmann::json(secret).dump()).dump()},
        {"percent-encoded JSON", in_percent(nlohmann::json(secret).dump(), "-._~", true, false)},
    };
    std::string form = in_percent(secret, "-._* ", true, false);
    for (char& c : form)
        if (c == ' ') c = '+';
    spellings.emplace_back("form", form);
    std::string slashes = nlohmann::json(secret).dump();
    slashes.insert(slashes.find('/'), "\\");
    spellings.emplace_back("JSON with escaped slashes", slashes);
    for (const auto& [name, spelling] : spellings) {
        CAPTURE(name, spelling);
        const SafeText text = redactor.clean("before " + spelling + " after");
        CHECK_FALSE(shows(text, spelling));
        CHECK(shows(text, "before "));
        CHECK(shows(text, "[redacted]"));
        CHECK(shows(text, " after"));
    }
}

TEST_CASE("redactor: base64 of a longer text that holds the secret, at every alignment") {
    const std::string secret = "k3y?>material~with+both/alphabets";
    const Redactor redactor = knowing({secret});
    for (const char* before : {"", "u", "us", "use", "user:"}) {
        for (const char* after : {"", "x", "xy", "xyz"}) {
            for (const auto encode : {base64, base64url}) {
                const std::string encoded = encode(before + secret + after);
                CAPTURE(before, after, encoded);
                const SafeText text = redactor.clean("value " + encoded + ".");
                // At most the characters that share bits with the neighbours may stay.
                CHECK_FALSE(shows(text, encoded.substr(8, 8)));
                CHECK(text.str().size() < encoded.size());
            }
        }
    }
}

TEST_CASE("redactor: secrets that contain, overlap or repeat each other") {
    struct Row {
        std::vector<std::string> secrets;
        std::string text, expected;
    };
    const std::vector<Row> rows{
        {{"inner", "outer-inner-outer"}, "outer-inner-outer inner", "[redacted] [redacted]"},
        {{"outer-inner-outer", "inner"}, "outer-inner-outer inner", "[redacted] [redacted]"},
        {{"ABCDEFGH", "EFGHIJKL"}, "ABCDEFGHIJKL", "[redacted]"},
        {{"EFGHIJKL", "ABCDEFGH"}, "x ABCDEFGHIJKL y", "x [redacted] y"},
        {{"aaaa"}, "aaaaaaa", "[redacted]"},
        {{"abcd"}, "abcdabcd", "[redacted]"},
        {{"redacted"}, "redacted [redacted]", "[redacted] [redacted]"},
        {{"dact"}, "redact", "re[redacted]"},
        {{"abc"}, "abc stays: three characters hide nothing", "abc stays: three characters hide nothing"},
        {{"abcd"}, "abcd goes", "[redacted] goes"},
        {{""}, "an empty secret hides nothing", "an empty secret hides nothing"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.text);
        const Redactor redactor = knowing(row.secrets);
        const SafeText once = redactor.clean(row.text);
        CHECK(once.str() == row.expected);
        CHECK(redactor.clean(once.str()).str() == row.expected);
        CHECK(redactor.text("{}", once).str() == row.expected);
    }
}

TEST_CASE("redactor: sentences of ours hide secrets in their arguments and across them") {
    const Redactor redactor = knowing({"correct horse battery"});
    const std::string value = "correct horse battery";
    CHECK(redactor.text("it is {}", value).str() == "it is [redacted]");
    CHECK(redactor.text("it is {}", std::string_view(value)).str() == "it is [redacted]");
    CHECK(redactor.text("it is {}", value.c_str()).str() == "it is [redacted]");
    CHECK(redactor.text("it is {:>30}|", value).str() == "it is                     [redacted]|");
    CHECK(redactor.text("{} horse {}", "correct", "battery").str() == "[redacted]");
    CHECK(redactor.text("{}{}", "correct ho", "rse battery").str() == "[redacted]");
    CHECK(redactor.text("{} {}", 5, true).str() == "5 true");
    CHECK(redactor.text("{}", "\x1b[31mred").str() == "\xEF\xBF\xBD[31mred");
    CHECK(redactor.text("{}", redactor.clean("a\tb")).str() == "a b");
    CHECK(redactor.text("{}", "{} is no placeholder").str() == "{} is no placeholder");
}

TEST_CASE("redactor: a secret that control characters or bad bytes run through is still found") {
    CHECK(knowing({"line one\nline two"}).clean("x line one\nline two y").str() == "x [redacted] y");
    CHECK(knowing({"line one line two"}).clean("x line one\nline two y").str() == "x [redacted] y");
    CHECK(knowing({"\xFF\xFE\x01key"}).clean("x \xFF\xFE\x01key y").str() == "x [redacted] y");
    CHECK(knowing({"a\0bcd"s}).clean("x a\0bcd y"s).str() == "x [redacted] y");
}

TEST_CASE("redactor: nothing that steers a terminal or breaks a document gets through") {
    const std::string bad = "\xEF\xBF\xBD";
    const std::vector<std::pair<std::string, std::string>> rows{
        {"a\nb\tc\rd", "a b c d"},
        {"\x1b]0;title\x07", bad + "]0;title" + bad},
        {"\x1b[2J", bad + "[2J"},
        {"nul\0!"s, "nul" + bad + "!"},
        {"del\x7f", "del" + bad},
        {"c1 \xC2\x9B", "c1 " + bad},
        {"raw c1 \x9B", "raw c1 " + bad},
        {"nel \xC2\x85", "nel " + bad},
        {"bidi \xE2\x80\xAE!", "bidi " + bad + "!"},
        {"isolate \xE2\x81\xA6", "isolate " + bad},
        {"arabic mark \xD8\x9C", "arabic mark " + bad},
        {"zero width \xE2\x80\x8B", "zero width " + bad},
        {"line separator \xE2\x80\xA8", "line separator " + bad},
        {"bom \xEF\xBB\xBF", "bom " + bad},
        {"soft hyphen \xC2\xAD", "soft hyphen " + bad},
        {"tag \xF3\xA0\x81\x81", "tag " + bad},
        {"annotation \xEF\xBF\xB9", "annotation " + bad},
        {"overlong \xC0\xAF", "overlong " + bad + bad},
        {"overlong 3 \xE0\x80\xAF", "overlong 3 " + bad + bad + bad},
        {"overlong nul \xC0\x80", "overlong nul " + bad + bad},
        {"surrogate \xED\xA0\x80", "surrogate " + bad + bad + bad},
        {"beyond \xF4\x90\x80\x80", "beyond " + bad + bad + bad + bad},
        {"cut \xE2\x82", "cut " + bad + bad},
        {"lone continuation \x80", "lone continuation " + bad},
        {"fine \xC3\xA4 \xE2\x82\xAC \xF0\x9F\x98\x80", "fine \xC3\xA4 \xE2\x82\xAC \xF0\x9F\x98\x80"},
    };
    for (const auto& [text, expected] : rows) {
        CAPTURE(text);
        CHECK(cleaned(text) == expected);
        CHECK_NOTHROW(nlohmann::json(cleaned(text)).dump());
    }
    for (int byte = 0; byte < 256; ++byte) {
        const std::string one = cleaned(std::string(1, static_cast<char>(byte)));
        CAPTURE(byte);
        CHECK((one.size() > 1 || (one[0] >= 0x20 && one[0] < 0x7F)));
    }
}

TEST_CASE("redactor: outside text is bounded, and what is cut off takes no half token along") {
    const SafeText text = Redactor().clean(std::string(100'000, 'x') + " end");
    CHECK(text.str() == "...[truncated]");
    const SafeText words = Redactor().clean([] {
        std::string many;
        while (many.size() < 100'000) many += "word ";
        return many;
    }());
    CHECK(words.str().size() <= Redactor::longest + 20);
    CHECK(words.str().ends_with("...[truncated]"));
    // A learned secret right at the cut.
    const std::string secret(5000, 'k');
    const Redactor redactor = knowing({secret});
    for (const std::size_t before : {7990U, 7999U, 15'990U, 15'999U, 16'000U})
        CHECK_FALSE(shows(redactor.clean(std::string(before, ' ') + secret), "kkkk"));
    CHECK(cleaned(std::string(7999, 'x') + "\xC3\xA4 y").find("\xEF\xBF\xBD") == std::string::npos);
}

TEST_CASE("redactor: hostile text does not cost more than its size allows") {
    const auto began = std::chrono::steady_clock::now();
    for (const char* piece : {"token", "eyJ-", "://", "?", "bearer ", "-----BEGIN ", "\\", "%25",
                              "://a:", "sk-", "--", "password\"", "1:", "authorization "}) {
        std::string text;
        // Words as long as are looked at, and no blank at all.
        while (text.size() < 15'000) text += piece;
        (void)Redactor().clean(text + " end");
        while (text.size() < 1024 * 1024) text += piece;
        (void)Redactor().clean(text);
        (void)knowing({"a secret"}).clean(text);
    }
    // Squared, each of these would take minutes; this allows for slow machines and sanitizers.
    CHECK(std::chrono::steady_clock::now() - began < std::chrono::seconds(60));
}

TEST_CASE("redactor: token families are known without being learned") {
    const std::string body20 = "Ab3dEf6hIj9lMn2pQr5t";
    const std::string body43 = body20 + body20 + "xyz";
    const std::vector<std::string> tokens{"ya29.a0Af_xyz",
                                          "AIza" + std::string(35, 'B'),
                                          "GOCSPX-" + body20,
                                          "xoxb-1234567890-abc",
                                          "xoxa-1234567890",
                                          "xoxp-1234567890",
                                          "xoxr-1234567890",
                                          "xoxs-1234567890",
                                          "xoxe-1234567890",
                                          "xapp-1-A0123456789",
                                          "eyJhbGciOi.eyJzdWIiOi.c2lnbmF0dXJl",
                                          "ghp_" + body20,
                                          "gho_" + body20,
                                          "ghu_" + body20,
                                          "ghs_" + body20,
                                          "ghr_" + body20,
                                          "github_pat_" + body20,
                                          "sk-" + body20,
                                          "sk-or-v1-" + body20,
                                          "sk-ant-api03-" + body20,
                                          "sk_live_" + body20,
                                          "glpat-" + body20,
                                          "dapi0123456789abcdef0123456789abcdef",
                                          "hf_" + body20,
                                          "occ_" + body43,
                                          "ocgw_" + body43,
                                          "ocw_" + body43,
                                          "ocp_" + body43,
                                          "123456:" + body43,
                                          "7654321098:" + body43,
                                          "AKIAIOSFODNN7EXAMPLE",
                                          "ASIAIOSFODNN7EXAMPLE",
                                          "enc:v1:abcdef",
                                          "plain:v1:abcdef",
                                          "gcp-sm://projects/p/secrets/s/versions/1",
                                          "aws-sm://id?region=eu",
                                          "azure-kv://vault/secrets/name"};
    for (const std::string& token : tokens) {
        for (const std::string& frame :
             {"{}"s, "x {} y"s, "'{}'"s, "\"{}\""s, "key={}&a=b"s, "({})"s, "line\n{}\n"s, "line\\n{}\\n"s,
              "q%20{}"s, "/{}"s, "x:{}"s, "\\u003c{}"s}) {
            std::string text = frame;
            text.replace(text.find("{}"), 2, token);
            CAPTURE(text);
            CHECK(cleaned(text).find(token.substr(token.size() - 6)) == std::string::npos);
        }
    }
    CHECK(cleaned("DefaultEndpointsProtocol=https;AccountName=a;AccountKey=abc==;EndpointSuffix=x end") ==
          "[redacted] end");
    CHECK(cleaned("-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY----- end") ==
          "[redacted] end");
    CHECK(cleaned("-----BEGIN PRIVATE KEY-----\nMIIE and no end") == "[redacted]");
    CHECK(cleaned("GET https://api.telegram.org/bot123456:" + body43 + "/getMe") ==
          "GET https://api.telegram.org/[redacted]/getMe");
}

TEST_CASE("redactor: values that their key or place gives away") {
    const std::vector<std::pair<std::string, std::string>> rows{
        // text, what must not be seen
        {"Authorization: Bearer abc.def", "abc.def"},
        {"authorization: bearer   abc-def", "abc-def"},
        {"Authorization: Basic dXNlcjpwYXNz", "dXNlcjpwYXNz"},
        {"Authorization: ApiKey hunter22", "hunter22"},
        {"Authorization: Digest username=\"u\", response=\"abcdef\"", "Digest"},
        {R"({"Authorization":"Bearer abc.def"})", "abc.def"},
        {"sent Bearer abcdefgh only", "abcdefgh"},
        {"sent Bearer  abcdefgh only", "abcdefgh"},
        {"sent Bearer%20abcdefgh", "abcdefgh"},
        {"Bearer token-abcdef", "abcdef"},
        {"Bearer realm-abcdef", "abcdef"},
        {"Cookie: a=b; session=hunter22", "hunter22"},
        {"Set-Cookie: sid=hunter22; Path=/", "hunter22"},
        {"X-Api-Key: hunter22", "hunter22"},
        {"stripe-signature: t=1,v1=hunter22", "hunter22"},
        {"APP_TOKEN=hunter22", "hunter22"},
        {"DB_PASSWORD=pw", "=pw"},
        {"password=hun,ter22", "ter22"},
        {"password=hun;ter)22", "ter)22"},
        {"password = 'two words'", "two words"},
        {"passphrase: hunter22", "hunter22"},
        {R"("apiKey": "hunter22")", "hunter22"},
        {R"("api_key" : 'hunter22')", "hunter22"},
        {R"({"password":"hun\"ter22"})", "ter22"},
        {R"({\"password\":\"hunter22\"})", "hunter22"},
        {R"({\\\"password\\\":\\\"hunter22\\\"})", "hunter22"},
        {"credential=abcdefghijklmnop", "abcdefgh"},
        {"--admin-token=hunter22", "hunter22"},
        {"postgres://user:hunter22@db.example.com:5432/x", "hunter22"},
        {"postgres://user:hunter22@127.0.0.1:5432/x", "hunter22"},
        {"postgres://user:hun/ter22@127.0.0.1/x", "ter22"},
        {"postgres://user:hu@n/ter22@127.0.0.1/x", "ter22"},
        {"postgres://user:hun?ter22@127.0.0.1/x", "ter22"},
        {"postgres://user:1234/ter22@127.0.0.1/x y", "user:1234/ter22"},
        {"https://hunter22@host/path", "hunter22"},
        {"postgres://user:password@x@host/path", "password@x"},
        {"https://u:p@host.example.com/a?b=hunter22", "hunter22"},
        {"http://h/x?token=hunter22&a=b", "hunter22"},
        {"http://h/x#access_token=hunter22", "hunter22"},
    };
    for (const auto& [text, hidden] : rows) {
        CAPTURE(text);
        CHECK(cleaned(text).find(hidden) == std::string::npos);
        CHECK(cleaned(text).find("[redacted]") != std::string::npos);
    }
}

TEST_CASE("redactor: ordinary sentences of ours stay as they are") {
    for (const std::string text : {
             "an admin token is configured",
             "OPEN_COWORK_STANDALONE_GATEWAY_ADMIN_TOKEN is not set",
             "OPEN_COWORK_STANDALONE_GATEWAY_TELEGRAM_WEBHOOK_SECRET is still a placeholder",
             "--admin-token: OPEN_COWORK_STANDALONE_GATEWAY_ADMIN_TOKEN has fewer than 16 characters",
             "environment: OPEN_COWORK_STANDALONE_GATEWAY_ADMIN_TOKEN has fewer than 16 characters",
             "--telegram-bot-token: cowork cannot generate this one",
             "--telegram-bot-token is missing: or a webhook's shared secret and delivery URL",
             "--database-url: the environment has no variable DB",
             "the gateway is ready, but does not accept the admin token",
             "closed without a token and with a wrong one",
             "/metrics opens with a wrong token",
             "OpenCode at http://127.0.0.1:4096 asks for a password, which the gateway cannot send",
             "the gateway at http://[::1]:8795 is ready with 2 active channel binding(s)",
             "https://host.example.com:8443/path/@scope/name",
             "http://host:8080/@scope",
             "/var/lib/open-cowork/standalone-gateway exists and can be written",
             "./.env.standalone-gateway:17 is private: mode 0600, not in git",
             "configuration.placeholder-secret",
             "operator-auth.token-missing",
             "opencode.password-unsupported",
             "gateway.operator_auth.configured",
             "Postgres 15 is migrated, and a running gateway holds the lease",
             "password authentication failed for user \"cowork\"",
             "HTTP Basic authentication",
             "Basic realm=\"Secure Area\"",
             "the bearer token of the operator",
             "at 12:34:56 and 2026-11-22T15:18:50.637Z",
             "opencode serve --hostname 127.0.0.1 --port 4096",
             "did you mean OPEN_COWORK_STANDALONE_GATEWAY_ADMIN_TOKEN?",
             "why? because",
             "write postgres://user:password@host:5432/database; percent-encode special characters",
             "user@host without a scheme",
         }) {
        CAPTURE(text);
        CHECK(cleaned(text) == text);
        CHECK(Redactor().text("{}", text).str() == text);
    }
}
