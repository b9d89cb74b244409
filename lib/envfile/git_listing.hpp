#pragma once

#include "core/budget.hpp"
#include "envfile/git_guard.hpp"

#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace cowork::envfile {

// What git would do with the files of one directory and below, asked with one call however many they are.
// Only the repository's own rules count as ignoring, as in ask_git().
class GitListing {
  public:
    // `names` are paths below the directory; none of them: everything in it. Outside of a work tree, or
    // where git cannot be asked, no state is known.
    [[nodiscard]] static GitListing of(const std::string& directory, const std::vector<std::string>& names,
                                       const Budget& budget);

    // outside, unknown (see reason()), tracked, not_ignored, or ignored for whatever git does not list.
    [[nodiscard]] GitState state(std::string_view relative_path) const;
    // Whether git lists anything below that directory; true as well where nothing is known.
    [[nodiscard]] bool has_files(std::string_view relative_directory) const;
    // Whether it listed anything at all.
    [[nodiscard]] bool empty() const { return states_.empty(); }
    [[nodiscard]] bool known() const { return known_; }
    [[nodiscard]] const std::string& reason() const { return reason_; }

  private:
    void read(std::string_view listing, std::string_view prefix);

    bool known_ = false;
    GitState otherwise_ = GitState::outside;  // while nothing is known
    std::string reason_;
    std::unordered_map<std::string, GitState> states_;
    std::unordered_set<std::string> directories_;
};

}  // namespace cowork::envfile
