#pragma once

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace cowork::app {

// The part of `--explain ID` that is about the steps of smoke: a step, or a reason code of any. Empty when it
// is neither.
[[nodiscard]] std::string explain_steps_text(std::string_view id);
[[nodiscard]] nlohmann::ordered_json explain_steps_json(std::string_view id);
// Every id and code that has such a part.
[[nodiscard]] std::vector<std::string_view> explained_steps();

// The reasons of a check or a step, for a person.
[[nodiscard]] std::string reason_text(std::string_view code, std::string_view status,
                                      std::string_view meaning, std::string_view recovery,
                                      std::string_view risk);

}  // namespace cowork::app
