#include "setup/wizard.hpp"

#include "core/text.hpp"
#include "rules/lenient.hpp"
#include "secrets/redactor.hpp"
#include "secrets/strength.hpp"
#include "setup/wizard_answer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace cowork::setup {
namespace {

config::Config copy_of(const config::Config& config) {
    config::Config copy;
    for (const auto& setting : config.settings())
        copy.set(setting.key, setting.value.clone(), setting.source);
    return copy;
}

bool has_message(const std::vector<Error>& errors, const std::string& message) {
    return std::any_of(errors.begin(), errors.end(), [&](const Error& e) { return e.message == message; });
}

// The name under which a secret is in the environment; of one that has no key its option's words.
std::string variable_for(const std::string& key, std::string_view flag) {
    if (!key.empty()) return key;
    std::string name(flag.substr(2));
    for (char& c : name) c = c == '-' ? '_' : static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    return name;
}

}  // namespace

Wizard::Wizard(const Path& path, Surroundings surroundings)
    : path_(path), questions_(questions_of(path)), surroundings_(std::move(surroundings)) {
    // What the planner reads is what is there: the wizard need not know which file a path writes.
    surroundings_.existing =
        [this, inner = std::move(surroundings_.existing)](const std::string& file) -> Result<config::Config> {
        auto config = inner(file);
        if (config) files_[file] = copy_of(*config);
        return config;
    };
    (void)plan();
}

Planned Wizard::plan() const {
    auto planned = path_.plan(answers(), surroundings_);
    if (!planned) return planned;
    for (const Step& step : steps_)
        for (EnvFile& file : planned->env_files)
            for (PlannedValue& value : file.values)
                if (step.generated && value.key == key(questions_[step.question]))
                    value.origin = Origin::generated;
    return planned;
}

std::vector<Error> Wizard::problems() const {
    auto planned = plan();
    return planned ? std::vector<Error>{} : std::move(planned.error());
}

std::vector<Error> Wizard::obstacles() const {
    // What one part cannot do may be what the person leaves out.
    if (path_.intent == catalogue::Intent::full_hybrid) return {};
    std::vector<Error> found = problems();
    std::erase_if(found, [&](const Error& error) { return !is_obstacle(error); });
    return found;
}

std::vector<std::string> Wizard::targets() const {
    std::vector<std::string> paths;
    if (path_.intent != catalogue::Intent::full_hybrid)
        for (const auto& [file, values] : files_) paths.push_back(file);
    return paths;
}

const Option& Wizard::option(const Question& question) const {
    return *find_option(part(question), question.flag);
}

std::string Wizard::flag(const Question& question) const {
    return spoken_flag(path_, part(question), question.flag);
}

std::string Wizard::key(const Question& question) const {
    return question.key.empty() ? full_key(part(question), option(question))
                                : full_key(part(question), question.key);
}

std::size_t Wizard::next_index() const {
    const Answers so_far = answers();
    const auto blames = problems();
    std::size_t index = steps_.empty() ? 0 : steps_.back().question + 1;
    while (index < questions_.size()) {
        const Question& question = questions_[index];
        if (!question.when || question.when({path_, part(question), so_far, surroundings_, files_, blames}))
            break;
        ++index;
    }
    return index;
}

const Question* Wizard::next() const {
    const std::size_t index = next_index();
    return index == questions_.size() ? nullptr : &questions_[index];
}

Default Wizard::fallback() const {
    const Question& question = *next();
    const Answers so_far = answers();
    const auto blames = problems();
    const Option& row = option(question);
    const Known known{path_, part(question), so_far, surroundings_, files_, blames};
    const Standing standing = known.find(question.flag, key(question));
    const std::string value = row.secret() ? std::string{} : std::string(trimmed(standing.value));
    switch (standing.from) {
        case Standing::From::environment:
            return {Default::From::environment, value, standing.place};
        case Standing::From::file:
            return {Default::From::file, value, standing.place};
        case Standing::From::answer:
        case Standing::From::nothing:
            break;
    }
    if (!question.fallback.empty()) return {Default::From::fallback, std::string(question.fallback), {}};
    if (row.takes == Takes::new_secret && !question.optional) return {Default::From::generated, {}, {}};
    const bool missed = std::any_of(blames.begin(), blames.end(), [&](const Error& error) {
        return is_missing(error) && about(error, question);
    });
    if (missed && !question.optional) return {};
    return {Default::From::nothing, question.kind == Kind::yes_no ? "no" : std::string(question.unsaid), {}};
}

