#include "rules/json_shape.hpp"

#include "config/jsonc_document.hpp"
#include "core/names.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace cowork::rules {
namespace {

using Json = nlohmann::ordered_json;
using Kind = ShapeProblem::Kind;

// No configuration has as many, and nobody reads them.
constexpr std::size_t most_problems = 1200;

bool is_whole(const Json& value) {
    if (value.is_number_integer()) return true;
    const double number = value.is_number_float() ? value.get<double>() : 0.5;
    return std::isfinite(number) && number == std::trunc(number);
}

bool fits(JsonTypes types, const Json& value) {
    if (types == json_anything) return true;
    const auto may = [&](JsonType type) { return (types & type) != 0; };
    switch (value.type()) {
        case Json::value_t::string:
            return may(json_text);
        case Json::value_t::boolean:
            return may(json_boolean) || (may(json_false) && !value.get<bool>());
        case Json::value_t::object:
            return may(json_object);
        case Json::value_t::array:
            return may(json_list);
        case Json::value_t::null:
            return may(json_null);
        case Json::value_t::number_integer:
        case Json::value_t::number_unsigned:
        case Json::value_t::number_float:
            return may(json_number) || (may(json_integer) && is_whole(value));
        case Json::value_t::binary:
        case Json::value_t::discarded:
            break;
    }
    return false;
}

std::string described(JsonTypes types) {
    constexpr std::array names{std::pair{json_text, "a text"},      std::pair{json_boolean, "true or false"},
                               std::pair{json_number, "a number"},  std::pair{json_integer, "a whole number"},
                               std::pair{json_object, "an object"}, std::pair{json_list, "a list"},
                               std::pair{json_false, "false"},      std::pair{json_null, "null"}};
    std::vector<std::string_view> words;
    for (const auto& [type, name] : names)
        if ((types & type) != 0) words.emplace_back(name);
    return fmt::format("{}", fmt::join(words, ", or "));
}

bool only_of(std::string_view text, std::string_view others) {
    return std::all_of(text.begin(), text.end(), [&](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               others.find(c) != std::string_view::npos;
    });
}

bool is_base_url(std::string_view text) {
    for (const std::string_view host : {"http://127.0.0.1", "http://localhost"}) {
        if (!text.starts_with(host)) continue;
        std::string_view rest = text.substr(host.size());
        if (rest.starts_with(':'))
            rest = rest.substr(std::min(rest.find_first_not_of("0123456789", 1), rest.size()));
        return rest.starts_with('/') && rest.size() > 1;
    }
    return text.starts_with("https://") && text.size() > 8;
}

bool has_form(TextForm form, std::string_view text) {
    switch (form) {
        case TextForm::any:
            return true;
        case TextForm::not_empty:
            return !text.empty();
        case TextForm::https_url:
            return text.starts_with("https://") && text.size() > 8;
        case TextForm::base_url:
            return is_base_url(text);
        case TextForm::https_or_mail:
            return (text.starts_with("https://") && text.size() > 8) ||
                   (text.starts_with("mailto:") && text.find('@') != std::string_view::npos);
        case TextForm::name:
            return !text.empty() && text.size() <= 80 && only_of(text.substr(0, 1), {}) &&
                   only_of(text, "_.:-");
        case TextForm::absolute_path:
            return text.starts_with('/') && only_of(text, "/_-");
        case TextForm::color:
            return text.size() == 7 && text.front() == '#' &&
                   text.find_first_not_of("0123456789abcdefABCDEF", 1) == std::string_view::npos;
    }
    return true;
}

std::string_view described(TextForm form) {
    switch (form) {
        case TextForm::any:
            return "a text";
        case TextForm::not_empty:
            return "a text that is not empty";
        case TextForm::https_url:
            return "an https URL";
        case TextForm::base_url:
            return "an https URL, or http to 127.0.0.1 or localhost with a path";
        case TextForm::https_or_mail:
            return "an https or mailto URL";
        case TextForm::name:
            return "a name of letters, digits and _ . : -, of at most 80 characters";
        case TextForm::absolute_path:
            return "a path that begins with a slash";
        case TextForm::color:
            return "a colour like #a1b2c3";
    }
    return "a text";
}

std::string number_text(double number) {
    return number == std::trunc(number) ? fmt::format("{:.0f}", number) : fmt::format("{}", number);
}

std::string range_of(const ShapeKey& key) {
    if (key.highest < 1e300)
        return fmt::format("a number from {} to {}", number_text(key.lowest), number_text(key.highest));
    return fmt::format("a number of at least {}", number_text(key.lowest));
}

}  // namespace

// One walk over one document.
class ShapeWalk {
  public:
    ShapeWalk(const JsonShape& shape, bool (*skip)(std::string_view)) : shape_(shape), skip_(skip) {}

    std::vector<ShapeProblem> run(const Json& root, std::string_view shape, const std::string& pointer) {
        object(shape, pointer, root);
        return std::move(problems_);
    }

  private:
    void add(Kind kind, std::string pointer, std::string message, std::string remedy) {
        const bool top = pointer.find('/', 1) == std::string::npos;
        problems_.push_back({kind, std::move(pointer), std::move(message), std::move(remedy), top});
    }

