#include "validators/topology/topology.hpp"

#include "catalogue/authorities.hpp"
#include "core/names.hpp"
#include "core/text.hpp"
#include "validators/topology/parts.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace cowork::validators {
namespace {

using Json = nlohmann::ordered_json;
using Words = std::vector<std::string_view>;
using rules::ShapeKey;

constexpr ShapeKey texts(std::string_view shape, std::string_view name, bool needed = false) {
    return {
        .shape = shape, .name = name, .types = rules::json_list, .items = rules::json_text, .needed = needed};
}
constexpr ShapeKey list(std::string_view shape, std::string_view name, std::string_view of) {
    return {.shape = shape,
            .name = name,
            .types = rules::json_list,
            .of = of,
            .items = rules::json_object,
            .needed = true};
}
constexpr ShapeKey text(std::string_view shape, std::string_view name, bool needed = false) {
    return {.shape = shape, .name = name, .types = rules::json_text, .needed = needed};
}
constexpr ShapeKey map(std::string_view name) {
    return {.shape = "choice", .name = name, .types = rules::json_object, .of = "answers", .needed = true};
}

// schemaVersion and purpose have rules of their own.
constexpr std::array shape_rows{
    ShapeKey{"profiles", "schemaVersion"},
    ShapeKey{"profiles", "purpose"},
    list("profiles", "profiles", "profile"),
    text("profile", "id", true),
    text("profile", "label"),
    text("profile", "status"),
    texts("profile", "intendedOperators"),
    texts("profile", "surfaces"),
    texts("profile", "executionAuthorities", true),
    texts("profile", "controlPlanes", true),
    texts("profile", "referenceAssets"),
    text("profile", "soloPath"),
    text("profile", "productionPath"),
    text("profile", "securityBoundary"),
    texts("profile", "requiredDurability", true),
    texts("profile", "failClosedChecks", true),
    texts("profile", "validationCommands"),
    texts("profile", "smokeCommands"),
    texts("profile", "notes"),

    ShapeKey{"gates", "schemaVersion"},
    ShapeKey{"gates", "purpose"},
    text("gates", "summary"),
    texts("gates", "globalRules"),
    list("gates", "gates", "gate"),
    text("gate", "id", true),
    text("gate", "label"),
    texts("gate", "topologyProfiles", true),
    text("gate", "authority", true),
    text("gate", "scope"),
    texts("gate", "auth"),
    texts("gate", "revocation"),
    texts("gate", "approvalPolicy", true),
    texts("gate", "questionPolicy"),
    texts("gate", "auditEvents"),
    texts("gate", "rateLimits"),
    texts("gate", "durability"),
    texts("gate", "backupRestore"),
    texts("gate", "redaction"),
    texts("gate", "failClosedChecks", true),
    texts("gate", "validationEvidence", true),

    ShapeKey{"choice", "schemaVersion"},
    ShapeKey{"choice", "purpose"},
    text("choice", "topology", true),
    texts("choice", "executionAuthorities", true),
    texts("choice", "controlPlanes", true),
    map("durability"),
    map("failClosedChecks"),
    text("choice", "owner", true),
    texts("choice", "notes"),
    text("answers", "*"),
};

const rules::JsonShape& shapes() {
    static const auto* const shape = new rules::JsonShape(shape_rows);
    return *shape;
}

Words runtime_authorities() {
    Words words;
    for (const auto& row : catalogue::authorities())
        if (row.runtime == row.authority) words.push_back(to_string(row.authority));
    return words;
}

Words plane_names() {
    Words words;
    for (const auto& row : catalogue::control_planes()) words.push_back(to_string(row.plane));
    return words;
}

// Why a word is no authority, and what to write.
std::pair<std::string, std::string> about_authority(std::string_view word) {
    for (const auto& row : catalogue::authorities())
        if (to_string(row.authority) == word)
            return {fmt::format("is a way to reach {}, which runs the agents", to_string(row.runtime)),
                    fmt::format("write {}", to_string(row.runtime))};
    const std::string_view hint = nearest(word, runtime_authorities());
    return {"is no authority that runs agents",
            hint.empty() ? fmt::format("write one of {}", fmt::join(runtime_authorities(), ", "))
                         : fmt::format("did you mean {}?", hint)};
}

// Both ways: words that do not belong, and wanted ones that are not there.
void compare(JsonFindings& found, const std::vector<PlacedWord>& words, const std::string& pointer,
             const Words& wanted, std::string_view rule, std::string_view topology) {
    const auto has = [](const auto& list, std::string_view word) {
        return std::find(list.begin(), list.end(), word) != list.end();
    };
    for (const PlacedWord& one : words)
        if (!has(wanted, one.word))
            found.add(rule, one.pointer, fmt::format("does not belong to {}", topology));
    for (const std::string_view word : wanted)
        if (!std::any_of(words.begin(), words.end(), [&](const PlacedWord& one) { return one.word == word; }))
            found.add(rule, pointer, fmt::format("leaves out {}, which {} has", word, topology),
                      fmt::format("add {}", word));
}

}  // namespace

