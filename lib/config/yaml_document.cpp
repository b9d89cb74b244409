#include "config/yaml_document.hpp"

#include <fmt/format.h>
#include <yaml.h>

#include <algorithm>
#include <unordered_map>
#include <utility>

namespace cowork::config {
namespace {

std::string text_of(const yaml_char_t* bytes) {
    return bytes == nullptr ? std::string{} : std::string(reinterpret_cast<const char*>(bytes));
}

// libyaml counts characters, and takes NEL and the line separators of Unicode for line breaks, which no
// editor and no LineIndex does. So its count of characters is what is used of a mark, and lines are counted
// here. Marks come nearly in order: each is found from the one before.
class Places {
  public:
    explicit Places(std::string_view text) : text_(text) {}

    [[nodiscard]] TextRange range(const yaml_mark_t& begin, const yaml_mark_t& end) {
        const auto [line, column] = place(begin.index);
        const auto [end_line, end_column] = place(end.index);
        return {line, column, end_line, end_column};
    }

  private:
    static bool continues(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

    void forward() {
        if (text_[at_] == '\n') {
            ++line_;
            line_begin_ = index_ + 1;
        }
        ++at_;
        while (at_ < text_.size() && continues(text_[at_])) ++at_;
        ++index_;
    }
    std::pair<int, int> place(std::size_t index) {
        // Only an empty value is told late, and at most by what stands between it and the next one.
        if (index < index_) {
            const Saved& from = index >= before_.index ? before_ : Saved{};
            at_ = from.at, index_ = from.index, line_ = from.line, line_begin_ = from.line_begin;
        } else {
            before_ = {at_, index_, line_begin_, line_};
        }
        while (index_ < index && at_ < text_.size()) forward();
        return {line_, static_cast<int>(index_ - line_begin_) + 1};
    }

    struct Saved {
        std::size_t at = 0, index = 0, line_begin = 0;
        int line = 1;
    };
    std::string_view text_;
    std::size_t at_ = 0, index_ = 0, line_begin_ = 0;
    int line_ = 1;
    Saved before_;
};

// One event of libyaml, which frees what it holds.
class Event {
  public:
    Event() = default;
    Event(const Event&) = delete;
    Event& operator=(const Event&) = delete;
    ~Event() { yaml_event_delete(&event_); }
    [[nodiscard]] bool read(yaml_parser_t& parser) {
        yaml_event_delete(&event_);
        return yaml_parser_parse(&parser, &event_) != 0;
    }
    [[nodiscard]] const yaml_event_t& get() const { return event_; }

  private:
    yaml_event_t event_{};
};

class Parser {
  public:
    explicit Parser(std::string_view text) {
        if (yaml_parser_initialize(&parser_) == 0) throw std::bad_alloc();
        yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char*>(text.data()),
                                     text.size());
        yaml_parser_set_encoding(&parser_, YAML_UTF8_ENCODING);
    }
    Parser(const Parser&) = delete;
    Parser& operator=(const Parser&) = delete;
    ~Parser() { yaml_parser_delete(&parser_); }
    [[nodiscard]] yaml_parser_t& get() { return parser_; }
    // libyaml's words are its own and hold no text of the file.
    [[nodiscard]] std::string problem() const {
        return parser_.problem == nullptr ? "cannot be read" : parser_.problem;
    }
    [[nodiscard]] const yaml_mark_t& problem_mark() const { return parser_.problem_mark; }

  private:
    yaml_parser_t parser_{};
};

bool same(const YamlNode& a, const YamlNode& b) {
    return a.is_scalar() && b.is_scalar() && a.text == b.text && a.plain == b.plain;
}

}  // namespace

// Puts the events of libyaml together.
class YamlBuilder {
  public:
    YamlBuilder(YamlStream& stream, std::string_view text, const std::string& path)
        : stream_(stream), text_(text), places_(text), path_(path) {}

    Result<void> build() {
        Parser parser(text_);
        Event event;
        for (;;) {
            if (!event.read(parser.get()))
                return invalid(places_.range(parser.problem_mark(), parser.problem_mark()), parser.problem());
            const yaml_event_t& got = event.get();
            if (got.type == YAML_STREAM_END_EVENT) return {};
            if (auto taken = take(got); !taken) return taken;
        }
    }

