#include "rules/mcp_policy.hpp"

#include <catch2/catch.hpp>

#include <map>
#include <set>
#include <string>
#include <vector>

using namespace cowork::rules;

namespace {

// A world of files: those that are there, and links by what they lead to.
StdioScope scope(const std::string& project) {
    static const std::set<std::string> files{"/usr/bin/node", "/srv/mcp server", "/p/tools/serve", "/p/link",
                                             "/elsewhere/serve"};
    static const std::map<std::string, std::string> links{{"/p/link", "/elsewhere/serve"}, {"/p/broken", ""}};
    return {project, [](const std::string& path) { return files.contains(path); },
            [](const std::string& path) {
                const auto link = links.find(path);
                return link == links.end() ? path : link->second;
            }};
}

struct Command {
    std::vector<std::string> words;
    std::string rule;  // empty: allowed
    std::string project;
};

struct Url {
    std::string url;
    std::string rule;       // empty: allowed
    bool opened_up = true;  // whether the private network's permission lifts the rule
};

}  // namespace

TEST_CASE("MCP policy: commands") {
    const std::vector<Command> rows{
        {{"sh"}, "shell", ""},
        {{"bash", "run.sh"}, "shell", ""},
        {{"zsh"}, "shell", ""},
        {{"fish"}, "shell", ""},
        {{"dash"}, "shell", ""},
        {{"ksh"}, "shell", ""},
        {{"tcsh"}, "shell", ""},
        {{"csh"}, "shell", ""},
        {{"pwsh"}, "shell", ""},
        {{"powershell"}, "shell", ""},
        {{" /bin/sh "}, "shell", ""},
        {{"C:\\tools\\bash"}, "shell", ""},
        {{"node;id"}, "metacharacter", ""},
        {{"node & id"}, "metacharacter", ""},
        {{"node", "a|b"}, "metacharacter", ""},
        {{"node", "`id`"}, "metacharacter", ""},
        {{"node", "$HOME/x.js"}, "metacharacter", ""},
        {{"node", ">out"}, "metacharacter", ""},
        {{"node", "<in"}, "metacharacter", ""},
        {{"python", "-c", "print(1)"}, "inline-eval", ""},
        {{"node", "-e", "1"}, "inline-eval", ""},
        {{"node", "-E"}, "inline-eval", ""},
        {{"node", "-p"}, "inline-eval", ""},
        {{"node", "-pe"}, "inline-eval", ""},
        {{"node", "-ne"}, "inline-eval", ""},
        {{"node", "-e1"}, "inline-eval", ""},
        {{"node", "--command"}, "inline-eval", ""},
        {{"node", "--eval"}, "inline-eval", ""},
        {{"node", "--eval=1"}, "inline-eval", ""},
        {{"node", "--eval-file"}, "inline-eval", ""},
        {{"node", "--eval-file=x"}, "inline-eval", ""},
        {{"node", "--execute=x"}, "inline-eval", ""},
        {{"node", "--evaluate"}, "", ""},
        {{"node", "--port=1"}, "", ""},
        {{"node", "server.js", "", "-"}, "", ""},
        {{"python3", "-m", "server"}, "", ""},
        {{"bun", "x.ts"}, "", ""},
        {{"python", "x.py"}, "", ""},
        {{"uv", "run", "x"}, "", ""},
        {{"go", "run", "."}, "", ""},
        {{"ruby", "x.rb"}, "", ""},
        {{"java", "-jar", "x.jar"}, "", ""},
        {{"perl"}, "command-not-allowed", ""},
        {{"docker", "run", "x"}, "command-not-allowed", ""},
        {{"Node"}, "command-not-allowed", ""},
        {{"npx"}, "package-not-pinned", ""},
        {{"npx", "-y"}, "package-not-pinned", ""},
        {{"npx", "-y", "server"}, "package-not-pinned", ""},
        {{"npx", "server@latest"}, "package-not-pinned", ""},
        {{"npx", "server@*"}, "package-not-pinned", ""},
        {{"npx", "server@"}, "package-not-pinned", ""},
        {{"npx", "@scope/server"}, "package-not-pinned", ""},
        {{"npx", "@scope/server@latest"}, "package-not-pinned", ""},
        {{"npx", "@1.0.0"}, "package-not-pinned", ""},
        {{"npx", "latest"}, "package-not-pinned", ""},
        {{"npm", "exec", "server@1.0.0"}, "package-not-pinned", ""},
        {{"pnpm", "dlx"}, "package-not-pinned", ""},
        {{"bunx", "server"}, "package-not-pinned", ""},
        {{"deno", "run", "x.ts"}, "package-not-pinned", ""},
        {{"uvx", "server"}, "package-not-pinned", ""},
        {{"uvx", "server=="}, "package-not-pinned", ""},
        {{"uvx", "server==latest"}, "package-not-pinned", ""},
        {{"npx", "server==1.0.0"}, "package-not-pinned", ""},
        {{"npx", "-y", "server@1.2.3"}, "", ""},
        {{"npx", "@scope/server@1.2.3"}, "", ""},
        {{"npx", "file:../server"}, "", ""},
        {{"npx", "git+https://example.com/x.git"}, "", ""},
        {{"npx", "./server.tgz"}, "", ""},
        {{"npx", "./server.tar.gz"}, "", ""},
        {{"bunx", "server@1"}, "", ""},
        {{"uvx", "server==1.0"}, "", ""},
        {{"uvx", "server@1.0"}, "", ""},
        {{}, "command-missing", ""},
        {{"  "}, "command-missing", ""},
        {{"/usr/bin/node", "x.js"}, "", ""},
        {{"/srv/mcp server"}, "", ""},
        {{"/usr/bin/absent"}, "command-missing", ""},
        {{"/usr/bin/npx", "server"}, "command-missing", ""},
        {{"./tools/serve"}, "outside-project", ""},
        {{"./tools/serve"}, "", "/p"},
        {{"tools/serve"}, "", "/p/"},
        {{"tools/../tools/serve"}, "", "/p"},
        {{"./tools/absent"}, "command-missing", "/p"},
        {{"./broken"}, "command-missing", "/p"},
        {{"../elsewhere/serve"}, "outside-project", "/p"},
        {{"tools/../../elsewhere/serve"}, "outside-project", "/p"},
        {{"./"}, "outside-project", "/p"},
        {{"./link"}, "outside-project", "/p"},
        {{"C:\\tools\\serve"}, "outside-project", ""},
    };
    for (const Command& row : rows) {
        CAPTURE(row.words, row.project);
        const McpVerdict verdict = judge_mcp_command(row.words, scope(row.project));
        CHECK(verdict.rule == row.rule);
        CHECK(verdict.allowed == row.rule.empty());
    }
}

