#pragma once

#include "setup/known.hpp"
#include "setup/questions.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace cowork::setup {

// What an empty answer means.
struct Default {
    enum class From {
        required,     // nothing: there must be an answer
        nothing,      // no value
        fallback,     // the planner's own
        environment,  // a variable
        file,         // the file that is there
        generated,    // a new secret
    };
    From from = From::required;
    std::string text;   // the value, or the words for none; empty for a secret
    std::string place;  // the variable, or file and line
};

// The questions of one path, one after the other, without input or output: which is next, whether an answer
// will do, and what all answers come to. An answer is judged at once by planning with it.
class Wizard {
  public:
    // A terminal's line holds no more, and cuts the rest off without a word.
    static constexpr std::size_t longest_answer = 4000;

    Wizard(const Path& path, Surroundings surroundings);
    Wizard(const Wizard&) = delete;
    Wizard& operator=(const Wizard&) = delete;
    ~Wizard() = default;

    // What stands in the way whatever is answered, such as a file that cannot be used.
    [[nodiscard]] std::vector<Error> obstacles() const;

    // The env files that will be written as far as that is known before the first question.
    [[nodiscard]] std::vector<std::string> targets() const;

    // Null when everything needed is answered.
    [[nodiscard]] const Question* next() const;
    // Of the next question. There must be one, as for accept().
    [[nodiscard]] Default fallback() const;
    // Takes the answer to the next question as it was typed; empty takes the default. Of a secret that was
    // not typed but named, `spelled` is the name (`env:NAME`). The error says what is wrong with the answer.
    [[nodiscard]] Result<void> accept(const Secret& typed, std::string spelled = {});
    // Forgets the last answer, so that its question is the next again. False when there is none.
    bool back();
    // Forgets the answers after the last one that any of the errors is about, so that back() leads to its
    // question. False when they are about none.
    bool back_to(const std::vector<Error>& errors);

    [[nodiscard]] Answers answers() const;
    [[nodiscard]] Planned plan() const;
    // The option of a question, what the path calls it, and the full name of the key that it sets; empty for
    // none.
    [[nodiscard]] const Option& option(const Question& question) const;
    [[nodiscard]] std::string flag(const Question& question) const;
    [[nodiscard]] std::string key(const Question& question) const;
    // The options that say what was answered differently from the defaults. Secrets are `env:KEY`, also those
    // that were generated: the file has them under that name.
    [[nodiscard]] std::vector<std::string> arguments() const;

  private:
    struct Step {
        std::size_t question = 0;
        std::optional<Secret> value;  // none: the default
        std::string spelled;
        bool negated = false;    // no, where the file that is there says yes
        bool generated = false;  // a new secret, because none was typed
    };

    [[nodiscard]] const Path& part(const Question& question) const {
        return question.part == nullptr ? path_ : *question.part;
    }
    [[nodiscard]] std::size_t next_index() const;
    [[nodiscard]] Result<Step> read(std::size_t index, const Secret& typed) const;
    [[nodiscard]] std::vector<Error> problems() const;
    [[nodiscard]] std::optional<Error> objection(const std::vector<Error>& before) const;
    [[nodiscard]] bool is_obstacle(const Error& error) const;
    [[nodiscard]] bool about(const Error& error, const Question& question) const;

    const Path& path_;
    const std::vector<Question> questions_;
    ReadFiles files_;
    Surroundings surroundings_;
    std::vector<Step> steps_;
};

}  // namespace cowork::setup
