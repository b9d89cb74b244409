#pragma once

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cowork::rules {

// The shape of a JSON document as a table: which keys an object has, and what each may hold. A shape is a
// name for the objects of one kind, so that it can hang in several places.

// What a value may be; several with |.
enum JsonType : std::uint8_t {
    json_text = 1,
    json_boolean = 2,
    json_number = 4,   // an integer too
    json_integer = 8,  // a number without a fraction
    json_object = 16,
    json_list = 32,
    json_null = 64,
    json_false = 128,  // the boolean false only
};
using JsonTypes = std::uint8_t;
inline constexpr JsonTypes json_anything = 0;

// What else a text has to be.
enum class TextForm {
    any,
    not_empty,
    https_url,      // https:// and more
    base_url,       // the same, or http to 127.0.0.1 or localhost with a path
    https_or_mail,  // https:// or mailto:
    name,           // letters, digits and _ . : -, at most 80
    absolute_path,  // of a URL: letters, digits, / _ and -
    color,          // # and six hexadecimal digits
};

struct ShapeKey {
    std::string_view shape;  // whose key it is; empty for the top
    std::string_view name;   // `*`: every key that has no row of its own
    JsonTypes types = json_anything;
    std::string_view of = {};         // the shape of the object, or of the objects in the list; empty: any
    std::string_view choices = {};    // of a text: words with | between
    TextForm form = TextForm::any;    // of a text, or of the texts of a list
    JsonTypes items = json_anything;  // of a list: what its elements may be
    double lowest = -1e300;           // of a number
    double highest = 1e300;
    bool needed = false;  // its object is of no use without it
};

struct ShapeProblem {
    enum class Kind {
        unknown_key,
        wrong_type,
        wrong_value,  // the type is right
        missing_key,
    };
    Kind kind = Kind::unknown_key;
    std::string pointer;  // of the value; of a missing one, where it would stand
    std::string message;  // what follows the place in a sentence: `is not a text`. Holds no value
    std::string remedy;
    bool at_top = false;  // a key of the top object
};

class JsonShape {
  public:
    // The rows must outlive it. A shape without rows takes anything.
    explicit JsonShape(std::span<const ShapeKey> rows);

    // In the order of the document. `skip` says of which texts nothing more is asked: placeholders. The
    // object is the document's top, or one of that shape at that pointer.
    [[nodiscard]] std::vector<ShapeProblem> judge(const nlohmann::ordered_json& object,
                                                  bool (*skip)(std::string_view), std::string_view shape = {},
                                                  const std::string& pointer = {}) const;
    [[nodiscard]] std::vector<std::string_view> names_of(std::string_view shape) const;
    [[nodiscard]] const ShapeKey* find(std::string_view shape, std::string_view name) const;

  private:
    friend class ShapeWalk;
    struct Rows {
        std::string_view shape;
        std::vector<const ShapeKey*> keys;
        const ShapeKey* rest = nullptr;  // `*`
    };
    [[nodiscard]] const Rows* rows_of(std::string_view shape) const;
    std::vector<Rows> shapes_;  // by name
};

// The words of a choice.
[[nodiscard]] std::vector<std::string_view> words_of(std::string_view choices);

}  // namespace cowork::rules
