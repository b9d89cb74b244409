#include "validators/evidence/launch_evidence.hpp"

#include "core/names.hpp"
#include "validators/evidence/launch_evidence_facts.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstddef>
#include <set>

namespace cowork::validators {
namespace {

// Notes where a strict reader stops.
class StrictReader : public nlohmann::json_sax<nlohmann::json> {
  public:
    bool null() override { return true; }
    bool boolean(bool) override { return true; }
    bool number_integer(number_integer_t) override { return true; }
    bool number_unsigned(number_unsigned_t) override { return true; }
    bool number_float(number_float_t, const string_t&) override { return true; }
    bool string(string_t&) override { return true; }
    bool binary(binary_t&) override { return true; }
    bool start_object(std::size_t) override { return true; }
    bool key(string_t&) override { return true; }
    bool end_object() override { return true; }
    bool start_array(std::size_t) override { return true; }
    bool end_array() override { return true; }
    bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception&) override {
        stopped_at = position == 0 ? 0 : position - 1;
        return false;
    }

    std::size_t stopped_at = 0;
};

void check_strict_json(const Input& input, Findings& findings) {
    StrictReader reader;
    const bool marked = input.text.starts_with("\xEF\xBB\xBF");
    if (!marked && nlohmann::json::sax_parse(input.text, &reader)) return;
    findings.add("launch.not-strict-json", findings.index().range(reader.stopped_at, reader.stopped_at + 1),
                 {}, marked ? "it begins with a byte order mark" : "a strict JSON reader stops here");
}

}  // namespace

bool looks_like_launch_evidence(const config::JsoncDocument& document) {
    const Part root(document.root());
    if (root.at("purpose").text().starts_with("managed-byok-private-beta-launch-evidence")) return true;
    return root.at("requiredEvidence").is_list() &&
           (root.at("statusValues").is_list() || root.at("publicPrivateBoundary").is_object());
}

std::vector<LaunchEntry> read_launch_entries(EvidenceJudge& judge, const Part& manifest) {
    const Part list = manifest.at("requiredEvidence");
    std::vector<LaunchEntry> entries;
    if (!list.is_list()) {
        judge.add("shape", list, "requiredEvidence has to be a list of the fifteen items");
        return entries;
    }
    std::vector<std::string_view> ids;
    for (const LaunchItem& item : launch_items()) ids.push_back(item.id);
    std::set<std::string_view> seen;
    for (const Part::Member& one : list.members()) {
        const Part id = one.value.at("id");
        const LaunchItem* item = find_launch_item(id.text());
        if (item == nullptr) {
            const auto hint = nearest(id.text(), ids);
            judge.add("unknown-item", one.value.is_object() ? id : one.value,
                      "this is none of the fifteen items",
                      hint.empty() ? std::string{} : fmt::format("did you mean {}?", hint));
        } else if (!seen.insert(item->id).second) {
            judge.add("item-twice", id, fmt::format("{} is listed twice", item->id));
        } else {
            entries.push_back({item, one.value, one.value.at("report"), one.value.at("status").text()});
        }
    }
    for (const LaunchItem& item : launch_items())
        if (!seen.contains(item.id))
            judge.add("item-missing", list, fmt::format("{} is not in the manifest", item.id));
    return entries;
}

void validate_launch_evidence(const Input& input, const Settings& settings, Findings& findings) {
    if (!input.json) return;
    EvidenceJudge judge(*input.json, settings, findings, "launch");
    if (judge.too_large(input)) return;
    check_strict_json(input, findings);
    const Part manifest(input.json->root());
    check_launch_header(judge, manifest);
    const std::vector<LaunchEntry> entries = read_launch_entries(judge, manifest);
    check_launch_boundary(judge, manifest, entries);
    for (const LaunchEntry& entry : entries) {
        check_launch_entry(judge, entry);
        check_launch_report(judge, entry);
    }
    check_launch_across(judge, entries);
}

}  // namespace cowork::validators
