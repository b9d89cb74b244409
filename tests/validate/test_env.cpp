#include "envfile/quote.hpp"
#include "support/places.hpp"
#include "support/scratch_directory.hpp"
#include "validate/rule_case.hpp"
#include "validators/registry.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <filesystem>
#include <random>
#include <regex>
#include <set>

// Env files as a whole: what is said, once a key and cause, and what is not.
namespace {

using namespace cowork;
using namespace cowork::test;
using config::Dialect;

const std::string channel =
    "OPEN_COWORK_CLOUD_BASE_URL=https://cloud.example.com\n"
    "OPEN_COWORK_GATEWAY_SERVICE_TOKEN=occ_tok_7f3a9c21_Zq7VwX2pLk9RtYb4NmC8HsJd6G\n"
    "OPEN_COWORK_GATEWAY_ADMIN_TOKEN=Bx5TnE8rWq2ZyUi6OpA9SdF3GhJ7KlMvXc1\n"
    "OPEN_COWORK_GATEWAY_TELEGRAM_BOT_TOKEN=1234567890:AAH4uT9xWq2ZyUi6OpA9SdF3GhJ7KlMvXc1\n";
const std::string gateway =
    "OPEN_COWORK_STANDALONE_GATEWAY_STORE=memory\n"
    "OPEN_COWORK_STANDALONE_GATEWAY_ADMIN_TOKEN=GQ5g7_KkAqVv4MBJOS3mfa17xglBRr8nzCf-b-8h0S0\n"
    "OPEN_COWORK_STANDALONE_GATEWAY_OPENCODE_URL=http://127.0.0.1:4096\n"
    "OPEN_COWORK_STANDALONE_GATEWAY_RUNTIME_ROOT=/var/lib/open-cowork/standalone-gateway\n"
    "OPEN_COWORK_STANDALONE_GATEWAY_TELEGRAM_BOT_TOKEN=1234567891:AAHo5bG2eKx9Rt4WnYq7ZcVm1LdPf8Us3Ja\n";

std::vector<validators::Finding> findings_in(const std::string& text,
                                             const validators::Settings& settings = {}) {
    validators::Request request;
    request.paths = {"-"};
    request.standard_input = text;
    request.kind = validators::Kind::env;
    request.settings = settings;
    auto outcome = validators::validate(request);
    REQUIRE(outcome);
    REQUIRE(outcome->files.size() == 1);
    CHECK(outcome->files[0].failure.empty());
    return std::move(outcome->files[0].findings);
}

validators::Settings read_by(std::optional<Dialect> reader) {
    validators::Settings settings;
    settings.reader = reader;
    return settings;
}

// `severity rule` of each.
std::vector<std::string> said(const std::string& text, const validators::Settings& settings = {}) {
    std::vector<std::string> lines;
    for (const validators::Finding& one : findings_in(text, settings))
        lines.push_back(fmt::format("{} {}", to_string(one.severity), one.rule->id));
    return lines;
}

std::string message_of(const std::string& text, const std::string& rule,
                       const validators::Settings& settings = {}) {
    for (const validators::Finding& one : findings_in(text, settings))
        if (one.rule->id == rule) return one.message.str();
    return {};
}

using Said = std::vector<std::string>;

struct Row {
    std::string line;  // after KEY
    std::optional<Dialect> reader;
    Said expected;
};

}  // namespace

TEST_CASE("env: every code that a service's rules can give is a rule here") {
    namespace fs = std::filesystem;
    const std::regex code("\"((configuration|endpoint)\\.[a-z-]+)\"");
    std::set<std::string> codes;
    for (const char* directory : {"lib/rules", "lib/net"})
        for (const auto& file : fs::directory_iterator(fs::path(COWORK_SOURCE_DIR) / directory)) {
            const std::string text = content_of(file.path().string());
            for (std::sregex_iterator at(text.begin(), text.end(), code), end; at != end; ++at)
                codes.insert((*at)[1]);
        }
    CHECK(codes.size() > 25);
    for (const std::string& one : codes) {
        INFO(one);
        CHECK(validators::find_rule(one) != nullptr);
    }
}