  private:
    struct Open {
        YamlNode* node = nullptr;
        const YamlNode* key = nullptr;                           // of a map, waiting for its value
        std::unordered_map<std::string_view, std::size_t> seen;  // key text → index of its member
        std::vector<const YamlNode*> merges;
        std::size_t anchor = 0;
    };

    [[nodiscard]] tl::unexpected<Error> invalid(const TextRange& where, std::string_view why) const {
        return fail(ErrorCode::invalid, fmt::format("{} is not YAML: {}", path_, why),
                    "correct the file at that place", {path_, where.line, where.column, {}});
    }
    // YAML, but none of a deployment's.
    [[nodiscard]] tl::unexpected<Error> refused(const TextRange& where, std::string_view why) const {
        return fail(ErrorCode::refused, fmt::format("{} cannot be read: {}", path_, why),
                    "correct the file at that place", {path_, where.line, where.column, {}});
    }

    Result<void> take(const yaml_event_t& event) {
        switch (event.type) {
            case YAML_DOCUMENT_START_EVENT:
                anchors_.clear();
                return {};
            case YAML_SCALAR_EVENT:
                return scalar(event);
            case YAML_ALIAS_EVENT:
                return alias(event);
            case YAML_SEQUENCE_START_EVENT:
                return open(YamlNode::Kind::sequence, event, event.data.sequence_start.anchor,
                            event.data.sequence_start.tag);
            case YAML_MAPPING_START_EVENT:
                return open(YamlNode::Kind::map, event, event.data.mapping_start.anchor,
                            event.data.mapping_start.tag);
            case YAML_SEQUENCE_END_EVENT:
            case YAML_MAPPING_END_EVENT:
                return close(event);
            case YAML_NO_EVENT:
            case YAML_STREAM_START_EVENT:
            case YAML_STREAM_END_EVENT:
            case YAML_DOCUMENT_END_EVENT:
                return {};
        }
        return {};
    }

    YamlNode& make(YamlNode::Kind kind, const yaml_event_t& event, const yaml_char_t* tag) {
        YamlNode& node = stream_.nodes_->emplace_back();
        node.kind = kind;
        node.where = range_of(event);
        node.tag = text_of(tag);
        return node;
    }

    // How many nodes there would be with every alias written out.
    Result<void> count(std::size_t more, const TextRange& where) {
        unfolded_ += more;
        if (unfolded_ <= YamlStream::most_nodes) return {};
        return refused(where, "its aliases unfold to more than a deployment file holds");
    }

    Result<void> scalar(const yaml_event_t& event) {
        YamlNode& node = make(YamlNode::Kind::scalar, event, event.data.scalar.tag);
        node.text.assign(reinterpret_cast<const char*>(event.data.scalar.value), event.data.scalar.length);
        node.plain = event.data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
        if (auto counted = count(1, node.where); !counted) return counted;
        if (event.data.scalar.anchor != nullptr) anchors_[text_of(event.data.scalar.anchor)] = {&node, 1};
        return place(node, node.where);
    }

    Result<void> alias(const yaml_event_t& event) {
        const TextRange where = range_of(event);
        const auto found = anchors_.find(text_of(event.data.alias.anchor));
        if (found == anchors_.end() || found->second.size == 0)
            return invalid(where, "an alias without an anchor before it");
        if (auto counted = count(found->second.size, where); !counted) return counted;
        return place(*found->second.node, where);
    }

    Result<void> open(YamlNode::Kind kind, const yaml_event_t& event, const yaml_char_t* anchor,
                      const yaml_char_t* tag) {
        YamlNode& node = make(kind, event, tag);
        if (open_.size() >= static_cast<std::size_t>(YamlStream::deepest))
            return refused(node.where, "nested too deeply");
        if (auto counted = count(1, node.where); !counted) return counted;
        Open& opened = open_.emplace_back();
        opened.node = &node;
        opened.anchor = unfolded_ - 1;
        // Known from here on, but of no size: an alias inside its own anchor is refused.
        if (anchor != nullptr) {
            names_[&node] = text_of(anchor);
            anchors_[names_[&node]] = {&node, 0};
        }
        return {};
    }

