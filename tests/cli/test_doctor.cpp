#include "support/cli_run.hpp"
#include "support/gateway_workspace.hpp"
#include "support/places.hpp"
#include "support/ports.hpp"
#include "support/tarpit.hpp"

#include <catch2/catch.hpp>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>

// doctor on the command line: what it reads, what it chooses, where its report goes. What each check finds
// is the live tests' business.
namespace {

using namespace cowork::test;
using nlohmann::json;

const std::string admin_token = "ADMIN-doc-3f9c1d7a8b2e4056";
constexpr const char* opencode_check = "gateway.private_opencode.reachable";
constexpr const char* provider_check = "gateway.provider.healthy";
constexpr const char* configuration_check = "gateway.configuration.valid";
constexpr const char* env_file_check = "gateway.env_file.private";

using Workspace = GatewayWorkspace;

TEST_CASE("doctor where nothing is set up lists the six paths") {
    ScratchDirectory scratch;
    const auto text = run_cowork({"doctor"}, scratch.path());
    CHECK(text.exit_code == 1);
    for (const char* path : {"desktop-local", "gateway-only", "cloud-connect", "desktop-pairing",
                             "full-hybrid", "cloud-gateway"})
        CHECK(contains(text.out, path));
    CHECK(contains(text.out, "cowork setup gateway-only"));
    const auto result = run_cowork({"doctor", "--json"}, scratch.path());
    CHECK(result.exit_code == 1);
    CHECK(contains(message_of(document_of(result)), "nothing is set up"));
    CHECK(scratch.entries() == 0);
}

TEST_CASE("doctor finds what is set up by its default file, and by the environment") {
    const Workspace workspace;
    CHECK(workspace.doctor({"--json"}).exit_code == 1);
    const auto by_environment =
        workspace.doctor({"--json"}, {{gateway_key_name("OPENCODE_URL"), workspace.opencode.url()}});
    CHECK(document_of(by_environment).at("intent") == "gateway-only");
    (void)workspace.env_file();
    const auto result = workspace.doctor({"--json"});
    INFO(result.out << result.err);
    const auto report = document_of(result);
    CHECK(report.at("intent") == "gateway-only");
    CHECK(row_of(report, opencode_check).at("status") == "ready");
    CHECK(row_of(report, configuration_check).at("status") == "ready");
    CHECK(contains(row_of(report, env_file_check).at("summary"), ".env.standalone-gateway"));
    check_hidden(result, admin_token);
    const auto verbose = workspace.doctor({"-v"});
    check_hidden(verbose, admin_token);
    check_printable(verbose);
    CHECK(verbose.exit_code == result.exit_code);
}

TEST_CASE("option --only and --skip choose by glob, and what was left out stays in the report") {
    const Workspace workspace;
    (void)workspace.env_file();
    const auto result = workspace.doctor(
        {"--only", "gateway.*_file.*", "--only", "gateway.conf*", "--skip", "*.valid", "--json"});
    const auto report = document_of(result);
    CHECK(result.exit_code == 0);
    int ran = 0;
    for (const auto& row : report.at("results")) {
        if (row.at("reasonCode") == "skipped.by_user") {
            CHECK(row.at("status") == "unknown");
        } else {
            ++ran;
            CHECK(row.at("id") == env_file_check);
        }
    }
    CHECK(ran == 1);
    CHECK(workspace.opencode.requests().empty());
    CHECK(workspace.gateway.requests().empty());
    // Nothing left to decide is no success.
    CHECK(workspace.doctor({"--only", env_file_check, "--skip", "*"}).exit_code == 3);
    for (const char* option : {"--only", "--skip"}) {
        const auto missed = workspace.doctor({option, "gateway.env_file.privat"});
        CHECK(missed.exit_code == 2);
        CHECK(contains(missed.err, std::string("did you mean ") + env_file_check));
        CHECK(workspace.doctor({option, "zzz*"}).exit_code == 2);
        (void)document_of(workspace.doctor({option, "zzz*", "--json"}));
    }
}

TEST_CASE("option --list and --explain know the same checks, offline") {
    ScratchDirectory scratch;
    const auto list = run_cowork({"doctor", "--list"}, scratch.path());
    CHECK(list.exit_code == 0);
    const auto document = document_of(run_cowork({"doctor", "--list", "--json"}, scratch.path()));
    REQUIRE(document.at("checks").size() > 4);
    for (const auto& check : document.at("checks")) {
        const std::string id = check.at("id");
        CHECK(contains(list.out, id));
        const auto text = run_cowork({"doctor", "--explain", id}, scratch.path());
        CHECK(text.exit_code == 0);
        CHECK(contains(text.out, "Looks at"));
        const auto explained = document_of(run_cowork({"doctor", "--explain", id, "--json"}, scratch.path()));
        REQUIRE(explained.at("checks").size() == 1);
        for (const auto& code : check.at("reasonCodes")) CHECK(contains(text.out, code.get<std::string>()));
        CHECK(explained.at("checks").at(0).at("reasons").size() == check.at("reasonCodes").size());
    }
    for (const char* code :
         {"opencode.connection-refused", "dependency.not_ready", "skipped.by_user", "deadline.exceeded",
          "env-file.mode", "configuration.unreadable-line", "mcp.url-policy-blocked", "model.not-offered"}) {
        const auto text = run_cowork({"doctor", "--explain", code});
        INFO(code << text.err);
        CHECK(text.exit_code == 0);
        CHECK(contains(text.out, "->"));
        CHECK(document_of(run_cowork({"doctor", "--explain", code, "--json"})).at("subject") == code);
    }
    const auto conflict = document_of(run_cowork({"doctor", "--explain", "mcp.layer-override", "--json"}));
    REQUIRE(conflict.at("capabilities").size() == 1);
    CHECK(conflict.at("capabilities")[0].at("kind") == "mcp");
    const auto slip = run_cowork({"doctor", "--explain", "opencode.connection-refuse"});
    CHECK(slip.exit_code == 2);
    CHECK(contains(slip.err, "did you mean opencode.connection-refused?"));
    CHECK(run_cowork({"doctor", "--explain", "nonsense-of-no-kind"}).exit_code == 2);
    CHECK(document_of(run_cowork({"doctor", "--explain", "deadline.exceded", "--json"})).at("exitCode") == 2);
    const auto chosen = document_of(run_cowork({"doctor", "--list", "--json", "--only", env_file_check}));
    CHECK(chosen.at("checks").size() == 1);
    CHECK(scratch.entries() == 0);
}

TEST_CASE("no report holds a reason code that --explain does not know") {
    const Workspace workspace;
    (void)workspace.scratch.file(".env.standalone-gateway",
                                 gateway_env(workspace.values) + "no assignment at all\nUNKNOWN KEY=1\n" +
                                     gateway_env({{"PROT", "1"}, {"RETENTION_AUDIT_DAYS", "x"}}));
    const auto report = document_of(workspace.doctor({"--json"}));
    for (const auto& row : report.at("results")) {
        std::vector<json> codes{row.at("reasonCode")};
        for (const auto& probe : row.at("probes")) codes.push_back(probe.at("reasonCode"));
        for (const json& code : codes) {
            if (code.is_null()) continue;
            INFO(code);
            CHECK(run_cowork({"doctor", "--explain", code.get<std::string>()}).exit_code == 0);
        }
    }
}

TEST_CASE("option --report writes the same document to a file, in one step") {
    const Workspace workspace;
    (void)workspace.env_file();
    const std::string path = workspace.scratch.file("report.json", "old", 0644);
    const std::string text_path = workspace.scratch / "report.txt";
    const auto result =
        workspace.doctor({"--json", "--report", "json=" + path, "--report", "text=" + text_path});
    const json report = json::parse(content_of(path));
    check_document(report, result.exit_code.value_or(-1));
    CHECK(report == document_of(result));
    CHECK(contains(content_of(text_path), "gateway-only"));
    CHECK(mode_of(path) == 0600);
    CHECK(workspace.scratch.entries() == 4);  // env file, root and the two reports
}

TEST_CASE("a report that cannot be written is a refusal before anything runs") {
    const Workspace workspace;
    (void)workspace.env_file();
    const std::string link = workspace.scratch / "link";
    REQUIRE(::symlink("/dev/null", link.c_str()) == 0);
    const std::string fifo = workspace.scratch / "fifo";
    REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
    for (const std::string& path :
         {std::string("/nowhere/report.json"), workspace.scratch / ".env.standalone-gateway",
          std::string(".env.standalone-gateway"), workspace.scratch / "root", link, fifo,
          std::string("/dev/null"), std::string("/dev/stdout")}) {
        const std::string file = path.starts_with("/") ? path : workspace.scratch / path;
        const std::string before = fingerprint(file);
        for (const bool as_json : {false, true}) {
            std::vector<std::string> more{"--report", "json=" + path};
            if (as_json) more.emplace_back("--json");
            const auto result = workspace.doctor(more);
            INFO(path << '\n' << result.out << result.err);
            CHECK(result.exit_code == 2);
            if (as_json) CHECK(contains(message_of(document_of(result)), "--report"));
            if (!as_json) CHECK(contains(result.err, "--report"));
        }
        CHECK(fingerprint(file) == before);
    }
    CHECK(workspace.opencode.requests().empty());
}

TEST_CASE("option --fail-on and --strict decide what fails a run") {
    Workspace workspace;
    workspace.values["RETENTION_AUDIT_DAYS"] = "99999";  // degraded: the gateway replaces it
    (void)workspace.env_file();
    const std::vector<std::string> only{"--only", configuration_check, "--only", env_file_check, "--json"};
    auto more = only;
    const auto degraded = workspace.doctor(more);
    CHECK(degraded.exit_code == 4);
    CHECK(document_of(degraded).at("status") == "degraded");
    more.insert(more.end(), {"--fail-on", "action_required"});
    const auto accepted = workspace.doctor(more);
    CHECK(accepted.exit_code == 0);
    CHECK(document_of(accepted).at("status") == "degraded");
    // An optional check that is not ready.
    const auto relaxed = workspace.doctor({"--json", "--fail-on", "action_required"});
    const auto strict = workspace.doctor({"--json", "--fail-on", "action_required", "--strict"});
    const auto report = document_of(strict);
    bool optional_fails = false;
    for (const auto& row : report.at("results"))
        optional_fails = optional_fails ||
                         (row.at("required") == false && row.at("status") != "ready" &&
                          row.at("status") != "degraded" && row.at("reasonCode") != "dependency.not_ready");
    (void)document_of(relaxed);
    if (optional_fails) CHECK(strict.exit_code != 0);
    if (!optional_fails) CHECK(strict.exit_code == relaxed.exit_code);
}

TEST_CASE("the last env file wins, the environment fills gaps, options win over all, and each is shown") {
    Workspace workspace;
    const std::string first = workspace.env_file("first.env");
    const auto source = [&](std::vector<std::string> more,
                            const std::map<std::string, std::string>& environment = {}) {
        more.insert(more.end(), {"--env-file", first, "--json"});
        return row_of(document_of(workspace.doctor(more, environment)), opencode_check);
    };
    const std::string dead = "http://127.0.0.1:" + std::to_string(free_port());
    const auto from_file = source({}, {{gateway_key_name("OPENCODE_URL"), dead}});
    CHECK(from_file.at("status") == "ready");  // the environment does not override a file
    CHECK(from_file.at("source").at("file") == first);
    CHECK(from_file.at("source").at("line") == 2);

    const auto from_option = source({"--opencode-url", dead});
    CHECK(from_option.at("status") == "action_required");
    CHECK(from_option.at("source").at("file") == "--opencode-url");

    const std::string second =
        workspace.scratch.file("second.env", "\n" + gateway_env({{"OPENCODE_URL", dead}}));
    const auto both = workspace.doctor({"--env-file", first, "--env-file", second, "--json"});
    CHECK(row_of(document_of(both), opencode_check).at("source").at("file") == second);
    const auto text = workspace.doctor({"--env-file", first, "--env-file", second});
    CHECK(contains(text.out, second + ":2"));
    const auto turned = workspace.doctor({"--env-file", second, "--env-file", first, "--json"});
    CHECK(row_of(document_of(turned), opencode_check).at("status") == "ready");

    workspace.values.erase("OPENCODE_URL");
    (void)workspace.env_file("first.env");
    const auto from_environment = source({}, {{gateway_key_name("OPENCODE_URL"), dead}});
    CHECK(from_environment.at("status") == "action_required");
    CHECK(from_environment.at("source").at("file") == "environment");
}

TEST_CASE("secret options take every form, and a literal earns a note") {
    Workspace workspace;
    workspace.values["ADMIN_TOKEN"] = "WRONG-doc-0000111122223333";
    (void)workspace.env_file();
    const std::string file = workspace.scratch.file("token", admin_token + "\n");
    for (const std::string& form : {std::string("env:TOKEN"), "file:" + file, admin_token}) {
        const auto result = workspace.doctor({"--json", "--admin-token", form}, {{"TOKEN", admin_token}});
        INFO(result.out << result.err);
        const auto row = row_of(document_of(result), "gateway.operator_auth.configured");
        CHECK(row.at("status") == "ready");
        CHECK(contains(result.err, "could have seen") == (form == admin_token));
        check_hidden(result, admin_token);
    }
    CHECK(workspace.doctor({"--admin-token", "generate"}).exit_code == 2);
    CHECK(workspace.doctor({"--admin-token", "prompt"}).exit_code == 2);
    CHECK(workspace.doctor({"--admin-token", "env:NOT_THERE"}).exit_code == 2);
    CHECK(workspace.doctor({"--admin-token", "-", "--opencode-password", "-"}).exit_code == 2);
}

TEST_CASE("an env file that is none ends the run with 2, at once") {
    const Workspace workspace;
    const std::string fifo = workspace.scratch / "fifo";
    REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
    const std::string huge = workspace.scratch.file("huge.env", "");
    REQUIRE(::truncate(huge.c_str(), off_t{1} << 40) == 0);
    for (const std::string& path : {fifo, huge, workspace.scratch / "root", workspace.scratch / "missing",
                                    std::string("/dev/zero"), std::string("/dev/tty")}) {
        const auto result = workspace.doctor({"gateway-only", "--env-file", path, "--json"});
        INFO(path << result.out << result.err);
        CHECK(result.exit_code == 2);
        CHECK(contains(message_of(document_of(result)), path));
        CHECK(workspace.doctor({"--env-file", path}).exit_code == 2);
    }
}

TEST_CASE("the commands of a recovery are quoted for a shell, whatever a path is called") {
    Workspace workspace;
    const std::string nasty = workspace.scratch / "r;touch owned $(touch owned) 'q";
    workspace.values["RUNTIME_ROOT"] = nasty;
    const std::string file = workspace.env_file("-e $(touch owned).env");
    REQUIRE(::chmod(file.c_str(), 0644) == 0);
    const auto report =
        document_of(workspace.doctor({"gateway-only", "--env-file=-e $(touch owned).env", "--json"}));
    for (const char* check : {env_file_check, "gateway.runtime_root.usable"}) {
        const std::string command = row_of(report, check).at("recovery").at("command");
        ProcessOptions options;
        options.argv = {"/bin/sh", "-c", command};
        options.directory = workspace.scratch.path();
        const auto result = run_process(std::move(options));
        INFO(command << result.err);
        CHECK(result.exit_code == 0);
    }
    CHECK(mode_of(file) == 0600);
    CHECK(mode_of(nasty) == 0700);
    CHECK(fingerprint(workspace.scratch / "owned") == "absent");
}

TEST_CASE("a signal ends a run that waits with a whole report") {
    for (const auto& [signal, code] : {std::pair{SIGINT, 130}, std::pair{SIGTERM, 143}}) {
        for (const bool as_json : {true, false}) {
            Workspace workspace;
            const Tarpit silent(Tarpit::silent());
            workspace.values["OPENCODE_URL"] = silent.http_url("");
            (void)workspace.env_file();
            const std::string path = workspace.scratch / "report.json";
            std::vector<std::string> more{"--timeout", "60s", "--deadline", "2m", "--report", "json=" + path};
            if (as_json) more.emplace_back("--json");
            Process process(workspace.doctor_options(more));
            REQUIRE(wait_until([&] { return silent.accepted() > 0; }));
            const auto began = std::chrono::steady_clock::now();
            process.send_signal(signal);
            const auto result = process.wait(std::chrono::seconds{20});
            INFO(result.out << result.err);
            CHECK(std::chrono::steady_clock::now() - began < std::chrono::seconds{5});
            CHECK(result.exit_code == code);
            check_document(json::parse(content_of(path)), code);
            if (!as_json) {
                CHECK(contains(result.out, "run.stopped"));
                continue;
            }
            const auto row = row_of(document_of(result), opencode_check);
            CHECK(row.at("status") == "unknown");
            CHECK(row.at("reasonCode") == "run.stopped");
        }
    }
}

TEST_CASE("the deadline ends a run that waits with a whole report") {
    Workspace workspace;
    const Tarpit drip(Tarpit::drip("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n"));
    workspace.values["OPENCODE_URL"] = drip.http_url("");
    (void)workspace.env_file();
    const auto result = workspace.doctor({"--timeout", "1m", "--deadline", "300ms", "--json"});
    const auto report = document_of(result);
    CHECK(row_of(report, opencode_check).at("status") != "ready");
    CHECK(report.at("durationMs") < 3000);
}

TEST_CASE("output that nobody takes is no crash, and no success") {
    const Workspace workspace;
    (void)workspace.env_file();
    const std::string binary = COWORK_BINARY;
    for (const std::string& redirection : {std::string(">/dev/full"), std::string(">&-"),
                                           std::string("<&- >&- 2>&-"), std::string("| true")}) {
        for (const std::string& arguments :
             {std::string("doctor --only 'gateway.env_file.*' --json"), std::string("doctor"),
              std::string("--help"), std::string("setup --list"),
              std::string("setup gateway-only --evaluate --dry-run")}) {
            ProcessOptions options;
            // A pipeline's own code is that of its last part; the file tells that of cowork.
            options.argv = {"/bin/sh", "-c",
                            "{ '" + binary + "' " + arguments + "; echo $? >&9; } 9>code " + redirection};
            options.directory = workspace.scratch.path();
            const auto result = run_process(std::move(options));
            INFO(arguments << ' ' << redirection << '\n' << result.err);
            const std::string code = content_of(workspace.scratch / "code");
            CHECK(std::stoi("0" + code) < 5);
            if (!redirection.starts_with("|")) CHECK(code != "0\n");
        }
    }
}

TEST_CASE("with its standard streams closed, setup does not write its output into its file") {
    ScratchDirectory scratch;
    ProcessOptions options;
    options.argv = {"/bin/sh", "-c",
                    "exec \"$0\" setup gateway-only --evaluate --runtime-root \"$PWD/root\" "
                    "--opencode-url http://127.0.0.1:9 <&- >&- 2>&-",
                    COWORK_BINARY};
    options.directory = scratch.path();
    (void)run_process(std::move(options));
    const std::string text = content_of(scratch / ".env.standalone-gateway");
    CHECK(contains(text, "ADMIN_TOKEN"));
    CHECK_FALSE(contains(text, "Wrote"));
}

TEST_CASE("what a hostile server says reaches nobody raw, and echoes no secret") {
    Workspace workspace;
    const std::string password = "OCPASS-doc-4be1d0c2a7731f";
    std::string hostile =
        "\x1b]0;owned\x07\x1b[2J\x1b[31mready\x1b[0m\r\nready  all is well\n<script>alert(1)</script>\xc2\x9b"
        "31m\xe2\x80\xae" +
        admin_token + " " + password;
    for (const std::string& spelling : forbidden_spellings(admin_token)) hostile += " " + spelling;
    const json echo{
        {"ok", false},        {"error", hostile},
        {"message", hostile}, {"version", hostile},
        {"healthy", hostile}, {"checks", {{{"code", hostile}, {"message", hostile}, {"ok", false}}}}};
    const std::string megabyte(std::size_t{1024} * 1024, 'x');
    const std::vector<CannedAnswer> answers{
        {.status = 200, .body = echo.dump()},
        {.status = 503, .body = echo.dump()},
        {.status = 401,
         .body = hostile,
         .headers = {{"WWW-Authenticate", "Basic realm=\"" + admin_token + "\""}}},
        {.status = 302, .body = hostile, .headers = {{"Location", "http://169.254.169.254/" + admin_token}}},
        {.status = 500, .content_type = "text/html", .body = hostile},
        {.status = 200, .content_type = admin_token, .body = hostile},
        {.status = 200, .body = "{\"ok\":true,\"version\":\"" + megabyte + "\"}"},
        {.status = 200, .body = std::string(100'000, '[')},
        {.status = 200, .body = megabyte + hostile},
    };
    (void)workspace.env_file();
    for (const CannedAnswer& answer : answers) {
        for (const char* path : {"/api/health", "/global/health", "/config", "/api/model", "/health",
                                 "/ready", "/live", "/metrics", "/dashboard"}) {
            workspace.opencode.override_path(path, answer);
            workspace.gateway.override_path(path, answer);
        }
        for (const std::vector<std::string>& more :
             {std::vector<std::string>{"-v"}, {"--json"}, {"-q"}, {"-v", "--color", "always"}}) {
            auto arguments = more;
            arguments.insert(arguments.end(), {"--opencode-password", "env:P"});
            const auto result = workspace.doctor(arguments, {{"P", password}});
            INFO(answer.status << ' ' << answer.body.substr(0, 60) << '\n' << result.out << result.err);
            CHECK(result.exit_code.value_or(99) < 5);
            check_hidden(result, admin_token);
            check_hidden(result, password);
            CHECK(result.out.size() < 100'000);
            const bool colored = more.size() == 3;
            if (!colored) check_printable(result);
            for (const char* raw :
                 {"\x1b]0", "\x1b[2J", "\x07", "\r", "\xc2\x9b", "\xe2\x80\xae", "\nready  all"})
                CHECK_FALSE(contains(result.out + result.err, raw));
            if (more.front() == "--json") (void)document_of(result);
        }
    }
}

}  // namespace
