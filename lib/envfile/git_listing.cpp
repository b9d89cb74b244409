#include "envfile/git_listing.hpp"

#include "envfile/git_command.hpp"

#include <fmt/format.h>

namespace cowork::envfile {
namespace {

constexpr std::size_t longest_listing = std::size_t{64} * 1024 * 1024;

}  // namespace

GitListing GitListing::of(const std::string& directory, const std::vector<std::string>& names,
                          const Budget& budget) {
    GitListing listing;
    const auto real = real_path(directory);
    if (!real) return listing;
    const std::string top = find_work_tree(*real);
    if (top.empty() || *real == join(top, ".git") || real->starts_with(join(top, ".git/"))) return listing;
    listing.otherwise_ = GitState::unknown;
    const auto git = find_program("git");
    if (!git) {
        listing.reason_ = fmt::format("{} is a git work tree, and git is not installed", top);
        return listing;
    }
    std::string prefix = real->substr(top == "/" ? 0 : top.size());
    if (prefix.starts_with('/')) prefix.erase(0, 1);
    if (!prefix.empty()) prefix += '/';
    std::vector<std::string> what{"ls-files", "-z", "-t", "--cached", "--others", "--exclude-standard", "--"};
    for (const std::string& name : names) what.push_back(fmt::format(":(literal){}{}", prefix, name));
    if (names.empty() && !prefix.empty()) what.push_back(":(literal)" + prefix.substr(0, prefix.size() - 1));
    const auto answer = run_command(git_command(*git, top, std::move(what)), budget, longest_listing);
    if (!answer || answer->exit_code != 0 || answer->truncated) {
        listing.reason_ = fmt::format("git could not list {}", top);
        return listing;
    }
    listing.known_ = true;
    listing.read(answer->output, prefix);
    return listing;
}

// Records of a tag, a blank and a path from the work tree's top, each ended by NUL.
void GitListing::read(std::string_view listing, std::string_view prefix) {
    while (!listing.empty()) {
        const auto end = listing.find('\0');
        std::string_view record = listing.substr(0, end);
        listing = end == std::string_view::npos ? std::string_view{} : listing.substr(end + 1);
        if (record.size() < 3) continue;
        const bool other = record.front() == '?';
        record.remove_prefix(2);
        if (!record.starts_with(prefix)) continue;
        record.remove_prefix(prefix.size());
        states_.insert_or_assign(std::string(record), other ? GitState::not_ignored : GitState::tracked);
        for (auto slash = record.find('/'); slash != std::string_view::npos;
             slash = record.find('/', slash + 1))
            directories_.emplace(record.substr(0, slash));
    }
}

GitState GitListing::state(std::string_view relative_path) const {
    if (!known_) return otherwise_;
    const auto found = states_.find(std::string(relative_path));
    return found == states_.end() ? GitState::ignored : found->second;
}

bool GitListing::has_files(std::string_view relative_directory) const {
    return !known_ || directories_.contains(std::string(relative_directory));
}

}  // namespace cowork::envfile
