#include "catalogue/intents.hpp"
#include "core/names.hpp"
#include "core/text.hpp"
#include "validators/topology/parts.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <span>
#include <unordered_set>

namespace cowork::validators {
namespace {

using Json = nlohmann::ordered_json;
using catalogue::TopologyRow;
using catalogue::TopologyStatus;

// One item, whichever way it is written: capitals, blanks around it and a leading article do not count.
std::string plain(std::string_view item) {
    std::string text = lowered(trimmed(item));
    if (text.starts_with("the ")) text.erase(0, 4);
    return text;
}

bool says_nothing(std::string_view answer) {
    constexpr std::array words{
        std::string_view{""},    std::string_view{"todo"},  std::string_view{"tbd"},
        std::string_view{"?"},   std::string_view{"-"},     std::string_view{"..."},
        std::string_view{"xxx"}, std::string_view{"fixme"}, std::string_view{"change-me"}};
    const std::string text = lowered(trimmed(answer));
    return std::find(words.begin(), words.end(), text) != words.end() || text.starts_with("todo:") ||
           text.starts_with("todo ");
}

// What the operator says about the items of one list.
class Answers {
  public:
    Answers(JsonFindings& found, std::string_view key, std::string_view rule)
        : found_(found), pointer_(config::child_pointer("", key)), rule_(rule) {}

    void judge(std::span<const std::string_view> items) {
        const Json* answers = found_.document().find(pointer_);
        if (answers == nullptr || !answers->is_object()) return;
        std::unordered_set<std::string> wanted;
        for (const std::string_view item : items) wanted.insert(plain(item));
        std::unordered_set<std::string> given;
        for (const auto& [item, answer] : answers->items()) {
            const std::string where = config::child_pointer(pointer_, item);
            if (!wanted.contains(plain(item))) {
                unknown(where, item, items);
            } else if (answer.is_string() && says_nothing(answer.get_ref<const std::string&>())) {
                found_.add("topology.answer-empty", where, "says nothing yet");
            }
            given.insert(plain(item));
        }
        for (const std::string_view item : items)
            if (!given.contains(plain(item)))
                found_.add(rule_, pointer_, fmt::format("says nothing about: {}", item),
                           fmt::format("add \"{}\" and how it is done", item));
    }

  private:
    void unknown(const std::string& pointer, const std::string& item,
                 std::span<const std::string_view> items) {
        const std::string_view hint = nearest(item, {items.begin(), items.end()});
        found_.add("topology.answer-unknown", pointer, "is nothing that the topology asks for",
                   hint.empty() ? std::string{} : fmt::format("did you mean \"{}\"?", hint));
    }

    JsonFindings& found_;
    std::string pointer_;
    std::string_view rule_;
};

const TopologyRow* chosen(JsonFindings& found) {
    const Json* topology = found.document().find("/topology");
    if (topology == nullptr || !topology->is_string()) return nullptr;
    const auto& id = topology->get_ref<const std::string&>();
    const TopologyRow* row = catalogue::find_topology(id);
    if (row != nullptr) return row;
    std::vector<std::string_view> ids;
    for (const auto& one : catalogue::topologies()) ids.push_back(one.id);
    const std::string_view hint = nearest(id, ids);
    found.add("topology.unknown-profile", "/topology", "is none of the product's topologies",
              hint.empty() ? std::string{} : fmt::format("did you mean {}?", hint));
    return nullptr;
}

void check_status(JsonFindings& found, const TopologyRow& row) {
    if (row.status == TopologyStatus::connector_contract || row.status == TopologyStatus::defined_contract)
        found.add(
            "topology.not-supported", "/topology",
            fmt::format("is a {}: {}", to_string(row.status), meaning(row.status)), {},
            row.status == TopologyStatus::defined_contract ? std::optional(Severity::error) : std::nullopt);
}

}  // namespace

void check_topology_choice(JsonFindings& found, const Settings& settings) {
    tell_topology_shape(found, "choice");
    check_version(found, "topology.schema", choice_purpose);
    const TopologyRow* row = chosen(found);
    const Json& root = found.document().root();
    if (root.contains("executionAuthorities"))
        check_authorities(found, words_at(root, "", "executionAuthorities"), "/executionAuthorities", row,
                          "topology");
    if (root.contains("controlPlanes"))
        check_control_planes(found, words_at(root, "", "controlPlanes"), "/controlPlanes", row);
    if (const Json* owner = found.document().find("/owner");
        owner != nullptr && owner->is_string() && says_nothing(owner->get_ref<const std::string&>()))
        found.add("topology.answer-empty", "/owner", "says nothing yet");
    if (row == nullptr) return;
    check_status(found, *row);
    if (settings.intent && catalogue::row(*settings.intent).topology != row->id)
        found.add("topology.intent-differs", "/topology",
                  fmt::format("is not {}, the topology of {}", catalogue::row(*settings.intent).topology,
                              catalogue::row(*settings.intent).id));
    Answers(found, "durability", "topology.durability-unanswered").judge(row->durability);
    Answers(found, "failClosedChecks", "topology.fail-closed-unanswered").judge(row->fail_closed);
}

}  // namespace cowork::validators
