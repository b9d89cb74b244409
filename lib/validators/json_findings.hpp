#pragma once

#include "config/jsonc_document.hpp"
#include "rules/json_shape.hpp"
#include "validators/findings.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace cowork::validators {

// Findings in a JSON document, each at the value that a JSON pointer leads to.
class JsonFindings {
  public:
    JsonFindings(const config::JsoncDocument& document, Findings& findings)
        : document_(document), findings_(findings) {}

    // `what` follows the place in a sentence: `is not a text`. Never holds a value.
    void add(std::string_view rule, std::string_view pointer, std::string_view what, std::string remedy = {},
             std::optional<Severity> severity = std::nullopt);
    // The names of the rules for each kind of problem.
    struct ShapeRules {
        std::string_view unknown_key, wrong_type, wrong_value, missing_key;
    };
    void add(const ShapeRules& rules, const rules::ShapeProblem& problem);

    [[nodiscard]] const config::JsoncDocument& document() const { return document_; }
    [[nodiscard]] Redactor& redactor() { return findings_.redactor(); }

  private:
    const config::JsoncDocument& document_;
    Findings& findings_;
};

}  // namespace cowork::validators
