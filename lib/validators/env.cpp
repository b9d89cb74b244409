#include "validators/env.hpp"

#include "config/env_file.hpp"
#include "validators/service_rules.hpp"

#include <array>

namespace cowork::validators {
namespace {

constexpr std::array rules_table{
    Rule{"env.duplicate-key", Severity::error, "a key that stands twice",
         "Every reader takes the last one, so whoever edits the first changes nothing.",
         "Remove all but the one that counts.",
         {},
         Fix::safe},
};

}  // namespace

std::span<const Rule> env_rules() { return rules_table; }

void validate_env(const Input& input, const Settings& settings, Findings& findings) {
    config::EnvFile file = config::parse_env_file(input.text, input.path, settings.reader);
    for (const config::EnvDiagnostic& found : file.diagnostics)
        if (found.issue == config::EnvIssue::duplicate_key)
            findings.add("env.duplicate-key",
                         findings.index().rest_of_line(found.where.line, found.where.column), found.where.key,
                         found.message);
    config::Config config;
    for (config::EnvEntry& entry : file.entries)
        config.set(entry.key, std::move(entry.value), std::move(entry.where));
    for (const rules::Service* service : services_of(config))
        judge_service(*service, config, settings, {}, findings);
}

}  // namespace cowork::validators