TEST_CASE("env: one finding for a key and cause, by who reads the file") {
    const std::vector<Row> rows{
        {"=Workshop", {}, {}},
        {"=Workshop", Dialect::sh, {}},
        {"=Our Workshop", {}, {"warning env.unquoted-blank"}},
        {"=Our Workshop", Dialect::sh, {"error env.unquoted-blank"}},
        {"=Our Workshop", Dialect::compose, {}},
        {"=Our Workshop", Dialect::systemd, {}},
        {"=Our Workshop", Dialect::docker, {}},
        {"=\"Our Workshop\"", {}, {"warning env.quotes-kept"}},
        {"=\"Our Workshop\"", Dialect::docker, {"warning env.quotes-kept"}},
        {"=\"Our Workshop\"", Dialect::sh, {}},
        {"=\"Our Workshop\"", Dialect::systemd, {}},
        {"=\"Our Workshop\"", Dialect::compose, {}},
        {"='it'\\''s'", Dialect::sh, {}},
        {"='a'\"b\"", Dialect::systemd, {}},
        {"=\"a\\\"b\"", Dialect::sh, {}},
        {"=\"a\\\\b\"", Dialect::systemd, {}},
        {"=\"a\\$b\"", Dialect::compose, {}},
        {"=pa$$word", Dialect::compose, {}},
        {"=pa$$word", Dialect::sh, {"warning env.expansion"}},
        {"=pa$word", Dialect::compose, {"warning env.expansion"}},
        {"=pa$word", Dialect::docker, {}},
        {"=pa$word", Dialect::systemd, {}},
        {"=${OPEN_COWORK_GATEWAY_NAME}", Dialect::docker, {"warning env.expansion"}},
        {"=${OPEN_COWORK_GATEWAY_NAME}", Dialect::compose, {}},
        {"=a`b`", {}, {"warning env.expansion"}},
        {"=Workshop # ours", Dialect::docker, {"warning env.comment-in-value"}},
        {"=Workshop # ours", Dialect::systemd, {"warning env.comment-in-value"}},
        {"=Workshop # ours", Dialect::sh, {}},
        {"=Workshop # ours", Dialect::compose, {}},
        {"=Workshop#4", {}, {"warning env.hash-in-value"}},
        {"=Workshop#4", Dialect::compose, {}},
        {"=Work\\shop", Dialect::sh, {"warning env.backslash"}},
        {"=Work\\shop", Dialect::compose, {}},
        {"=Our\\ Workshop", Dialect::sh, {}},
        {"=Bob's", {}, {"warning env.stray-quote"}},
        {"=Bob's", Dialect::sh, {"error env.stray-quote"}},
        {"=Bob's", Dialect::compose, {}},
        {"=\"Workshop", {}, {"error env.unterminated-quote"}},
        {"=\"Workshop", Dialect::sh, {"error env.unterminated-quote"}},
        {"=\"Workshop", Dialect::docker, {"error env.unterminated-quote"}},
        {"= Workshop", {}, {"warning env.blank-before-value"}},
        {"= Workshop", Dialect::sh, {"error env.blank-before-value"}},
        {"= Workshop", Dialect::docker, {"warning env.blank-before-value"}},
        {"= Workshop", Dialect::compose, {}},
        {" =Workshop", {}, {"warning env.blank-before-equals"}},
        {" =Workshop", Dialect::docker, {"error env.blank-before-equals"}},
        {" =Workshop", Dialect::systemd, {}},
        {"=Workshop  ", {}, {"warning env.trailing-blank"}},
        {"=Workshop  ", Dialect::sh, {}},
        {"=   ", {}, {"warning env.trailing-blank"}},
        {"=a;b", {}, {"warning env.shell-syntax"}},
        {"=a;b", Dialect::sh, {"error env.shell-syntax"}},
        {"=a;b", Dialect::systemd, {}},
        {"=\"Our\nWorkshop\"", {}, {"warning env.several-lines"}},
        {"=\"Our\nWorkshop\"", Dialect::sh, {}},
        {"=Work\ashop", Dialect::compose, {"warning env.control-character"}},
        {"", {}, {"warning env.no-value"}},
        {"", Dialect::compose, {"warning env.no-value"}},
        {"", Dialect::systemd, {"error env.malformed-line"}},
        {"=é", {}, {}},
        {"=\xff", {}, {"warning env.invalid-utf8"}},
    };
    for (const Row& row : rows) {
        INFO("KEY" << row.line << (row.reader ? " read by " + std::string(to_string(*row.reader)) : ""));
        CHECK(said(channel + "OPEN_COWORK_GATEWAY_BRAND_NAME" + row.line + "\n", read_by(row.reader)) ==
              row.expected);
    }
}

