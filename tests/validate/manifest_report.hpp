#pragma once

#include "validators/validate.hpp"

#include <fmt/format.h>

#include <string>
#include <vector>

namespace cowork::test {

// What validate finds in a text on standard input, as `rule severity line`, in the order of the report.
inline std::vector<std::string> report_of(std::string text, validators::Kind kind,
                                          validators::Settings settings = {}) {
    validators::Request request;
    request.paths = {"-"};
    request.standard_input = std::move(text);
    request.kind = kind;
    request.settings = std::move(settings);
    const auto outcome = validators::validate(request);
    std::vector<std::string> found;
    for (const validators::Checked& file : outcome.value().files) {
        if (!file.failure.empty()) found.push_back("failure: " + file.failure.str());
        for (const validators::Finding& finding : file.findings)
            found.push_back(
                fmt::format("{} {} {}", finding.rule->id, to_string(finding.severity), finding.where.line));
    }
    return found;
}

// Only the findings whose rule begins so.
inline std::vector<std::string> only(const std::vector<std::string>& report, std::string_view beginning) {
    std::vector<std::string> found;
    for (const std::string& line : report)
        if (line.starts_with(beginning)) found.push_back(line);
    return found;
}

}  // namespace cowork::test
