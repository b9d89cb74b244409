#include "cowork/commands/wizard.hpp"

#include "config/secret_source.hpp"
#include "core/names.hpp"
#include "core/text.hpp"
#include "cowork/commands/setup_answers.hpp"
#include "cowork/commands/setup_output.hpp"
#include "cowork/commands/wizard_text.hpp"
#include "envfile/git_guard.hpp"
#include "envfile/quote.hpp"
#include "setup/paths.hpp"
#include "setup/questions.hpp"
#include "setup/wizard.hpp"
#include "setup/wizard_answer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <ostream>
#include <string_view>
#include <utility>

namespace cowork::app {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view nothing_written = "Nothing was written.\n";
constexpr int ended_by_person = 130;

// What a person did at one prompt, or at all of them.
enum class Turn { answered, back, ended };

class Conversation {
  public:
    Conversation(const SetupOptions& options, const Io& io, const CarryOut& carry_out)
        : options_(options),
          io_(io),
          carry_out_(carry_out),
          bold_(use_color(Color::automatic, io.environment, io.err_is_terminal)) {}

    int run() {
        io_.err << introduction();
        for (;;) {
            const setup::Path* path = options_.intent ? setup::find_path(*options_.intent) : choose_path();
            if (path == nullptr) return bye();
            if (const auto code = interview(*path)) return *code;
        }
    }

  private:
    [[nodiscard]] int bye() const {
        io_.err << nothing_written;
        return ended_by_person;
    }

    [[nodiscard]] int give_up(const std::vector<Error>& errors) const {
        for (const Error& error : errors) io_.err << problem_text(error);
        io_.err << nothing_written;
        return 2;
    }

    // A line, or nothing at the end of input.
    [[nodiscard]] std::optional<Secret> line(std::string text, bool hidden) const {
        auto reply = io_.ask({std::move(text), hidden, std::string(nothing_written)});
        if (!reply) io_.err << problem_text(reply.error());
        if (!reply || reply->ended) return std::nullopt;
        return std::move(reply->line);
    }

    // Null at the end of input.
    [[nodiscard]] const setup::Path* choose_path() const {
        std::vector<const setup::Path*> offered;
        setup::Question question{.flag = {}, .ask = {}, .help = {}, .kind = setup::Kind::choice};
        for (const auto& row : catalogue::intents()) {
            const auto* path = setup::find_path(row.intent);
            if (path == nullptr) continue;
            offered.push_back(path);
            question.choices.push_back({row.id, row.when});
        }
        io_.err << paths_menu(offered, bold_);
        while (const auto typed = line("> ", false)) {
            auto checked = setup::check_typed(typed->reveal(), setup::Wizard::longest_answer);
            const auto word = checked ? setup::read_typed(question, typed->reveal())
                                      : Result<Secret>(tl::unexpected(std::move(checked.error())));
            if (word) return setup::find_path(*catalogue::parse_intent(word->reveal()));
            io_.err << problem_text(word.error());
        }
        return nullptr;
    }

    // The exit code; nothing to choose another path.
    std::optional<int> interview(const setup::Path& path) const {
        ExistingFiles existing(options_.dialect, options_.force);
        setup::Wizard wizard(path, surroundings_of(options_, io_, existing));
        auto errors = wizard.obstacles();
        for (const std::string& target : wizard.targets())
            if (const auto git = envfile::check_target(target, Budget::lasting(5s)); !git)
                errors.push_back(git.error());
        if (!errors.empty()) return give_up(errors);
        for (;;) {
            Turn turn = ask_all(wizard, existing);
            int code = ended_by_person;
            if (turn == Turn::answered) turn = conclude(wizard, path, existing, code);
            if (turn == Turn::answered) return code;
            if (turn == Turn::ended) return bye();
            if (wizard.back()) continue;
            if (!options_.intent) return std::nullopt;
            io_.err << "  this is the first question\n";
        }
    }

    Turn ask_all(setup::Wizard& wizard, ExistingFiles& existing) const {
        while (wizard.next() != nullptr)
            if (const Turn turn = ask_next(wizard, existing); turn != Turn::answered) return turn;
        return Turn::answered;
    }

    Turn ask_next(setup::Wizard& wizard, ExistingFiles& existing) const {
        const setup::Question& question = *wizard.next();
        io_.err << question_text(wizard, bold_);
        while (const auto typed = line(prompt_text(wizard), question.kind == setup::Kind::secret)) {
            const auto word = trimmed(typed->reveal());
            if (word == "<" || word == "back") return Turn::back;
            if (word == "?") {
                io_.err << more_text(wizard);
                continue;
            }
            const auto taken = take(wizard, question, *typed, existing);
            if (taken) return Turn::answered;
            io_.err << problem_text(taken.error());
        }
        return Turn::ended;
    }

