#include "validators/walk.hpp"

#include "core/atomic_file.hpp"
#include "core/directory.hpp"
#include "envfile/backup.hpp"
#include "envfile/git_listing.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <map>
#include <memory>
#include <set>
#include <utility>

namespace cowork::validators {
namespace {

using envfile::GitListing;
using envfile::GitState;

// A tree with more is cut there, and that is said.
constexpr std::size_t most_files = 100'000;
constexpr int deepest = 100;

// Other people's code, brought along.
constexpr std::array vendored{"node_modules", "bower_components", "vendor", "third_party", "site-packages"};

// What begins with a dot and yet is one of ours: env files by their usual names, OpenCode's layer, our own
// settings.
bool is_hidden(std::string_view name) {
    if (!name.starts_with('.')) return false;
    return name != ".env" && !name.starts_with(".env.") && name != ".opencode" &&
           name != ".cowork-validate.json";
}

// An earlier state of a file, as setup and --fix keep it.
bool is_backup(std::string_view name) {
    const auto mark = name.rfind(".backup-");
    return mark != std::string_view::npos && envfile::is_backup_name(name, name.substr(0, mark));
}

FileFacts facts_of(const struct stat& from) {
    FileFacts facts;
    facts.mode = from.st_mode & 07777U;
    facts.foreign_owner = from.st_uid != ::geteuid() && from.st_uid != 0;
    return facts;
}

FileFacts::Git git_fact(GitState state) {
    switch (state) {
        case GitState::outside:
            return FileFacts::Git::outside;
        case GitState::ignored:
            return FileFacts::Git::ignored;
        case GitState::tracked:
            return FileFacts::Git::tracked;
        case GitState::not_ignored:
            return FileFacts::Git::untracked;
        case GitState::unknown:
            return FileFacts::Git::unknown;
    }
    return FileFacts::Git::unknown;
}

Budget for_git() { return Budget::lasting(std::chrono::seconds{10}); }

// One file and one directory may be reached by several of the given paths.
using Identity = std::pair<dev_t, ino_t>;
Identity identity(const struct stat& facts) { return {facts.st_dev, facts.st_ino}; }

// A name as it is shown: `.` in front says nothing.
std::string shown(const std::string& root, const std::string& relative) {
    if (root == ".") return relative;
    return root.ends_with('/') ? root + relative : root + "/" + relative;
}

// What lies below one directory that was named.
class Tree {
  public:
    Tree(std::string root, std::set<Identity>& seen, std::vector<Found>& all)
        : root_(std::move(root)), git_(GitListing::of(root_, {}, for_git())), seen_(seen), all_(all) {
        // A directory that git ignores as a whole was named all the same.
        filtered_ = git_.known() && !git_.empty();
    }

    Result<void> walk() {
        auto opened = open_directory(root_);
        if (!opened) return tl::unexpected(opened.error());
        below(*opened, "", 0);
        return {};
    }

  private:
    void leave_out(const std::string& relative, std::string why) {
        all_.push_back({shown(root_, relative), false, std::move(why), std::nullopt});
    }

    void below(const UniqueFd& directory, const std::string& prefix, int depth) {
        if (depth > deepest) return leave_out(prefix, "it is nested too deeply");
        std::vector<std::string> names =
            names_in(directory.get(), [](std::string_view name) { return name != "." && name != ".."; });
        std::sort(names.begin(), names.end());
        for (const std::string& name : names) {
            if (all_.size() >= most_files) {
                if (!std::exchange(cut_, true))
                    leave_out(prefix + name,
                              "there are too many files; it and those after it are not looked at");
                return;
            }
            entry(directory, prefix, name, depth);
        }
    }

    void entry(const UniqueFd& directory, const std::string& prefix, const std::string& name, int depth) {
        struct stat facts {};
        const std::string relative = prefix + name;
        if (::fstatat(directory.get(), name.c_str(), &facts, AT_SYMLINK_NOFOLLOW) != 0)
            return leave_out(relative, system_error(errno, "read", relative).message);
        if (name == ".git") return;
        if (is_hidden(name)) return leave_out(relative, "it is hidden");
        if (S_ISLNK(facts.st_mode)) return link(relative);
        if (S_ISDIR(facts.st_mode)) return subdirectory(directory, relative, name, depth);
        if (!S_ISREG(facts.st_mode)) return leave_out(relative, "it is no regular file");
        if (filtered_ && git_.state(relative) == GitState::ignored)
            return leave_out(relative, "git ignores it; name it to have it validated");
        if (!seen_.insert(identity(facts)).second) return;
        Found found{shown(root_, relative), false, {}, facts_of(facts)};
        found.facts->git = git_fact(git_.state(relative));
        // In the next commit it would be no backup any more.
        if (is_backup(name) && found.facts->git != FileFacts::Git::tracked &&
            found.facts->git != FileFacts::Git::untracked)
            return leave_out(relative, "it is a backup; name it to have it validated");
        all_.push_back(std::move(found));
    }