TEST_CASE("env: the message names who misreads a value, and how") {
    const auto said_of = [](const std::string& line, const std::string& rule) {
        return message_of(channel + "OPEN_COWORK_GATEWAY_BRAND_NAME=" + line + "\n", rule);
    };
    CHECK(said_of("pa$HOME-less", "env.expansion") ==
          "OPEN_COWORK_GATEWAY_BRAND_NAME read by sh and Compose: something else takes the place of what "
          "follows "
          "the $");
    CHECK(said_of("Workshop # ours", "env.comment-in-value") ==
          "OPEN_COWORK_GATEWAY_BRAND_NAME read by docker --env-file and systemd: the # and what follows "
          "become "
          "part of the value");
    CHECK(said_of(" Workshop", "env.blank-before-value") ==
          "OPEN_COWORK_GATEWAY_BRAND_NAME read by sh: the key stays empty and the value is run as a command; "
          "read by docker --env-file: the blank becomes part of the value");
}

TEST_CASE("env: several causes in a value are told, each once") {
    CHECK(
        said(channel + "OPEN_COWORK_GATEWAY_BRAND_NAME= Our Workshop # $ours\n") ==
        Said{"warning env.blank-before-value", "warning env.unquoted-blank", "warning env.comment-in-value"});
    CHECK(said(channel + "export OPEN_COWORK_GATEWAY_BRAND_NAME=\"Our $TOWN\"\n") ==
          Said{"warning env.export", "warning env.quotes-kept", "warning env.expansion"});
}

TEST_CASE("env: a shell's own idioms are fine where a shell reads the file") {
    for (const char* extra :
         {"set -a\n", "set +a\n", "OPEN_COWORK_GATEWAY_PORT=8790 OPEN_COWORK_GATEWAY_HOST=127.0.0.1\n",
          "export OPEN_COWORK_GATEWAY_PORT=8790\n",
          "OPEN_COWORK_GATEWAY_PORT=8790; export OPEN_COWORK_GATEWAY_PORT\n",
          "OPEN_COWORK_GATEWAY_BRAND_NAME=\"$OPEN_COWORK_GATEWAY_ADMIN_TOKEN\"\n"}) {
        INFO(extra);
        CHECK(said(channel + extra, read_by(Dialect::sh)).empty());
    }
}

TEST_CASE("env: what cowork writes in a dialect is read as written by that dialect's reader") {
    for (const Dialect dialect : config::all_dialects)
        for (const char* value :
             {"plain",  "two words", "it's", "\"quoted\"", "a#b", "a # b", "#",   "pa$word", "$$",
              "${X}",   "`date`",    "a\\b", "\\",         "~",   "~/x",   "a;b", "a&b",     " blank",
              "blank ", "=",         "é",    "*",          "a=b", "'",     "\\$", "!"}) {
            const auto written = envfile::render_value("K", Secret(value), dialect);
            if (!written) continue;
            const std::string text = config::header_line({"1.0.0", dialect}) + "\n" + channel +
                                     "OPEN_COWORK_GATEWAY_BRAND_NAME=" + std::string(written->reveal()) +
                                     "\n";
            INFO(to_string(dialect) << ": " << written->reveal());
            if (dialect == Dialect::docker &&
                std::string_view(value).find_first_of("#\"'$ ") != std::string_view::npos)
                continue;  // nothing says that these are meant
            CHECK(said(text).empty());
        }
}

TEST_CASE("env: a line ends and begins once for the whole file") {
    std::string text = channel;
    for (std::size_t at = 0; (at = text.find('\n', at)) != std::string::npos; at += 2) text.insert(at, "\r");
    CHECK(said(text) == Said{"warning env.carriage-return"});
    CHECK(said(text, read_by(Dialect::sh)) == Said{"warning env.carriage-return"});
    CHECK(said(text, read_by(Dialect::compose)).empty());
    CHECK(said("\xEF\xBB\xBF" + channel) == Said{"warning env.byte-order-mark"});
    CHECK(said("\xEF\xBB\xBF" + channel, read_by(Dialect::docker)).empty());
}