Result<Wizard::Step> Wizard::read(std::size_t index, const Secret& typed) const {
    const Question& question = questions_[index];
    if (auto checked = check_typed(typed.reveal(), longest_answer); !checked)
        return tl::unexpected(checked.error());
    const Default standing = fallback();
    Step step{index, std::nullopt, {}, false, false};
    if (trimmed(typed.reveal()).empty()) {
        step.generated = standing.from == Default::From::generated;
        if (step.generated) step.value = generate_secret();
        return step;
    }
    auto value = read_typed(question, typed.reveal());
    if (!value) return tl::unexpected(std::move(value.error()));
    if (question.kind == Kind::yes_no) {
        const bool yes = value->reveal() == "true";
        const bool is_yes = rules::read_boolean(standing.text).value_or(false);
        step.negated = !yes && is_yes;
        if (yes && !is_yes) step.value = std::move(*value);
    } else if (standing.from == Default::From::nothing || value->reveal() != standing.text) {
        step.value = std::move(*value);
    }
    return step;
}

Result<void> Wizard::accept(const Secret& typed, std::string spelled) {
    auto step = read(next_index(), typed);
    if (!step) return tl::unexpected(std::move(step.error()));
    step->spelled = std::move(spelled);
    const auto before = problems();
    steps_.push_back(std::move(*step));
    auto error = objection(before);
    if (!error) return {};
    steps_.pop_back();
    return tl::unexpected(std::move(*error));
}

// A problem that is about no answer and no key, such as a file that cannot be used.
bool Wizard::is_obstacle(const Error& error) const {
    if (error.code != ErrorCode::usage) return true;
    return error.where.key.empty() && std::none_of(questions_.begin(), questions_.end(),
                                                   [&](const Question& q) { return about(error, q); });
}

bool Wizard::about(const Error& error, const Question& question) const {
    if (error.where.file == flag(question)) return true;
    const std::string name = key(question);
    return !name.empty() && (error.where.key == name || error.where.file == name);
}

// What the last answer broke. What a later question will be asked about is not its fault.
std::optional<Error> Wizard::objection(const std::vector<Error>& before) const {
    const Step& step = steps_.back();
    const Question& question = questions_[step.question];
    for (Error& error : problems()) {
        const bool missed = is_missing(error) && error.where.file == flag(question);
        if (missed && question.optional) continue;
        const bool later = std::any_of(questions_.begin() + static_cast<std::ptrdiff_t>(step.question) + 1,
                                       questions_.end(), [&](const Question& q) { return about(error, q); });
        const bool is_new = !has_message(before, error.message);
        const bool obstacle = is_obstacle(error) && !later;
        if (!about(error, question) && !obstacle && (later || !is_new)) continue;
        if (missed) error.message = fmt::format("this needs an answer: {}", why_missing(error));
        return std::move(error);
    }
    return std::nullopt;
}

bool Wizard::back() {
    if (steps_.empty()) return false;
    steps_.pop_back();
    return true;
}

bool Wizard::back_to(const std::vector<Error>& errors) {
    for (std::size_t i = steps_.size(); i-- > 0;) {
        const Question& question = questions_[steps_[i].question];
        if (std::none_of(errors.begin(), errors.end(), [&](const Error& e) { return about(e, question); }))
            continue;
        steps_.resize(i + 1);
        return true;
    }
    return false;
}

Answers Wizard::answers() const {
    Answers said;
    for (const Step& step : steps_) {
        const Question& question = questions_[step.question];
        if (step.negated) said.unset(key(question));
        if (step.value) said.add(flag(question), step.value->clone());
    }
    return said;
}

std::vector<std::string> Wizard::arguments() const {
    std::vector<std::string> words;
    for (const Step& step : steps_) {
        const Question& question = questions_[step.question];
        if (step.negated) words.insert(words.end(), {"--unset", key(question)});
        if (!step.value) continue;
        const std::string name = flag(question);
        if (question.kind == Kind::yes_no) {
            words.push_back(name);
            continue;
        }
        std::string text = !option(question).secret() ? Redactor().clean(step.value->reveal()).str()
                           : !step.spelled.empty()    ? step.spelled
                                                      : "env:" + variable_for(key(question), name);
        if (text.starts_with('-')) {
            words.push_back(fmt::format("{}={}", name, text));
        } else {
            words.insert(words.end(), {name, std::move(text)});
        }
    }
    return words;
}

}  // namespace cowork::setup
