#include "cli/wizard_turns.hpp"

#include <catch2/catch.hpp>

#include <csignal>
#include <filesystem>

using namespace cowork::test;

TEST_CASE("wizard: gateway-only from the choice of the path to a written file") {
    GatewaySetup setup;
    WizardRun run(setup.scratch);
    run.answer({{"What is to be set up", "gateway-only"}});
    run.answer(gateway_turns(setup));
    REQUIRE(run.sees("Would write .env.standalone-gateway"));
    CHECK_FALSE(std::filesystem::exists(setup.file));
    run.answer({{"Write this?", "y"}});
    CHECK(run.wait() == 0);
    INFO(run.shown());
    CHECK(run.terminal().echoes());
    CHECK(mode_of(setup.file) == 0600);
    CHECK(env_value(setup.file, "TELEGRAM_BOT_TOKEN") == bot);
    CHECK(env_value(setup.file, "DATABASE_URL") == database);
    CHECK(env_value(setup.file, "OPENCODE_URL") == setup.dead_url);
    CHECK(env_value(setup.file, "DEPLOYMENT_MODE") == "solo");
    check_never_shown(run, {bot, password, env_value(setup.file, "ADMIN_TOKEN")});
    const auto printed = run.printed_command();
    REQUIRE(printed.size() == 2);
    CHECK(printed[0] == "set -a; . ./.env.standalone-gateway; set +a");
    CHECK(contains(printed[1], "cowork setup gateway-only --database-url"));
}

TEST_CASE("wizard: the printed command writes the same in a fresh directory") {
    GatewaySetup setup;
    WizardRun run(setup.scratch, {"gateway-only"});
    run.answer({{"keep its threads", ""},
                {"URL of that database", database, true},
                {"token of the Telegram bot", bot, true},
                {"come from Telegram", "webhook"},
                {"Telegram call the gateway", "https://gateway.example.org/it's"},
                {"which the portable dialect cannot write", "https://gateway.example.org/a*b!"},
                {"prove its calls", "", true},
                {"OpenCode listen", setup.dead_url},
                {"does OpenCode work", setup.scratch / "root"},
                {"Who uses the gateway", "team"},
                {"Write this?", "yes"}});
    CHECK(run.wait() == 0);
    INFO(run.shown());
    const auto printed = run.printed_command();
    REQUIRE(printed.size() == 2);
    CHECK_FALSE(contains(printed[1], bot));

    ScratchDirectory fresh;
    const auto missing = run_printed(printed[1], fresh.path(), {});
    CHECK(missing.exit_code == 2);
    CHECK(contains(missing.err, gateway_key_name("TELEGRAM_BOT_TOKEN")));
    // With the variables that the file sets, generated secrets included.
    const auto again = run_printed("set -a; . '" + setup.file + "'; set +a; " + printed[1], fresh.path(), {});
    INFO(again.err);
    CHECK(again.exit_code == 0);
    CHECK(content_of(fresh / ".env.standalone-gateway") == content_of(setup.file));
    // Where the file is, it changes nothing.
    const std::string before = fingerprint(setup.file);
    CHECK(run_printed(printed[0] + "\n" + printed[1], setup.scratch.path(), {}).exit_code == 0);
    CHECK(fingerprint(setup.file) == before);
}

