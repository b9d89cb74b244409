#include "rules/desktop_schema.hpp"

#include "core/names.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <string>
#include <utility>

namespace cowork::rules {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view consequence = "with one bad layer Desktop ignores them all";

// Every code point but the continuation bytes of UTF-8.
std::size_t characters(std::string_view text) {
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return (c & '\xC0') != '\x80'; }));
}

// As the schema's pattern reads: https and anything, or http to 127.0.0.1 or localhost, a slash and more.
bool is_base_url(std::string_view url) {
    if (url.size() > 2048) return false;
    if (url.starts_with("https://")) return url.size() > 8;
    for (const std::string_view host : {"http://127.0.0.1", "http://localhost"}) {
        if (!url.starts_with(host)) continue;
        std::string_view rest = url.substr(host.size());
        if (rest.starts_with(':')) {
            const auto digits = std::min(rest.find_first_not_of("0123456789", 1), rest.size());
            if (digits < 2) return false;
            rest = rest.substr(digits);
        }
        return rest.starts_with('/') && rest.size() > 1;
    }
    return false;
}

bool all_text(const Json& list) {
    return list.is_array() &&
           std::all_of(list.begin(), list.end(), [](const Json& e) { return e.is_string(); });
}

bool one_of(const LayerKey& key, const Json& value) {
    if (!value.is_string()) return false;
    const auto words = choices_of(key);
    return std::find(words.begin(), words.end(), value.get_ref<const std::string&>()) != words.end();
}

bool fits(const LayerKey& key, const Json& value) {
    switch (key.type) {
        case LayerType::boolean:
            return value.is_boolean();
        case LayerType::number:
            return value.is_number();
        case LayerType::text:
            return value.is_string();
        case LayerType::text_or_null:
            return value.is_string() || value.is_null();
        case LayerType::version:
            return value == 1;
        case LayerType::object:
            return value.is_object();
        case LayerType::list:
            return value.is_array();
        case LayerType::texts:
            return all_text(value);
        case LayerType::choice:
            return one_of(key, value);
        case LayerType::base_url:
            return value.is_string() && is_base_url(value.get_ref<const std::string&>());
        case LayerType::label:
            return value.is_string() && !value.get_ref<const std::string&>().empty() &&
                   characters(value.get_ref<const std::string&>()) <= 80;
    }
    return false;
}

class LayerJudge {
  public:
    explicit LayerJudge(const config::JsoncDocument& document) : document_(document) {
        const Json* allowed = document.find("/allowedEnvPlaceholders");
        if (allowed == nullptr || !allowed->is_array()) return;
        for (const Json& name : *allowed)
            if (name.is_string()) allowed_.push_back(name.get<std::string>());
    }

    std::vector<Error> run() {
        block("", "", document_.root());
        placeholders("", document_.root());
        return std::move(problems_);
    }

  private:
    void add(std::string_view pointer, const std::string& message, std::string remedy) {
        const SourceRef where = document_.where(pointer);
        problems_.push_back(
            {ErrorCode::invalid,
             fmt::format("{}: {} {}, and {}", where.place(), config::dotted(pointer), message, consequence),
             std::move(remedy), where});
    }

    // One object: its keys are rows of the table, and so are those of its blocks.
    void block(const std::string& name, const std::string& pointer, const Json& object) {
        std::vector<std::string_view> known;
        for (const LayerKey& key : layer_keys())
            if (key.parent == name) known.push_back(key.name);
        if (known.empty()) return;
        for (const auto& [member, value] : object.items()) {
            const std::string where = config::child_pointer(pointer, member);
            const LayerKey* key = find_layer_key(name, member);
            if (key == nullptr) {
                const auto hint = nearest(member, known);
                add(where, "is no key that Desktop knows",
                    hint.empty() ? "remove it" : fmt::format("did you mean {}?", hint));
            } else {
                this->value(*key, name.empty() ? member : fmt::format("{}.{}", name, member), where, value);
            }
        }
        for (const LayerKey& key : layer_keys())
            if (key.parent == name && key.needed && !object.contains(key.name))
                add(pointer, fmt::format("has no {}", key.name), "add it, or remove the entry");
    }

    void value(const LayerKey& key, const std::string& name, const std::string& pointer, const Json& value) {
        if (value.is_string() && has_placeholder(value.get_ref<const std::string&>())) return;
        if (!fits(key, value)) {
            add(pointer, fmt::format("is not {}", expected_value(key)),
                fmt::format("write {}, or remove the key", expected_value(key)));
        } else if (value.is_object()) {
            block(name, pointer, value);
        } else if (value.is_array()) {
            elements(name + "[]", pointer, value);
        }
    }

    void elements(const std::string& name, const std::string& pointer, const Json& list) {
        const auto rows = layer_keys();
        if (std::none_of(rows.begin(), rows.end(), [&](const LayerKey& key) { return key.parent == name; }))
            return;
        for (std::size_t i = 0; i < list.size(); ++i) {
            const std::string where = config::child_pointer(pointer, std::to_string(i));
            if (list[i].is_object()) {
                block(name, where, list[i]);
            } else {
                add(where, "is not an object", "write an object, or remove it");
            }
        }
    }

    // {env:NAME} of a name that the file itself does not allow stops the load.
    void placeholders(const std::string& pointer, const Json& value) {
        if (value.is_structured()) {
            for (const auto& [key, member] : value.items())
                placeholders(config::child_pointer(pointer, key), member);
            return;
        }
        if (!value.is_string()) return;
        constexpr std::string_view opening = "{env:";
        const std::string& text = value.get_ref<const std::string&>();
        for (auto at = text.find(opening); at != std::string::npos; at = text.find(opening, at + 1)) {
            const auto begin = at + opening.size();
            const auto end = text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_", begin);
            if (end == std::string::npos || end == begin || text[end] != '}') continue;
            const std::string name = text.substr(begin, end - begin);
            if (std::find(allowed_.begin(), allowed_.end(), name) == allowed_.end())
                add(pointer, fmt::format("uses the variable {}, which the file does not allow", name),
                    fmt::format("add {} to allowedEnvPlaceholders of the same file", name));
        }
    }

    const config::JsoncDocument& document_;
    std::vector<std::string> allowed_;
    std::vector<Error> problems_;
};

}  // namespace

std::string expected_value(const LayerKey& key) {
    switch (key.type) {
        case LayerType::boolean:
            return "true or false";
        case LayerType::number:
            return "a number";
        case LayerType::text:
            return "a text";
        case LayerType::text_or_null:
            return "a text or null";
        case LayerType::version:
            return "1";
        case LayerType::object:
            return "an object";
        case LayerType::list:
            return "a list";
        case LayerType::texts:
            return "a list of texts";
        case LayerType::choice:
            return fmt::format("one of {}", fmt::join(choices_of(key), ", "));
        case LayerType::base_url:
            return "an https URL, or http to 127.0.0.1 or localhost with a path";
        case LayerType::label:
            return "a text of 1 to 80 characters";
    }
    return {};
}

bool layer_value_fits(const LayerKey& key, const std::string& text) { return fits(key, Json(text)); }

std::vector<Error> judge_layer(const config::JsoncDocument& document) { return LayerJudge(document).run(); }

bool has_placeholder(std::string_view text) {
    return text.find("{env:") != std::string_view::npos || text.find("{file:") != std::string_view::npos;
}

}  // namespace cowork::rules
