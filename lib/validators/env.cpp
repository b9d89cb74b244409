#include "validators/env.hpp"

#include "config/env_file.hpp"
#include "core/text.hpp"
#include "rules/secret_names.hpp"
#include "secrets/strength.hpp"
#include "validators/env_readers.hpp"
#include "validators/env_state.hpp"
#include "validators/service_rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

namespace cowork::validators {
namespace {

// A place in the file, from the key to the end of the value.
TextRange assignment_range(const config::EnvEntry& entry, const LineIndex& index) {
    return index.range(entry.place.key_begin,
                       std::max(entry.place.value_end, entry.place.key_begin + entry.key.size()));
}

// A key that stands more than once: every reader takes the last one.
void check_duplicates(const config::EnvFile& file, Findings& findings) {
    std::unordered_map<std::string_view, const config::EnvEntry*> last;
    for (const config::EnvEntry& entry : file.entries) {
        const auto [known, fresh] = last.emplace(entry.key, &entry);
        if (fresh) continue;
        const config::EnvEntry& before = *std::exchange(known->second, &entry);
        const bool same = before.value.reveal() == entry.value.reveal();
        findings.add(
            same ? "env.duplicate-line" : "env.duplicate-key", assignment_range(entry, findings.index()),
            entry.key,
            same ? fmt::format("{} stands in line {} already, with the same value", entry.key,
                               before.where.line)
                 : fmt::format("{} stands in line {} already, with another value; readers take the last one",
                               entry.key, before.where.line));
    }
}

// Where what is missing would stand: at the first key of the service.
TextRange first_key_of(const rules::Service& service, const config::EnvFile& file, const LineIndex& index) {
    const auto first =
        std::find_if(file.entries.begin(), file.entries.end(),
                     [&](const config::EnvEntry& entry) { return entry.key.starts_with(service.prefix); });
    return first == file.entries.end() ? index.rest_of_line(1, 1) : assignment_range(*first, index);
}

// An example is made of placeholders and meant for git: it is to be read by people, not by a service.
bool is_example(const config::Config& config) {
    bool any = false;
    for (const config::Setting& setting : config.settings()) {
        const std::string_view value = trimmed(setting.value.reveal());
        if (!rules::is_secret_key(setting.key) || value.empty()) continue;
        if (!is_placeholder(value)) return false;
        any = true;
    }
    return any;
}

void judge_services(const std::vector<const rules::Service*>& services, const config::EnvFile& file,
                    config::Config& config, const Settings& settings, Findings& findings) {
    for (const rules::Service* service : services) {
        const TextRange fallback = first_key_of(*service, file, findings.index());
        judge_service(*service, config, settings, fallback, findings);
    }
}

// What services of another deployment in one file mean: nothing for the reader, much for whoever edits it.
void check_intent(const std::vector<const rules::Service*>& services, const Settings& settings,
                  Findings& findings) {
    if (!settings.intent) return;
    const auto wanted = services_for(*settings.intent);
    if (wanted.empty()) return;
    if (std::any_of(services.begin(), services.end(), [&](const rules::Service* service) {
            return std::find(wanted.begin(), wanted.end(), service) != wanted.end();
        }))
        return;
    findings.add("env.not-for-intent", findings.index().rest_of_line(1, 1), {},
                 fmt::format("no key here is of {}, which {} runs", wanted.front()->label,
                             catalogue::row(*settings.intent).id));
}

}  // namespace

void validate_env(const Input& input, const Settings& settings, Findings& findings) {
    const auto reader = known_reader(input, settings);
    check_readers(input, reader, findings);
    const config::EnvFile file = read_as_meant(input, reader);
    check_duplicates(file, findings);
    config::Config config;
    for (const config::EnvEntry& entry : file.entries)
        config.set(entry.key, entry.value.clone(), entry.where);
    const auto services = services_of(config);
    check_intent(services, settings, findings);
    if (is_example(config)) return check_example(config, services, findings);
    judge_services(services, file, config, settings, findings);
    check_state(input, config, findings);
}

}  // namespace cowork::validators
