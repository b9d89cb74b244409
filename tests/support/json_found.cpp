#include "support/json_found.hpp"

#include "core/timestamp.hpp"
#include "validators/findings.hpp"
#include "validators/json_rules.hpp"
#include "validators/recognise.hpp"
#include "validators/registry.hpp"

#include <fmt/format.h>

namespace cowork::test {
namespace {

validators::Input input_of(std::string_view text, const std::string& name) {
    validators::Input input;
    input.path = name;
    input.text = std::string(text);
    validators::recognise(input, std::nullopt);
    return input;
}

std::vector<validators::Finding> look(std::string_view text, const std::string& name,
                                      validators::Settings settings) {
    if (settings.now == std::chrono::system_clock::time_point{})
        settings.now = parse_timestamp("2026-11-01T12:00:00Z").value();
    const validators::Input input = input_of(text, name);
    validators::Findings findings(input.text);
    validators::check_json(input, findings);
    validators::validator_of(input.kind).run(input, settings, findings);
    return findings.take();
}

}  // namespace

std::vector<std::string> found_in(std::string_view text, const std::string& name,
                                  const validators::Settings& settings) {
    std::vector<std::string> found;
    for (const auto& one : look(text, name, settings))
        found.push_back(fmt::format("{} {} {}", one.rule->id, to_string(one.severity), one.key));
    return found;
}

std::vector<std::string> keys_of(std::string_view rule, std::string_view text, const std::string& name,
                                 const validators::Settings& settings) {
    std::vector<std::string> keys;
    for (const auto& one : look(text, name, settings))
        if (one.rule->id == rule) keys.push_back(one.key);
    return keys;
}

validators::Kind kind_of(std::string_view text, const std::string& name) { return input_of(text, name).kind; }

}  // namespace cowork::test
