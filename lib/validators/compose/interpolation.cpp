#include "validators/compose/interpolation.hpp"

#include <utility>

namespace cowork::validators {
namespace {

// Deeper than anybody nests defaults; each level is read once more.
constexpr int deepest = 16;

bool begins_name(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool in_name(char c) { return begins_name(c) || (c >= '0' && c <= '9'); }

std::string_view name_at(std::string_view text) {
    std::size_t end = 0;
    if (!text.empty() && begins_name(text.front()))
        while (end < text.size() && in_name(text[end])) ++end;
    return text.substr(0, end);
}

// Where the brace that is open at the start of the text is closed. Braces inside a default count, so that
// JSON may stand there.
std::size_t closing_brace(std::string_view text) {
    int open = 1;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] == '{') ++open;
        if (text[at] == '}' && --open == 0) return at;
    }
    return std::string_view::npos;
}

// One text on its way.
class Template {
  public:
    Template(std::string_view text, const ComposeVariables& variables, int depth)
        : text_(text), variables_(variables), depth_(depth) {}

    ComposeText read() {
        for (std::size_t at = 0; at < text_.size() && !result_.refused;) {
            const std::size_t dollar = text_.find('$', at);
            result_.text += text_.substr(at, dollar - at);
            at = dollar == std::string_view::npos ? text_.size() : expression(dollar);
        }
        return std::move(result_);
    }

  private:
    // Returns where the text goes on.
    std::size_t expression(std::size_t dollar) {
        const std::string_view rest = text_.substr(dollar + 1);
        if (rest.starts_with('$')) {
            result_.text += '$';
            return dollar + 2;
        }
        if (const std::string_view name = name_at(rest); !name.empty()) {
            result_.bare_name = result_.bare_name || name.size() + 1 < text_.size();
            plain(name);
            return dollar + 1 + name.size();
        }
        if (rest.starts_with('{')) return braced(dollar);
        result_.text += '$';
        return dollar + 1;
    }

    std::size_t braced(std::size_t dollar) {
        const std::string_view inside = text_.substr(dollar + 2);
        const std::size_t end = closing_brace(inside);
        const std::string_view name = name_at(inside);
        if (end == std::string_view::npos || name.empty()) return refuse(dollar);
        std::string_view rest = inside.substr(name.size(), end - name.size());
        const std::size_t next = dollar + 3 + end;
        if (rest.empty()) {
            plain(name);
            return next;
        }
        const bool or_empty = rest.starts_with(':');
        if (or_empty) rest.remove_prefix(1);
        const char operation = rest.empty() ? '\0' : rest.front();
        if (operation != '-' && operation != '?' && operation != '+') return refuse(dollar);
        mention(name);
        apply(name, operation, or_empty, rest.substr(1), dollar);
        return next;
    }

    std::size_t refuse(std::size_t at) {
        result_.refused = true;
        result_.known = false;
        result_.fault = at;
        return text_.size();
    }

    void mention(std::string_view name) {
        result_.literal = false;
        if (result_.name.empty()) result_.name = name;
    }

    void plain(std::string_view name) {
        mention(name);
        if (const std::string* value = variables_.find(name))
            put(*value);
        else
            lacks(name, false);
    }

    void put(const std::string& value) {
        if (value.size() > variables_.room) return gap();
        variables_.room -= value.size();
        result_.text += value;
    }

    void gap() {
        result_.known = false;
        result_.gaps.push_back(result_.text.size());
    }

    void lacks(std::string_view name, bool required) {
        gap();
        name_unset(name, required);
    }

    void name_unset(std::string_view name, bool required) {
        if (!result_.unset.empty() && (result_.required || !required)) return;
        result_.unset = name;
        result_.required = required;
    }

    void apply(std::string_view name, char operation, bool or_empty, std::string_view word, std::size_t at) {
        if (operation == '+') result_.unsupported = or_empty ? ":+" : "+";
        const std::string* value = variables_.find(name);
        const bool set = value != nullptr && (!or_empty || !value->empty());
        // Read whether or not it counts: Compose refuses a bad one either way.
        ComposeText inner = nested(word);
        if (inner.refused) {
            refuse(at + (inner.fault > 0 ? 1 : 0));
            return;
        }
        if (operation == '-') {
            set ? put(*value) : take(inner);
        } else if (operation == '?') {
            set ? put(*value) : lacks(name, true);
        } else if (set) {
            take(inner);
        } else if (value == nullptr && !variables_.complete) {
            gap();  // nobody knows whether it is set
        }
    }

    // What stands in the file counts.
    void take(const ComposeText& inner) {
        for (const std::size_t at : inner.gaps) result_.gaps.push_back(result_.text.size() + at);
        put(inner.text);
        result_.known = result_.known && inner.known;
        result_.defaulted = result_.defaulted || inner.defaulted || (inner.literal && !inner.text.empty());
        if (!inner.unset.empty()) name_unset(inner.unset, inner.required);
    }

    ComposeText nested(std::string_view word) {
        if (depth_ >= deepest) {
            ComposeText refused;
            refused.refused = true;
            return refused;
        }
        ComposeText inner = Template(word, variables_, depth_ + 1).read();
        if (!inner.literal && result_.unsupported.empty()) result_.unsupported = "a default in a default";
        return inner;
    }

    std::string_view text_;
    const ComposeVariables& variables_;
    int depth_;
    ComposeText result_;
};

}  // namespace

const std::string* ComposeVariables::find(std::string_view name) const {
    const auto found = values.find(std::string(name));
    return found == values.end() ? nullptr : &found->second;
}

std::string with_gaps_filled(const ComposeText& text, std::string_view word) {
    std::string filled;
    std::size_t done = 0;
    for (const std::size_t gap : text.gaps) {
        filled.append(text.text, done, gap - done).append(word);
        done = gap;
    }
    return filled.append(text.text, done);
}

ComposeText interpolate(std::string_view text, const ComposeVariables& variables) {
    return Template(text, variables, 0).read();
}

}  // namespace cowork::validators