TEST_CASE("wizard: a second run keeps what is there, and shows no secret as a default") {
    GatewaySetup setup;
    {
        WizardRun run(setup.scratch, {"gateway-only"});
        run.answer(gateway_turns(setup));
        run.answer({{"Write this?", "y"}});
        REQUIRE(run.wait() == 0);
    }
    const std::string before = fingerprint(setup.file);
    {
        WizardRun run(setup.scratch, {"gateway-only"});
        for (std::size_t i = 0; i < gateway_turns(setup).size(); ++i) {
            const Turn turn = gateway_turns(setup)[i];
            REQUIRE(run.sees(turn.question));
            if (turn.hidden) CHECK(run.sees("keep the one in .env.standalone-gateway:"));
            if (turn.question == "OpenCode listen") CHECK(run.sees("[" + setup.dead_url + "]"));
            REQUIRE(run.is_asking());
            run.type("\n");
        }
        REQUIRE(run.sees("nothing would be written"));
        run.answer({{"Write this?", "y"}});
        CHECK(run.wait() == 0);
        check_never_shown(run, {bot, password});
        CHECK(run.printed_command() == std::vector<std::string>{"cowork setup gateway-only"});
    }
    CHECK(fingerprint(setup.file) == before);
    const std::string admin = env_value(setup.file, "ADMIN_TOKEN");
    WizardRun run(setup.scratch, {"gateway-only"});
    run.answer({{"keep its threads", ""},
                {"URL of that database", "", true},
                {"token of the Telegram bot", other_bot, true},
                {"come from Telegram", ""},
                {"OpenCode listen", ""},
                {"does OpenCode work", ""},
                {"Who uses the gateway", ""}});
    REQUIRE(run.sees("(another secret)"));
    run.answer({{"Write this?", "y"}});
    CHECK(run.wait() == 0);
    CHECK(env_value(setup.file, "TELEGRAM_BOT_TOKEN") == other_bot);
    CHECK(env_value(setup.file, "ADMIN_TOKEN") == admin);
    CHECK(env_value(setup.file, "DATABASE_URL") == database);
    check_never_shown(run, {bot, other_bot, password, admin});
}

TEST_CASE(
    "wizard: going back leads to the question before, from the plan and to the choice of the path too") {
    GatewaySetup setup;
    WizardRun run(setup.scratch);
    run.answer({{"What is to be set up", "gateway-only"},
                {"keep its threads", "<"},
                {"What is to be set up", "desktop-pairing"},
                {"URL of the broker", "back"},
                {"What is to be set up", "2"},
                {"keep its threads", "memory"},
                {"token of the Telegram bot", "<", true},
                {"keep its threads", "memory"},
                {"token of the Telegram bot", "", true},
                {"signs the calls", "", true},
                {"receive replies", "back"},
                {"signs the calls", "back", true},
                {"token of the Telegram bot", bot, true},
                {"come from Telegram", "1"},
                {"OpenCode listen", setup.dead_url},
                {"does OpenCode work", setup.scratch / "root"},
                {"Who uses the gateway", "team"},
                {"Write this?", "back"},
                {"Who uses the gateway", "solo"},
                {"Write this?", "y"}});
    CHECK(run.wait() == 0);
    INFO(run.shown());
    CHECK(env_value(setup.file, "STORE") == "memory");
    CHECK(env_value(setup.file, "DEPLOYMENT_MODE") == "solo");
    CHECK(env_value(setup.file, "WEBHOOK_SHARED_SECRET").empty());
}

TEST_CASE("wizard: before the first question of a given path there is none") {
    GatewaySetup setup;
    WizardRun run(setup.scratch, {"gateway-only"});
    run.answer({{"keep its threads", "<"}, {"this is the first question", ""}});
    CHECK(run.sees("URL of that database"));
}

TEST_CASE("wizard: a wrong answer is told at once, and the right one taken after it") {
    GatewaySetup setup;
    WizardRun run(setup.scratch, {"gateway-only"});
    run.answer({{"keep its threads", "mysql"},
                {"none of them", "1"},
                {"URL of that database", "", true},
                {"this needs an answer", "mysql://u:" + password + "@h/db", true},
                {"DATABASE_URL", "-", true},
                {"type or paste the value itself", "env:NOT_SET_ANYWHERE", true},
                {"NOT_SET_ANYWHERE", "?", true},
                {"The option --database-url", database + "\x1b[A", true},
                {"control character", std::string(4050, 'x'), true},
                {"longer than 4000 bytes", "\xff\xfe", true},
                {"no UTF-8", database, true},
                {"token of the Telegram bot", "short", true},
                {"fewer than 16", bot, true},
                {"come from Telegram", "webhook"},
                {"Telegram call the gateway", "http://gateway.example.org"},
                {"is not an https URL", "https://gateway.example.org"},
                {"prove its calls", "generate", true},
                {"OpenCode listen", "http://opencode.example.com"},
                {"OPENCODE_URL", setup.dead_url},
                {"does OpenCode work", "relative"},
                {"RUNTIME_ROOT", setup.scratch / "root"},
                {"Who uses the gateway", "everybody"},
                {"none of them", ""},
                {"Write this?", "maybe"},
                {"answer with yes, no or back", "y"}});
    CHECK(run.wait() == 0);
    INFO(run.shown());
    check_never_shown(run, {password, bot, "short"});
    CHECK(env_value(setup.file, "DATABASE_URL") == database);
    CHECK(env_value(setup.file, "TELEGRAM_WEBHOOK_SECRET").size() == 43);
}

