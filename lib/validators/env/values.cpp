#include "validators/env/values.hpp"

#include "validators/env/readings.hpp"

#include <algorithm>
#include <cctype>
#include <functional>
#include <unordered_map>

namespace cowork::validators {
namespace {

constexpr auto npos = std::string_view::npos;

// One `$` that no backslash stands before.
struct Dollar {
    std::size_t begin = 0, end = 0;
    std::string_view name;  // empty: no reference
    bool braced = false;
    bool doubled = false;
    std::optional<std::string_view> fallback;  // ${NAME:-fallback}
};

// What a `${` may hold, so that many without an end cost nothing.
constexpr std::size_t longest_reference = 4096;

std::string_view name_at(std::string_view text) {
    const auto* const end = std::find_if_not(text.begin(), text.end(), [](char c) {
        return c == '_' || std::isalnum(static_cast<unsigned char>(c)) != 0;
    });
    const auto name = text.substr(0, static_cast<std::size_t>(end - text.begin()));
    return config::is_valid_key(name) ? name : std::string_view{};
}

Dollar read_dollar(std::string_view content, std::size_t at) {
    Dollar found{at, at + 1, {}, false, false, std::nullopt};
    const std::string_view rest = content.substr(at + 1);
    if (rest.starts_with('$')) {
        found.doubled = true;
        found.end = at + 2;
    } else if (rest.starts_with('{')) {
        const auto closing = rest.substr(0, longest_reference).find('}');
        const std::string_view inside = closing == npos ? std::string_view{} : rest.substr(1, closing - 1);
        found.name = name_at(inside);
        if (found.name.empty()) return found;
        found.braced = true;
        found.end = at + 2 + closing;
        const std::string_view operation = inside.substr(found.name.size());
        if (operation.starts_with(":-")) found.fallback = operation.substr(2);
        if (operation.starts_with('-')) found.fallback = operation.substr(1);
    } else {
        found.name = name_at(rest);
        found.end = at + 1 + found.name.size();
    }
    return found;
}

void for_each_dollar(std::string_view content, const std::function<void(const Dollar&)>& take) {
    for (std::size_t i = 0; i < content.size(); ++i) {
        if (content[i] == '\\') {
            ++i;  // with what it takes the meaning from
            continue;
        }
        if (content[i] != '$') continue;
        const Dollar found = read_dollar(content, i);
        take(found);
        i = found.end - 1;
    }
}

class Values {
  public:
    Values(std::string_view text, const EnvLines& lines, std::optional<Reader> reader)
        : lines_(lines),
          reader_(reader),
          file_(read_with(reader.value_or(Reader::compose), text)),
          names_(names_of(lines)) {
        for (config::EnvEntry& entry : file_.entries) by_place_.emplace(entry.place.key_begin, &entry);
    }

    std::vector<EnvValue> take() {
        for (const Assignment& one : lines_.assignments) take(one);
        // A shell's line may hold several.
        for (auto& [begin, entry] : by_place_)
            add({entry->key, std::move(entry->value), begin, entry->place.value_end, true});
        std::stable_sort(values_.begin(), values_.end(),
                         [](const EnvValue& a, const EnvValue& b) { return a.begin < b.begin; });
        return std::move(values_);
    }

  private:
    void add(EnvValue value) {
        if (value.certain) known_.insert_or_assign(value.key, values_.size());
        values_.push_back(std::move(value));
    }

    void take(const Assignment& one) {
        const std::size_t end = one.value_end();
        const auto entry = by_place_.extract(one.key_begin);
        // People do not take the lines below for what an open quote holds.
        const bool swallowed = !reader_ && one.quoting == Quoting::open;
        if (!entry.empty() && !swallowed) {
            add({std::string(one.key), std::move(entry.mapped()->value), one.key_begin, end, true});
        } else if (expands() && one.quoting != Quoting::single && one.content.find_first_of("$`") != npos) {
            expand(one, end);
        } else if (!reader_) {
            add({std::string(one.key), Secret(one.content), one.key_begin, end, true});
        }
    }

    [[nodiscard]] bool expands() const {
        return !reader_ || reader_ == Reader::sh || reader_ == Reader::compose;
    }

    // The reader puts something in: what the file says about that, or the text as it stands.
    void expand(const Assignment& one, std::size_t end) {
        std::string value;
        bool certain = one.content.find('`') == npos;
        std::size_t done = 0;
        for_each_dollar(one.content, [&](const Dollar& dollar) {
            value += one.content.substr(done, dollar.begin - done);
            done = dollar.end;
            certain = put_in(value, dollar, one.content) && certain;
        });
        value += one.content.substr(done);
        add({std::string(one.key), Secret(value), one.key_begin, end, certain});
        cleanse(value);
    }

    // Whether it is known what it stands for.
    bool put_in(std::string& value, const Dollar& dollar, std::string_view content) {
        const auto known = known_.find(std::string(dollar.name));
        if (known != known_.end() && !dollar.name.empty()) {
            const std::string_view other = values_[known->second].value.reveal();
            // References to references grow without end.
            if (value.size() + other.size() > config::max_value_bytes) return false;
            value += other;
            return true;
        }
        if (dollar.fallback && dollar.fallback->find('$') == npos &&
            !std::binary_search(names_.begin(), names_.end(), dollar.name)) {
            // The environment may say something else all the same.
            value += *dollar.fallback;
            return false;
        }
        const bool literal = !reader_ && !dollar.braced && !dollar.doubled;
        value += content.substr(dollar.begin, dollar.end - dollar.begin);
        return literal;
    }

    const EnvLines& lines_;
    std::optional<Reader> reader_;
    config::EnvFile file_;
    std::vector<std::string_view> names_;
    std::unordered_map<std::size_t, config::EnvEntry*> by_place_;
    std::unordered_map<std::string, std::size_t> known_;  // key → its last value that is certain
    std::vector<EnvValue> values_;
};

}  // namespace

std::vector<std::string_view> names_of(const EnvLines& lines) {
    std::vector<std::string_view> names;
    for (const Assignment& one : lines.assignments) names.push_back(one.key);
    std::sort(names.begin(), names.end());
    return names;
}

Dollars dollars_of(std::string_view content, Reader reader, const std::vector<std::string_view>& names) {
    Dollars found;
    for_each_dollar(content, [&](const Dollar& dollar) {
        const bool set = std::binary_search(names.begin(), names.end(), dollar.name);
        const bool reference = !dollar.name.empty() && (dollar.braced || set);
        const bool escape = dollar.doubled && reader == Reader::compose;
        found.any_meant = found.any_meant || reference;
        found.all_meant = found.all_meant && (reference || escape);
    });
    if (content.find('`') != npos) found.all_meant = false;
    return found;
}

std::vector<EnvValue> values_of(std::string_view text, const EnvLines& lines, std::optional<Reader> reader) {
    return Values(text, lines, reader).take();
}

}  // namespace cowork::validators
