// The only source file that includes CLI11: it costs seconds to compile.
#include "cowork/command_line.hpp"

#include "core/names.hpp"
#include "cowork/command_values.hpp"
#include "secrets/redactor.hpp"
#include "setup/paths.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace cowork::app {
namespace {

// One argument each time it is given: left alone, CLI11 lets a list swallow the INTENT that follows it, and
// takes a value in square brackets apart.
void repeatable(CLI::Option* option, const char* type) { option->allow_extra_args(false)->type_name(type); }

// The path that the arguments name, so that only its options are on offer.
const setup::Path* path_in(const std::vector<std::string>& arguments) {
    for (const std::string& argument : arguments)
        if (const auto intent = catalogue::parse_intent(argument)) return setup::find_path(*intent);
    return nullptr;
}

std::string type_of(const setup::Option& option) { return option.secret() ? "SECRET" : "TEXT"; }

void add_path_options(CLI::App& app, Raw& raw) {
    if (raw.path == nullptr) return;
    const std::string group(catalogue::row(raw.path->intent).id);
    for (const auto& option : raw.path->options) {
        const std::string flag(option.flag);
        const std::string meaning(option.meaning);
        if (option.takes == setup::Takes::nothing) {
            app.add_flag(flag, raw.switches[option.flag], meaning)->group(group);
        } else {
            auto* added = app.add_option(flag, raw.valued[option.flag], meaning);
            repeatable(added, type_of(option).c_str());
            added->group(group);
            if (option.takes != setup::Takes::values) added->expected(1);
        }
    }
}

void add_setup(CLI::App& app, SetupOptions& options, Raw& raw) {
    app.add_option("INTENT", raw.intent, "which path: see --list");
    app.add_flag("--list", options.list, "list the paths");
    app.add_flag("--evaluate", options.evaluate, "fill in a trial set-up for everything that is not said");
    add_path_options(app, raw);
    repeatable(app.add_option("--set", options.sets, "set any key that the service knows; repeatable"),
               "KEY=VALUE");
    repeatable(app.add_option("--unset", options.unsets, "take a key out of the file; repeatable"), "KEY");
    app.add_option("--output", options.output, "the env file [the path's default]")->type_name("PATH");
    app.add_option("--directory", options.directory, "where files with a default name go [here]")
        ->type_name("DIR");
    app.add_option("--assets", options.assets,
                   "also write systemd units, Compose file, reverse proxy and the like there")
        ->type_name("DIR");
    app.add_option("--dialect", raw.dialect,
                   "who reads the file: portable, sh, systemd, docker or compose [the file's own; portable]");
    app.add_flag("--print", options.print, "print the env file instead of writing it");
    app.add_flag("--dry-run", options.dry_run, "say what would change, secrets masked");
    app.add_flag("--allow-secret-print", options.allow_secret_print, "let --print show secrets");
    app.add_flag("--force", options.force, "take over a file that is not recognised as such settings");
    app.add_flag("--check", options.check, "make the result of the closing check the exit code");
    app.add_flag("--json", options.json, "say what was written as JSON, secrets masked");
}

// Where doctor and smoke look.
void add_places(CLI::App& app, DoctorOptions& options) {
    repeatable(app.add_option("--env-file", options.env_files, "read this env file; repeatable, later wins"),
               "PATH");
    app.add_option("--gateway-url", options.wishes.gateway_url, "where the gateway is [from HOST and PORT]")
        ->type_name("URL");
    app.add_option("--opencode-url", options.opencode_url, "where OpenCode is")->type_name("URL");
    app.add_option("--cloud-url", options.wishes.cloud_url,
                   "where the Cloud is [from the env file or Desktop's files]")
        ->type_name("URL");
    app.add_option("--ca-file", options.wishes.ca_file, "trust these CAs instead of the system's")
        ->type_name("PATH");
    app.add_option("--database-url", options.database_url, "Postgres of the gateway or the Cloud")
        ->type_name("SECRET");
    app.add_option("--admin-token", options.admin_token, "opens the operator endpoints")->type_name("SECRET");
    app.add_option("--opencode-password", options.opencode_password, "of an OpenCode that asks for one")
        ->type_name("SECRET");
    app.add_option("--cloud-token", options.cloud_token, "an API token of the Cloud")->type_name("SECRET");
}

// What doctor and smoke choose, and how they tell it. `parts` are what is chosen: "checks".
void add_telling(CLI::App& app, DoctorOptions& options, Raw& raw, const std::string& parts) {
    app.add_option("--format", raw.format, "text, json, sarif, junit or github [text]");
    app.add_flag("--json", raw.json, "the same as --format json");
    repeatable(app.add_option("--report", raw.reports, "also write this format to a file; repeatable"),
               "FORMAT=PATH");
    app.add_option("--fail-on", raw.fail_on, "degraded or action_required [degraded]");
    app.add_flag("--strict", options.verdict.strict, "optional " + parts + " decide too");
    repeatable(app.add_option("--only", options.only, "only " + parts + " whose id matches; repeatable"),
               "GLOB");
    repeatable(app.add_option("--skip", options.skip, "leave out " + parts + " whose id matches; repeatable"),
               "GLOB");
    app.add_flag("--list", options.list, "list the " + parts + " of this run without running them");
    app.add_option("--color", raw.color, "auto, always or never [auto]");
    app.add_flag("-q,--quiet", raw.quiet, "problems only");
    app.add_flag("-v,--verbose", raw.verbose, "every layer with its timing, and the evidence");
}

void add_doctor(CLI::App& app, DoctorOptions& options, Raw& raw) {
    app.add_option("INTENT", raw.intent, "which path; without it, whichever is set up here");
    add_places(app, options);
    app.add_option("--data-dir", options.wishes.data_dir, "Desktop's user-data root [the brand's own]")
        ->type_name("DIR");
    app.add_option("--backup-evidence", options.wishes.backup_evidence,
                   "what the operator attests about backups and restore drills")
        ->type_name("PATH");
    app.add_flag("--capabilities", options.wishes.capabilities,
                 "what an agent can use, why, and who decided: these checks only, and they decide");
    app.add_option("--snapshot", options.wishes.snapshot,
                   "tell it from this file: diagnostics that Desktop exported, or a JSON report")
        ->type_name("FILE");
    app.add_option("--resources", options.wishes.resources,
                   "Desktop's resources directory [where its packages put it]")
        ->type_name("DIR");
    app.add_option("--project", options.wishes.project, "whose own configuration counts [here]")
        ->type_name("DIR");
    app.add_flag("--online", options.wishes.online, "also ask services of others, such as Telegram");
    app.add_option("--telegram-api-url", options.wishes.telegram_api_url,
                   "where Telegram's Bot API is [https://api.telegram.org]")
        ->type_name("URL");
    app.add_flag("--accept-readyz", options.wishes.accept_readyz,
                 "take the Cloud's own word for its database and object store");
    app.add_option("--tls-warn", raw.tls_warn, "warn when a certificate ends within [21d]")->type_name("AGE");
    app.add_option("--drill-max-age", raw.drill_max_age, "how old a restore drill may be [90d]")
        ->type_name("AGE");
    add_telling(app, options, raw, "checks");
    app.add_option("--timeout", raw.timeout, "one probe's limit [5s]")->type_name("DUR");
    app.add_option("--deadline", raw.deadline, "the whole run's limit [30s]")->type_name("DUR");
    app.add_option("--wait", raw.wait, "repeat until ready, or until this is over")->type_name("DUR");
    // With an equals sign only, so that it never takes the INTENT for its own.
    app.add_flag("--watch{5s}", raw.watch, "repeat every 5s, or --watch=DUR, until stopped");
    app.add_option("--baseline", options.baseline, "mark what is new, fixed or still so since this report")
        ->type_name("PATH");
    app.add_option("--jobs", options.jobs, "how many checks run side by side [16]")
        ->type_name("N")
        ->check(CLI::Range(1, 64));
    app.add_option("--explain", options.explain, "explain a check or a reason code, offline")
        ->type_name("ID");
}

void add_smoke(CLI::App& app, SmokeOptions& options, Raw& raw) {
    app.add_option("INTENT", raw.intent, "which scenario; without it, the one that is set up here");
    app.add_flag("--plan", options.plan, "say what would be sent, created and removed, and send nothing");
    app.add_flag("--read-only", options.read_only, "only steps that create nothing");
    app.add_option("--as", options.wishes.as_user, "a user who may prompt: a prompt goes all the way")
        ->type_name("USER");
    app.add_option("--prompt", options.wishes.prompt, "what is asked [a single word]")->type_name("TEXT");
    app.add_option("--agent", options.wishes.agent, "the Cloud's agent that is prompted [the first allowed]")
        ->type_name("NAME");
    app.add_option("--cloud-profile", options.wishes.profile, "of what is made in the Cloud [full]")
        ->type_name("NAME");
    app.add_option("--repeat", options.load.repeat, "a short load check: each request so often [1]")
        ->type_name("N")
        ->check(CLI::Range(1, 10'000));
    app.add_option("--concurrency", options.load.concurrency, "so many of them at once [1]")
        ->type_name("N")
        ->check(CLI::Range(1, 64));
    app.add_option("--profile", raw.profile, "judge the load check by this profile of the product")
        ->type_name("NAME");
    add_places(app, options.common);
    add_telling(app, options.common, raw, "steps");
    app.add_option("--timeout", raw.timeout, "one request's limit [5s]")->type_name("DUR");
    app.add_option("--deadline", raw.deadline, "the whole run's limit, cleaning up not counted [5m]")
        ->type_name("DUR");
    app.add_option("--explain", options.common.explain, "explain a step or a reason code, offline")
        ->type_name("ID");
}

void add_validate(CLI::App& app, ValidateOptions& options, Raw& raw) {
    app.add_option("PATH", options.paths, "files and directories; - is standard input");
    app.add_option("--kind", raw.kind, "take every file for this kind: env, compose, kubernetes, helm ...")
        ->type_name("KIND");
    app.add_option("--tier", raw.tier, "judge by this deployment tier of the Cloud where a file names none")
        ->type_name("TIER");
    app.add_option("--intent", raw.intent, "the set-up path that the files are for")->type_name("INTENT");
    app.add_option("--reader", raw.dialect,
                   "who reads the env files: portable, sh, systemd, docker or compose [told by the file]")
        ->type_name("DIALECT");
    app.add_option("--helm-defaults", options.helm_defaults,
                   "the chart's own values, which the others overlay")
        ->type_name("FILE");
    app.add_option("--now", raw.now, "judge ages as of this time [now]")->type_name("TIME");
    app.add_flag("--promotion", options.settings.promotion,
                 "evidence is to carry a release: judge it as the product's promotion does");
    app.add_flag("--publish", options.settings.publish,
                 "others will read all of it: secrets are leaks in private env files too");
    app.add_option("--fingerprint-salt", options.fingerprint_salt,
                   "makes the fingerprints of leaked secrets the same in every run [random]")
        ->type_name("SECRET");
    app.add_flag("--fix", options.fix, "mend what is safe and mechanical, and keep a backup");
    app.add_flag("--dry-run", options.dry_run, "with --fix: say what would be mended, and change nothing");
    app.add_flag("--generate", options.generate, "with --fix: put new secrets in the place of placeholders");
    add_telling(app, options.common, raw, "rules");
    app.get_option("--strict")->description("notes count too");
    app.get_option("--verbose")->description("also what was left out, and why there is each rule");
    app.add_option("--explain", options.common.explain, "explain a rule, offline")->type_name("RULE");
}

// An option whose argument is empty, as `--admin-token "$UNSET"` is: it must not mean "not given".
std::string empty_option(const CLI::App& app) {
    for (const CLI::Option* option : app.get_options()) {
        if (option->get_items_expected_max() == 0) continue;  // a switch
        const auto& given = option->results();
        if (std::any_of(given.begin(), given.end(), [](const auto& text) { return text.empty(); }))
            return option->get_name();
    }
    return {};
}

// The options that were said, with their dashes.
std::set<std::string> given_options(const CLI::App& app) {
    std::set<std::string> given;
    for (const CLI::Option* option : app.get_options())
        if (option->count() > 0) given.insert(option->get_name());
    return given;
}

std::vector<std::string> option_names(const CLI::App& app) {
    std::vector<std::string> names;
    for (const CLI::Option* option : app.get_options())
        for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
    return names;
}

// The first argument that is an option the command does not have; empty when there is none.
std::string unknown_option(const CLI::App& app, const std::vector<std::string>& arguments) {
    for (const std::string& argument : arguments) {
        if (argument.size() < 2 || argument.front() != '-') continue;
        // Of a short option only its letter: what follows could be a value.
        std::string flag =
            argument.starts_with("--") ? argument.substr(0, argument.find('=')) : argument.substr(0, 2);
        if (flag != "--" && app.get_option_no_throw(flag) == nullptr) return flag;
    }
    return {};
}

// The paths that have an option; empty when none has.
std::string paths_with(const std::string& flag) {
    std::string ids;
    for (const setup::Path& path : setup::paths())
        if (setup::find_option(path, flag) != nullptr)
            ids += (ids.empty() ? "" : ", ") + std::string(catalogue::row(path.intent).id);
    return ids;
}

// What CLI11 found wrong, without the values it would quote: they may be secrets.
Early describe(const CLI::ParseError& problem, const CLI::App& app, const std::string& command,
               const std::vector<std::string>& arguments) {
    Early early{2,
                command,
                {},
                "the command line cannot be read",
                fmt::format("see cowork {}{}--help", command, command.empty() ? "" : " ")};
    if (dynamic_cast<const CLI::ArgumentMismatch*>(&problem) != nullptr) {
        early.message = problem.what();  // names the option and counts its arguments
    } else if (dynamic_cast<const CLI::ConversionError*>(&problem) != nullptr) {
        early.message = "an option that takes no value was given one";
    } else if (dynamic_cast<const CLI::ExtrasError*>(&problem) != nullptr) {
        early.message = "there are more arguments than expected";
        const std::string flag = unknown_option(app, arguments);
        if (flag.empty()) return early;
        // Whoever forgot an option's name put its value here.
        const bool a_name =
            flag.size() <= 40 && std::all_of(flag.begin(), flag.end(), [](unsigned char c) {
                return c == '-' || c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
            });
        early.message = a_name ? fmt::format("there is no option {}", flag) : "there is no such option";
        if (!a_name) return early;
        if (const std::string paths = command == "setup" ? paths_with(flag) : std::string{}; !paths.empty()) {
            early.message = fmt::format("{} is an option of {}", flag, paths);
            early.remedy = "see cowork setup PATH --help for the options of one path";
            return early;
        }
        const std::vector<std::string> names = option_names(app);
        if (const auto hint = nearest(flag, {names.begin(), names.end()}); !hint.empty())
            early.remedy = fmt::format("did you mean {}?", hint);
    }
    return early;
}

constexpr const char* footer =
    "\nSECRET is env:NAME, file:PATH, - (a line of standard input), prompt, generate where cowork may choose "
    "it, or the\n"
    "value itself, which other users could see. DUR is like 250ms, 5s or 2m, AGE like 36h or 90d.\n"
    "\nExit codes: 0 ready or done, 1 something needs you, 2 called wrongly or an input cannot be used,\n"
    "3 could not tell, 4 only degraded, 130 and 143 stopped by a signal.";

}  // namespace

Format wants_format(const std::vector<std::string>& arguments) {
    constexpr std::string_view assigned = "--format=";
    Format format = Format::text;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        if (arguments[i] == "--json") return Format::json;
        std::optional<Format> named;
        if (arguments[i].starts_with(assigned))
            named = parse_format(std::string_view(arguments[i]).substr(assigned.size()));
        if (arguments[i] == "--format" && i + 1 < arguments.size()) named = parse_format(arguments[i + 1]);
        format = named.value_or(format);
    }
    return format;
}

tl::expected<Invocation, Early> parse(const std::vector<std::string>& arguments) {
    CLI::App app("Set-up and health of a self-hosted Open Cowork workspace", "cowork");
    app.set_version_flag("--version", "cowork " COWORK_VERSION);
    app.footer(footer);
    app.require_subcommand(0, 1);
    SetupOptions setup_options;
    DoctorOptions doctor_options;
    SmokeOptions smoke_options;
    ValidateOptions validate_options;
    Raw raw;
    CLI::App* setup = app.add_subcommand("setup", "choose a topology and write its private files");
    CLI::App* doctor = app.add_subcommand(
        "doctor", "say what is healthy, what is not, and what to do next; changes nothing");
    CLI::App* smoke =
        app.add_subcommand("smoke", "exercise a running deployment end to end; removes what it creates");
    CLI::App* validate = app.add_subcommand("validate", "check deployment files before they are deployed");
    const std::array commands{setup, doctor, smoke, validate};
    for (CLI::App* one : commands) one->footer(footer);
    const auto named = std::find_if(commands.begin(), commands.end(), [&](const CLI::App* one) {
        return !arguments.empty() && arguments[0] == one->get_name();
    });
    const std::string command = named == commands.end() ? "" : (*named)->get_name();
    raw.command = command;
    raw.path = path_in(arguments);
    // Only the options of the command that is meant: making them all takes longer than a check.
    const auto wanted = [&](const CLI::App* one) { return command.empty() || command == one->get_name(); };
    if (wanted(setup)) add_setup(*setup, setup_options, raw);
    if (wanted(doctor)) add_doctor(*doctor, doctor_options, raw);
    if (wanted(smoke)) add_smoke(*smoke, smoke_options, raw);
    if (wanted(validate)) add_validate(*validate, validate_options, raw);

    const CLI::App& meant = named == commands.end() ? app : **named;
    try {
        std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
        app.parse(reversed);
    } catch (const CLI::CallForHelp&) {
        return tl::unexpected(Early{0, command, app.help(), {}, {}});
    } catch (const CLI::CallForVersion&) {
        return tl::unexpected(Early{0, command, "cowork " COWORK_VERSION "\n", {}, {}});
    } catch (const CLI::ParseError& problem) {
        if (command.empty() && !arguments.empty() && !arguments[0].starts_with("-")) {
            const auto hint = nearest(arguments[0], {"setup", "doctor", "smoke", "validate"});
            return mistake({}, fmt::format("there is no command '{}'", Redactor().clean(arguments[0]).str()),
                           hint.empty() ? "see cowork --help" : fmt::format("did you mean {}?", hint));
        }
        return tl::unexpected(describe(problem, meant, command, arguments));
    }
    raw.given = given_options(meant);
    raw.empty_option = empty_option(meant);
    if (setup->parsed()) return finish(std::move(setup_options), raw);
    if (doctor->parsed()) return finish(std::move(doctor_options), raw);
    if (smoke->parsed()) return finish(std::move(smoke_options), raw);
    if (validate->parsed()) return finish(std::move(validate_options), raw);
    return mistake({}, "no command given: setup, doctor, smoke or validate", "see cowork --help");
}

}  // namespace cowork::app
