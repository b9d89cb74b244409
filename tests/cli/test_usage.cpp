#include "support/cli_run.hpp"
#include "support/format_checks.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

// Command lines that run nothing: mistakes, help, version. Each mistake is tried as text and as JSON.
namespace {

using namespace cowork::test;

struct Mistake {
    const char* name;
    std::vector<std::string> arguments;
    const char* says;   // in the message
    const char* hints;  // in the remedy
};

const std::string hidden = "HIDDEN-5d1e7c9f0b3a2846";

const std::vector<Mistake> mistakes{
    {"no command", {}, "no command given", "cowork --help"},
    {"unknown command", {"docter"}, "there is no command 'docter'", "did you mean doctor?"},
    {"strange command", {"frobnicate"}, "there is no command", "see cowork --help"},
    {"validate without a path", {"validate"}, "no path is given", "cowork validate ."},
    {"global option", {"--versoin"}, "there is no option --versoin", "did you mean --version?"},
    {"unknown option", {"setup", "gateway-only", "--admin-tokn"}, "no option --admin-tokn", "--admin-token"},
    {"unknown option with a value",
     {"setup", "gateway-only", "--admin-tokn=" + hidden},
     "no option --admin-tokn",
     "did you mean --admin-token?"},
    {"unknown option and a value",
     {"setup", "gateway-only", "--admin-tokn", hidden},
     "no option --admin-tokn",
     "did you mean --admin-token?"},
    {"value that looks like an option", {"doctor", "--" + hidden}, "there is no such option", "--help"},
    {"unknown letter", {"doctor", "-z" + hidden}, "no option -z", "--help"},
    {"switch with a value", {"setup", "gateway-only", "--force=" + hidden}, "takes no value", "--help"},
    {"doctor's switch with a value", {"doctor", "--strict=" + hidden}, "takes no value", "--help"},
    {"option without a value", {"doctor", "--env-file"}, "--env-file", "--help"},
    {"option given twice",
     {"setup", "gateway-only", "--admin-token", hidden, "--admin-token", hidden},
     "--admin-token",
     "--help"},
    {"one argument too many", {"doctor", "gateway-only", hidden}, "more arguments than expected", "--help"},
    {"empty secret", {"doctor", "--admin-token", ""}, "--admin-token is empty", "leave it out"},
    {"empty output", {"setup", "gateway-only", "--output", ""}, "--output is empty", "leave it out"},
    {"empty id", {"doctor", "--explain", ""}, "--explain is empty", "leave it out"},
    {"bad duration", {"doctor", "--timeout", "5"}, "--timeout is not a duration", "250ms"},
    {"negative duration", {"doctor", "--timeout=-5s"}, "--timeout is not a duration", "250ms"},
    {"duration too long", {"doctor", "--deadline", "25h"}, "--deadline is not a duration", "250ms"},
    {"no duration", {"doctor", "--deadline", "0s"}, "--deadline is not a duration", "250ms"},
    {"overflowing duration", {"doctor", "--timeout", "99999999999999999999s"}, "not a duration", "250ms"},
    {"no such format", {"doctor", "--format", "yaml"}, "there is no format 'yaml'", "sarif, junit or github"},
    {"misspelled format",
     {"smoke", "--format", "sarfi"},
     "there is no format 'sarfi'",
     "did you mean sarif?"},
    {"two formats", {"doctor", "--json", "--format", "text"}, "exclude each other", "one of the two"},
    {"bad report", {"doctor", "--report", "report.json"}, "--report wants FORMAT=PATH", "json="},
    {"bad report format", {"doctor", "--report", "jnuit=x"}, "no format 'jnuit'", "did you mean junit?"},
    {"a load record of doctor",
     {"doctor", "--report", "load=x"},
     "no format 'load'",
     "sarif, junit or github"},
    {"bad report path", {"doctor", "--report", "json="}, "--report wants FORMAT=PATH", "json="},
    {"bad --fail-on", {"doctor", "--fail-on", "unknown"}, "--fail-on", "one of the two"},
    {"bad --color", {"doctor", "--color", "sometimes"}, "--color", "one of the three"},
    {"bad --dialect", {"setup", "gateway-only", "--dialect", "fish"}, "--dialect", "portable"},
    {"-q with -v", {"doctor", "-q", "-v"}, "-q and -v exclude each other", "one of the two"},
    {"misspelled intent", {"doctor", "gateway-onyl"}, "no path 'gateway-onyl'", "did you mean gateway-only?"},
    {"misspelled intent of setup", {"setup", "gatway-only"}, "no path", "did you mean gateway-only?"},
    {"an option of another path",
     {"setup", "desktop-local", "--telegram-bot-token", "x"},
     "--telegram-bot-token is an option of",
     "setup PATH --help"},
    {"bad age", {"doctor", "--tls-warn", "21"}, "--tls-warn is not an age", "90d"},
    {"age too old", {"doctor", "--drill-max-age", "3651d"}, "--drill-max-age is not an age", "90d"},
};

TEST_CASE("a mistake on the command line is told on stderr, with a way out, and no value is repeated") {
    for (const Mistake& mistake : mistakes) {
        ScratchDirectory scratch;
        const ProcessResult result = run_cowork(mistake.arguments, scratch.path());
        if (mistake.name == std::string("two formats")) continue;  // asks for JSON by itself
        INFO(mistake.name << '\n' << result.out << result.err);
        CHECK(result.exit_code == 2);
        CHECK(result.out.empty());
        CHECK(contains(result.err, mistake.says));
        CHECK(contains(result.err, mistake.hints));
        CHECK_FALSE(contains(result.err, hidden));
        check_printable(result);
        CHECK(scratch.entries() == 0);
    }
}

TEST_CASE("with --json a mistake is one document on stdout and silence on stderr") {
    for (const Mistake& mistake : mistakes) {
        if (mistake.arguments.empty()) continue;  // --json alone is another mistake
        ScratchDirectory scratch;
        auto arguments = mistake.arguments;
        if (std::find(arguments.begin(), arguments.end(), "--json") == arguments.end())
            arguments.insert(arguments.begin() + 1, "--json");
        const ProcessResult result = run_cowork(arguments, scratch.path());
        INFO(mistake.name << '\n' << result.out << result.err);
        CHECK(result.exit_code == 2);
        const auto document = document_of(result);
        CHECK(contains(message_of(document), mistake.says));
        CHECK(result.err.empty());
        check_hidden(result, hidden);
        CHECK(scratch.entries() == 0);
    }
}

TEST_CASE("a mistake is one document in every format, and silence on stderr") {
    for (const Mistake& mistake : mistakes) {
        const auto asks = [](const std::string& argument) {
            return argument == "--format" || argument == "--json";
        };
        if (mistake.arguments.empty() ||
            std::any_of(mistake.arguments.begin(), mistake.arguments.end(), asks))
            continue;
        for (const std::string& format : machine_formats) {
            ScratchDirectory scratch;
            auto arguments = mistake.arguments;
            arguments.insert(arguments.begin() + 1, {"--format", format});
            const ProcessResult result = run_cowork(arguments, scratch.path());
            INFO(mistake.name << ' ' << format << '\n' << result.out << result.err);
            CHECK(result.exit_code == 2);
            check_format(format, result);
            CHECK(result.err.empty());
            check_hidden(result, hidden);
            CHECK(scratch.entries() == 0);
        }
    }
}

TEST_CASE("every way of asking for JSON is heard in a mistake") {
    for (const std::vector<std::string>& how :
         {std::vector<std::string>{"--json"}, {"--format", "json"}, {"--format=json"}}) {
        std::vector<std::string> arguments{"doctor", "--nonsense"};
        arguments.insert(arguments.end(), how.begin(), how.end());
        const auto document = document_of(run_cowork(arguments));
        CHECK(document.at("command") == "doctor");
        CHECK(message_of(document) == "there is no option --nonsense");
    }
    CHECK(document_of(run_cowork({"--json"})).at("command").is_null());
}

TEST_CASE("hostile words on the command line reach the terminal as printable text") {
    const std::string hostile = "\x1b[31mred\x1b[0m\nsecond\r\x07\xc2\x9b";
    for (const std::vector<std::string>& arguments :
         {std::vector<std::string>{hostile},
          {"doctor", hostile},
          {"doctor", "--" + hostile},
          {"doctor", "--format", hostile},
          {"doctor", "--explain", hostile},
          {"doctor", "--env-file", hostile},
          {"doctor", "gateway-only", "--only", hostile},
          {"setup", "gateway-only", "--set", hostile + "=1"},
          {"doctor", "gateway-only", "--report", "json=/nowhere/" + hostile},
          {"setup", "gateway-only", "--evaluate", "--output", "/nowhere/" + hostile},
          {"setup", "gateway-only", "--admin-token", "file:/nowhere/" + hostile}}) {
        const ProcessResult result = run_cowork(arguments, "/", {{"COWORK_INVOKED_AS", hostile}});
        INFO(result.out << result.err);
        CHECK(result.exit_code == 2);
        check_printable(result);
        CHECK_FALSE(contains(result.out + result.err, "\xc2\x9b"));
    }
}

TEST_CASE("an option that may be repeated does not swallow the path that follows it") {
    ScratchDirectory scratch;
    const std::string file = scratch.file("e.env", "", 0600);
    CHECK(run_cowork({"doctor", "--only", "*.env_file.*", "gateway-only", "--list"}).exit_code == 0);
    CHECK(run_cowork({"doctor", "--env-file", file, "gateway-only", "--list"}).exit_code == 0);
    const auto result =
        run_cowork({"setup", "--set", "PORT=1", "gateway-only", "--evaluate", "--dry-run"}, scratch.path());
    INFO(result.err);
    CHECK(result.exit_code == 0);
    // And a value in brackets stays one value.
    const auto brackets = run_cowork({"doctor", "--only", "[a,b]", "gateway-only"});
    CHECK(contains(brackets.err, "[a,b]"));
}

TEST_CASE("help and version are asked for, so they succeed") {
    for (const std::vector<std::string>& arguments : {std::vector<std::string>{"--help"},
                                                      {"-h"},
                                                      {"setup", "--help"},
                                                      {"doctor", "--help"},
                                                      {"setup", "gateway-only", "--help"}}) {
        const auto result = run_cowork(arguments);
        INFO(result.out << result.err);
        CHECK(result.exit_code == 0);
        CHECK(result.err.empty());
        CHECK(contains(result.out, "Usage: cowork"));
        CHECK(contains(result.out, "Exit codes"));
        check_printable(result);
    }
    CHECK(contains(run_cowork({"setup", "gateway-only", "--help"}).out, "--telegram-bot-token SECRET"));
    CHECK(contains(run_cowork({"doctor", "--help"}).out, "--fail-on"));
    const auto version = run_cowork({"--version"});
    CHECK(version.exit_code == 0);
    CHECK(version.out.starts_with("cowork "));
    CHECK(count_of(version.out, "\n") == 1);
}

}  // namespace