TEST_CASE("env: a value that is put in from elsewhere is not judged") {
    for (const char* line :
         {"OPEN_COWORK_GATEWAY_PORT=${PORT_OF_GATEWAY}", "OPEN_COWORK_GATEWAY_PORT=${P:-8790}",
          "OPEN_COWORK_GATEWAY_PUBLIC_URL=https://${NAME}/", "OPEN_COWORK_GATEWAY_PORT=${P:?}"}) {
        INFO(line);
        CHECK(said(channel + line + "\n", read_by(Dialect::compose)).empty());
    }
    // The file says it itself.
    CHECK(said(channel + "NUMBER=abc\nOPEN_COWORK_GATEWAY_PORT=${NUMBER}\n", read_by(Dialect::compose)) ==
          Said{"error configuration.lenient-value"});
    // References to references do not grow without end.
    std::string text = "A0=" + std::string(1000, 'a') + "\n";
    for (int i = 1; i < 100; ++i) text += fmt::format("A{}=${{A{}}}${{A{}}}\n", i, i - 1, i - 1);
    CHECK(said(text, read_by(Dialect::compose)).empty());
}

TEST_CASE("env: keys that are given twice") {
    const std::string port = "OPEN_COWORK_GATEWAY_PORT=";
    CHECK(said(channel + port + "8790\n" + port + "8790\n") == Said{"warning env.duplicate-line"});
    CHECK(message_of(channel + port + "8790\n" + port + "8791\n" + port + "8792\n", "env.duplicate-key") ==
          "OPEN_COWORK_GATEWAY_PORT stands in line 5 already, with another value; the one in line 7 wins");
    // Quoting makes no other value.
    CHECK(said(channel + port + "8790\n" + port + "'8790'\n", read_by(Dialect::sh)) ==
          Said{"warning env.duplicate-line"});
}

TEST_CASE("env: which services a file is for") {
    const std::string cloud = "OPEN_COWORK_CLOUD_DEPLOYMENT_TIER=local\nOPEN_COWORK_CLOUD_HOST=127.0.0.1\n";
    // What several services read makes none of them.
    for (const auto& one : findings_in(cloud + "OPEN_COWORK_CONFIG_PATH=/etc/open-cowork/config.json\n"
                                               "OPEN_COWORK_CLOUD_BASE_URL=https://cloud.example.com\n"))
        CHECK(one.key.find("_GATEWAY_") == std::string::npos);
    CHECK(said("POSTGRES_PASSWORD=Bx5TnE8rWq2ZyUi6OpA9SdF3GhJ7KlMvXc1\nPOSTGRES_DB=cowork\n").empty());
    validators::Settings settings;
    settings.intent = catalogue::Intent::gateway_only;
    CHECK(said(channel, settings) == Said{"warning env.not-for-intent"});
    CHECK(said(gateway, settings).empty());
    CHECK(said("POSTGRES_DB=cowork\n", settings) == Said{"note env.not-for-intent"});
    settings.intent = catalogue::Intent::full_hybrid;
    CHECK(said(channel, settings).empty());
    CHECK(said(gateway + channel) == Said{"note env.several-services"});
    CHECK(said(gateway + channel, read_by(Dialect::systemd)) == Said{"warning env.several-services"});
    CHECK(said(gateway + channel, read_by(Dialect::compose)).empty());
}

TEST_CASE("env: a line that may be a piece of a private key is not shown") {
    for (const auto reader :
         {std::optional<Dialect>{}, std::optional(Dialect::compose), std::optional(Dialect::docker)})
        for (const auto& one : findings_in(channel + "MIIEvQIBADANBg\n", read_by(reader))) {
            CHECK(one.key.empty());
            CHECK(one.message.view().find("MIIE") == std::string_view::npos);
        }
}

TEST_CASE("env: how a reference is to be written is told in full") {
    for (const char* wrong : {"gcp-sm://x", "aws-sm:///x", "azure-kv://x", "https://example.com/secrets/x"}) {
        INFO(wrong);
        std::string remedy;
        for (const auto& one : findings_in(std::string("OPEN_COWORK_CLOUD_DEPLOYMENT_TIER=local\n"
                                                       "OPEN_COWORK_CLOUD_SECRET_KEY_REF=") +
                                           wrong + "\n"))
            if (one.key == "OPEN_COWORK_CLOUD_SECRET_KEY_REF") remedy = one.remedy.str();
        CHECK(remedy.find("NAME") != std::string::npos);
        CHECK(remedy.find("redacted") == std::string::npos);
    }
}

