#pragma once

#include "report/model.hpp"

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <map>
#include <string_view>

namespace cowork::report {

// The rule that a result of SARIF names: the broken rule, or the check or step itself.
[[nodiscard]] std::string_view sarif_rule_of(const Row& row);

// The list `tool.driver.rules`, and where in it each id stands. Every rule that a row names is in it, also
// one of which the report has no text.
struct SarifRules {
    explicit SarifRules(const Report& report);

    [[nodiscard]] nlohmann::ordered_json json() const;
    [[nodiscard]] std::size_t index(std::string_view id) const { return places.at(id); }

    std::vector<RuleText> texts;
    std::map<std::string_view, std::size_t> places;
};

}  // namespace cowork::report
