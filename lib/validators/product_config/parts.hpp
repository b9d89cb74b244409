#pragma once

#include "validators/input.hpp"
#include "validators/json_findings.hpp"

namespace cowork::validators {

// The parts of validate_product_config(), each over the whole document.

// Placeholders, references of secrets, and secrets in their place.
void check_product_secrets(const Input& input, JsonFindings& found);
// `cloud`: who may sign up, what a worker may touch, profiles and plans that are there.
void check_product_cloud(JsonFindings& found, const Settings& settings);
// `gateway`: what it refuses, and what it reads from the environment only.
void check_product_gateway(JsonFindings& found);
// Tools, skills, agents, tool servers and providers: each named once, and complete.
void check_product_lists(JsonFindings& found);

// Whether a value is there and true.
[[nodiscard]] bool is_on(const JsonFindings& found, std::string_view pointer);
// The text at a pointer; empty when it is none.
[[nodiscard]] std::string_view text_at(const JsonFindings& found, std::string_view pointer);

}  // namespace cowork::validators
