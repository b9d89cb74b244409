#pragma once

#include "support/gateway_env.hpp"
#include "support/process.hpp"

#include <nlohmann/json.hpp>

#include <map>
#include <string>
#include <vector>

namespace cowork::test {

// One run of the real binary, in a directory, with nothing in its environment but PATH and what is given.
ProcessResult run_cowork(const std::vector<std::string>& arguments, const std::string& directory = "/",
                         const std::map<std::string, std::string>& environment = {},
                         const std::string& input = {});

// The standard output as JSON; the test fails when it is not exactly one document.
nlohmann::json json_of(const ProcessResult& result);

// The result row of a check.
nlohmann::json row_of(const nlohmann::json& report, const std::string& id);

// Every spelling of a secret that must not appear in any output: raw, percent-encoded, base64 at the three
// alignments, hex. Written apart from the product's own list, so that the two check each other.
std::vector<std::string> forbidden_spellings(const std::string& secret);

}  // namespace cowork::test