TEST_CASE("env: keys with a slip in them") {
    const auto remedy = [](const std::string& line) {
        for (const auto& one : findings_in(channel + line + "\n"))
            if (one.rule->id == "configuration.unknown-key") return one.remedy.str();
        return std::string{};
    };
    CHECK(remedy("OPEN_COWORK_GATEWAY_PROT=8790") == "did you mean OPEN_COWORK_GATEWAY_PORT?");
    CHECK(remedy("OPEN_COWORK_GATEWY_PORT=8790") == "did you mean OPEN_COWORK_GATEWAY_PORT?");
    CHECK(remedy("OPENCOWORK_GATEWAY_PORT=8790") == "did you mean OPEN_COWORK_GATEWAY_PORT?");
    CHECK(remedy("OPEN_COWORK_DESKTOP_PORT=8790").empty());
    CHECK(remedy("OPEN_COWORK_CONFIG_PATH=/etc/x.json").empty());
}

TEST_CASE("env: what comes from elsewhere is not missing") {
    CHECK(said("OPEN_COWORK_CLOUD_SECRET_KEY=w5Vb8mQe2kZs7nXf0RjGhYt4LpUaDc9K\n"
               "OPEN_COWORK_CLOUD_COOKIE_SECRET=Hq3zTn6WyRk1vPb8xLs5GdJf0mCaEu7B\n")
              .empty());
    const std::string token = "GQ5g7_KkAqVv4MBJOS3mfa17xglBRr8nzCf-b-8h0S0";
    const std::string prefix = "OPEN_COWORK_STANDALONE_GATEWAY_";
    const std::string without = prefix + "STORE=memory\n" + prefix + "OPENCODE_URL=http://127.0.0.1:4096\n" +
                                prefix + "RUNTIME_ROOT=/var/lib/cowork\n" + prefix +
                                "TELEGRAM_BOT_TOKEN=123456:" + token + "\n";
    CHECK(said(without) == Said{"error configuration.missing-key"});
    CHECK(said(without + prefix + "CONFIG=/etc/open-cowork/gateway.json\n").empty());
    const auto inline_json = [&](const std::string& json) {
        return without + prefix + "CONFIG_JSON=" + json + "\n";
    };
    const auto compose = read_by(Dialect::compose);
    CHECK(said(inline_json("'{\"" + prefix + "ADMIN_TOKEN\":\"" + token + "\"}'"), compose).empty());
    CHECK(said(inline_json("'{\"" + prefix + "ADMIN_TOKEN\":\"replace-with-a-token\"}'"), compose) ==
          Said{"error configuration.placeholder-secret"});
    CHECK(said(inline_json("'{\"" + prefix + "ADMIN_TOKEN\":\"" + token + "\",\"" + prefix +
                           "STORE\":\"postgres\"}'"),
               compose) == Said{"warning configuration.ignored-key"});
    CHECK(said(inline_json("'[1]'") + prefix + "ADMIN_TOKEN=" + token + "\n", compose) ==
          Said{"error configuration.invalid-value"});
}

TEST_CASE("env: keys that only Compose reads are fine where Compose may read the file") {
    const std::string secrets =
        "OPEN_COWORK_CLOUD_HOST=127.0.0.1\nOPEN_COWORK_CLOUD_SECRET_KEY=w5Vb8mQe2kZs7nXf0RjGhYt4LpUaDc9K\n"
        "OPEN_COWORK_CLOUD_COOKIE_SECRET=Hq3zTn6WyRk1vPb8xLs5GdJf0mCaEu7B\n"
        "OPEN_COWORK_CLOUD_EXECUTION_ISOLATION_MODE=development-process\n"
        "OPEN_COWORK_CLOUD_IMAGE=ghcr.io/example/cloud:1.2.3\n";
    CHECK(said(secrets).empty());
    CHECK(said(secrets, read_by(Dialect::compose)).empty());
    CHECK(said(secrets, read_by(Dialect::systemd)) == Said{"warning configuration.unread-key"});
}

