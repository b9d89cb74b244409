#include "support/json_found.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <string>
#include <vector>

namespace {

using namespace cowork;
using namespace cowork::test;
using Keys = std::vector<std::string>;

std::vector<std::string> found(std::string_view body) {
    return found_in(fmt::format("{{{}}}", body), "opencode.json");
}

}  // namespace

TEST_CASE("opencode: files that are in order") {
    for (
        const char* body : {
            "",
            R"("$schema": "https://opencode.ai/config.json", // a comment
                "model": "anthropic/claude-sonnet-4-5",)",
            R"("autoupdate": false, "share": "disabled", "snapshot": true)",
            R"("lsp": false, "formatter": {"prettier": {"disabled": true}})",
            R"("mcp": {"a": {"enabled": false}})",
            R"("mcp": {"a": {"type": "remote", "url": "https://a.example.com", "oauth": false, "timeout": 9000}})",
            R"("plugin": ["p@1.2.3", ["q@2.0.0", {"deep": {"x": 1}}]])",
            R"("agent": {"a": {"anything": {"of": "the model"}, "color": "accent", "temperature": 0.2}})",
            R"("permission": "ask")",
            R"("permission": {"tickets_*": "ask", "mcp__a__b": {"*": "deny"}})",
            R"("provider": {"a": {"npm": "x", "options": {"headers": {"X-Team": "one"}, "timeout": false},
                "models": {"m": {"limit": {"context": 1, "output": 2}, "modalities": {"input": ["text"]}}}}})",
            R"("command": {"a": {"template": "Use {env:} here", "subtask": true}})",
            R"("experimental": {"mcp_timeout": 1000}, "tool_output": {"max_lines": 10})",
        }) {
        INFO(body);
        CHECK(found(body) == Keys{});
    }
}

TEST_CASE("opencode: which texts are secrets in clear") {
    struct Row {
        const char *name, *value;
        bool secret;
    };
    for (const Row& row :
         {Row{"API_TOKEN", "k7Qm2vXw9LsT4bRn", true}, Row{"DB_PASSWORD", "hunter22", true},
          Row{"Authorization", "Bearer k7Qm2vXw", true}, Row{"Cookie", "session=abcdefgh", true},
          Row{"API_TOKEN", "{env:API_TOKEN}", false}, Row{"API_TOKEN", "prefix-{file:./t}", false},
          Row{"API_TOKEN", "", false}, Row{"API_TOKEN", "your-token-here", false},
          Row{"API_TOKEN", "<token>", false}, Row{"API_TOKEN", "xxxxxxxx", false},
          Row{"MAX_TOKENS", "4096", false}, Row{"TOKENIZERS_PARALLELISM", "false", false},
          Row{"API_TOKEN_FILE", "/run/secrets/t", false},
          Row{"GOOGLE_APPLICATION_CREDENTIALS", "creds.json", false},
          Row{"TOKEN_URL", "https://idp.example.com/token", false},
          Row{"LOG_LEVEL", "k7Qm2vXw9LsT4bRn", false}}) {
        INFO(row.name << " = " << row.value);
        const std::string text = fmt::format(
            R"({{"mcp": {{"a": {{"type": "local", "command": ["node", "a.js"], "environment": {{"{}": "{}"}}}}}}}})",
            row.name, row.value);
        CHECK(keys_of("opencode.secret-in-clear", text, "opencode.json").size() == (row.secret ? 1 : 0));
    }
}

TEST_CASE("opencode: which entry decides about a tool") {
    const auto open = [](std::string_view permission) {
        return keys_of("opencode.permission-open", fmt::format(R"({{"permission": {}}})", permission),
                       "opencode.json");
    };
    CHECK(open(R"({"bash": "ask", "edit": "ask", "external_directory": "ask"})") == Keys{});
    CHECK(open(R"({"bash": "ask", "*": "allow"})") == Keys{"permission.*"});
    CHECK(open(R"({"*": "allow", "bash": "ask", "edit": "ask", "external_directory": "ask"})") == Keys{});
    CHECK(open(R"({"*": "allow", "bash": {"*": "ask", "git *": "allow"}})") == Keys{"permission.*"});
    CHECK(open(R"({"external_directory": {"~/work/**": "allow"}})") == Keys{});
    CHECK(open(R"({"webfetch": "allow"})") == Keys{});
    CHECK(open(R"("allow")") == Keys{"permission"});
}

TEST_CASE("opencode: what a document is taken for") {
    using validators::Kind;
    CHECK(kind_of(R"({"$schema": "https://opencode.ai/config.json"})", "x.json") == Kind::opencode);
    CHECK(kind_of(R"({"mcp": {}, "permission": {}})", "x.json") == Kind::opencode);
    CHECK(kind_of("{}", "opencode.jsonc") == Kind::opencode);
    CHECK(kind_of(R"({"name": "a", "agent": {}, "mcp": {}})", "package.json") == Kind::text);
    CHECK(kind_of(R"({"$schema": "https://opencode.ai/tui.json", "theme": "a", "share": 1, "mcp": 1})",
                  "t.json") == Kind::text);
    CHECK(kind_of(R"({"mcpServers": {}})", "mcp.json") == Kind::text);
}

TEST_CASE("opencode: texts that nobody would write") {
    const std::string deep(60, '[');
    const std::string close(60, ']');
    for (const std::string& text :
         {std::string(R"({"mcp": 1, "agent": [], "permission": 3, "plugin": {}, "provider": null})"),
          std::string(R"({"mcp": {"": null, "a/b~c": {"type": 1}}, "permission": {"": {"": ""}}})"),
          std::string(R"({"model": {}, "small_model": [[]], "server": [], "instructions": [1, {}]})"),
          fmt::format(R"({{"experimental": {{"policies": {}{}}}}})", deep, close),
          std::string("{\"share\": \"\xFF\xFE\"}"), std::string(R"({"model": "{env:{env:{env:{env:"})")}) {
        INFO(text);
        CHECK_NOTHROW(found_in(text, "opencode.json"));
    }
}