    // A secret may be named instead of typed, as in its option.
    Result<void> take(setup::Wizard& wizard, const setup::Question& question, const Secret& typed,
                      ExistingFiles& existing) const {
        const auto text = trimmed(typed.reveal());
        if (text.empty()) return wizard.accept(typed);
        if (auto checked = setup::check_typed(text, setup::Wizard::longest_answer); !checked) return checked;
        if (question.kind == setup::Kind::text)
            if (auto fits = writable(wizard, Secret(text), existing); !fits) return fits;
        if (question.kind != setup::Kind::secret) return wizard.accept(typed);
        const auto spec = config::parse_secret_spec(text);
        if (spec.form == config::SecretForm::standard_input || spec.form == config::SecretForm::prompt)
            return fail(ErrorCode::usage, "type or paste the value itself", "? says what else can be typed");
        config::SecretReaders readers;
        readers.environment = &io_.environment;
        readers.may_generate = wizard.option(question).takes == setup::Takes::new_secret;
        const auto value = config::resolve_secret(wizard.flag(question), text, readers);
        if (!value) return tl::unexpected(value.error());
        if (auto fits = writable(wizard, *value, existing); !fits) return fits;
        const bool named =
            spec.form == config::SecretForm::environment || spec.form == config::SecretForm::file;
        return wizard.accept(*value, named ? std::string(text) : std::string{});
    }

    // Whether the file's reader could be given the value.
    Result<void> writable(const setup::Wizard& wizard, const Secret& value, ExistingFiles& existing) const {
        const std::string key = wizard.key(*wizard.next());
        if (key.empty()) return {};
        auto dialect = options_.dialect.value_or(config::Dialect::portable);
        for (const std::string& target : wizard.targets())
            if (const auto before = existing.env_text(target)) dialect = existing.write_dialect(**before);
        const auto rendered = envfile::render_value(key, value, dialect);
        return rendered ? Result<void>{} : tl::unexpected(rendered.error());
    }

    // Shows what the answers come to, and does it if that is agreed to: answered, with the exit code.
    Turn conclude(setup::Wizard& wizard, const setup::Path& path, ExistingFiles& existing, int& code) const {
        for (;;) {
            const auto plan = wizard.plan();
            if (!plan) return mend(wizard, plan.error(), code);
            auto ready = prepare_all(*plan, existing);
            if (!ready) {
                if (const Turn turn = try_again(ready.error()); turn != Turn::answered) return turn;
                continue;
            }
            auto& [files, assets] = *ready;
            io_.err << '\n';
            if (!files.empty() || !plan->directories.empty()) {
                io_.err << plan_text(*plan, files, assets);
                if (const Turn turn = agree(); turn != Turn::answered) return turn;
            }
            code = carry_out_(*plan, std::move(files), std::move(assets), existing,
                              same_command(options_, path, wizard.arguments(), io_.program));
            return Turn::answered;
        }
    }

    using Ready = std::pair<std::vector<PreparedFile>, PreparedAssets>;
    Result<Ready> prepare_all(const setup::Plan& plan, ExistingFiles& existing) const {
        auto files = prepare_files(plan, existing);
        if (!files) return tl::unexpected(std::move(files.error()));
        if (auto checked = check_files(*files, existing); !checked)
            return tl::unexpected(std::move(checked.error()));
        auto assets = prepare_assets(*files, options_);
        if (!assets) return tl::unexpected(std::move(assets.error()));
        return Ready{std::move(*files), std::move(*assets)};
    }

    // A rule that no single answer broke: back to the last question that it is about.
    Turn mend(setup::Wizard& wizard, const std::vector<Error>& errors, int& code) const {
        io_.err << '\n';
        if (wizard.back_to(errors)) {
            for (const Error& error : errors) io_.err << problem_text(error);
            return Turn::back;
        }
        code = give_up(errors);
        return Turn::answered;
    }

    // A file that cannot be written now, perhaps because git would pick it up: that can be mended meanwhile.
    [[nodiscard]] Turn try_again(const Error& error) const {
        io_.err << '\n' << problem_text(error);
        while (const auto typed = line("Try again, or go back? [again/back] > ", false)) {
            const std::string word = lowered(trimmed(typed->reveal()));
            if (word == "<" || word == "back") return Turn::back;
            if (word.empty() || word == "again") return Turn::answered;
            io_.err << "  answer with again or back\n";
        }
        return Turn::ended;
    }

    [[nodiscard]] Turn agree() const {
        while (const auto typed = line("Write this? [y/N/back] > ", false)) {
            const std::string word = lowered(trimmed(typed->reveal()));
            if (word == "y" || word == "yes") return Turn::answered;
            if (word.empty() || word == "n" || word == "no") return Turn::ended;
            if (word == "<" || word == "back") return Turn::back;
            io_.err << "  answer with yes, no or back\n";
        }
        return Turn::ended;
    }

    const SetupOptions& options_;
    const Io& io_;
    const CarryOut& carry_out_;
    bool bold_;
};

}  // namespace

bool can_ask(const Io& io) {
    const auto ci = variable(io.environment, "CI");
    return io.ask && io.in_is_terminal && io.err_is_terminal && (ci.empty() || ci == "false" || ci == "0");
}

bool leaves_answers(const SetupOptions& options) {
    return options.given.empty() && options.sets.empty() && options.unsets.empty() && !options.evaluate &&
           !options.print && !options.dry_run && !options.json && !options.list;
}

int run_wizard(const SetupOptions& options, const Io& io, const CarryOut& carry_out) {
    return Conversation(options, io, carry_out).run();
}

}  // namespace cowork::app
