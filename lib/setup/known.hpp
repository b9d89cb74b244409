#pragma once

#include "config/config.hpp"
#include "setup/answers.hpp"
#include "setup/paths.hpp"
#include "setup/plan.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace cowork::setup {

// The env files that a planner has read, by path.
using ReadFiles = std::map<std::string, config::Config>;

// What an option stands at before its question is asked, and where that comes from. Views live as long as
// what the Known was made of.
struct Standing {
    enum class From { nothing, answer, environment, file };
    From from = From::nothing;
    std::string_view value;
    std::string place;  // the variable, or file and line
};

// What is known of a path's options in the middle of the questions: answers first, then the environment (for
// secrets) and the files that are there, as EnvBuilder takes them.
class Known {
  public:
    // `part` is a part of full-hybrid, whose options are asked for by the names that they have there; for any
    // other path the path itself.
    // `problems` is what the planner says of the answers so far.
    Known(const Path& path, const Path& part, const Answers& answers, const Surroundings& surroundings,
          const ReadFiles& files, const std::vector<Error>& problems)
        : path_(path),
          part_(part),
          answers_(answers),
          surroundings_(surroundings),
          files_(files),
          problems_(problems) {}

    [[nodiscard]] Standing find(std::string_view flag) const;
    // The same for an option whose key (a full name) depends on other answers.
    [[nodiscard]] Standing find(std::string_view flag, const std::string& key) const;
    [[nodiscard]] bool answered(std::string_view flag) const {
        return find(flag).from == Standing::From::answer;
    }
    [[nodiscard]] std::string_view text(std::string_view flag) const;  // trimmed
    [[nodiscard]] bool has(std::string_view flag) const { return !text(flag).empty(); }
    [[nodiscard]] bool is(std::string_view flag, std::string_view word) const;  // in any case
    // Of an option that takes several: whether the word is among them.
    [[nodiscard]] bool lists(std::string_view flag, std::string_view word) const;
    // Whether the planner has something to say about the option: that it is missing, or what is wrong with
    // it.
    [[nodiscard]] bool blamed(std::string_view flag) const;
    [[nodiscard]] Known within(const Path& part) const {
        return {path_, part, answers_, surroundings_, files_, problems_};
    }
    [[nodiscard]] Known whole() const { return within(path_); }

  private:
    const Path& path_;
    const Path& part_;
    const Answers& answers_;
    const Surroundings& surroundings_;
    const ReadFiles& files_;
    const std::vector<Error>& problems_;
};

// What `path` calls an option of `part`.
[[nodiscard]] std::string spoken_flag(const Path& path, const Path& part, std::string_view flag);

// The full name of the key that an option of the path sets; empty for an option that sets none.
[[nodiscard]] std::string full_key(const Path& path, const Option& option);
[[nodiscard]] std::string full_key(const Path& path, std::string_view name);
// The same by the option's name in the path. In full-hybrid two options may have the same short key.
[[nodiscard]] std::string key_of(const Path& path, std::string_view flag);

}  // namespace cowork::setup
