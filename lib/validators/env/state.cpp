#include "validators/env/state.hpp"

#include "core/shell_quote.hpp"
#include "core/text.hpp"
#include "rules/secret_names.hpp"
#include "secrets/strength.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace cowork::validators {
namespace {

constexpr mode_t others = 0077;

bool may_be_secret(const EnvValue& one) {
    return one.certain && rules::is_secret_key(one.key) && !trimmed(one.value.reveal()).empty();
}

// A secret with a value that somebody chose; null without one.
const EnvValue* first_secret(const std::vector<EnvValue>& values) {
    const auto found = std::find_if(values.begin(), values.end(), [](const EnvValue& one) {
        return may_be_secret(one) && !is_placeholder(one.value.reveal());
    });
    return found == values.end() ? nullptr : &*found;
}

bool named_as_example(std::string_view path) {
    constexpr std::array words{".example", ".template", ".sample", ".dist"};
    const std::string name = lowered(path.substr(path.rfind('/') + 1));  // npos + 1 is 0
    return std::any_of(words.begin(), words.end(), [&](std::string_view word) {
        const auto at = name.rfind(word);
        if (at == std::string::npos) return false;
        const auto after = at + word.size();
        return after == name.size() || name[after] == '.';
    });
}

}  // namespace

bool is_example(const Input& input, const std::vector<EnvValue>& values) {
    if (named_as_example(input.path)) return true;
    const bool in_git = input.facts && input.facts->git == FileFacts::Git::tracked;
    return in_git && first_secret(values) == nullptr &&
           std::any_of(values.begin(), values.end(), may_be_secret);
}

void check_state(const Input& input, const std::vector<EnvValue>& values, Findings& findings) {
    const EnvValue* secret = first_secret(values);
    if (!input.facts || secret == nullptr) return;
    const TextRange where = findings.index().range(secret->begin, secret->end);
    const FileFacts& facts = *input.facts;
    if ((facts.mode & others) != 0)
        findings.add(
            "env.mode", where, secret->key,
            fmt::format("the file's mode is {:04o}, so that others can read {}", facts.mode, secret->key),
            fmt::format("chmod 600 {}", path_word(input.path)));
    if (facts.foreign_owner)
        findings.add(
            "env.owner", where, secret->key,
            fmt::format("the file belongs to another user, who can read and change {}", secret->key));
    if (facts.git == FileFacts::Git::tracked)
        findings.add("env.tracked-by-git", where, secret->key,
                     fmt::format("git tracks the file, so that {} is in every clone", secret->key));
    if (facts.git == FileFacts::Git::untracked)
        findings.add("env.not-ignored-by-git", where, secret->key,
                     fmt::format("the next git add would pick up the file with {}", secret->key));
}

}  // namespace cowork::validators
