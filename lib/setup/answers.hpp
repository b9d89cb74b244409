#pragma once

#include "catalogue/catalogue.hpp"
#include "config/config.hpp"
#include "secrets/secret.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace cowork::setup {

// What an option of a path takes.
enum class Takes {
    value,
    secret,      // env:NAME, file:PATH and the other forms of a secret
    new_secret,  // likewise, and `generate`: the operator chooses it, not a provider
    nothing,     // a switch: present means true
    values,      // repeatable, and a comma separates too
};

// An option of one path (design: cli.md, "setup").
struct Option {
    std::string_view flag;  // --opencode-url
    // The key that it sets, as in the table of the path's service; empty for an option that the path's
    // planner reads itself.
    std::string_view key;
    std::string_view meaning;  // one line, for --help
    Takes takes = Takes::value;
    bool shared = false;  // means the same in every path that has it, so that full-hybrid asks once

    [[nodiscard]] bool secret() const { return takes == Takes::secret || takes == Takes::new_secret; }
};

// One thing the operator said.
struct Answer {
    std::string flag;
    Secret value;  // of a switch: true
};

// What the operator said about one path. Later answers win.
class Answers {
  public:
    bool evaluate = false;  // fill in a trial set-up for everything that is not said

    void add(std::string flag, Secret value) { given_.push_back({std::move(flag), std::move(value)}); }
    // --set: a key in full. --unset: a key that is not to be in the file.
    void set(std::string key, Secret value) { sets_.push_back({std::move(key), std::move(value)}); }
    void unset(std::string key) { unsets_.push_back(std::move(key)); }

    // Null when it was not said.
    [[nodiscard]] const Secret* find(std::string_view flag) const;
    [[nodiscard]] bool has(std::string_view flag) const { return find(flag) != nullptr; }
    [[nodiscard]] std::string_view text(std::string_view flag) const;
    // Of a repeatable option: every value in order, split at commas, each once.
    [[nodiscard]] std::vector<std::string> all(std::string_view flag) const;
    [[nodiscard]] const Secret* find_set(std::string_view key) const;
    [[nodiscard]] bool is_unset(std::string_view key) const;

    [[nodiscard]] const std::vector<Answer>& given() const { return given_; }
    [[nodiscard]] const std::vector<Answer>& sets() const { return sets_; }
    [[nodiscard]] const std::vector<std::string>& unsets() const { return unsets_; }

    [[nodiscard]] Answers clone() const;

  private:
    std::vector<Answer> given_;
    std::vector<Answer> sets_;  // flag is the key
    std::vector<std::string> unsets_;
};

}  // namespace cowork::setup
