#include "validators/env/env.hpp"

#include "config/env_file.hpp"
#include "core/text.hpp"
#include "validators/env/readers.hpp"
#include "validators/env/services.hpp"
#include "validators/env/state.hpp"
#include "validators/env/values.hpp"

#include <fmt/format.h>

#include <unordered_map>

namespace cowork::validators {
namespace {

// Whether there is more than readers take; the rest is not looked at.
bool cut(const Input& input, EnvLines& lines, Findings& findings) {
    const TextRange beginning = findings.index().rest_of_line(1, 1);
    if (input.text.size() > config::max_env_file_bytes) {
        findings.add("env.too-large", beginning, {}, "the file is larger than 1 MiB and was not read");
        return true;
    }
    lines = lines_of(input.text);
    if (lines.assignments.size() > config::max_env_entries) {
        const Assignment& first = lines.assignments[config::max_env_entries];
        findings.add("env.too-large", findings.index().range(first.key_begin, first.value_end()),
                     std::string(first.key),
                     "the file has more than 10,000 assignments; the rest was not read");
        lines.assignments.resize(config::max_env_entries);
    }
    return false;
}

// A key that stands more than once: every reader takes the last one.
void check_duplicates(const std::vector<EnvValue>& values, Findings& findings) {
    const LineIndex& index = findings.index();
    std::unordered_map<std::string_view, const EnvValue*> last;
    for (const EnvValue& one : values) last.insert_or_assign(one.key, &one);
    std::unordered_map<std::string_view, const EnvValue*> known;
    for (const EnvValue& one : values) {
        const auto [before, fresh] = known.emplace(one.key, &one);
        if (fresh) continue;
        const bool same = before->second->value.reveal() == one.value.reveal();
        const int there = index.range(before->second->begin, before->second->end).line;
        const int wins = index.range(last.at(one.key)->begin, last.at(one.key)->end).line;
        findings.add(
            same ? "env.duplicate-line" : "env.duplicate-key", index.range(one.begin, one.end), one.key,
            same ? fmt::format("{} stands in line {} already, with the same value", one.key, there)
                 : fmt::format("{} stands in line {} already, with another value; the one in line {} "
                               "wins",
                               one.key, there, wins));
        before->second = &one;
    }
}

}  // namespace

void validate_env(const Input& input, const Settings& settings, Findings& findings) {
    EnvLines lines;
    if (cut(input, lines, findings)) return;
    const auto reader = known_reader(input, settings);
    check_readers(input, lines, reader, findings);
    const std::vector<EnvValue> values = values_of(input.text, lines, reader);
    check_duplicates(values, findings);
    const bool example = is_example(input, values);
    check_services({values, reader, example}, settings, findings);
    if (!example) check_state(input, values, findings);
}

}  // namespace cowork::validators
