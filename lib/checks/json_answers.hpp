#pragma once

#include "probes/http.hpp"

#include <nlohmann/json_fwd.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace cowork::checks {

// The JSON of an answer, read without trust.

// The text as a JSON object; nothing when it is none, or nested deeper than any answer of the product.
[[nodiscard]] std::optional<nlohmann::json> object_in(std::string_view body);
// The same of an answer that calls itself JSON.
[[nodiscard]] std::optional<nlohmann::json> object_of(const probes::HttpAnswer& answer);
// The string, or the truth, of a member; empty and false for anything else.
[[nodiscard]] std::string text_at(const nlohmann::json& object, std::string_view key);
[[nodiscard]] bool true_at(const nlohmann::json& object, std::string_view key);

// Why the Cloud denies something, in its own words (contract/cloud.md section 3); empty when it does not say.
[[nodiscard]] std::string policy_code(const probes::HttpAnswer& answer);

}  // namespace cowork::checks
