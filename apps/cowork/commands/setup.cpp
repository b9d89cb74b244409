#include "cowork/commands/setup.hpp"

#include "checks/registry.hpp"
#include "config/env_file.hpp"
#include "config/secret_source.hpp"
#include "core/atomic_file.hpp"
#include "core/names.hpp"
#include "cowork/commands/examine.hpp"
#include "cowork/commands/setup_output.hpp"
#include "cowork/signals.hpp"
#include "engine/engine.hpp"
#include "envfile/document.hpp"
#include "envfile/git_guard.hpp"
#include "envfile/writer.hpp"
#include "report/render.hpp"
#include "rules/secret_names.hpp"
#include "rules/standalone_gateway.hpp"
#include "secrets/redactor.hpp"
#include "setup/gateway_only.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <map>
#include <ostream>
#include <utility>

namespace cowork::app {
namespace {

using namespace std::chrono_literals;

int refuse(const SetupOptions& options, const Io& io, const std::vector<Error>& errors) {
    const Redactor redactor;
    if (options.json) {
        std::string message;
        std::string remedy;
        for (const Error& error : errors) {
            message += (message.empty() ? "" : "; ") + error.message;
            if (error.remedy.empty() || remedy.find(error.remedy) != std::string::npos) continue;
            remedy += (remedy.empty() ? "" : "; ") + error.remedy;
        }
        io.out << report::render_json(
            report::Refusal{"setup", 2, redactor.clean(message), redactor.clean(remedy)});
        return 2;
    }
    for (const Error& error : errors) {
        io.err << fmt::format("cowork setup: {}\n", redactor.clean(error.message).str());
        if (!error.remedy.empty()) io.err << fmt::format("  -> {}\n", redactor.clean(error.remedy).str());
    }
    io.err << "Nothing was written.\n";
    return 2;
}

int refuse(const SetupOptions& options, const Io& io, Error error) {
    std::vector<Error> errors;
    errors.push_back(std::move(error));
    return refuse(options, io, errors);
}

// The full name of a key given with or without the prefix; an error with the nearest one otherwise.
Result<std::string> known_key(std::string_view name) {
    for (const std::string& full : {std::string(name), rules::gateway_key(name)})
        if (rules::find_gateway_key(full) != nullptr) return full;
    std::vector<std::string_view> known;
    for (const auto& key : rules::gateway_keys()) known.push_back(key.name);
    const auto bare =
        name.starts_with(rules::gateway_prefix) ? name.substr(rules::gateway_prefix.size()) : name;
    const auto hint = nearest(bare, known);
    return fail(ErrorCode::usage,
                fmt::format("--set: the gateway has no key '{}'", Redactor().clean(name).str()),
                hint.empty() ? std::string("see the reference for its keys")
                             : fmt::format("did you mean {}?", rules::gateway_key(hint)));
}

// Turns options into answers, resolving secrets; standard input serves one of them.
class AnswerReader {
  public:
    AnswerReader(const SetupOptions& options, const Io& io) : options_(options), io_(io) {}

    Result<setup::GatewayAnswers> read() {
        answers_.evaluate = options_.evaluate;
        for (const auto& [flag, text] : options_.given)
            if (auto added = option(flag, text); !added) return tl::unexpected(added.error());
        for (const std::string& assignment : options_.sets)
            if (auto added = set(assignment); !added) return tl::unexpected(added.error());
        return std::move(answers_);
    }

  private:
    Result<void> option(std::string_view flag, const std::string& text) {
        const auto options = setup::gateway_options();
        const auto& row =
            *std::find_if(options.begin(), options.end(), [&](const auto& o) { return o.flag == flag; });
        return add(rules::gateway_key(row.key), std::string(flag), text, row.secret, row.may_generate);
    }

    Result<void> set(const std::string& assignment) {
        const auto equals = assignment.find('=');
        if (equals == std::string::npos)
            return fail(ErrorCode::usage, "--set wants KEY=VALUE",
                        "for example --set RETENTION_AUDIT_DAYS=730");
        const auto key = known_key(std::string_view(assignment).substr(0, equals));
        if (!key) return tl::unexpected(key.error());
        const auto* row = rules::find_gateway_key(*key);
        return add(*key, "--set " + std::string(row->name), assignment.substr(equals + 1), row->secret(),
                   false);
    }

    Result<void> add(const std::string& key, const std::string& flag, const std::string& text, bool secret,
                     bool may_generate) {
        if (const auto [place, fresh] = said_.try_emplace(key, flag); !fresh)
            return fail(ErrorCode::usage,
                        fmt::format("{} is given twice: {} and {}", key, place->second, flag),
                        "give it once");
        if (!secret) {
            answers_.given.push_back({key, Secret(text), {flag, 0, 0, key}});
            return {};
        }
        config::SecretReaders readers;
        readers.environment = &io_.environment;
        readers.prompt = io_.ask_hidden;
        readers.may_generate = may_generate;
        if (!stdin_used_) readers.standard_input = io_.read_secret_line;
        stdin_used_ = stdin_used_ || text == "-";
        auto value = config::resolve_secret(flag, text, readers);
        if (!value) return tl::unexpected(value.error());
        answers_.given.push_back({key, std::move(*value), {flag, 0, 0, key}});
        return {};
    }

