#pragma once

#include <nlohmann/json.hpp>

#include <string>

namespace cowork::test {

// Everything by which a document breaks docs/schemas/NAME.schema.json; empty when it conforms.
std::string schema_violations(const nlohmann::json& document, const std::string& name);

// The same for SARIF's own schema (tests/schemas/sarif-2.1.0).
std::string sarif_violations(const nlohmann::json& document);

}  // namespace cowork::test