TEST_CASE("wizard: what is pasted after a secret is neither shown nor taken as the next answer") {
    GatewaySetup setup;
    WizardRun run(setup.scratch, {"gateway-only"});
    run.answer({{"keep its threads", ""},
                {"URL of that database", database, true},
                {"token of the Telegram bot", bot + "\npolling\nsecond-half", true},
                {"come from Telegram", "webhook"}});
    CHECK(run.sees("Telegram call the gateway"));
    CHECK_FALSE(contains(run.shown(), "second-half"));
}

TEST_CASE("wizard: secrets can be named instead of typed, and stay named in the command") {
    GatewaySetup setup;
    const std::string token = setup.scratch.file("token", bot + "\n");
    WizardRun run(setup.scratch, {"gateway-only"}, {"MY_DATABASE=" + database});
    run.answer({{"keep its threads", ""},
                {"URL of that database", "env:MY_DATABASE", true},
                {"token of the Telegram bot", "file:" + token, true},
                {"come from Telegram", ""},
                {"OpenCode listen", setup.dead_url},
                {"does OpenCode work", setup.scratch / "root"},
                {"Who uses the gateway", ""},
                {"Write this?", "y"}});
    CHECK(run.wait() == 0);
    INFO(run.shown());
    CHECK(env_value(setup.file, "DATABASE_URL") == database);
    CHECK(env_value(setup.file, "TELEGRAM_BOT_TOKEN") == bot);
    CHECK(contains(run.printed_command().back(), "--database-url 'env:MY_DATABASE'"));
    CHECK(contains(run.printed_command().back(), "file:" + token));
    check_never_shown(run, {bot, password});
}

TEST_CASE("wizard: the end of input and every signal at every question leave nothing behind") {
    struct Ending {
        std::string name, keys;
        int signal, code;
    };
    const std::vector<Ending> endings{{"Ctrl-C", "\x03", 0, 130},
                                      {"Ctrl-D", "\x04", 0, 130},
                                      {"SIGTERM", "", SIGTERM, 143},
                                      {"SIGHUP", "", SIGHUP, 129}};
    GatewaySetup setup;
    auto turns = gateway_turns(setup);
    turns.insert(turns.begin(), {"What is to be set up", "gateway-only"});
    turns.push_back({"Write this?", "y"});
    const std::string before = listing(setup.scratch);
    for (std::size_t at = 0; at < turns.size(); ++at) {
        for (const Ending& ending : endings) {
            INFO(ending.name << " at " << turns[at].question);
            WizardRun run(setup.scratch);
            run.answer(first(turns, at));
            REQUIRE(run.sees(turns[at].question));
            REQUIRE(run.is_asking());
            // Half an answer, except before the end of input, which has to stand alone.
            if (ending.keys != "\x04") run.type("half");
            if (ending.signal == 0) run.type(ending.keys);
            if (ending.signal != 0) run.terminal().send_signal(ending.signal);
            CHECK(run.wait() == ending.code);
            INFO(run.shown());
            CHECK(contains(run.shown(), "Nothing was written."));
            CHECK(run.terminal().echoes());
            CHECK(listing(setup.scratch) == before);
            check_never_shown(run, {bot, password});
        }
    }
}

TEST_CASE("wizard: no is no") {
    for (const std::string answer : {"", "n", "No"}) {
        GatewaySetup setup;
        WizardRun run(setup.scratch, {"gateway-only"});
        run.answer(gateway_turns(setup));
        run.answer({{"Write this?", answer}});
        CHECK(run.wait() == 130);
        CHECK(contains(run.shown(), "Nothing was written."));
        CHECK(setup.scratch.entries() == 0);
    }
}

TEST_CASE("wizard: a file that cannot be used is told before the first question") {
    GatewaySetup setup;
    (void)setup.scratch.file("elsewhere", "A=1\n");
    std::filesystem::create_symlink(setup.scratch / "elsewhere", setup.file);
    WizardRun run(setup.scratch, {"gateway-only"});
    CHECK(run.wait() == 2);
    CHECK_FALSE(contains(run.shown(), "keep its threads"));
    CHECK(contains(run.shown(), "Nothing was written."));
}