    Result<void> close(const yaml_event_t& event) {
        Open closed = std::move(open_.back());
        open_.pop_back();
        YamlNode& node = *closed.node;
        const TextRange end = range_of(event);
        node.where.end_line = end.end_line;
        node.where.end_column = end.end_column;
        merge(closed);
        if (const auto name = names_.find(&node); name != names_.end())
            anchors_[name->second] = {&node, unfolded_ - closed.anchor};
        return place(node, node.where);
    }

    // What the merge keys bring in, where the map says nothing itself; the first of several wins.
    void merge(Open& closed) {
        for (const YamlNode* from : closed.merges)
            for (const YamlNode::Member& member : from->members)
                if (closed.seen.emplace(member.name(), closed.node->members.size()).second)
                    closed.node->members.push_back({member.key, member.value, true});
    }

    Result<void> place(const YamlNode& node, const TextRange& where) {
        if (open_.empty()) {
            stream_.documents_.push_back(&node);
            return {};
        }
        Open& top = open_.back();
        if (top.node->is_sequence()) {
            top.node->items.push_back(&node);
            return {};
        }
        if (top.key == nullptr) {
            if (!node.is_scalar()) return refused(where, "a key that is no plain text");
            top.key = &node;
            return {};
        }
        return assign(top, *std::exchange(top.key, nullptr), node, where);
    }

    Result<void> assign(Open& top, const YamlNode& key, const YamlNode& value, const TextRange& where) {
        if (key.plain && key.text == "<<") {
            const auto take_map = [&](const YamlNode* from) {
                if (!from->is_map()) return false;
                top.merges.push_back(from);
                return true;
            };
            const bool taken = value.is_sequence()
                                   ? std::all_of(value.items.begin(), value.items.end(), take_map)
                                   : take_map(&value);
            if (!taken) return invalid(where, "a merge key that names no map");
            return {};
        }
        const auto [known, fresh] = top.seen.emplace(key.text, top.node->members.size());
        if (fresh) {
            top.node->members.push_back({&key, &value});
        } else {
            YamlNode::Member& before = top.node->members[known->second];
            stream_.duplicates_.push_back(
                {key.text, key.where, before.key->where, same(*before.value, value)});
            before = {&key, &value};
        }
        return {};
    }

    struct Anchor {
        const YamlNode* node = nullptr;
        std::size_t size = 0;  // unfolded; 0 while it is still open
    };

    [[nodiscard]] TextRange range_of(const yaml_event_t& event) {
        return places_.range(event.start_mark, event.end_mark);
    }

    YamlStream& stream_;
    std::string_view text_;
    Places places_;
    const std::string& path_;
    std::vector<Open> open_;
    std::unordered_map<std::string, Anchor> anchors_;
    std::unordered_map<const YamlNode*, std::string> names_;
    std::size_t unfolded_ = 0;
};

bool YamlNode::is_null() const {
    return is_scalar() && plain &&
           (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL");
}

const YamlNode::Member* YamlNode::member(std::string_view key) const {
    const auto found = std::find_if(members.begin(), members.end(),
                                    [&](const Member& member) { return member.name() == key; });
    return found == members.end() ? nullptr : &*found;
}

const YamlNode* YamlNode::find(std::string_view key) const {
    const Member* found = member(key);
    return found == nullptr ? nullptr : found->value;
}

const YamlNode* YamlNode::at(std::initializer_list<std::string_view> keys) const {
    const YamlNode* node = this;
    for (const std::string_view key : keys)
        if (node = node->find(key); node == nullptr) return nullptr;
    return node;
}

Result<YamlStream> YamlStream::parse(std::string_view text, const std::string& path) {
    YamlStream stream;
    YamlBuilder builder(stream, text, path);
    if (auto built = builder.build(); !built) return tl::unexpected(built.error());
    return stream;
}

}  // namespace cowork::config
