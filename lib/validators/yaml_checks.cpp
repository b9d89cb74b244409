#include "validators/yaml_checks.hpp"

#include <fmt/format.h>

namespace cowork::validators {

void check_yaml(const Input& input, Findings& findings) {
    if (!input.yaml) return;
    for (const config::YamlDuplicate& one : input.yaml->duplicates())
        findings.add("file.yaml-duplicate-key", one.where, one.key,
                     one.identical
                         ? fmt::format("{} stands in line {} with the same value", one.key, one.first.line)
                         : fmt::format("{} stands in line {} with another value", one.key, one.first.line),
                     one.identical ? "remove one of them" : "",
                     one.identical ? std::optional(Severity::warning) : std::nullopt);
}

}  // namespace cowork::validators
