#include "support/format_checks.hpp"
#include "support/gateway_workspace.hpp"

#include <catch2/catch.hpp>

// --format and --report for every command: one document, the same exit code, and no secret, whatever happens.
namespace {

using namespace cowork::test;

struct Run {
    const char* name;
    std::vector<std::string> arguments;
};

ProcessResult run_as(const std::string& format, std::vector<std::string> arguments,
                     const std::string& directory,
                     const std::map<std::string, std::string>& environment = {}) {
    arguments.insert(arguments.begin() + 1, {"--format", format});
    return run_cowork(arguments, directory, environment);
}

// Each run in each format: what it exits with as text, it exits with in all of them.
void check_all(const std::vector<Run>& runs, const std::string& directory,
               const std::vector<std::string>& secrets = {},
               const std::map<std::string, std::string>& environment = {}) {
    for (const Run& run : runs) {
        const ProcessResult text = run_as("text", run.arguments, directory, environment);
        for (const std::string& secret : secrets) check_hidden(text, secret);
        for (const std::string& format : machine_formats) {
            const ProcessResult result = run_as(format, run.arguments, directory, environment);
            INFO(run.name << " as " << format << '\n' << result.out << result.err);
            CHECK(result.exit_code == text.exit_code);
            check_format(format, result);
            check_printable(result);
            for (const std::string& secret : secrets) check_hidden(result, secret);
        }
    }
}

TEST_CASE("formats: a run that cannot begin is one document of the format") {
    const ScratchDirectory scratch;
    const std::string file = scratch.file("a.env", "A=1\n");
    check_all({{"nothing set up", {"doctor"}},
               {"nothing to exercise", {"smoke"}},
               {"no such check", {"doctor", "gateway-only", "--only", "nothing.*"}},
               {"no such step", {"smoke", "gateway-only", "--only", "nothing.*"}},
               {"no such rule", {"validate", ".", "--only", "nothing.*"}},
               {"no such env file", {"doctor", "gateway-only", "--env-file", "/nowhere/x"}},
               {"no such file", {"validate", "/nowhere/x"}},
               {"a report that cannot be", {"doctor", "gateway-only", "--report", "json=/nowhere/x"}},
               {"a report over the env file",
                {"doctor", "gateway-only", "--env-file", file, "--report", "json=" + file}},
               {"no such baseline", {"doctor", "gateway-only", "--baseline", "/nowhere/x"}},
               {"no such defaults", {"validate", file, "--helm-defaults", "/nowhere/x"}}},
              scratch.path());
}

TEST_CASE("formats: doctor and smoke tell the same in every format, and no secret") {
    const GatewayWorkspace workspace;
    const std::string literal = "LITERAL-4be1-95c0d7a2f6e38b14";
    const std::vector<std::string> secrets{workspace.admin_token,
                                           workspace.values.at("WEBHOOK_SHARED_SECRET"), literal};
    (void)workspace.env_file();
    const std::vector<Run> runs{
        {"all checks", {"doctor"}},
        {"strict", {"doctor", "--strict"}},
        {"forgiving", {"doctor", "--fail-on", "action_required"}},
        {"some of them", {"doctor", "--only", "gateway.env_file.*"}},
        {"a wrong token", {"doctor", "--admin-token", literal}},
        {"a database behind a password",
         {"doctor", "--database-url", "postgresql://u:" + literal + "@127.0.0.1:9/d"}},
        {"a URL that holds a secret", {"doctor", "--opencode-url", "http://u:" + literal + "@127.0.0.1:9/"}},
        {"no time", {"doctor", "--deadline", "1ms"}},
        {"capabilities", {"doctor", "--capabilities"}},
        {"read-only steps", {"smoke", "--read-only", "--deadline", "20s"}}};
    check_all(runs, workspace.scratch.path(), secrets);
    // A file that no reader takes, with a secret where none belongs.
    (void)workspace.scratch.file(".env.standalone-gateway", "export " + gateway_key_name("ADMIN_TOKEN") +
                                                                "=\"" + literal + "\n" + literal + "\n");
    check_all({{"a broken env file", {"doctor"}}, {"a broken env file, smoke", {"smoke"}}},
              workspace.scratch.path(), secrets);
}

TEST_CASE("formats: validate tells the same in every format, and no secret") {
    const ScratchDirectory scratch;
    const std::string secret = "ghp_b7Q2xLk9Zt4Wm8Rc1Vn6Yp3Hs5Jd0FgAeUiO";
    (void)scratch.file("good.json", "{}");
    (void)scratch.file("twice.env", "TOKEN=" + secret + "\nTOKEN=" + secret + "x\n");
    (void)scratch.file("opencode.jsonc", "{ \"provider\": { \"x\": \"" + secret + "\" }, oops\n");
    (void)scratch.file("compose.yaml", "services:\n  a:\n    image: x\n   environment: " + secret + "\n");
    (void)scratch.file("other.bin", std::string("\0\1\2", 3) + secret);
    check_all({{"a directory", {"validate", "."}},
               {"files by name", {"validate", "twice.env", "opencode.jsonc", "compose.yaml"}},
               {"as env files", {"validate", "--kind", "env", "twice.env", "opencode.jsonc"}},
               {"what is none of the kinds", {"validate", "other.bin"}},
               {"a directory without anything", {"validate", scratch.directory("empty")}}},
              scratch.path(), {secret});
}

TEST_CASE("formats: --report writes what --format prints, of every format at once") {
    const ScratchDirectory scratch;
    const std::string file = scratch.file("a.conf", "A=1\nA=2\n");
    const std::vector<std::string> run{"validate", "--kind", "env", "--only", "env.duplicate-key", file};
    auto arguments = run;
    for (const std::string& format : machine_formats) {
        arguments.emplace_back("--report");
        arguments.push_back(format + "=" + (scratch / format));
    }
    const ProcessResult text = run_cowork(arguments, scratch.path());
    INFO(text.out << text.err);
    CHECK(text.exit_code == 1);
    for (const std::string& format : machine_formats) {
        const std::string written = content_of(scratch / format);
        check_format(format, written, 1);
        CHECK(timeless(written) == timeless(run_as(format, run, scratch.path()).out));
    }
    // Two text reports, and colour only where it was asked for.
    const auto coloured = run_cowork(
        {"validate", file, "--kind", "env", "--color", "always", "--report", "text=" + (scratch / "text")});
    CHECK(contains(coloured.out, "\x1b["));
    CHECK_FALSE(contains(content_of(scratch / "text"), "\x1b["));
}

TEST_CASE("formats: lists, plans and explanations are text or JSON") {
    for (const char* format : {"sarif", "junit", "github"})
        for (const std::vector<std::string>& arguments : {std::vector<std::string>{"doctor", "--list"},
                                                          {"doctor", "--explain", "gateway.provider.healthy"},
                                                          {"smoke", "gateway-only", "--plan"},
                                                          {"validate", "--list"},
                                                          {"validate", "--explain", "file.json-syntax"}}) {
            const ProcessResult result = run_as(format, arguments, "/");
            INFO(result.out << result.err);
            CHECK(result.exit_code == 2);
            check_format(format, result);
            CHECK(contains(result.out, "exclude each other"));
        }
}

TEST_CASE("formats: two that exclude each other are told as JSON, which one of them is") {
    const auto document = document_of(run_cowork({"doctor", "--json", "--format", "sarif"}));
    CHECK(contains(message_of(document), "--json and --format sarif exclude each other"));
}

TEST_CASE("formats: SARIF of doctor explains each check") {
    const GatewayWorkspace workspace;
    (void)workspace.env_file();
    const auto log = nlohmann::json::parse(workspace.doctor({"--format", "sarif"}).out);
    const auto& rules = log.at("runs").at(0).at("tool").at("driver").at("rules");
    CHECK(rules.size() == log.at("runs").at(0).at("results").size());
    for (const auto& rule : rules) {
        INFO(rule.dump(1));
        CHECK(rule.at("help").at("markdown").get<std::string>().size() > 40);
    }
}

}  // namespace