void tell_topology_shape(JsonFindings& found, std::string_view shape) {
    constexpr JsonFindings::ShapeRules names{"topology.unknown-key", "topology.wrong-type",
                                             "topology.wrong-type", "topology.missing-key"};
    const auto nothing = [](std::string_view) { return false; };
    for (const auto& problem : shapes().judge(found.document().root(), nothing, shape))
        found.add(names, problem);
}

void check_version(JsonFindings& found, std::string_view rule, std::string_view purpose) {
    const Json& root = found.document().root();
    const auto version = root.find("schemaVersion");
    if (version == root.end() || *version != Json(1))
        found.add(rule, "/schemaVersion", "is not 1", "write 1");
    const auto given = root.find("purpose");
    if (given == root.end() || *given != Json(purpose))
        found.add(rule, "/purpose", fmt::format("is not {}", purpose), fmt::format("write {}", purpose));
}

std::vector<PlacedWord> words_at(const Json& holder, const std::string& pointer, std::string_view key) {
    std::vector<PlacedWord> words;
    const auto value = holder.find(key);
    if (value == holder.end()) return words;
    const std::string where = config::child_pointer(pointer, key);
    if (value->is_string()) {
        for (std::string_view rest = value->get_ref<const std::string&>(); !rest.empty();) {
            const auto comma = rest.find(',');
            if (const auto word = trimmed(rest.substr(0, comma)); !word.empty())
                words.push_back({std::string(word), where});
            rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(comma + 1);
        }
    } else if (value->is_array()) {
        std::size_t at = 0;
        for (const Json& one : *value) {
            const std::string place = fmt::format("{}/{}", where, at++);
            if (one.is_string()) words.push_back({one.get<std::string>(), place});
        }
    }
    return words;
}

void check_authorities(JsonFindings& found, const std::vector<PlacedWord>& words, const std::string& pointer,
                       const catalogue::TopologyRow* topology, std::string_view group) {
    const Words known = runtime_authorities();
    std::vector<PlacedWord> authorities;
    for (const PlacedWord& one : words) {
        if (std::find(known.begin(), known.end(), one.word) != known.end()) {
            authorities.push_back(one);
            continue;
        }
        auto [what, remedy] = about_authority(one.word);
        found.add(fmt::format("{}.authority-unknown", group), one.pointer, what, std::move(remedy));
    }
    if (topology == nullptr) return;
    Words wanted;
    for (const auto authority : topology->authorities) wanted.push_back(to_string(authority));
    compare(found, authorities, pointer, wanted, fmt::format("{}.authorities-differ", group), topology->id);
}

void check_control_planes(JsonFindings& found, const std::vector<PlacedWord>& words,
                          const std::string& pointer, const catalogue::TopologyRow* topology) {
    const Words known = plane_names();
    std::vector<PlacedWord> planes;
    for (const PlacedWord& one : words) {
        if (std::find(known.begin(), known.end(), one.word) != known.end()) {
            planes.push_back(one);
            continue;
        }
        const std::string_view hint = nearest(one.word, known);
        found.add("topology.plane-unknown", one.pointer, "is no control plane",
                  hint.empty() ? fmt::format("write one of {}", fmt::join(known, ", "))
                               : fmt::format("did you mean {}?", hint));
    }
    if (topology == nullptr) return;
    Words wanted;
    for (const auto plane : topology->control_planes) wanted.push_back(to_string(plane));
    compare(found, planes, pointer, wanted, "topology.planes-differ", topology->id);
}

bool looks_like_topology(const config::JsoncDocument& document) {
    const Json& root = document.root();
    if (const auto purpose = root.find("purpose"); purpose != root.end() && purpose->is_string()) {
        const auto& text = purpose->get_ref<const std::string&>();
        return text.starts_with("open-cowork-deployment-topology") ||
               text.starts_with("open-cowork-hybrid-security") || text.starts_with("open-cowork-topology");
    }
    const auto first_has = [&](const char* group, const char* key) {
        const auto found = root.find(group);
        return found != root.end() && found->is_array() && !found->empty() && found->front().is_object() &&
               found->front().contains(key);
    };
    return first_has("profiles", "executionAuthorities") || first_has("gates", "topologyProfiles") ||
           (root.contains("topology") && root.contains("executionAuthorities"));
}

void validate_topology(const Input& input, const Settings& settings, Findings& findings) {
    if (!input.json) return;
    JsonFindings found(*input.json, findings);
    const Json& root = input.json->root();
    if (root.contains("gates")) return check_security_gates(found);
    if (root.contains("profiles")) return check_topology_profiles(found);
    check_topology_choice(found, settings);
}

}  // namespace cowork::validators
