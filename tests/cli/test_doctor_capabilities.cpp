#include "support/cli_run.hpp"
#include "support/gateway_workspace.hpp"

#include <catch2/catch.hpp>
#include <sys/stat.h>

// doctor --capabilities and --snapshot: what they look at, how they end. What is in the tables is the
// business of the parts that fill them.
namespace {

using namespace cowork::test;
using nlohmann::json;

constexpr const char* check_id = "desktop.capabilities.in_force";

json capability(const std::string& id, const std::string& status, const std::string& code,
                const std::string& modes = "desktop-local") {
    return {{"id", id},
            {"kind", "mcp"},
            {"status", status},
            {"reasonCode", code},
            {"source", "custom"},
            {"productMode", modes},
            {"evidence", {{"type", "stdio"}}}};
}

json healthy() { return capability("charts", "active", "mcp.configured"); }

std::string runtime_inputs(const std::vector<json>& rows) {
    return json{{"capabilities", rows}, {"conflicts", json::array()}}.dump();
}

// A Desktop's home with nothing in it but the data root.
struct Home {
    ScratchDirectory scratch;
    std::map<std::string, std::string> environment{{"HOME", scratch.directory("home")}};
    std::string root = scratch.directory("home/.config/Open Cowork");
};

TEST_CASE("option --snapshot tells of that file only, and exits by what is critical in it") {
    ScratchDirectory scratch;
    struct Line {
        std::vector<json> rows;
        int exit_code;
        json reason;
    };
    for (const Line& line :
         {Line{{healthy()}, 0, nullptr},
          Line{{healthy(), capability("x", "blocked", "mcp.stdio-policy-blocked")},
               1,
               "capabilities.critical"},
          Line{{healthy(), capability("x", "blocked", "mcp.invalid", "desktop-cloud")}, 0, nullptr},
          Line{{healthy(), capability("x", "runtime-failure", "mcp.new-code")}, 1, "capabilities.critical"},
          Line{{healthy(), capability("x", "missing", "mcp.not-configured")}, 0, nullptr},
          Line{{healthy(), capability("x", "unknown", "mcp.choice-unknown")}, 3, "capabilities.unknown"},
          Line{{healthy(), capability("x", "fine", "mcp.configured")}, 3, "capabilities.unknown"},
          Line{{}, 3, "capabilities.unknown"}}) {
        const std::string file = scratch.file("snapshot.json", runtime_inputs(line.rows));
        const auto result = run_cowork({"doctor", "--snapshot", file, "--json"}, scratch.path());
        INFO(result.out << result.err);
        const json report = document_of(result);
        CHECK(result.exit_code == line.exit_code);
        REQUIRE(report.at("results").size() == 1);
        CHECK(row_of(report, check_id).at("reasonCode") == line.reason);
        CHECK(row_of(report, check_id).at("source").at("file") == file);
        CHECK(report.at("intent").is_null());
        CHECK(report.at("workspaces").empty());
        CHECK(run_cowork({"doctor", "--snapshot", file}, scratch.path()).exit_code == line.exit_code);
    }
}

TEST_CASE("option --snapshot names what is critical, with a path or without") {
    ScratchDirectory scratch;
    const std::string file =
        scratch.file("diagnostics.txt",
                     "=== Diagnostics ===\nGenerated: 2026-08-01T10:20:30.000Z\n=== Runtime Inputs ===\n" +
                         runtime_inputs({healthy(), capability("one", "blocked", "mcp.stdio-policy-blocked"),
                                         capability("two", "blocked", "mcp.url-policy-blocked"),
                                         capability("three", "unsupported", "what.ever"),
                                         capability("four", "blocked", "mcp.invalid")}) +
                         "\n=== Log Tail ===\n");
    const auto text = run_cowork({"doctor", "--snapshot", file}, scratch.path());
    INFO(text.out << text.err);
    CHECK(text.exit_code == 1);
    CHECK(text.out.starts_with(
        "capabilities  action_required\n5 capabilities: 3 blocked, 1 unsupported, 1 active\n"));
    CHECK(contains(text.out, "4 critical: mcp one, mcp two, mcp three ..."));
    CHECK(contains(text.out, "capability.unknown-code"));
    CHECK(contains(text.out, "active          mcp  charts"));
    const auto report =
        document_of(run_cowork({"doctor", "desktop-local", "--snapshot", file, "--json"}, scratch.path()));
    CHECK(report.at("intent") == "desktop-local");
    const json row = row_of(report, check_id);
    CHECK(row.at("evidence").at("critical") == 4);
    CHECK(row.at("evidence").at("form") == "bundle");
    CHECK(row.at("evidence").at("generated_at") == "2026-08-01T10:20:30.000Z");
    CHECK(report.at("capabilities").size() == 5);
    CHECK(document_of(run_cowork({"doctor", "full-hybrid", "--snapshot", file, "--json"})).at("exitCode") ==
          1);
    const auto quiet = run_cowork({"doctor", "-q", "--snapshot", file, "--color", "always"});
    CHECK(contains(quiet.out, "one"));
    CHECK_FALSE(contains(quiet.out, "charts"));
    check_printable(run_cowork({"doctor", "-v", "--snapshot", file}));
    // Its own report is a snapshot again.
    const std::string again = scratch.file("report.json", report.dump());
    CHECK(document_of(run_cowork({"doctor", "--snapshot", again, "--json"})).at("capabilities") ==
          report.at("capabilities"));
}

TEST_CASE("a snapshot that cannot be used ends the run with 2") {
    ScratchDirectory scratch;
    const std::string text = scratch.file("text", "no snapshot: SECRETWORD");
    const std::string open = scratch.file("open", runtime_inputs({healthy()}));
    CHECK(::mkfifo((scratch / "fifo").c_str(), 0600) == 0);
    for (const std::string& file : {text, scratch / "missing", scratch.path(), scratch / "fifo"}) {
        const auto result = run_cowork({"doctor", "--snapshot", file, "--json"}, scratch.path());
        CAPTURE(file);
        CHECK(result.exit_code == 2);
        const auto refusal = document_of(result);
        CHECK(contains(message_of(refusal), "--snapshot " + file));
        CHECK_FALSE(contains(result.out, "SECRETWORD"));
    }
    for (const std::vector<std::string>& more : {std::vector<std::string>{"--watch"},
                                                 {"--wait", "1s"},
                                                 {"--project", "."},
                                                 {"--resources", "."},
                                                 {"--data-dir", "."},
                                                 {"--online"},
                                                 {"--opencode-url", "http://127.0.0.1:1"},
                                                 {"--env-file", text}}) {
        std::vector<std::string> arguments{"doctor", "--snapshot", open};
        arguments.insert(arguments.end(), more.begin(), more.end());
        const auto result = run_cowork(arguments, scratch.path());
        CAPTURE(more.front());
        CHECK(result.exit_code == 2);
        CHECK(contains(result.err, more.front()));
    }
    CHECK(run_cowork({"doctor", "--snapshot", ""}).exit_code == 2);
    CHECK(run_cowork({"doctor", "--snapshot", open, "--only", "gateway.*"}).exit_code == 2);
    const auto nowhere = run_cowork({"doctor", "gateway-only", "--snapshot", open});
    CHECK(nowhere.exit_code == 2);
    CHECK(contains(nowhere.err, "gateway-only has none"));
}

TEST_CASE("option --capabilities runs the checks that tell of them, and they decide") {
    const Home home;
    const auto result =
        run_cowork({"doctor", "--capabilities", "--json"}, home.scratch.path(), home.environment);
    INFO(result.out << result.err);
    const json report = document_of(result);
    std::vector<std::string> ids;
    for (const json& row : report.at("results")) ids.push_back(row.at("id"));
    CHECK(ids == std::vector<std::string>{"desktop.configuration.valid", check_id});
    const json listed = document_of(
        run_cowork({"doctor", "--capabilities", "--list", "--json"}, home.scratch.path(), home.environment));
    CHECK(listed.at("checks").size() == 2);
    // An optional check decides: a broken layer would fail no run of desktop-local by itself.
    (void)home.scratch.directory("home/.config/open-cowork");
    (void)home.scratch.file("home/.config/open-cowork/config.json", "{\"unknown\": 1}");
    const auto broken =
        run_cowork({"doctor", "desktop-local", "--capabilities"}, home.scratch.path(), home.environment);
    CHECK(broken.exit_code == 1);
    CHECK(contains(broken.out, "capabilities of desktop-local  action_required"));
    CHECK(
        run_cowork({"doctor", "--capabilities", "--only", "gateway.*"}, home.scratch.path(), home.environment)
            .exit_code == 2);
}

TEST_CASE("option --capabilities where nothing is set up says so") {
    ScratchDirectory scratch;
    const auto result = run_cowork({"doctor", "--capabilities"}, scratch.path());
    CHECK(result.exit_code == 1);
    CHECK(contains(result.out, "Nothing is set up"));
    const json listed =
        document_of(run_cowork({"doctor", "--capabilities", "--list", "--json"}, scratch.path()));
    CHECK_FALSE(listed.at("checks").empty());
}

TEST_CASE("option --capabilities tells what a user's OpenCode would have, where nothing is set up") {
    ScratchDirectory scratch;
    (void)scratch.directory("home/.config/opencode");
    (void)scratch.file("home/.config/opencode/opencode.json", R"({"mcp": {"a": {"enabled": false}}})", 0644);
    const auto result =
        run_cowork({"doctor", "--capabilities", "--json"}, scratch.path(), {{"HOME", scratch / "home"}});
    CHECK(result.exit_code == 3);
    const json report = document_of(result);
    REQUIRE(report.at("capabilities").size() == 1);
    CHECK(report.at("capabilities")[0].at("reasonCode") == "mcp.disabled-by-configuration");
    CHECK(report.at("capabilities")[0].at("source") == "global");
    CHECK(report.at("capabilities")[0].at("place").at("line") == 1);
}

TEST_CASE("option --capabilities asks an OpenCode that is named, whatever is set up") {
    const ScratchDirectory scratch;
    (void)scratch.directory("home/.config/opencode");
    (void)scratch.directory("project");
    (void)scratch.file("home/.config/opencode/opencode.json", R"({"model": "a/b"})");
    (void)scratch.file("project/opencode.json", R"({"model": "a/c"})");
    // Nobody listens on that port.
    const auto result = run_cowork({"doctor", "--capabilities", "--opencode-url", "http://127.0.0.1:9",
                                    "--project", "project", "--json"},
                                   scratch.path(), {{"HOME", scratch / "home"}});
    INFO(result.out << result.err);
    const json report = document_of(result);
    CHECK(result.exit_code == 3);
    CHECK(report.at("paths").empty());
    REQUIRE(report.at("conflicts").size() == 1);
    const json& conflict = report.at("conflicts")[0];
    CHECK(conflict.at("winnerSource") == "project");
    CHECK(conflict.at("winnerPlace").at("file") == scratch / "project/opencode.json");
    CHECK(conflict.at("loserSources") == json::array({"global"}));
    // A report of cowork is a snapshot with the same tables.
    const std::string file = scratch.file("report.json", result.out);
    const json again = document_of(run_cowork({"doctor", "--snapshot", file, "--json"}, scratch.path()));
    CHECK(again.at("conflicts") == report.at("conflicts"));
    CHECK(again.at("capabilities") == report.at("capabilities"));
}

TEST_CASE("options --resources and --project name directories") {
    const Home home;
    for (const char* option : {"--resources", "--project"}) {
        CAPTURE(option);
        const auto missing = run_cowork({"doctor", "--capabilities", option, home.scratch / "missing"},
                                        home.scratch.path(), home.environment);
        CHECK(missing.exit_code == 2);
        CHECK(contains(missing.err, option));
        const std::string file = home.scratch.file("file", "");
        CHECK(run_cowork({"doctor", "--capabilities", option, file}, home.scratch.path(), home.environment)
                  .exit_code == 2);
        CHECK(run_cowork({"doctor", "--capabilities", option, "."}, home.scratch.path(), home.environment)
                  .exit_code != 2);
    }
}

}  // namespace
