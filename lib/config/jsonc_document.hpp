#pragma once

#include "core/error.hpp"

#include <nlohmann/json_fwd.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cowork::config {

// Where a value stands in its document's text: byte offsets, `end` one past.
struct Span {
    std::size_t begin = 0;
    std::size_t end = 0;
    std::size_t last = 0;  // of an object or list: where its last member ends; 0 when it has none
};

// A key that stands twice in one object: the last one counts, without a word.
struct JsonDuplicate {
    std::string pointer;     // of the value
    Span where;              // of the later key
    Span first;              // of the earlier key
    bool identical = false;  // both hold the same value, written the same
};

// A JSON document in the dialect of the product and of OpenCode: comments and trailing commas are allowed,
// the top is an object, and a blank text is an empty one (contract/health-center.md section 8.1). It knows
// where each value stands, so that a finding can name a line and an edit can leave everything else as it is.
class JsoncDocument {
  public:
    // ErrorCode::invalid: not JSON; refused: JSON beyond these limits, or no object. The error names the
    // line, no text of the document is in its message. `reader` is who has to read it. Positions are kept
    // down to that depth (1: the keys of the top object); a value below it has the position of what holds it.
    [[nodiscard]] static Result<JsoncDocument> parse(std::string text, const std::string& path,
                                                     std::string_view reader = "Desktop",
                                                     std::size_t depth = everything);
    static constexpr std::size_t everything = 64;
    // More members than this in one object, or in all, are refused: no configuration has as many, and
    // keeping their order costs the square of their number. So is a longer key.
    static constexpr std::size_t most_members = 5000;
    static constexpr std::size_t most_values = 100000;
    // Bytes of a key, and of the places of all values: each place holds the keys above it.
    static constexpr std::size_t longest_key = 1024;
    static constexpr std::size_t most_place_bytes = 32UL * 1024 * 1024;

    [[nodiscard]] const std::string& path() const;
    [[nodiscard]] const std::string& text() const;
    // The text with comments blanked out, of the same length.
    [[nodiscard]] const std::string& uncommented() const;
    [[nodiscard]] const nlohmann::ordered_json& root() const;
    // The value at a JSON pointer (`/cloudDesktop/enabled`), null when there is none.
    [[nodiscard]] const nlohmann::ordered_json* find(std::string_view pointer) const;
    [[nodiscard]] const Span* span(std::string_view pointer) const;
    // In the order of the text.
    [[nodiscard]] const std::vector<JsonDuplicate>& duplicates() const;
    // Where a reader that takes plain JSON only stops: at the first comment, or at the first comma before a
    // closing bracket. Nothing when it would take the text.
    [[nodiscard]] std::optional<std::size_t> first_comment() const;
    [[nodiscard]] std::optional<std::size_t> first_trailing_comma() const;
    // File and line of the value, or of what should hold it; the key in dotted form.
    [[nodiscard]] SourceRef where(std::string_view pointer) const;

  private:
    struct Parsed;
    explicit JsoncDocument(std::shared_ptr<const Parsed> parsed) : parsed_(std::move(parsed)) {}
    std::shared_ptr<const Parsed> parsed_;
};

// The value at a JSON pointer, null when there is none. Unlike the library's own ways it throws for no
// pointer.
[[nodiscard]] const nlohmann::ordered_json* value_at(const nlohmann::ordered_json& root,
                                                     std::string_view pointer);
// The pointer of a member or list element.
[[nodiscard]] std::string child_pointer(std::string_view parent, std::string_view key);
// `/cloudDesktop/preconfiguredConnections/0` as people write it: cloudDesktop.preconfiguredConnections[0].
[[nodiscard]] std::string dotted(std::string_view pointer);

}  // namespace cowork::config
