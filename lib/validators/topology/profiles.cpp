#include "core/names.hpp"
#include "validators/topology/parts.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <array>
#include <string_view>
#include <unordered_set>

namespace cowork::validators {
namespace {

using Json = nlohmann::ordered_json;

std::string id_of(const Json& entry) {
    const auto id = entry.find("id");
    return id != entry.end() && id->is_string() ? id->get<std::string>() : std::string{};
}

bool is_empty_list(const Json& entry, const char* key) {
    const auto list = entry.find(key);
    return list != entry.end() && list->is_array() && list->empty();
}

// The objects of a list, with their pointers.
template <typename Look>
void each_entry(JsonFindings& found, std::string_view list, Look look) {
    const std::string pointer = config::child_pointer("", list);
    const Json* entries = found.document().find(pointer);
    if (entries == nullptr || !entries->is_array()) return;
    std::size_t at = 0;
    for (const Json& entry : *entries) {
        const std::string where = fmt::format("{}/{}", pointer, at++);
        if (entry.is_object()) look(where, entry);
    }
}

void check_status(JsonFindings& found, const Json& profile, const std::string& pointer,
                  const catalogue::TopologyRow& topology) {
    const auto status = profile.find("status");
    if (status == profile.end() || !status->is_string()) return;
    const std::string_view wanted = to_string(topology.status);
    if (status->get_ref<const std::string&>() != wanted)
        found.add("topology.status", pointer + "/status", fmt::format("is not {}", wanted),
                  fmt::format("write {}", wanted));
}

void check_profile(JsonFindings& found, const Json& profile, const std::string& pointer) {
    const std::string id = id_of(profile);
    const auto* topology = catalogue::find_topology(id);
    if (topology == nullptr && !id.empty()) {
        std::vector<std::string_view> ids;
        for (const auto& row : catalogue::topologies()) ids.push_back(row.id);
        const std::string_view hint = nearest(id, ids);
        found.add("topology.unknown-profile", pointer + "/id", "is none of the product's profiles",
                  hint.empty() ? std::string{} : fmt::format("did you mean {}?", hint), Severity::warning);
    }
    if (profile.contains("executionAuthorities"))
        check_authorities(found, words_at(profile, pointer, "executionAuthorities"),
                          pointer + "/executionAuthorities", topology, "topology");
    if (profile.contains("controlPlanes"))
        check_control_planes(found, words_at(profile, pointer, "controlPlanes"), pointer + "/controlPlanes",
                             topology);
    for (const char* key : {"requiredDurability", "failClosedChecks", "validationCommands"})
        if (is_empty_list(profile, key)) found.add("topology.empty", pointer + "/" + key, "is empty");
    if (topology != nullptr) check_status(found, profile, pointer, *topology);
}

void check_gate_topologies(JsonFindings& found, const Json& gate, const std::string& pointer,
                           const catalogue::TopologyRow* own) {
    const auto words = words_at(gate, pointer, "topologyProfiles");
    const std::string where = pointer + "/topologyProfiles";
    if (is_empty_list(gate, "topologyProfiles"))
        return found.add("gate.topology", where, "names no topology",
                         own == nullptr ? std::string{} : fmt::format("write {}", own->id));
    bool has_own = own == nullptr;
    for (const PlacedWord& one : words) {
        if (catalogue::find_topology(one.word) == nullptr)
            found.add("gate.topology", one.pointer, "is none of the product's topologies");
        has_own = has_own || one.word == own->id;
    }
    if (!has_own && !words.empty())
        found.add("gate.topology", where, fmt::format("leaves out {}, whose gate this is", own->id),
                  fmt::format("add {}", own->id));
}

const catalogue::TopologyRow* topology_of_gate(std::string_view id) {
    for (const auto& row : catalogue::topologies())
        if (row.gate == id) return &row;
    return nullptr;
}

void check_gate(JsonFindings& found, const Json& gate, const std::string& pointer) {
    const auto* own = topology_of_gate(id_of(gate));
    check_gate_topologies(found, gate, pointer, own);
    if (gate.contains("authority"))
        check_authorities(found, words_at(gate, pointer, "authority"), pointer + "/authority", own, "gate");
    for (const char* key : {"approvalPolicy", "failClosedChecks", "validationEvidence"})
        if (is_empty_list(gate, key)) found.add("gate.incomplete", pointer + "/" + key, "is empty");
    for (const char* key : {"auth", "revocation", "questionPolicy", "auditEvents", "rateLimits", "durability",
                            "backupRestore", "redaction"})
        if (is_empty_list(gate, key))
            found.add("gate.incomplete", pointer + "/" + key, "is empty", {}, Severity::warning);
}

}  // namespace

void check_topology_profiles(JsonFindings& found) {
    tell_topology_shape(found, "profiles");
    check_version(found, "topology.schema", profiles_purpose);
    std::unordered_set<std::string> ids;
    each_entry(found, "profiles", [&](const std::string& pointer, const Json& profile) {
        const std::string id = id_of(profile);
        if (!id.empty() && !ids.insert(id).second)
            found.add("topology.duplicate-id", pointer + "/id", "is the id of an earlier profile");
        check_profile(found, profile, pointer);
    });
    for (const auto& row : catalogue::topologies())
        if (!ids.contains(std::string(row.id)))
            found.add("topology.missing-profile", "/profiles", fmt::format("lacks {}", row.id),
                      fmt::format("add the profile {}", row.id));
}

void check_security_gates(JsonFindings& found) {
    tell_topology_shape(found, "gates");
    check_version(found, "gate.schema", gates_purpose);
    std::unordered_set<std::string> ids;
    each_entry(found, "gates", [&](const std::string& pointer, const Json& gate) {
        const std::string id = id_of(gate);
        if (!id.empty() && !ids.insert(id).second)
            found.add("gate.duplicate-id", pointer + "/id", "is the id of an earlier gate");
        check_gate(found, gate, pointer);
    });
    for (const auto& row : catalogue::topologies())
        if (!ids.contains(std::string(row.gate)))
            found.add("gate.missing", "/gates", fmt::format("lacks {}, the gate of {}", row.gate, row.id),
                      fmt::format("add the gate {}", row.gate));
}

}  // namespace cowork::validators
