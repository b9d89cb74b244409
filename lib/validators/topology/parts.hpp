#pragma once

#include "catalogue/topologies.hpp"
#include "rules/json_shape.hpp"
#include "validators/input.hpp"
#include "validators/json_findings.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace cowork::validators {

// The parts of validate_topology(): the product's two files, and an operator's choice.
inline constexpr std::string_view profiles_purpose = "open-cowork-deployment-topology-profiles";
inline constexpr std::string_view gates_purpose = "open-cowork-hybrid-security-gates";
inline constexpr std::string_view choice_purpose = "open-cowork-topology-choice";

void check_topology_profiles(JsonFindings& found);
void check_security_gates(JsonFindings& found);
void check_topology_choice(JsonFindings& found, const Settings& settings);

// Keys and types of one of the three.
void tell_topology_shape(JsonFindings& found, std::string_view shape);
// `schemaVersion` and `purpose`; `rule` when they are others.
void check_version(JsonFindings& found, std::string_view rule, std::string_view purpose);

// A word of a document and where it stands.
struct PlacedWord {
    std::string word, pointer;
};
// The texts of a list; of a text, its parts between commas.
[[nodiscard]] std::vector<PlacedWord> words_at(const nlohmann::ordered_json& holder,
                                               const std::string& pointer, std::string_view key);

// Judges the words against what the topology has. `topology` is null when there is none of that name: then
// only whether the product knows the words.
void check_authorities(JsonFindings& found, const std::vector<PlacedWord>& words, const std::string& pointer,
                       const catalogue::TopologyRow* topology, std::string_view group);
void check_control_planes(JsonFindings& found, const std::vector<PlacedWord>& words,
                          const std::string& pointer, const catalogue::TopologyRow* topology);

}  // namespace cowork::validators