    void object(std::string_view name, const std::string& pointer, const Json& members) {
        const auto* rows = shape_.rows_of(name);
        if (rows == nullptr) return;
        for (const auto& [member, value] : members.items()) {
            if (problems_.size() >= most_problems) return;
            const ShapeKey* key = key_of(*rows, member);
            const std::string where = config::child_pointer(pointer, member);
            if (key == nullptr) {
                unknown(*rows, member, where);
            } else {
                this->value(*key, where, value);
            }
        }
        for (const ShapeKey* key : rows->keys)
            if (key->needed && !members.contains(key->name))
                add(Kind::missing_key, config::child_pointer(pointer, key->name), "is missing",
                    fmt::format("add {}", key->name));
    }

    static const ShapeKey* key_of(const JsonShape::Rows& rows, std::string_view name) {
        const auto found = std::find_if(rows.keys.begin(), rows.keys.end(),
                                        [&](const ShapeKey* key) { return key->name == name; });
        return found == rows.keys.end() ? rows.rest : *found;
    }

    void unknown(const JsonShape::Rows& rows, const std::string& member, const std::string& where) {
        std::vector<std::string_view> names;
        for (const ShapeKey* key : rows.keys) names.push_back(key->name);
        const std::string_view hint = nearest(member, names);
        add(Kind::unknown_key, where, "is no key that is known there",
            hint.empty() ? "remove it" : fmt::format("did you mean {}?", hint));
    }

    void value(const ShapeKey& key, const std::string& pointer, const Json& value) {
        if (!fits(key.types, value))
            return add(Kind::wrong_type, pointer, fmt::format("is not {}", described(key.types)),
                       fmt::format("write {}", described(key.types)));
        if (value.is_string()) return text(key, pointer, value.get_ref<const std::string&>());
        if (value.is_number()) return number(key, pointer, value.get<double>());
        if (value.is_object() && !key.of.empty()) return object(key.of, pointer, value);
        if (value.is_array()) elements(key, pointer, value);
    }

    void text(const ShapeKey& key, const std::string& pointer, const std::string& text) {
        if (skip_(text)) return;
        const auto words = words_of(key.choices);
        const bool chosen = std::find(words.begin(), words.end(), text) != words.end();
        if (!words.empty() && !chosen && key.form == TextForm::any) {
            const std::string_view hint = nearest(text, words);
            add(Kind::wrong_value, pointer, fmt::format("is none of {}", fmt::join(words, ", ")),
                hint.empty() ? fmt::format("write one of {}", fmt::join(words, ", "))
                             : fmt::format("did you mean {}?", hint));
        } else if (!chosen && !has_form(key.form, text)) {
            add(Kind::wrong_value, pointer, fmt::format("is not {}", described(key.form)),
                fmt::format("write {}", described(key.form)));
        }
    }

    void number(const ShapeKey& key, const std::string& pointer, double number) {
        if (number < key.lowest || number > key.highest)
            add(Kind::wrong_value, pointer, fmt::format("is not {}", range_of(key)),
                fmt::format("write {}", range_of(key)));
    }

    void elements(const ShapeKey& key, const std::string& pointer, const Json& list) {
        const ShapeKey element{.shape = key.shape,
                               .name = key.name,
                               .types = key.items,
                               .of = key.of,
                               .choices = key.choices,
                               .form = key.form};
        std::size_t at = 0;
        for (const Json& each : list) {
            if (problems_.size() >= most_problems) return;
            value(element, config::child_pointer(pointer, std::to_string(at++)), each);
        }
    }

    const JsonShape& shape_;
    bool (*skip_)(std::string_view);
    std::vector<ShapeProblem> problems_;
};

JsonShape::JsonShape(std::span<const ShapeKey> rows) {
    for (const ShapeKey& key : rows) {
        auto found = std::find_if(shapes_.begin(), shapes_.end(),
                                  [&](const Rows& one) { return one.shape == key.shape; });
        if (found == shapes_.end()) found = shapes_.insert(found, Rows{key.shape, {}, nullptr});
        if (key.name == "*") {
            found->rest = &key;
        } else {
            found->keys.push_back(&key);
        }
    }
    std::sort(shapes_.begin(), shapes_.end(),
              [](const Rows& one, const Rows& other) { return one.shape < other.shape; });
}

const JsonShape::Rows* JsonShape::rows_of(std::string_view shape) const {
    const auto found =
        std::lower_bound(shapes_.begin(), shapes_.end(), shape,
                         [](const Rows& one, std::string_view name) { return one.shape < name; });
    return found == shapes_.end() || found->shape != shape ? nullptr : &*found;
}

std::vector<ShapeProblem> JsonShape::judge(const Json& object, bool (*skip)(std::string_view),
                                           std::string_view shape, const std::string& pointer) const {
    return ShapeWalk(*this, skip).run(object, shape, pointer);
}

std::vector<std::string_view> JsonShape::names_of(std::string_view shape) const {
    std::vector<std::string_view> names;
    if (const Rows* rows = rows_of(shape))
        for (const ShapeKey* key : rows->keys) names.push_back(key->name);
    return names;
}

const ShapeKey* JsonShape::find(std::string_view shape, std::string_view name) const {
    const Rows* rows = rows_of(shape);
    if (rows == nullptr) return nullptr;
    const auto found = std::find_if(rows->keys.begin(), rows->keys.end(),
                                    [&](const ShapeKey* key) { return key->name == name; });
    return found == rows->keys.end() ? nullptr : *found;
}

std::vector<std::string_view> words_of(std::string_view choices) {
    std::vector<std::string_view> words;
    for (std::string_view rest = choices; !rest.empty();) {
        const auto bar = rest.find('|');
        words.push_back(rest.substr(0, bar));
        rest = bar == std::string_view::npos ? std::string_view{} : rest.substr(bar + 1);
    }
    return words;
}

}  // namespace cowork::rules