TEST_CASE("env: a place is from the key to the end of its value") {
    const auto found = findings_in(gateway + "  OPEN_COWORK_STANDALONE_GATEWAY_PORT=abc  # the port\n",
                                   read_by(Dialect::compose));
    REQUIRE(found.size() == 1);
    CHECK(found[0].where.line == 6);
    CHECK(found[0].where.column == 3);
    CHECK(found[0].where.end_column == 3 + 35 + 4);
    // What is missing: at the first key of the service.
    const auto missing = findings_in("# a comment\nOPEN_COWORK_STANDALONE_GATEWAY_PORT=8795\n");
    REQUIRE_FALSE(missing.empty());
    for (const auto& one : missing) CHECK(one.where.line == 2);
}

TEST_CASE("env: an example is read by people") {
    const ScratchDirectory scratch;
    const std::string example =
        "OPEN_COWORK_STANDALONE_GATEWAY_ADMIN_TOKEN=replace-with-a-token\n"
        "OPEN_COWORK_STANDALONE_GATEWAY_OPENCODE_URL=\n"
        "OPEN_COWORK_STANDALONE_GATEWAY_PORT=<port>\n"
        "OPEN_COWORK_STANDALONE_GATEWAY_PROT=1\n";
    const auto rules_in = [&](const std::string& name) {
        validators::Request request;
        request.paths = {scratch.file(name, example)};
        std::filesystem::permissions(request.paths[0], std::filesystem::perms(0644));
        auto outcome = validators::validate(request);
        REQUIRE(outcome);
        std::set<std::string> rules;
        for (const auto& one : outcome->files.at(0).findings)
            rules.insert(fmt::format("{} {}", to_string(one.severity), one.rule->id));
        return rules;
    };
    const std::set<std::string> wanted{"note configuration.placeholder-secret",
                                       "warning configuration.unknown-key", "warning env.shell-syntax"};
    for (const char* name : {"gateway.env.example", ".env.example", "worker.env.template", "x.example.env"}) {
        INFO(name);
        CHECK(rules_in(name) == wanted);
    }
    // The same by another name is somebody's file, with the placeholders left in: but no secret that others
    // could read.
    const auto own = rules_in("gateway.env");
    CHECK(own.contains("error configuration.placeholder-secret"));
    CHECK_FALSE(own.contains("error env.mode"));
}

TEST_CASE("env: no text is too odd, and no finding shows a value") {
    static const std::vector<std::string> pieces{"OPEN_COWORK_GATEWAY_PORT",
                                                 "OPEN_COWORK_CLOUD_SECRET_KEY",
                                                 "A",
                                                 "=",
                                                 "=",
                                                 "\n",
                                                 "\n",
                                                 "'",
                                                 "\"",
                                                 "`",
                                                 "$",
                                                 "${",
                                                 "}",
                                                 "\\",
                                                 "#",
                                                 " ",
                                                 "\t",
                                                 "\r\n",
                                                 "export ",
                                                 "\xEF\xBB\xBF",
                                                 "\xFF",
                                                 "é",
                                                 std::string(1, '\0'),
                                                 ":-",
                                                 "SeNtInEl",
                                                 ";",
                                                 "&",
                                                 "(",
                                                 "{\"a\":",
                                                 "env:",
                                                 "replace-with"};
    std::mt19937 random(7);
    for (int round = 0; round < 300; ++round) {
        std::string text;
        for (auto n = random() % 120; n > 0; --n) text += pieces[random() % pieces.size()];
        for (const std::optional<Dialect> reader :
             {std::optional<Dialect>{}, std::optional(Dialect::sh), std::optional(Dialect::systemd),
              std::optional(Dialect::docker), std::optional(Dialect::compose)}) {
            for (const auto& one : findings_in(text, read_by(reader)))
                if (one.key.find("SeNtInEl") == std::string::npos)
                    CHECK(one.message.view().find("SeNtInEl") == std::string_view::npos);
        }
    }
    // Many of what one of costs little.
    const auto many = [](const std::string& piece) {
        std::string text;
        while (text.size() < 300'000) text += piece;
        return text;
    };
    for (const char* piece :
         {"A=\"\n", "A='\n", "A=${\n", "$${", "A=\"\\\n", "OPEN_COWORK_CLOUD_X=1\n", "=\n", "A\n"})
        CHECK_FALSE(findings_in("OPEN_COWORK_GATEWAY_PORT=1\n" + many(piece)).empty());
}
