#include "setup/desktop/layer_edit.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace cowork::setup {
namespace {

using Json = nlohmann::ordered_json;
using config::JsoncDocument;
using config::Span;

// How the file is written, so that what is added looks like the rest.
struct Layout {
    std::string newline = "\n";
    std::string unit = "  ";
};

// The blanks that the line of an offset begins with.
std::string indent_at(const std::string& text, std::size_t offset) {
    const auto newline = text.rfind('\n', offset);
    const auto begin = newline == std::string::npos ? 0 : newline + 1;
    const auto end = text.find_first_not_of(" \t", begin);
    return text.substr(begin, std::min(end, offset) - begin);
}

Layout layout_of(const JsoncDocument& document) {
    Layout layout;
    const std::string& text = document.text();
    if (text.find("\r\n") != std::string::npos) layout.newline = "\r\n";
    if (document.root().empty()) return layout;
    const Span* first = document.span(config::child_pointer("", document.root().items().begin().key()));
    if (first == nullptr) return layout;
    if (std::string indent = indent_at(text, first->begin); !indent.empty()) layout.unit = std::move(indent);
    return layout;
}

// JSON text over several lines, each but the first with the indent.
std::string block(const Json& value, const Layout& layout, const std::string& indent) {
    const bool tabs = layout.unit.starts_with('\t');
    const std::string text = value.dump(static_cast<int>(layout.unit.size()), tabs ? '\t' : ' ', false,
                                        Json::error_handler_t::replace);
    std::string out;
    for (const char c : text) {
        if (c == '\n') {
            out += layout.newline + indent;
        } else {
            out += c;
        }
    }
    return out;
}

std::string replaced(const JsoncDocument& document, const Span& span, const Json& value) {
    std::string text = document.text();
    const std::string indent = indent_at(text, span.begin);
    text.replace(span.begin, span.end - span.begin, block(value, layout_of(document), indent));
    return text;
}

// A member (with its key) or list element put last into an object or list.
std::string added(const JsoncDocument& document, const Span& holder, const std::string& key,
                  const Json& value) {
    std::string text = document.text();
    const std::string name = key.empty() ? std::string{} : Json(key).dump() + ": ";
    const std::size_t close = holder.end - 1;
    const bool empty = holder.last == 0;
    if (!empty && text.find('\n', holder.begin) > close)
        return text.insert(holder.last, ", " + name + value.dump());
    const Layout layout = layout_of(document);
    const std::string outer = indent_at(text, holder.begin);
    std::string lines =
        layout.newline + outer + layout.unit + name + block(value, layout, outer + layout.unit);
    // After the last thing before the bracket, which may be a comment.
    const std::size_t gap = text.find_last_not_of(" \t\r\n", close - 1) + 1;
    if (text.find('\n', gap) > close) lines += layout.newline + outer;
    const bool comma_needed = !empty && document.uncommented().find(',', holder.last) > close;
    text.insert(gap, lines);
    if (comma_needed) text.insert(holder.last, ",");
    return text;
}

// A pointer's last token, unescaped.
std::string last_token(std::string_view pointer) { return Json::json_pointer(std::string(pointer)).back(); }

}  // namespace

std::string with_value(const JsoncDocument& document, std::string_view pointer, const std::string& value) {
    Json wish = Json::parse(value);
    if (document.find(pointer) != nullptr)
        if (const Span* span = document.span(pointer)) return replaced(document, *span, wish);
    for (;;) {
        const std::string_view holder = pointer.substr(0, pointer.rfind('/'));
        const std::string token = last_token(pointer);
        const Json* found = document.find(holder);
        const Span* span = document.span(holder);
        if (found != nullptr && span != nullptr) {
            if (found->is_object()) return added(document, *span, token, wish);
            if (found->is_array() && token == "-") return added(document, *span, {}, wish);
            return document.text();
        }
        // What is missing around it.
        wish = token == "-" ? Json::array({std::move(wish)}) : Json{{token, std::move(wish)}};
        if (holder.empty()) {
            const Layout layout;
            return block(wish, layout, {}) + layout.newline;
        }
        pointer = holder;
    }
}

}  // namespace cowork::setup
