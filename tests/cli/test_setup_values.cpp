#include "support/gateway_setup.hpp"
#include "support/places.hpp"
#include "support/tarpit.hpp"
#include "support/terminal_run.hpp"

#include <catch2/catch.hpp>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>

// What setup takes for a value, where it reads secrets from, and what it says.
namespace {

using namespace cowork::test;

const std::string bot_token = "1234567890:AAH-bot-Tok_3f9c1d7a8b2e4056c7d8e9";
const std::string admin_token = "ADMIN-set-3f9c1d7a8b2e4056";
const std::string database_password = "DB-pw-51a7c0ffee91";
const std::string database_url = "postgres://gateway:" + database_password + "@127.0.0.1:5432/gateway";

TEST_CASE("setup without a path asks for one, and lists them") {
    ScratchDirectory scratch;
    const auto text = run_cowork({"setup"}, scratch.path());
    CHECK(text.exit_code == 2);
    CHECK(text.out.empty());
    const auto document = document_of(run_cowork({"setup", "--json"}, scratch.path()));
    CHECK(remedy_of(document) == "see cowork setup --list");
    const auto list = run_cowork({"setup", "--list"});
    CHECK(list.exit_code == 0);
    const auto paths = document_of(run_cowork({"setup", "--list", "--json"})).at("paths");
    REQUIRE(paths.size() == 6);
    for (const auto& path : paths) {
        CHECK(contains(text.err, path.at("intent").get<std::string>()));
        CHECK(contains(list.out, path.at("intent").get<std::string>()));
        CHECK(path.at("available") == true);
    }
}

TEST_CASE("everything that is missing is named at once, each option once, and nothing is asked") {
    GatewaySetup setup;
    const auto text = setup.run({});
    INFO(text.out << text.err);
    CHECK(text.exit_code == 2);
    CHECK(count_of(text.err, "--telegram-bot-token is missing") == 1);
    CHECK(count_of(text.err, "--database-url is missing") == 1);
    CHECK(setup.scratch.entries() == 0);
    const auto webhook = setup.run({"--telegram-bot-token", "env:B", "--telegram-mode", "webhook", "--store",
                                    "memory", "--webhook-shared-secret", "generate"},
                                   {{"B", bot_token}});
    INFO(webhook.err);
    CHECK(webhook.exit_code == 2);
    for (const char* flag : {"--telegram-webhook-secret is missing", "--public-url is missing",
                             "--webhook-delivery-url is missing"})
        CHECK(count_of(webhook.err, flag) == 1);
    const auto document = document_of(setup.run({"--json"}));
    CHECK(contains(message_of(document), "--telegram-bot-token"));
    const auto wrong = document_of(setup.run({"--evaluate", "--json", "--host", "8.8.8.8", "--port", "x"}));
    CHECK(contains(remedy_of(wrong), "127.0.0.1"));
    CHECK(contains(remedy_of(wrong), "65535"));
    CHECK(contains(message_of(document), "--database-url"));
}

TEST_CASE("a full set-up from options and environment, and its JSON") {
    GatewaySetup setup;
    const auto result =
        setup.run({"--telegram-bot-token", "env:BOT", "--opencode-url", setup.dead_url, "--json"},
                  {{"BOT", bot_token},
                   {gateway_key_name("ADMIN_TOKEN"), admin_token},
                   {gateway_key_name("DATABASE_URL"), database_url},
                   {gateway_key_name("PORT"), "1"}});
    INFO(result.out << result.err);
    CHECK(result.exit_code == 0);
    const auto document = document_of(result);
    for (const std::string& secret : {bot_token, admin_token, database_password})
        check_hidden(result, secret);
    CHECK(env_value(setup.file, "TELEGRAM_BOT_TOKEN") == bot_token);
    CHECK(env_value(setup.file, "ADMIN_TOKEN") == admin_token);
    CHECK(env_value(setup.file, "DATABASE_URL") == database_url);
    CHECK(env_value(setup.file, "PORT") == "8795");  // of the environment only secrets are taken
    for (const auto& value : document.at("values"))
        if (value.at("key") == gateway_key_name("ADMIN_TOKEN")) CHECK(value.at("origin") == "environment");
    // The runtime root is the operator's: only --evaluate makes one.
    CHECK(document.at("directories").empty());
}

struct BadValue {
    const char* name;
    std::vector<std::string> arguments;
    const char* says;
};

const std::vector<BadValue> bad_values{
    {"public OpenCode", {"--opencode-url", "http://8.8.8.8:4096"}, "OPENCODE_URL"},
    {"public OpenCode name", {"--opencode-url", "https://opencode.example.com"}, "OPENCODE_URL"},
    {"metadata", {"--opencode-url", "http://169.254.169.254/"}, "OPENCODE_URL"},
    {"metadata as a number", {"--opencode-url", "http://2852039166/"}, "OPENCODE_URL"},
    {"metadata mapped", {"--opencode-url", "http://[::ffff:169.254.169.254]:80"}, "OPENCODE_URL"},
    {"metadata name", {"--opencode-url", "http://metadata.google.internal"}, "OPENCODE_URL"},
    {"wildcard", {"--opencode-url", "http://0.0.0.0:4096"}, "OPENCODE_URL"},
    {"wildcard v6", {"--opencode-url", "http://[::]:4096"}, "OPENCODE_URL"},
    {"credentials", {"--opencode-url", "http://user:HIDDEN-5d1e7c9f@127.0.0.1:4096"}, "OPENCODE_URL"},
    {"scheme", {"--opencode-url", "file:///etc/passwd"}, "OPENCODE_URL"},
    {"no URL", {"--opencode-url", "127.0.0.1:4096"}, "OPENCODE_URL"},
    {"two hosts", {"--opencode-url", "http://127.0.0.1\\@8.8.8.8/"}, "OPENCODE_URL"},
    {"private name", {"--opencode-url", "http://opencode.internal:4096"}, "OPENCODE_URL"},
    {"path", {"--opencode-url", "http://127.0.0.1:4096/x?y#z"}, "OPENCODE_URL"},
    {"placeholder", {"--admin-token", "change-me-change-me-change-me"}, "ADMIN_TOKEN"},
    {"another placeholder", {"--admin-token", "replace-with-a-token-of-yours"}, "ADMIN_TOKEN"},
    {"short secret", {"--admin-token", "HIDDEN-5d1e"}, "ADMIN_TOKEN"},
    {"newline in a secret", {"--admin-token", "HIDDEN-5d1e7c9f\nEVIL=1 0123456789"}, "ADMIN_TOKEN"},
    {"control character", {"--admin-token", "HIDDEN-5d1e7c9f\x1b[31m0123456789"}, "ADMIN_TOKEN"},
    {"newline in a path", {"--set", "DATABASE_SSL_CA_PATH=/a\nEVIL=1"}, "DATABASE_SSL_CA_PATH"},
    {"port", {"--port", "70000"}, "PORT"},
    {"no port", {"--port", "http"}, "PORT"},
    {"public address", {"--host", "8.8.8.8"}, "HOST"},
    {"store", {"--store", "sqlite"}, "STORE"},
    {"mode", {"--deployment-mode", "Team"}, "DEPLOYMENT_MODE"},
    {"webhook over http", {"--webhook-delivery-url", "http://hooks.example.com/x"}, "WEBHOOK_DELIVERY_URL"},
    {"not Postgres", {"--database-url", "mysql://u:HIDDEN-5d1e7c9f@127.0.0.1/d"}, "DATABASE_URL"},
    {"database at the metadata service",
     {"--database-url", "postgres://u:HIDDEN-5d1e7c9f@169.254.169.254/d"},
     "DATABASE_URL"},
    {"unknown key", {"--set", "ADMIN_TOKNE=HIDDEN-5d1e7c9f0b3a2846"}, "ADMIN_TOKEN"},
    {"no assignment", {"--set", "HIDDEN-5d1e7c9f0b3a2846"}, "--set wants KEY=VALUE"},
    {"key twice", {"--set", "PORT=1", "--set", "PORT=2"}, "given twice"},
    {"option and key", {"--port", "1", "--set", "PORT=2"}, "given twice: --port and --set PORT"},
    {"key twice, both names",
     {"--set", "PORT=1", "--set", "OPEN_COWORK_STANDALONE_GATEWAY_PORT=2"},
     "given twice"},
    {"empty key", {"--set", "=1"}, "--set"},
    {"generated where it cannot be", {"--telegram-bot-token", "generate"}, "cannot generate this one"},
    {"variable that is not there", {"--admin-token", "env:NOT_THERE"}, "no variable NOT_THERE"},
    {"file that is not there", {"--admin-token", "file:/nowhere/x"}, "--admin-token"},
    {"endless file", {"--admin-token", "file:/dev/zero"}, "--admin-token"},
    {"prompt without a terminal", {"--admin-token", "prompt"}, "no terminal"},
    {"empty input", {"--admin-token", "-"}, "--admin-token"},
    {"standard input twice", {"--admin-token", "-", "--telegram-bot-token", "-"}, "--"},
};

TEST_CASE("a value that the gateway would refuse is refused, named by its key and not shown") {
    for (const BadValue& bad : bad_values) {
        GatewaySetup setup;
        std::vector<std::string> more{"--evaluate"};
        more.insert(more.end(), bad.arguments.begin(), bad.arguments.end());
        const auto result = setup.run(more);
        INFO(bad.name << '\n' << result.out << result.err);
        CHECK(result.exit_code == 2);
        CHECK(contains(result.err, bad.says));
        CHECK_FALSE(contains(result.err, "HIDDEN"));
        CHECK(result.out.empty());
        check_printable(result);
        CHECK(setup.scratch.entries() == 0);
        more.emplace_back("--json");
        const auto json = setup.run(more);
        CHECK(contains(message_of(document_of(json)) + remedy_of(document_of(json)), bad.says));
        CHECK_FALSE(contains(json.out + json.err, "HIDDEN"));
        CHECK(setup.scratch.entries() == 0);
    }
}

TEST_CASE("a private name is accepted when it is allowed") {
    GatewaySetup setup;
    CHECK(setup
              .run({"--evaluate", "--dry-run", "--opencode-url", "http://opencode.internal:4096",
                    "--allow-private-dns"})
              .exit_code == 0);
}

TEST_CASE("option --set takes any key of the gateway, with and without the prefix") {
    GatewaySetup setup;
    const auto result = setup.evaluate({"--set", "RETENTION_AUDIT_DAYS=730", "--set",
                                        gateway_key_name("WEBHOOK_PROVIDER_ID") + "=webhook-team", "--set",
                                        "TELEGRAM_BOT_TOKEN=env:NONE"});
    CHECK(result.exit_code == 2);  // a secret's key takes the forms of a secret
    const auto done = setup.evaluate({"--set", "RETENTION_AUDIT_DAYS=730", "--set",
                                      gateway_key_name("WEBHOOK_PROVIDER_ID") + "=webhook-team"});
    INFO(done.err);
    CHECK(done.exit_code == 0);
    CHECK(env_value(setup.file, "RETENTION_AUDIT_DAYS") == "730");
    CHECK(env_value(setup.file, "WEBHOOK_PROVIDER_ID") == "webhook-team");
}

TEST_CASE("a secret comes from a variable, a file, standard input or the command line") {
    for (const std::string form : {"env", "file", "stdin", "literal", "set", "equals"}) {
        GatewaySetup setup;
        std::vector<std::string> more{"--evaluate", "--opencode-url", setup.dead_url};
        if (form == "env") more.insert(more.end(), {"--admin-token", "env:T"});
        if (form == "file")
            more.insert(more.end(),
                        {"--admin-token", "file:" + setup.scratch.file("t", admin_token + "\r\n")});
        if (form == "stdin") more.insert(more.end(), {"--admin-token", "-"});
        if (form == "literal") more.insert(more.end(), {"--admin-token", admin_token});
        if (form == "set") more.insert(more.end(), {"--set", "ADMIN_TOKEN=" + admin_token});
        if (form == "equals") more.push_back("--admin-token=" + admin_token);
        const auto result = setup.run(more, {{"T", admin_token}}, admin_token + "\nsecond line\n");
        INFO(form << '\n' << result.out << result.err);
        CHECK(result.exit_code == 0);
        CHECK(env_value(setup.file, "ADMIN_TOKEN") == admin_token);
        check_hidden(result, admin_token);
        const bool noted = contains(result.err, "could have seen");
        CHECK(noted == (form == "literal" || form == "set" || form == "equals"));
    }
}

TEST_CASE("a line of input that is too long is refused, not cut") {
    GatewaySetup setup;
    const std::string line(std::size_t{64} * 1024, 'a');
    const std::vector<std::string> more{"--evaluate", "--opencode-url", setup.dead_url, "--admin-token", "-"};
    const auto result = setup.run(more, {}, line + "b\n");
    CHECK(result.exit_code == 2);
    CHECK(contains(result.err, "64 KiB"));
    CHECK(setup.scratch.entries() == 0);
}

TEST_CASE("a silent OpenCode does not hold setup up") {
    GatewaySetup setup;
    const Tarpit silent(Tarpit::silent());
    const auto began = std::chrono::steady_clock::now();
    const auto result = setup.run({"--evaluate", "--opencode-url", silent.http_url(""), "--json"});
    CHECK(std::chrono::steady_clock::now() - began < std::chrono::seconds{8});
    CHECK(result.exit_code == 0);
    (void)document_of(result);
}

TEST_CASE("a secret file that is a FIFO is refused, not waited for") {
    GatewaySetup setup;
    const std::string fifo = setup.scratch / "fifo";
    REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
    const auto result = setup.evaluate({"--admin-token", "file:" + fifo});
    CHECK(result.exit_code == 2);
    CHECK(contains(result.err, "not a regular file"));
}

std::string command_line_of(pid_t pid) { return content_of("/proc/" + std::to_string(pid) + "/cmdline"); }

TEST_CASE("a literal secret is not in the process's arguments while it runs") {
    for (const std::string form : {"word", "equals", "set", "set equals", "config"}) {
        GatewaySetup setup;
        const Tarpit silent(Tarpit::silent());
        std::vector<std::string> more{"--evaluate", "--check", "--opencode-url", silent.http_url("")};
        if (form == "word") more.insert(more.end(), {"--admin-token", admin_token});
        if (form == "equals") more.push_back("--admin-token=" + admin_token);
        if (form == "set") more.insert(more.end(), {"--set", "ADMIN_TOKEN=" + admin_token});
        if (form == "set equals") more.push_back("--set=ADMIN_TOKEN=" + admin_token);
        if (form == "config")
            more.insert(more.end(), {"--dialect", "sh", "--set",
                                     "CONFIG_JSON={\"ADMIN_TOKEN\":\"" + admin_token + "\"}"});
        ProcessOptions options;
        options.argv = {COWORK_BINARY};
        for (const auto& argument : setup.arguments(more)) options.argv.push_back(argument);
        options.environment = std::vector<std::string>{"PATH=/usr/bin:/bin"};
        options.directory = setup.scratch.path();
        Process process(std::move(options));
        REQUIRE(wait_until([&] { return silent.accepted() > 0; }));
        const std::string seen = command_line_of(process.pid());
        INFO(form << seen);
        CHECK(contains(seen, "gateway-only"));
        CHECK_FALSE(contains(seen, admin_token));
        CHECK_FALSE(contains(seen, admin_token.substr(6)));
        process.send_signal(SIGTERM);
        const auto result = process.wait(std::chrono::seconds{20});
        INFO(result.out << result.err);
        CHECK(result.exit_code == 143);
        check_hidden(result, admin_token);
    }
}

TEST_CASE("prompt asks on the terminal without echo, and puts the echo back") {
    GatewaySetup setup;
    TerminalRun run(
        setup.arguments({"--evaluate", "--opencode-url", setup.dead_url, "--admin-token", "prompt"}),
        setup.scratch.path());
    REQUIRE(run.wait_for("--admin-token: "));
    CHECK_FALSE(run.echoes());
    run.type(admin_token + "\n");
    CHECK(run.wait() == 0);
    CHECK(run.echoes());
    CHECK_FALSE(contains(run.shown(), admin_token));
    CHECK(env_value(setup.file, "ADMIN_TOKEN") == admin_token);
}

TEST_CASE("a prompt that is interrupted puts the echo back, and nothing is written") {
    for (const auto& [keys, code] : {std::pair<std::string, int>{"half a sec\x03", 130}, {"half\x1c", 131}}) {
        GatewaySetup setup;
        TerminalRun run(
            setup.arguments({"--evaluate", "--opencode-url", setup.dead_url, "--admin-token", "prompt"}),
            setup.scratch.path());
        REQUIRE(run.wait_for("--admin-token: "));
        run.type(keys);
        CHECK(run.wait() == code);
        CHECK(run.echoes());
        CHECK(setup.scratch.entries() == 0);
    }
}

TEST_CASE("portable is refused where no reader would agree, and the dialects that hold the value are named") {
    GatewaySetup setup;
    const std::string odd = "spaces and $dollar 'quotes' 0123456789";
    const std::vector<std::string> more{"--evaluate", "--opencode-url", setup.dead_url, "--admin-token",
                                        "env:T"};
    const auto refused = setup.run(more, {{"T", odd}});
    INFO(refused.err);
    CHECK(refused.exit_code == 2);
    CHECK(contains(refused.err, "ADMIN_TOKEN"));
    CHECK(contains(refused.err, "portable dialect"));
    CHECK(contains(refused.err, "sh, systemd, docker"));
    check_hidden(refused, odd);
    CHECK(setup.scratch.entries() == 0);
}

TEST_CASE("every dialect is written, read back by doctor, and kept by a second run") {
    for (const std::string dialect : {"portable", "sh", "systemd", "docker", "compose"}) {
        GatewaySetup setup;
        const std::string odd = dialect == "portable" ? admin_token
                                : dialect == "compose"
                                    ? "spaces and 'quotes' # more 0123456789"  // no $ beside a quote
                                    : "spaces and $dollar 'quotes' \"more\" 0123456789";
        std::vector<std::string> more{"--evaluate", "--opencode-url", setup.dead_url, "--admin-token",
                                      "env:T",      "--dialect",      dialect,        "--json"};
        const auto first = setup.run(more, {{"T", odd}});
        INFO(dialect << first.out << first.err);
        REQUIRE(first.exit_code == 0);
        CHECK(document_of(first).at("files").at(0).at("dialect") == dialect);
        CHECK(mode_of(setup.file) == 0600);
        check_hidden(first, odd);
        const auto second = setup.evaluate({"--dialect", dialect, "--json"});
        CHECK(document_of(second).at("files").at(0).at("change") == "unchanged");
        const auto doctor =
            run_cowork({"doctor", "--only", "gateway.configuration.valid", "--json"}, setup.scratch.path());
        INFO(doctor.out);
        CHECK(row_of(document_of(doctor), "gateway.configuration.valid").at("status") == "ready");
        CHECK(doctor.exit_code == 0);
    }
}

TEST_CASE("option --print shows the file only when secrets may be shown, and writes nothing") {
    GatewaySetup setup;
    const auto refused = setup.evaluate({"--print"});
    CHECK(refused.exit_code == 2);
    CHECK(refused.out.empty());
    CHECK(contains(refused.err, "--allow-secret-print"));
    const std::vector<std::string> more{"--evaluate",          "--opencode-url", setup.dead_url,
                                        "--admin-token",       "env:T",          "--print",
                                        "--allow-secret-print"};
    const auto shown = setup.run(more, {{"T", admin_token}});
    CHECK(shown.exit_code == 0);
    CHECK(contains(shown.out, gateway_key_name("ADMIN_TOKEN") + "=" + admin_token + "\n"));
    CHECK(setup.scratch.entries() == 0);
    const auto both = setup.evaluate({"--print", "--allow-secret-print", "--json"});
    CHECK(both.exit_code == 2);
    CHECK(contains(message_of(document_of(both)), "exclude each other"));
}

TEST_CASE("option --check makes the closing check the exit code") {
    GatewaySetup setup;
    const auto plain = setup.evaluate({"--json"});
    CHECK(plain.exit_code == 0);
    CHECK(document_of(plain).at("check").at("exitCode") == 1);
    const auto checked = setup.evaluate({"--check", "--json"});
    CHECK(checked.exit_code == 1);
    CHECK(document_of(checked).at("exitCode") == 1);
    CHECK(contains(setup.evaluate({"--check"}).out, "doctor gateway-only"));
}

TEST_CASE("a closing check that cannot be made is no success where --check asks for it") {
    GatewaySetup setup;
    const std::map<std::string, std::string> environment{
        {gateway_key_name("CONFIG"), setup.scratch / "nowhere.json"}};
    const auto run = [&](const std::vector<std::string>& more) {
        std::vector<std::string> arguments{"--evaluate", "--opencode-url", setup.dead_url};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return setup.run(arguments, environment);
    };
    const auto checked = run({"--check", "--json"});
    CHECK(checked.exit_code == 3);
    CHECK(document_of(checked).at("exitCode") == 3);
    CHECK(document_of(checked).at("check").is_null());
    CHECK(contains(checked.err, "not checked: "));
    CHECK(contains(checked.err, "nowhere.json"));
    CHECK(run({"--check"}).exit_code == 3);
    const auto unasked = run({});
    CHECK(unasked.exit_code == 0);
    CHECK(contains(unasked.err, "not checked: "));
}

// A command that setup suggests, with the binary in the place of `program`.
ProcessResult run_suggested(const GatewaySetup& setup, const std::string& command, const std::string& rest) {
    ProcessOptions options;
    options.argv = {"/bin/sh", "-c", command + rest};
    options.environment = std::vector<std::string>{"PATH=" + setup.scratch.path() + ":/usr/bin:/bin"};
    options.directory = setup.scratch.path();
    return run_process(std::move(options));
}

TEST_CASE("the commands that setup names next can be run as they stand") {
    for (const std::string name : {"plain.env", "a b'c.env", "-x.env", "$(touch owned).env"}) {
        GatewaySetup setup;
        const std::string program = setup.scratch / "my cowork";
        REQUIRE(::symlink(COWORK_BINARY, program.c_str()) == 0);
        const auto result =
            setup.run({"--evaluate", "--opencode-url", setup.dead_url, "--output=" + name, "--json"},
                      {{"COWORK_INVOKED_AS", program}});
        INFO(name << result.err);
        REQUIRE(result.exit_code == 0);
        const auto next = document_of(result).at("next");
        REQUIRE(next.size() == 3);
        const auto doctor = run_suggested(setup, next.at(2), " --only gateway.env_file.private");
        INFO(next.dump(1) << doctor.out << doctor.err);
        CHECK(doctor.exit_code == 0);
        // The gateway's start, with a program that shows its environment.
        const std::string fake = setup.scratch.file("pnpm", "#!/bin/sh\nenv\n", 0700);
        const auto started = run_suggested(setup, next.at(1), "");
        CHECK(contains(started.out, gateway_key_name("ADMIN_TOKEN") + "="));
        CHECK(fingerprint(setup.scratch / "owned") == "absent");
    }
}

TEST_CASE("only a file in a shell's dialect is suggested to be sourced") {
    for (const std::string dialect : {"portable", "sh", "systemd", "docker", "compose"}) {
        GatewaySetup setup;
        const auto document = document_of(setup.evaluate({"--dialect", dialect, "--json"}));
        const bool sourced = contains(document.at("next").dump(), "set -a");
        CHECK(sourced == (dialect == "portable" || dialect == "sh"));
    }
}

TEST_CASE("a runtime root that cannot be made is said, and not claimed") {
    GatewaySetup setup;
    const std::string file = setup.scratch.file("taken", "");
    for (const std::string& path : {file, file + "/below"}) {
        const auto result = setup.run({"--evaluate", "--json", "--set", "RUNTIME_ROOT=" + path});
        CHECK(result.exit_code == 2);  // given twice: --runtime-root is in the base
        GatewaySetup other;
        other.base = {"setup", "gateway-only", "--runtime-root", path};
        const auto told = other.evaluate({"--json"});
        INFO(told.out << told.err);
        CHECK(told.exit_code == 0);
        CHECK(contains(told.err, "cannot make the directory"));
        CHECK(document_of(told).at("directories").empty());
    }
}

}  // namespace
