#pragma once

#include "validators/validate.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace cowork::test {

// Evidence as the product's tools write it, with nothing to object to on 2026-11-01: tests change one thing.
[[nodiscard]] nlohmann::ordered_json good_load_report();      // a strict load run of private-beta
[[nodiscard]] nlohmann::ordered_json good_failover_drill();   // with one note: its hooks are statements
[[nodiscard]] nlohmann::ordered_json good_launch_manifest();  // all fifteen passed, with their reports

// What validate says of such a record on 2026-11-01T12:00:00Z: `rule severity key`, each once.
[[nodiscard]] std::vector<std::string> findings_of(const nlohmann::ordered_json& record,
                                                   bool promotion = false);
[[nodiscard]] std::vector<std::string> findings_of_text(const std::string& text, validators::Kind kind,
                                                        bool promotion = false);
// Whether that rule is among them.
[[nodiscard]] bool breaks(const std::vector<std::string>& findings, std::string_view rule);

}  // namespace cowork::test