    void subdirectory(const UniqueFd& parent, const std::string& relative, const std::string& name,
                      int depth) {
        if (std::find(vendored.begin(), vendored.end(), name) != vendored.end())
            return leave_out(relative + "/", "it holds other people's code");
        if (filtered_ && !git_.has_files(relative)) return leave_out(relative + "/", "git ignores it");
        const UniqueFd opened(
            ::openat(parent.get(), name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
        if (!opened) return leave_out(relative + "/", system_error(errno, "read", relative).message);
        below(opened, relative + "/", depth + 1);
    }

    // A link that stays inside leads to what is looked at anyway.
    void link(const std::string& relative) {
        struct Free {
            void operator()(char* text) const { std::free(text); }
        };
        const std::unique_ptr<char, Free> target(::realpath(shown(root_, relative).c_str(), nullptr));
        const std::unique_ptr<char, Free> root(::realpath(root_.c_str(), nullptr));
        if (!target || !root) return leave_out(relative, "it is a symbolic link to nothing");
        if (!(std::string(target.get()) + "/").starts_with(std::string(root.get()) + "/"))
            leave_out(relative, "it is a symbolic link out of the directory");
    }

    std::string root_;
    GitListing git_;
    bool filtered_ = false;
    bool cut_ = false;
    std::set<Identity>& seen_;
    std::vector<Found>& all_;
};

// git is asked once for all the named files of a directory.
class NamedFiles {
  public:
    FileFacts::Git state(const std::string& path, const std::vector<std::string>& all) {
        const auto [directory, name] = parts(path);
        if (const auto known = listings_.find(directory); known != listings_.end())
            return git_fact(known->second.state(name));
        std::vector<std::string> names;
        for (const std::string& other : all)
            if (const auto [its_directory, its_name] = parts(other); its_directory == directory)
                names.push_back(its_name);
        const auto [made, fresh] = listings_.emplace(directory, GitListing::of(directory, names, for_git()));
        return git_fact(made->second.state(name));
    }

  private:
    static std::pair<std::string, std::string> parts(const std::string& path) {
        const auto slash = path.rfind('/');
        if (slash == std::string::npos) return {".", path};
        return {slash == 0 ? "/" : path.substr(0, slash), path.substr(slash + 1)};
    }
    std::map<std::string, GitListing> listings_;
};

}  // namespace

Result<std::vector<Found>> walk(const std::vector<std::string>& paths) {
    std::vector<Found> all;
    std::set<Identity> seen;
    NamedFiles named;
    for (const std::string& path : paths) {
        struct stat facts {};
        if (::stat(path.c_str(), &facts) != 0) return tl::unexpected(system_error(errno, "read", path));
        if (S_ISDIR(facts.st_mode)) {
            if (auto walked = Tree(path, seen, all).walk(); !walked) return tl::unexpected(walked.error());
            continue;
        }
        if (!seen.insert(identity(facts)).second) continue;
        Found found{path, true, S_ISREG(facts.st_mode) ? "" : "it is no regular file", facts_of(facts)};
        found.facts->git = named.state(path, paths);
        all.push_back(std::move(found));
    }
    return all;
}

Result<std::string> read_input(const std::string& path) {
    const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    struct stat facts {};
    if (!file || ::fstat(file.get(), &facts) != 0) return tl::unexpected(system_error(errno, "read", path));
    if (!S_ISREG(facts.st_mode)) return fail(ErrorCode::refused, "it is no regular file");
    if (static_cast<std::size_t>(facts.st_size) > largest_file)
        return fail(ErrorCode::invalid, "it is larger than any file of a deployment");
    std::string text(static_cast<std::size_t>(facts.st_size), '\0');
    std::size_t done = 0;
    while (done < text.size()) {
        const ssize_t got = ::read(file.get(), text.data() + done, text.size() - done);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return tl::unexpected(system_error(errno, "read", path));
        if (got == 0) break;
        done += static_cast<std::size_t>(got);
    }
    text.resize(done);
    if (text.find('\0') != std::string::npos) return fail(ErrorCode::invalid, "it is no text");
    return text;
}

}  // namespace cowork::validators
