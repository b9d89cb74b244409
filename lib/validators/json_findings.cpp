#include "validators/json_findings.hpp"

#include "validators/json_place.hpp"

#include <fmt/format.h>

namespace cowork::validators {

void JsonFindings::add(std::string_view rule, std::string_view pointer, std::string_view what,
                       std::string remedy, std::optional<Severity> severity) {
    const std::string key = config::dotted(pointer);
    findings_.add(rule, json_place(document_, findings_.index(), pointer), key,
                  fmt::format("{} {}", key.empty() ? "the document" : key, what), std::move(remedy),
                  severity);
}

void JsonFindings::add(const ShapeRules& rules, const rules::ShapeProblem& problem) {
    using Kind = rules::ShapeProblem::Kind;
    const auto rule = [&] {
        switch (problem.kind) {
            case Kind::unknown_key:
                return rules.unknown_key;
            case Kind::wrong_type:
                return rules.wrong_type;
            case Kind::wrong_value:
                return rules.wrong_value;
            case Kind::missing_key:
                return rules.missing_key;
        }
        return rules.wrong_type;
    };
    add(rule(), problem.pointer, problem.message, problem.remedy);
}

}  // namespace cowork::validators
