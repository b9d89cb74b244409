#pragma once

#include "core/error.hpp"
#include "core/line_index.hpp"

#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace cowork::config {

// A value of a YAML document, with the place it stands at. Aliases are resolved: the same node may hang under
// several parents. Nodes live as long as their stream.
struct YamlNode {
    enum class Kind { scalar, sequence, map };
    struct Member {
        const YamlNode* key = nullptr;  // a scalar
        const YamlNode* value = nullptr;
        bool merged = false;  // came by a merge key (<<)
        [[nodiscard]] std::string_view name() const { return key->text; }
    };

    Kind kind = Kind::scalar;
    std::string text;    // of a scalar
    bool plain = false;  // a scalar without quotes, whose type its spelling decides
    std::string tag;     // as written; empty for none
    TextRange where;
    std::vector<const YamlNode*> items;  // of a sequence
    std::vector<Member> members;         // of a map, in order; what was merged in comes last

    [[nodiscard]] bool is_map() const { return kind == Kind::map; }
    [[nodiscard]] bool is_sequence() const { return kind == Kind::sequence; }
    [[nodiscard]] bool is_scalar() const { return kind == Kind::scalar; }
    // A plain scalar that is empty, ~ or null.
    [[nodiscard]] bool is_null() const;
    // The value of a map's key; null when there is none, or this is no map.
    [[nodiscard]] const YamlNode* find(std::string_view key) const;
    [[nodiscard]] const Member* member(std::string_view key) const;
    // find() along a path of keys.
    [[nodiscard]] const YamlNode* at(std::initializer_list<std::string_view> keys) const;
};

// A key that stands twice in one map: readers refuse it, or the last one wins.
struct YamlDuplicate {
    std::string key;
    TextRange where;         // of the later one
    TextRange first;         // of the earlier one
    bool identical = false;  // both hold the same value
};

// The documents of one file, each a node, in order. Read from any text, however hostile, in time linear to
// its size: deep nesting, and aliases that unfold to more than `most_nodes`, are refused.
class YamlStream {
  public:
    static constexpr std::size_t most_nodes = 1'000'000;
    static constexpr int deepest = 200;

    // ErrorCode::invalid: not YAML; refused: YAML beyond these limits, or with a key that is no text. The
    // error names line and column; no text of the file is in its message.
    [[nodiscard]] static Result<YamlStream> parse(std::string_view text, const std::string& path);

    [[nodiscard]] const std::vector<const YamlNode*>& documents() const { return documents_; }
    [[nodiscard]] const std::vector<YamlDuplicate>& duplicates() const { return duplicates_; }

  private:
    friend class YamlBuilder;
    std::shared_ptr<std::deque<YamlNode>> nodes_ = std::make_shared<std::deque<YamlNode>>();
    std::vector<const YamlNode*> documents_;
    std::vector<YamlDuplicate> duplicates_;
};

}  // namespace cowork::config
