#include "validators/helm/values.hpp"

#include "validators/kubernetes/objects.hpp"

#include <algorithm>

namespace cowork::validators {
namespace {

using config::YamlNode;

bool is_zero(const YamlNode& node) {
    return is_typed(node) && !is_true(&node) && std::all_of(node.text.begin(), node.text.end(), [](char c) {
               return c == '0' || c == '.' || c == '-' || c == '+';
           });
}

// The value's own place; of a map or list, which begins where its first member stands, that of its key.
TextRange place(const YamlNode::Member& member) {
    return member.value->is_scalar() && !member.value->is_null() ? member.value->where : member.key->where;
}

}  // namespace

bool helm_truth(const YamlNode& node) {
    if (node.is_map()) return !node.members.empty();
    if (node.is_sequence()) return !node.items.empty();
    return !node.is_null() && !node.text.empty() && !is_false(&node) && !is_zero(node);
}

HelmValues::Value HelmValues::at(std::string_view path) const {
    const YamlNode* over = overlay_;
    const YamlNode* under = defaults_;
    Value found{nullptr, complete(), false, {}};
    if (over != nullptr && over->is_map() && !over->members.empty())
        found.where = over->members.front().key->where;
    while (!path.empty()) {
        const auto dot = path.find('.');
        const std::string_view key = path.substr(0, dot);
        path = dot == std::string_view::npos ? std::string_view{} : path.substr(dot + 1);
        const YamlNode::Member* member = over == nullptr ? nullptr : over->member(key);
        under = under == nullptr ? nullptr : under->find(key);
        over = nullptr;
        if (member == nullptr) continue;
        found.where = place(*member);
        // Only two maps are merged; anything else hides the default, and so does null.
        if (!member->value->is_map() || (under != nullptr && !under->is_map())) under = nullptr;
        over = member->value;
        if (!over->is_map() && !path.empty()) return {nullptr, true, true, found.where};
        if (path.empty()) found.written = found.known = true;
    }
    // An empty map changes nothing.
    if (over != nullptr && over->is_map() && over->members.empty() && under != nullptr) {
        over = nullptr;
        found.written = false;
    }
    found.node = over != nullptr ? over : under;
    if (found.node != nullptr && found.node->is_null()) found.node = nullptr;
    return found;
}

std::optional<bool> HelmValues::truth(std::string_view path) const {
    const Value value = at(path);
    if (!value.known) return std::nullopt;
    if (value.node == nullptr) return false;
    return helm_truth(*value.node);
}

std::string_view HelmValues::text(std::string_view path) const { return text_of(at(path).node); }

std::optional<long long> HelmValues::integer(std::string_view path) const {
    return integer_of(at(path).node);
}

HelmValues HelmValues::below(std::string_view key) const {
    return {overlay_ == nullptr ? nullptr : overlay_->find(key), nullptr};
}

}  // namespace cowork::validators
