#pragma once

#include "validators/input.hpp"
#include "validators/json_findings.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <string_view>

namespace cowork::validators {

// The parts of validate_opencode(), each over the whole document.

// The entries of `mcp`: their shape, the product's policies for what they start and whom they call.
void check_opencode_mcps(JsonFindings& found);
// `permission`, of the whole and of each agent.
void check_opencode_permissions(JsonFindings& found, const Settings& settings);
// Secrets, and the references that should stand in their place.
void check_opencode_secrets(const Input& input, JsonFindings& found);
// What opens OpenCode, or what it does, to others.
void check_opencode_exposure(JsonFindings& found, const Settings& settings);
// Models, providers and plugins: what is chosen and cannot be had, or changes by itself.
void check_opencode_choices(JsonFindings& found);

// For shapes of the document: which texts are not looked into.
[[nodiscard]] bool opencode_replaces(std::string_view text);
void tell_opencode_shape(JsonFindings& found, const nlohmann::ordered_json& object, std::string_view shape,
                         const std::string& pointer);

// Whether a URL is http to anything but this machine; nobody else can then read along or answer instead.
[[nodiscard]] bool is_plain_http(std::string_view url);

}  // namespace cowork::validators