    const SetupOptions& options_;
    const Io& io_;
    setup::GatewayAnswers answers_;
    std::map<std::string, std::string> said_;  // key, the option that gave it
    bool stdin_used_ = false;
};

// The values of a file that cowork wrote, or that --force lets it take over. A missing file has none.
Result<config::Config> existing_values(const std::string& path, bool force) {
    config::Config values;
    struct stat facts {};
    if (lstat(path.c_str(), &facts) != 0 || !S_ISREG(facts.st_mode))
        return values;  // the writer judges the rest
    auto text = read_file(path, config::max_env_file_bytes);
    if (!text) return tl::unexpected(text.error());
    if (force || envfile::written_by_cowork(*text)) {
        config::EnvFile file = config::parse_env_file(*text, path);
        for (auto& entry : file.entries) values.set(entry.key, std::move(entry.value), entry.where);
    }
    cleanse(*text);
    return values;
}

// Makes the directory and its missing parents, 0700. True when it made something.
Result<bool> make_directory(const std::string& path) {
    std::error_code problem;
    if (std::filesystem::is_directory(path, problem)) return false;
    std::string part;
    for (const auto& name : std::filesystem::path(path)) {
        part = part.empty() ? name.string() : (std::filesystem::path(part) / name).string();
        if (::mkdir(part.c_str(), 0700) == 0) continue;
        const int why = errno;
        if (why == EEXIST && std::filesystem::is_directory(part, problem)) continue;
        return tl::unexpected(system_error(why == EEXIST ? ENOTDIR : why, "make the directory", part));
    }
    return true;
}

report::Report closing_check(const SetupOptions& options, const Io& io, const std::string& path,
                             std::stop_token stop, bool& stragglers) {
    auto loaded = config::load({{path}, io.environment, {}, rules::gateway_prefix});
    const auto intent = catalogue::Intent::gateway_only;
    const auto choice = engine::choose(intent, checks::checks_for(intent), {}, {});
    // A glance by default; with --check the patience of doctor, because the exit code depends on it.
    const auto timeout = options.check ? 5000ms : 1000ms;
    const auto deadline = options.check ? 30000ms : 3000ms;
    Examined examined = examine({*choice,
                                 loaded ? std::move(*loaded) : config::Loaded{},
                                 {path},
                                 {},
                                 timeout,
                                 deadline,
                                 std::move(stop)});
    stragglers = examined.stragglers;
    return std::move(examined.report);
}

int print_file(const SetupOptions& options, const Io& io, const setup::GatewayPlan& plan,
               const Secret& text) {
    const bool secrets =
        std::any_of(plan.values.begin(), plan.values.end(), [](const auto& value) { return value.secret; });
    if (secrets && !options.allow_secret_print)
        return refuse(
            options, io,
            Error{ErrorCode::refused,
                  "--print would show secrets",
                  "add --allow-secret-print if this terminal and its log are yours alone, or use --dry-run",
                  {}});
    io.out << text.reveal();
    return 0;
}

int run_gateway_only(const SetupOptions& options, const Io& io) {
    const std::string path =
        options.output.empty() ? std::string(catalogue::row(*options.intent).env_file) : options.output;
    auto answers = AnswerReader(options, io).read();
    if (!answers) return refuse(options, io, answers.error());
    const auto existing = existing_values(path, options.force);
    if (!existing) return refuse(options, io, existing.error());
    const auto plan = setup::plan_gateway(*answers, {&io.environment, &*existing, io.root});
    if (!plan) return refuse(options, io, plan.error());
    const auto text =
        setup::render_gateway(*plan, options.dialect, std::filesystem::path(path).filename(), COWORK_VERSION);
    if (!text) return refuse(options, io, text.error());
    if (options.print) return print_file(options, io, *plan, *text);

    if (const auto git = envfile::check_target(path, Budget::lasting(5s)); !git)
        return refuse(options, io, git.error());
    // From here on a signal waits: ended in the middle, the write would leave a temporary file with secrets.
    const StopOnSignal signals;
    const auto outcome =
        envfile::write_private(path, *text, {.force = options.force, .dry_run = options.dry_run});
    if (!outcome) return refuse(options, io, outcome.error());

    SetupResult result{options, *plan, path, *outcome, {}, std::nullopt, {}, 0};
    bool stragglers = false;
    if (!options.dry_run) {
        if (plan->create_runtime_root) {
            const auto made = make_directory(plan->runtime_root);
            if (!made)
                io.err << fmt::format("cowork setup: {}\n", Redactor().clean(made.error().message).str());
            if (made && *made) result.created_directories.push_back(plan->runtime_root);
        }
        result.check = closing_check(options, io, path, signals.token(), stragglers);
        if (signals.received() != 0) result.check->exit_override = 128 + signals.received();
        if (options.check || signals.received() != 0) result.exit_code = report::exit_code(*result.check, {});
        result.next = next_commands(result, io.program);
    }
    io.out << (options.json
                   ? setup_json(result)
                   : setup_text(result, use_color(Color::automatic, io.environment, io.out_is_terminal)));
    io.out.flush();
    if (stragglers) std::_Exit(io.out || result.exit_code != 0 ? result.exit_code : 3);
    return result.exit_code;
}

}  // namespace

int run_setup(const SetupOptions& options, const Io& io) {
    if (options.list) {
        io.out << (options.json ? paths_json(io.program) : paths_text(io.program));
        return 0;
    }
    if (!options.intent) {
        if (options.json)
            return refuse(options, io,
                          Error{ErrorCode::usage, "no path given", "see cowork setup --list", {}});
        io.err << "cowork setup: which path?\n\n" << paths_text(io.program);
        return 2;
    }
    return run_gateway_only(options, io);
}

}  // namespace cowork::app
