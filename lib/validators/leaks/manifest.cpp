#include "validators/leaks/manifest.hpp"

#include "secrets/encodings.hpp"
#include "validators/leaks/scan.hpp"
#include "validators/leaks/values.hpp"

#include <optional>
#include <unordered_set>

namespace cowork::validators {
namespace {

using config::YamlNode;

std::string_view text_of(const YamlNode& map, std::string_view key) {
    const YamlNode* const value = map.find(key);
    return value != nullptr && value->is_scalar() ? std::string_view(value->text) : std::string_view{};
}

class Looker {
  public:
    explicit Looker(const Input& input) : input_(input) {}

    ManifestLeaks take() {
        for (const YamlNode* document : input_.yaml->documents()) {
            object(*document);
            pairs_below(*document);
        }
        return std::move(leaks_);
    }

  private:
    void object(const YamlNode& node) {
        one_object(node);
        const YamlNode* const items = text_of(node, "kind").ends_with("List") ? node.find("items") : nullptr;
        if (items == nullptr || !items->is_sequence()) return;
        for (const YamlNode* item : items->items) one_object(*item);
    }

    void one_object(const YamlNode& node) {
        if (!objects_.insert(&node).second) return;
        const std::string_view kind = text_of(node, "kind");
        const bool rendered = kind == "Secret" && input_.path == "-";
        if (kind == "SealedSecret" || rendered || node.find("sops") != nullptr) {
            leaks_.settled.push_back(node.where);
        } else if (kind == "Secret") {
            secret(node);
        }
    }

    void secret(const YamlNode& node) {
        const YamlNode* const data = node.find("data");
        if (data == nullptr || !data->is_map()) return;
        leaks_.settled.push_back(data->where);
        for (const YamlNode::Member& member : data->members)
            if (member.value->is_scalar()) encoded(member);
    }

    void encoded(const YamlNode::Member& member) {
        auto decoded = from_base64(member.value->text);
        if (!decoded) return;
        const auto inside = scan_for_leaks(*decoded);
        if (!inside.empty()) {
            const Leak& first = inside.front();
            add({first.rule, member.value->where, first.what, std::string(member.name()),
                 decoded->substr(first.begin, first.end - first.begin), true});
        } else if (names_secret(member.name()) && looks_secret(*decoded)) {
            add({"leak.assignment", member.value->where, "a secret", std::string(member.name()), *decoded,
                 true});
        }
        cleanse(*decoded);
    }

    // Every map that gives a name a value, as containers' environments do.
    void pairs_below(const YamlNode& top) {
        std::vector<const YamlNode*> open{&top};
        while (!open.empty()) {
            const YamlNode* const node = open.back();
            open.pop_back();
            if (!seen_.insert(node).second) continue;
            if (node->is_map()) pair(*node);
            for (const YamlNode* item : node->items) open.push_back(item);
            for (const YamlNode::Member& member : node->members) open.push_back(member.value);
        }
    }

    void pair(const YamlNode& node) {
        if (node.members.size() > 8) return;  // no pair, but a map that has both among others
        const YamlNode* const value = node.find("value");
        const std::string_view name = text_of(node, "name");
        if (value == nullptr || !value->is_scalar() || name.empty() || !names_secret(name)) return;
        if (looks_secret(value->text))
            add({"leak.assignment", value->where, "a secret", std::string(name), value->text, false});
    }

    void add(ManifestLeak leak) { leaks_.found.push_back(std::move(leak)); }

    const Input& input_;
    ManifestLeaks leaks_;
    std::unordered_set<const YamlNode*> seen_, objects_;
};

}  // namespace

ManifestLeaks leaks_in_manifests(const Input& input) {
    if (!input.yaml) return {};
    return Looker(input).take();
}

}  // namespace cowork::validators