TEST_CASE("MCP policy: URLs") {
    const std::vector<Url> rows{
        {"https://mcp.example.com/mcp", ""},
        {"http://mcp.example.com", ""},
        {" HTTPS://MCP.example.com:8443/mcp?a=b c#d ", ""},
        {"https://user:hunter2@mcp.example.com/mcp", ""},
        {"https://metadata.google.internal@mcp.example.com/", ""},
        {"https://mcp.example.com/@127.0.0.1", ""},
        {"https://mcp.example.com?@127.0.0.1", ""},
        {"https://mcp.example.com/caf\xC3\xA9", ""},
        {"https://mcp.example.com./", ""},
        {"https://8.8.8.8/", ""},
        {"https://0x8.8.8.8/", ""},
        {"https://[2606:4700::1111]/", ""},
        {"https://192.0.1.1/", ""},
        {"https://172.32.0.1/", ""},
        {"https://100.128.0.1/", ""},
        {"https://localhost.example.com/", ""},
        {"ftp://mcp.example.com", "scheme", false},
        {"file:///etc/passwd", "scheme", false},
        {"localhost:3000", "scheme", false},
        {"ws://mcp.example.com", "scheme", false},
        {"", "unreadable-url", false},
        {"  ", "unreadable-url", false},
        {"/mcp", "unreadable-url", false},
        {"mcp.example.com/mcp", "unreadable-url", false},
        {"https://", "unreadable-url", false},
        {"https:///mcp", "unreadable-url", false},
        {"https://user@/mcp", "unreadable-url", false},
        {"https://mcp.example.com:99999/", "unreadable-url", false},
        {"https://mcp.example.com\\@127.0.0.1/", "unreadable-url", false},
        {"https://127.0.0.1\t.example.com/", "unreadable-url", false},
        {"https://\xEF\xBC\x91\xEF\xBC\x92\xEF\xBC\x97.0.0.1/", "unreadable-url", false},
        {"https://mcp..example.com/", "unreadable-url", false},
        {"https://1.2.3.4.5/", "unreadable-url", false},
        {"https://09.1.1.1/", "unreadable-url", false},
        {"https://metadata.google.internal/", "metadata-host", false},
        {"https://METADATA.google.internal./", "metadata-host", false},
        {"http://169.254.169.254/latest", "metadata-host", false},
        {"http://a:b@169.254.169.254/latest", "metadata-host", false},
        {"http://0xA9FEA9FE/", "metadata-host", false},
        {"http://2852039166/", "metadata-host", false},
        {"http://0251.0376.0251.0376/", "metadata-host", false},
        {"http://[::ffff:169.254.169.254]/", "metadata-host", false},
        {"http://[::ffff:a9fe:a9fe]/", "metadata-host", false},
        {"http://[64:ff9b::169.254.169.254]/", "metadata-host", false},
        {"http://[64:ff9b::a9fe:a9fe]/", "metadata-host", false},
        {"http://[fd00:ec2::254]/", "metadata-host", false},
        {"http://[fd00:0ec2:0:0:0:0:0:254]/", "metadata-host", false},
        {"http://localhost:8080/", "loopback"},
        {"http://LOCALHOST./", "loopback"},
        {"http://ip6-localhost/", "loopback"},
        {"http://ip6-loopback/", "loopback"},
        {"http://127.0.0.1/", "loopback"},
        {"http://127.255.1.2/", "loopback"},
        {"http://127.1/", "loopback"},
        {"http://127.0.0.1./", "loopback"},
        {"http://0x7f.1/", "loopback"},
        {"http://0x7f000001./", "loopback"},
        {"http://2130706433/", "loopback"},
        {"http://0177.0.0.1/", "loopback"},
        {"http://%31%32%37.0.0.1/", "loopback"},
        {"http://[::1]:3000/", "loopback"},
        {"http://[0:0:0:0:0:0:0:1]/", "loopback"},
        {"http://[::ffff:127.0.0.1]/", "loopback"},
        {"http://[64:ff9b::7f00:1]/", "loopback"},
        {"http://mcp.example.com@127.0.0.1/", "loopback"},
        {"http://a@mcp.example.com@127.0.0.1/", "loopback"},
        {"http://169.254.1.1/", "link-local"},
        {"http://169.254.170.2/", "link-local"},
        {"http://[fe80::1]/", "link-local"},
        {"http://[febf::1]/", "link-local"},
        {"http://10.0.0.1/", "private"},
        {"http://172.16.0.1/", "private"},
        {"http://172.31.255.255/", "private"},
        {"http://192.168.0.1/", "private"},
        {"http://3232235521/", "private"},
        {"http://[fc00::1]/", "private"},
        {"http://[fdff::1]/", "private"},
        {"http://[64:ff9b::10.0.0.1]/", "private"},
        {"http://0.0.0.0/", "non-routable"},
        {"http://0/", "non-routable"},
        {"http://100.64.0.1/", "non-routable"},
        {"http://192.0.0.8/", "non-routable"},
        {"http://192.0.2.1/", "non-routable"},
        {"http://198.18.0.1/", "non-routable"},
        {"http://198.19.255.255/", "non-routable"},
        {"http://198.51.100.1/", "non-routable"},
        {"http://203.0.113.1/", "non-routable"},
        {"http://224.0.0.1/", "non-routable"},
        {"http://255.255.255.255/", "non-routable"},
        {"http://[::]/", "non-routable"},
        {"http://[2001:db8::1]/", "non-routable"},
        {"http://[ff02::1]/", "non-routable"},
        {"http://[::ffff:192.0.2.1]/", "non-routable"},
    };
    for (const Url& row : rows) {
        CAPTURE(row.url);
        const McpVerdict verdict = judge_mcp_url(row.url, false);
        CHECK(verdict.rule == row.rule);
        CHECK(verdict.allowed == row.rule.empty());
        const McpVerdict opened = judge_mcp_url(row.url, true);
        CHECK(opened.allowed == (row.rule.empty() || row.opened_up));
        CHECK(opened.rule == (opened.allowed ? "" : row.rule));
    }
}
