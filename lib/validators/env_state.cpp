#include "validators/env_state.hpp"

#include "rules/secret_names.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cowork::validators {
namespace {

constexpr mode_t others = 0077;

// The first setting that is a secret and has a value; null without one.
const config::Setting* first_secret(const config::Config& config) {
    const auto found = std::find_if(
        config.settings().begin(), config.settings().end(),
        [](const auto& setting) { return rules::is_secret_key(setting.key) && !setting.value.empty(); });
    return found == config.settings().end() ? nullptr : &*found;
}

}  // namespace

void check_state(const Input& input, const config::Config& config, Findings& findings) {
    const config::Setting* secret = first_secret(config);
    if (!input.facts || secret == nullptr) return;
    const TextRange where = findings.index().rest_of_line(secret->source.line, secret->source.column);
    const FileFacts& facts = *input.facts;
    if ((facts.mode & others) != 0)
        findings.add(
            "env.mode", where, secret->key,
            fmt::format("the file's mode is {:04o}, so that others can read {}", facts.mode, secret->key),
            fmt::format("chmod 600 {}", input.path));
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

void check_example(const config::Config& config, const std::vector<const rules::Service*>& services,
                   Findings& findings) {
    for (const rules::Service* service : services)
        for (const rules::Violation& violation : service->check(config))
            if (violation.reason_code == "configuration.unknown-key" ||
                violation.reason_code == "configuration.unread-key")
                findings.add(violation, {});
}

}  // namespace cowork::validators
