#include "cowork/commands/setup_answers.hpp"

#include "config/secret_source.hpp"
#include "secrets/redactor.hpp"
#include "setup/known.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <map>
#include <utility>

namespace cowork::app {
namespace {

class AnswerReader {
  public:
    AnswerReader(const SetupOptions& options, const setup::Path& path, const Io& io)
        : options_(options), path_(path), io_(io) {}

    Result<setup::Answers> read() {
        answers_.evaluate = options_.evaluate;
        for (const auto& [flag, text] : options_.given)
            if (auto added = option(flag, text); !added) return tl::unexpected(added.error());
        for (const std::string& assignment : options_.sets)
            if (auto added = set(assignment); !added) return tl::unexpected(added.error());
        for (const std::string& key : options_.unsets)
            if (auto added = unset(key); !added) return tl::unexpected(added.error());
        return std::move(answers_);
    }

  private:
    Result<void> option(const std::string& flag, const std::string& text) {
        const setup::Option& row = *setup::find_option(path_, flag);
        const bool repeats = row.takes == setup::Takes::values;
        if (auto first = once(row.key.empty() ? flag : setup::key_of(path_, flag), flag, repeats); !first)
            return first;
        if (!row.secret()) {
            answers_.add(flag, Secret(text));
            return {};
        }
        auto value = resolve(flag, text, row.takes == setup::Takes::new_secret);
        if (!value) return tl::unexpected(value.error());
        answers_.add(flag, std::move(*value));
        return {};
    }

    Result<void> set(const std::string& assignment) {
        const auto equals = assignment.find('=');
        if (equals == std::string::npos)
            return fail(ErrorCode::usage, "--set wants KEY=VALUE",
                        "for example --set RETENTION_AUDIT_DAYS=730");
        const auto key = known("--set", std::string_view(assignment).substr(0, equals));
        if (!key) return tl::unexpected(key.error());
        const std::string flag = "--set " + short_name(*key);
        if (auto first = once(*key, flag, false); !first) return first;
        const std::string text = assignment.substr(equals + 1);
        if (text.empty())
            return fail(ErrorCode::usage, fmt::format("{}: the value is empty", flag),
                        fmt::format("to take the key out of the file: --unset {}", short_name(*key)));
        if (!rules::find_key(*key)->secret()) {
            answers_.set(*key, Secret(text));
            return {};
        }
        auto value = resolve(flag, text, may_generate(*key));
        if (!value) return tl::unexpected(value.error());
        answers_.set(*key, std::move(*value));
        return {};
    }

    Result<void> unset(const std::string& name) {
        const auto key = known("--unset", name);
        if (!key) return tl::unexpected(key.error());
        if (auto first = once(*key, "--unset " + short_name(*key), false); !first) return first;
        answers_.unset(*key);
        return {};
    }

    // A key may be said in one way only.
    Result<void> once(const std::string& key, const std::string& flag, bool repeats) {
        const auto [place, fresh] = said_.try_emplace(key, flag);
        if (fresh || repeats) return {};
        return fail(ErrorCode::usage, fmt::format("{} is given twice: {} and {}", key, place->second, flag),
                    "give it once");
    }

    Result<std::string> known(std::string_view flag, std::string_view name) const {
        auto key = setup::known_key(path_, Redactor().clean(name).str());
        if (!key) key.error().message = fmt::format("{}: {}", flag, key.error().message);
        return key;
    }

    [[nodiscard]] static std::string short_name(const std::string& key) {
        return std::string(rules::find_key(key)->name);
    }
    // A key whose option may be generated may be so with --set too.
    [[nodiscard]] bool may_generate(const std::string& key) const {
        for (const setup::Option& option : path_.options)
            if (option.takes == setup::Takes::new_secret && setup::key_of(path_, option.flag) == key)
                return true;
        return false;
    }

    Result<Secret> resolve(const std::string& flag, const std::string& text, bool may_generate) {
        config::SecretReaders readers;
        readers.environment = &io_.environment;
        readers.prompt = io_.ask_hidden;
        readers.may_generate = may_generate;
        if (!stdin_used_) readers.standard_input = io_.read_secret_line;
        stdin_used_ = stdin_used_ || text == "-";
        return config::resolve_secret(flag, text, readers);
    }

    const SetupOptions& options_;
    const setup::Path& path_;
    const Io& io_;
    setup::Answers answers_;
    std::map<std::string, std::string> said_;  // key or flag, the option that gave it
    bool stdin_used_ = false;
};

setup::PathFacts facts_of(const std::string& path) {
    struct stat facts {};
    if (::stat(path.c_str(), &facts) != 0)
        return {errno == ENOENT || errno == ENOTDIR ? setup::PathKind::absent : setup::PathKind::unknown, 0};
    const auto kind = S_ISREG(facts.st_mode)   ? setup::PathKind::file
                      : S_ISDIR(facts.st_mode) ? setup::PathKind::directory
                                               : setup::PathKind::other;
    return {kind, facts.st_mode & 07777U};
}

}  // namespace

Result<setup::Answers> read_answers(const SetupOptions& options, const setup::Path& path, const Io& io) {
    return AnswerReader(options, path, io).read();
}

setup::Surroundings surroundings_of(const SetupOptions& options, const Io& io, ExistingFiles& existing) {
    return {&io.environment,
            io.root,
            options.output,
            options.directory,
            [&existing](const std::string& file) { return existing.values(file); },
            [&existing](const std::string& file) { return existing.text(file); },
            facts_of};
}

}  // namespace cowork::app