TEST_CASE(
    "wizard: a file that git would pick up is told first, and one that it picks up meanwhile can be mended") {
    GatewaySetup setup;
    const auto git = [&](const std::vector<std::string>& words) {
        std::vector<std::string> argv{"git", "-C", setup.scratch.path()};
        argv.insert(argv.end(), words.begin(), words.end());
        REQUIRE(run_process({.argv = argv}).exit_code == 0);
    };
    git({"init", "-q"});
    {
        WizardRun run(setup.scratch, {"gateway-only"});
        CHECK(run.wait() == 2);
        CHECK(contains(run.shown(), ".gitignore"));
    }
    const std::string rules = "/.*\n!/.gitignore\n";
    const std::string ignore = setup.scratch.file(".gitignore", rules);
    WizardRun run(setup.scratch, {"gateway-only"});
    auto turns = gateway_turns(setup);
    const Turn last = turns.back();
    turns.pop_back();
    run.answer(turns);
    REQUIRE(run.sees(last.question));
    REQUIRE(run.is_asking());
    std::filesystem::remove(ignore);
    run.type("\n");
    run.answer({{"Try again, or go back?", "what"}, {"answer with again or back", "again"}});
    REQUIRE(run.sees("Try again, or go back?"));
    (void)setup.scratch.file(".gitignore", rules);
    run.type("\n");
    run.answer({{"Write this?", "y"}});
    CHECK(run.wait() == 0);
    CHECK(env_value(setup.file, "TELEGRAM_BOT_TOKEN") == bot);
}

TEST_CASE("setup: nobody is asked without a terminal, in CI, or when anything is said") {
    GatewaySetup setup;
    const auto piped = run_cowork({"setup", "gateway-only"}, setup.scratch.path(), {});
    CHECK(piped.exit_code == 2);
    CHECK(contains(piped.err, "--telegram-bot-token is missing"));
    CHECK_FALSE(contains(piped.err, "To be asked"));
    struct Row {
        std::vector<std::string> arguments;
        std::vector<std::string> variables;
        int code;
        bool hint;
    };
    for (const Row& row : std::vector<Row>{
             {{"gateway-only"}, {"CI=true"}, 2, false},
             {{}, {"CI=1"}, 2, false},
             {{"gateway-only", "--store", "memory"}, {}, 2, true},
             {{"gateway-only", "--store", "memory"}, {"CI=true"}, 2, false},
             {{"gateway-only", "--set", "PORT=9000"}, {}, 2, true},
             {{"gateway-only", "--dry-run"}, {}, 2, true},
             {{"gateway-only", "--print"}, {}, 2, true},
             {{"gateway-only", "--json"}, {}, 2, false},
             {{"--json"}, {}, 2, false},
             {{"--list"}, {}, 0, false},
             {{"gateway-only", "--evaluate", "--dry-run"}, {}, 0, false},
         }) {
        WizardRun run(setup.scratch, row.arguments, row.variables);
        CHECK(run.wait() == row.code);
        INFO(run.shown());
        CHECK_FALSE(contains(run.shown(), "> "));
        CHECK(contains(run.shown(), "To be asked for what is missing: cowork setup gateway-only") ==
              row.hint);
        CHECK(setup.scratch.entries() == 0);
    }
    WizardRun asked(setup.scratch, {}, {"CI=false"});
    CHECK(asked.sees("What is to be set up"));
}

TEST_CASE("wizard: where the file goes is no answer, and stays in the command") {
    GatewaySetup setup;
    WizardRun run(setup.scratch, {"gateway-only", "--output", "my gateway.env", "--dialect", "systemd"});
    run.answer(gateway_turns(setup));
    run.answer({{"Write this?", "y"}});
    CHECK(run.wait() == 0);
    INFO(run.shown());
    CHECK(std::filesystem::exists(setup.scratch / "my gateway.env"));
    const auto printed = run.printed_command();
    REQUIRE(printed.size() == 1);  // no shell reads a systemd file
    CHECK(printed[0].ends_with(" --output 'my gateway.env' --dialect systemd"));
}
