#include "cowork/commands/setup.hpp"

#include "checks/registry.hpp"
#include "core/shell_quote.hpp"
#include "cowork/commands/doctor_scope.hpp"
#include "cowork/commands/examine.hpp"
#include "cowork/commands/setup_answers.hpp"
#include "cowork/commands/setup_files.hpp"
#include "cowork/commands/setup_list.hpp"
#include "cowork/commands/setup_output.hpp"
#include "cowork/commands/wizard.hpp"
#include "cowork/signals.hpp"
#include "engine/engine.hpp"
#include "report/render.hpp"
#include "rules/standalone_gateway.hpp"
#include "secrets/redactor.hpp"
#include "setup/paths.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>
#include <utility>

namespace cowork::app {
namespace {

using namespace std::chrono_literals;

int refuse(const SetupOptions& options, const Io& io, const std::vector<Error>& errors,
           std::string_view ending = "Nothing was written.") {
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
    io.err << ending << '\n';
    return 2;
}

// A failure after the env files were written: they stand.
int refuse_late(const SetupOptions& options, const Io& io, Error error) {
    std::vector<Error> errors;
    errors.push_back(std::move(error));
    return refuse(options, io, errors, "The settings were written before this; run the same command again.");
}

int refuse(const SetupOptions& options, const Io& io, Error error) {
    std::vector<Error> errors;
    errors.push_back(std::move(error));
    return refuse(options, io, errors);
}

// What doctor finds about the files that were written; an error where it cannot read what counts here.
Result<report::Report> closing_check(const SetupOptions& options, const Io& io, const setup::Plan& plan,
                                     std::stop_token stop, bool& stragglers) {
    DoctorOptions asked;
    asked.intent = plan.intent;
    for (const setup::EnvFile& file : plan.env_files) asked.env_files.push_back(file.path);
    auto scope = read_scope(asked, io);
    if (!scope) return tl::unexpected(scope.error());
    const auto choice = engine::choose(scope->paths, checks::checks_for(scope->paths), {}, {});
    // A glance by default; with --check the patience of doctor, because the exit code depends on it.
    const auto timeout = options.check ? 5000ms : 1000ms;
    const auto deadline = options.check ? 30000ms : 3000ms;
    Examined examined = examine(
        {scope->intent, *choice, std::make_shared<config::Loaded>(std::move(scope->loaded)), scope->env_files,
         io.environment, asked.wishes, scope->present, timeout, deadline, std::move(stop)});
    stragglers = examined.stragglers;
    return std::move(examined.report);
}

// What --check asked for was not done: the settings are written, and nobody knows what they are worth.
int tell_unchecked(const SetupOptions& options, const Io& io, const Error& error) {
    const Redactor redactor;
    io.err << fmt::format("cowork setup: not checked: {}\n", redactor.clean(error.message).str());
    if (!error.remedy.empty()) io.err << fmt::format("  -> {}\n", redactor.clean(error.remedy).str());
    constexpr int unknown = 3;
    return options.check ? unknown : 0;
}

bool holds_secrets(const setup::Plan& plan) {
    return std::any_of(plan.env_files.begin(), plan.env_files.end(), [](const setup::EnvFile& file) {
        return std::any_of(file.values.begin(), file.values.end(), [](const auto& value) {
            return value.secret || rules::find_key(value.key) == nullptr;
        });
    });
}

int print_files(const SetupOptions& options, const Io& io, const setup::Plan& plan,
                const std::vector<PreparedFile>& files) {
    if (holds_secrets(plan) && !options.allow_secret_print)
        return refuse(
            options, io,
            Error{ErrorCode::refused,
                  "--print would show secrets",
                  "add --allow-secret-print if this terminal and its log are yours alone, or use --dry-run",
                  {}});
    const Redactor redactor;
    for (const PreparedFile& file : files) {
        if (files.size() > 1) io.out << fmt::format("# ---- {}\n", redactor.clean(file.path).str());
        io.out << file.text.reveal();
    }
    return 0;
}

void make_directories(const setup::Plan& plan, const Io& io, SetupResult& result) {
    for (const setup::NewDirectory& directory : plan.directories) {
        const auto made = make_directory(directory.path);
        if (!made) io.err << fmt::format("cowork setup: {}\n", Redactor().clean(made.error().message).str());
        if (made && *made) result.created_directories.push_back(directory);
    }
}

// Everything that is written and checked once the plan stands.
int carry_out(const SetupOptions& options, const Io& io, const setup::Plan& plan,
              std::vector<PreparedFile> files, PreparedAssets assets, const ExistingFiles& existing,
              std::string command = {}) {
    // From here on a signal waits: ended in the middle, the write would leave a temporary file with secrets.
    const StopOnSignal signals;
    if (!options.dry_run)
        if (auto written = write_files(files, existing); !written)
            return refuse(options, io, written.error());
    if (auto written = write_assets(assets, options); !written)
        return refuse_late(options, io, written.error());
    SetupResult result{options, plan, std::move(files),  std::move(assets), {}, std::nullopt,
                       {},      0,    std::move(command)};
    bool stragglers = false;
    if (!options.dry_run) {
        make_directories(plan, io, result);
        auto checked = closing_check(options, io, plan, signals.token(), stragglers);
        if (checked) {
            result.check = std::move(*checked);
        } else {
            result.exit_code = tell_unchecked(options, io, checked.error());
        }
        if (result.check && signals.received() != 0) result.check->exit_override = 128 + signals.received();
        if (signals.received() != 0) result.exit_code = 128 + signals.received();
        if (result.check && options.check) result.exit_code = report::exit_code(*result.check, {});
        result.next = next_commands(result, io.program);
    }
    io.out << (options.json
                   ? setup_json(result)
                   : setup_text(result, use_color(Color::automatic, io.environment, io.out_is_terminal)));
    io.out.flush();
    if (stragglers) std::_Exit(io.out || result.exit_code != 0 ? result.exit_code : 3);
    return result.exit_code;
}

// Somebody at a terminal who left something out can be asked for it.
int refuse_plan(const SetupOptions& options, const setup::Path& path, const Io& io,
                const std::vector<Error>& errors) {
    const int code = refuse(options, io, errors);
    if (!options.json && can_ask(io) && std::any_of(errors.begin(), errors.end(), setup::is_missing))
        io.err << fmt::format("To be asked for what is missing: {} setup {}\n", shell_word(io.program),
                              catalogue::row(path.intent).id);
    return code;
}

int run_path(const SetupOptions& options, const setup::Path& path, const Io& io) {
    const auto answers = read_answers(options, path, io);
    if (!answers) return refuse(options, io, answers.error());
    ExistingFiles existing(options.dialect, options.force);
    const auto plan = path.plan(*answers, surroundings_of(options, io, existing));
    if (!plan) return refuse_plan(options, path, io, plan.error());
    auto files = prepare_files(*plan, existing);
    if (!files) return refuse(options, io, files.error());
    if (options.print) return print_files(options, io, *plan, *files);
    if (auto checked = check_files(*files, existing); !checked) return refuse(options, io, checked.error());
    auto assets = prepare_assets(*files, options);
    if (!assets) return refuse(options, io, assets.error());
    return carry_out(options, io, *plan, std::move(*files), std::move(*assets), existing);
}

}  // namespace

int run_setup(const SetupOptions& options, const Io& io) {
    if (options.list) {
        io.out << (options.json ? paths_json(io.program) : paths_text(io.program));
        return 0;
    }
    if (leaves_answers(options) && can_ask(io))
        return run_wizard(options, io,
                          [&](const setup::Plan& plan, std::vector<PreparedFile> files, PreparedAssets assets,
                              const ExistingFiles& existing, std::string command) {
                              return carry_out(options, io, plan, std::move(files), std::move(assets),
                                               existing, std::move(command));
                          });
    if (!options.intent) {
        if (options.json)
            return refuse(options, io,
                          Error{ErrorCode::usage, "no path given", "see cowork setup --list", {}});
        io.err << "cowork setup: which path?\n\n" << paths_text(io.program);
        return 2;
    }
    return run_path(options, *setup::find_path(*options.intent), io);
}

}  // namespace cowork::app
