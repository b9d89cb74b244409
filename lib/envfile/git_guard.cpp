#include "envfile/git_guard.hpp"

#include "core/atomic_file.hpp"
#include "core/shell_quote.hpp"
#include "envfile/backup.hpp"
#include "envfile/child_process.hpp"
#include "envfile/git_command.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

namespace cowork::envfile {
namespace {

constexpr int git_says_no = 1;  // exit code of check-ignore for a path that no rule ignores

bool has_component(std::string_view path, std::string_view name) {
    return fmt::format("{}/", path).find(fmt::format("/{}/", name)) != std::string::npos;
}

// The first line of what git said, for the reason; a hostile repository may have chosen its bytes.
std::string first_line(std::string_view text) {
    constexpr std::size_t longest = 200;
    std::string line(text.substr(0, std::min(text.find('\n'), longest)));
    for (char& c : line) {
        if (static_cast<unsigned char>(c) < 0x20U || static_cast<unsigned char>(c) >= 0x7FU) c = '?';
    }
    return line;
}

class GitQuestion {
  public:
    GitQuestion(std::string git, GitVerdict& verdict, const Budget& budget)
        : git_(std::move(git)), verdict_(verdict), budget_(budget) {}

    void ask() {
        const std::string& path = verdict_.relative_path;
        const auto listed = run({"ls-files", "-z", "--cached", "--", ":(literal)" + path});
        if (!listed) return;
        if (listed->exit_code != 0) return not_a_work_tree(*listed);
        if (!listed->output.empty()) return void(verdict_.state = GitState::tracked);
        // This command knows no `:(literal)`; `./` keeps a leading colon from meaning anything.
        // Without the index: it was asked already, and rules are to be read from the work tree only.
        const auto ignored = run({"check-ignore", "--quiet", "--no-index", "--", "./" + path});
        if (!ignored) return;
        if (ignored->exit_code == 0) return void(verdict_.state = GitState::ignored);
        if (ignored->exit_code == git_says_no) return void(verdict_.state = GitState::not_ignored);
        verdict_.reason = "git said: " + first_line(ignored->errors);
    }

  private:
    Result<CommandResult> run(std::vector<std::string> what) {
        auto result = run_command(git_command(git_, verdict_.work_tree, std::move(what)), budget_);
        if (!result) verdict_.reason = result.error().message;
        return result;
    }

    // A directory called `.git` need not be a repository.
    void not_a_work_tree(const CommandResult& answer) {
        constexpr std::string_view no_repository = "fatal: not a git repository (or any";
        if (answer.errors.substr(0, no_repository.size()) == no_repository) {
            verdict_ = {GitState::outside, {}, {}, {}};
        } else {
            verdict_.reason = "git said: " + first_line(answer.errors);
        }
    }

    std::string git_;
    GitVerdict& verdict_;
    const Budget& budget_;
};

// The line that ignores this file and what is named after it, written for the .gitignore at the top.
std::string ignore_line(std::string_view relative_path) {
    std::string line = "/";
    for (const char c : relative_path) {
        if (std::string_view("*?[\\").find(c) != std::string_view::npos) line += '\\';
        line += c;
    }
    return line + '*';
}

std::string how_to_ignore(const GitVerdict& verdict) {
    return fmt::format("add this line to {}: {}", join(verdict.work_tree, ".gitignore"),
                       ignore_line(verdict.relative_path));
}

// What write_private() puts beside the file: a backup that stays, a temporary file that a killed process
// leaves.
std::vector<std::string> companions(const std::string& path) {
    return {backup_name(path, 0), path + ".cowork-0123456789abcdef"};
}

}  // namespace

GitVerdict ask_git(const std::string& path, const Budget& budget, const std::optional<std::string>& git) {
    const auto parts = split_path(path);
    if (!parts) return {GitState::unknown, parts.error().message, {}, {}};
    const auto directory = real_path(parts->parent);
    if (!directory) return {GitState::unknown, directory.error().message, {}, {}};
    if (has_component(*directory, ".git")) return {GitState::outside, {}, {}, {}};

    GitVerdict verdict;
    verdict.work_tree = find_work_tree(*directory);
    if (verdict.work_tree.empty()) return {GitState::outside, {}, {}, {}};
    verdict.relative_path = join(*directory, parts->name).substr(verdict.work_tree.size());
    if (verdict.relative_path.front() == '/') verdict.relative_path.erase(0, 1);
    if (!git) {
        verdict.reason = fmt::format("{} is a git work tree, and git is not installed", verdict.work_tree);
        return verdict;
    }
    GitQuestion(*git, verdict, budget).ask();
    return verdict;
}

GitVerdict ask_git(const std::string& path, const Budget& budget) {
    return ask_git(path, budget, find_program("git"));
}

Result<void> refuse_for_git(const std::string& path, const GitVerdict& verdict) {
    const bool tracked = verdict.state == GitState::tracked;
    if (!tracked && verdict.state != GitState::not_ignored) return {};
    const std::string add = how_to_ignore(verdict);
    const SourceRef where{path, 0, 0, {}};
    if (!tracked) {
        return fail(ErrorCode::refused,
                    fmt::format("git would pick up {}: it is in a work tree and not ignored", path), add,
                    where);
    }
    return fail(
        ErrorCode::refused, fmt::format("git tracks {}: its secrets would be committed", path),
        fmt::format("run git -C {} rm --cached -- {}, then {}; replace every secret that was committed",
                    shell_quote(verdict.work_tree), shell_quote(verdict.relative_path), add),
        where);
}

Result<GitVerdict> check_target(const std::string& path, const Budget& budget) {
    GitVerdict verdict = ask_git(path, budget);
    if (auto refused = refuse_for_git(path, verdict); !refused)
        return tl::unexpected(std::move(refused.error()));
    if (verdict.state != GitState::ignored) return verdict;
    for (const std::string& companion : companions(path)) {
        if (ask_git(companion, budget).state != GitState::not_ignored) continue;
        return fail(
            ErrorCode::refused,
            fmt::format("git ignores {} but would pick up the backups beside it, which hold the same secrets",
                        path),
            how_to_ignore(verdict), SourceRef{path, 0, 0, {}});
    }
    return verdict;
}

}  // namespace cowork::envfile
