#include "config/jsonc_document.hpp"

#include "config/jsonc.hpp"
#include "core/json_depth.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <iterator>
#include <map>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

namespace cowork::config {
namespace {

using Json = nlohmann::ordered_json;
using Spans = std::map<std::string, Span, std::less<>>;

// Reads characters and counts them, so that the parser's events can be placed.
struct CountingIterator {
    using iterator_category = std::input_iterator_tag;
    using value_type = char;
    using difference_type = std::ptrdiff_t;
    using pointer = const char*;
    using reference = char;

    const char* at = nullptr;
    std::size_t* count = nullptr;

    char operator*() const { return *at; }
    CountingIterator& operator++() {
        ++at;
        ++*count;
        return *this;
    }
    CountingIterator operator++(int) {
        CountingIterator before = *this;
        ++*this;
        return before;
    }
    bool operator==(const CountingIterator& other) const { return at == other.at; }
    bool operator!=(const CountingIterator& other) const { return at != other.at; }
};

// Notes where each value of a strict text begins and ends. A number is only known to end at the character
// after it; every other token is reported with its last one read.
class Recorder : public nlohmann::json_sax<Json> {
  public:
    Recorder(const std::string& strict, std::size_t depth) : strict_(strict), depth_(depth) {}

    bool null() override { return scalar(count); }
    bool boolean(bool) override { return scalar(count); }
    bool number_integer(number_integer_t) override { return scalar(count - 1); }
    bool number_unsigned(number_unsigned_t) override { return scalar(count - 1); }
    bool number_float(number_float_t, const string_t&) override { return scalar(count - 1); }
    bool string(string_t&) override { return scalar(count); }
    bool binary(binary_t&) override { return false; }
    bool start_object(std::size_t) override { return open(false); }
    bool end_object() override { return close(); }
    bool start_array(std::size_t) override { return open(true); }
    bool end_array() override { return close(); }
    bool key(string_t& name) override {
        if (name.size() > JsoncDocument::longest_key) return too_many();
        Level& level = levels_.back();
        level.key = name;
        const Span where{std::min(strict_.find('"', previous_), count), count, 0};
        previous_ = count;
        if (++level.members > JsoncDocument::most_members) return too_many();
        if (const auto [first, added] = level.keys.try_emplace(name, where); !added && kept())
            again(child_pointer(level.pointer, name), where, first->second);
        return true;
    }
    bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception&) override {
        failed_at = position == 0 ? 0 : position - 1;
        return false;
    }

    std::size_t count = 0;
    std::size_t failed_at = 0;
    bool overfull = false;
    Spans spans;

    // The keys that stood twice. Which values they hold is known at the end only.
    std::vector<JsonDuplicate> take_duplicates() {
        for (Again& one : again_) {
            const auto later = spans.find(one.made.pointer);
            one.made.identical = later != spans.end() && text_of(one.before) == text_of(later->second);
        }
        std::vector<JsonDuplicate> made;
        for (Again& one : again_) made.push_back(std::move(one.made));
        return made;
    }

  private:
    struct Level {
        std::string pointer;
        bool list = false;
        std::size_t index = 0;
        std::string key{};
        std::size_t members = 0;
        std::unordered_map<std::string, Span> keys{};
    };
    struct Again {
        JsonDuplicate made;
        Span before;  // of the value that it replaces
    };

    void again(std::string pointer, const Span& where, const Span& first) {
        const auto before = spans.find(pointer);
        again_.push_back(
            {{std::move(pointer), where, first, false}, before == spans.end() ? Span{} : before->second});
    }
    [[nodiscard]] std::string_view text_of(const Span& span) const {
        return std::string_view(strict_).substr(span.begin, span.end - span.begin);
    }

    bool too_many() {
        overfull = true;
        failed_at = count;
        return false;
    }
    // Whether positions of the values that are now read are kept.
    [[nodiscard]] bool kept() const { return levels_.size() <= depth_; }
    std::string next_pointer() {
        if (levels_.empty() || !kept()) return {};
        Level& level = levels_.back();
        return child_pointer(level.pointer, level.list ? std::to_string(level.index++) : level.key);
    }
    void ended(std::size_t end) {
        previous_ = end;
        if (!levels_.empty() && levels_.size() <= depth_ + 1) spans[levels_.back().pointer].last = end;
    }
    bool keep(const std::string& pointer, Span span) {
        place_bytes_ += pointer.size();
        spans[pointer] = span;
        return place_bytes_ <= JsoncDocument::most_place_bytes;
    }
    bool scalar(std::size_t end) {
        if (++values_ > JsoncDocument::most_values) return too_many();
        const std::size_t begin = std::min(strict_.find_first_not_of(" \t\r\n,:", previous_), end);
        if (kept() && !keep(next_pointer(), {begin, end, 0})) return too_many();
        ended(end);
        return true;
    }
    bool open(bool list) {
        if (++values_ > JsoncDocument::most_values) return too_many();
        std::string pointer = next_pointer();
        if (kept() && !keep(pointer, {count - 1, 0, 0})) return too_many();
        levels_.push_back({std::move(pointer), list});
        previous_ = count;
        return true;
    }
    bool close() {
        if (levels_.size() <= depth_ + 1) spans[levels_.back().pointer].end = count;
        levels_.pop_back();
        ended(count);
        return true;
    }

    const std::string& strict_;
    std::size_t depth_ = 0;
    std::size_t values_ = 0;
    std::size_t place_bytes_ = 0;
    std::size_t previous_ = 0;  // where the token before ends
    std::vector<Level> levels_;
    std::vector<Again> again_;
};

// Where each line begins.
std::vector<std::size_t> lines_of(std::string_view text) {
    std::vector<std::size_t> lines{0};
    for (auto at = text.find('\n'); at != std::string_view::npos; at = text.find('\n', at + 1))
        lines.push_back(at + 1);
    return lines;
}

SourceRef place_of(const std::string& path, const std::vector<std::size_t>& lines, std::size_t offset,
                   std::string key) {
    const auto after = std::upper_bound(lines.begin(), lines.end(), offset);
    return {path, static_cast<int>(after - lines.begin()), static_cast<int>(offset - *std::prev(after) + 1),
            std::move(key)};
}

// Where two texts of one length differ first.
std::optional<std::size_t> difference(std::string_view one, std::string_view other) {
    const auto at = std::mismatch(one.begin(), one.end(), other.begin()).first;
    if (at == one.end()) return std::nullopt;
    return static_cast<std::size_t>(at - one.begin());
}

std::string unescaped(std::string_view token) {
    std::string plain;
    for (std::size_t at = 0; at < token.size(); ++at) {
        const bool escape =
            token[at] == '~' && at + 1 < token.size() && (token[at + 1] == '0' || token[at + 1] == '1');
        plain += !escape ? token[at] : token[at + 1] == '1' ? '/' : '~';
        if (escape) ++at;
    }
    return plain;
}

// A member, or the element of a list; null when there is none.
const Json* child(const Json& parent, const std::string& token) {
    if (parent.is_object()) {
        const auto member = parent.find(token);
        return member == parent.end() ? nullptr : &*member;
    }
    if (!parent.is_array() || token.empty() || (token.size() > 1 && token.front() == '0')) return nullptr;
    std::size_t index = 0;
    const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), index);
    const bool is_index = error == std::errc{} && end == token.data() + token.size();
    return is_index && index < parent.size() ? &parent[index] : nullptr;
}

}  // namespace

// Made once and shared, never copied or moved.
struct JsoncDocument::Parsed {
    Parsed() = default;
    Parsed(const Parsed&) = delete;
    Parsed& operator=(const Parsed&) = delete;
    ~Parsed() = default;

    std::string path;
    std::string text;
    std::string uncommented;
    std::vector<std::size_t> lines;
    std::optional<Json> root;  // always there once parsed
    Spans spans;
    std::vector<JsonDuplicate> duplicates;
};

Result<JsoncDocument> JsoncDocument::parse(std::string text, const std::string& path, std::string_view reader,
                                           std::size_t depth) {
    auto parsed = std::make_shared<Parsed>();
    parsed->path = path;
    parsed->text = std::move(text);
    parsed->uncommented = config::without_comments(parsed->text);
    parsed->lines = lines_of(parsed->text);
    parsed->root.emplace(Json::object());
    if (parsed->text.find_first_not_of(" \t\r\n") == std::string::npos) return JsoncDocument(parsed);

    const std::string strict = config::without_trailing_commas(parsed->uncommented);
    Recorder recorder(strict, depth);
    const bool deep = too_deep(strict);
    const CountingIterator first{strict.data(), &recorder.count};
    const CountingIterator last{strict.data() + strict.size(), &recorder.count};
    if (deep || !Json::sax_parse(first, last, &recorder)) {
        const SourceRef where =
            place_of(path, parsed->lines, std::min(recorder.failed_at, parsed->text.size()), {});
        if (recorder.overfull)
            return fail(ErrorCode::refused,
                        fmt::format("{} holds more values or longer keys than any configuration", path),
                        fmt::format("keep below {} keys an object, {} values in all and {} bytes a key",
                                    most_members, most_values, longest_key),
                        where);
        return fail(ErrorCode::invalid, fmt::format("{} is not JSON that {} can read", where.place(), reader),
                    "correct it there; comments and trailing commas are allowed, nothing else is", where);
    }
    parsed->root.emplace(Json::parse(strict, nullptr, false));
    if (!parsed->root->is_object())
        return fail(ErrorCode::refused, fmt::format("{} holds no JSON object", path),
                    "write one object of configuration keys", {path, 1, 1, {}});
    parsed->duplicates = recorder.take_duplicates();
    parsed->spans = std::move(recorder.spans);
    return JsoncDocument(parsed);
}

const std::string& JsoncDocument::path() const { return parsed_->path; }
const std::string& JsoncDocument::text() const { return parsed_->text; }
const std::string& JsoncDocument::uncommented() const { return parsed_->uncommented; }
const Json& JsoncDocument::root() const { return *parsed_->root; }

const Json* JsoncDocument::find(std::string_view pointer) const { return value_at(root(), pointer); }

const Span* JsoncDocument::span(std::string_view pointer) const {
    const auto found = parsed_->spans.find(pointer);
    return found == parsed_->spans.end() ? nullptr : &found->second;
}

const std::vector<JsonDuplicate>& JsoncDocument::duplicates() const { return parsed_->duplicates; }

std::optional<std::size_t> JsoncDocument::first_comment() const { return difference(text(), uncommented()); }

std::optional<std::size_t> JsoncDocument::first_trailing_comma() const {
    return difference(uncommented(), config::without_trailing_commas(uncommented()));
}

SourceRef JsoncDocument::where(std::string_view pointer) const {
    for (std::string_view holder = pointer;; holder = holder.substr(0, holder.rfind('/'))) {
        if (const Span* found = span(holder))
            return place_of(parsed_->path, parsed_->lines, found->begin, dotted(pointer));
        if (holder.empty()) return {parsed_->path, 0, 0, dotted(pointer)};
    }
}

const Json* value_at(const Json& root, std::string_view pointer) {
    const Json* at = &root;
    while (at != nullptr && !pointer.empty()) {
        if (!pointer.starts_with('/')) return nullptr;
        pointer.remove_prefix(1);
        const auto end = std::min(pointer.find('/'), pointer.size());
        at = child(*at, unescaped(pointer.substr(0, end)));
        pointer.remove_prefix(end);
    }
    return at;
}

std::string child_pointer(std::string_view parent, std::string_view key) {
    std::string pointer(parent);
    pointer += '/';
    for (const char c : key) {
        if (c == '~') {
            pointer += "~0";
        } else if (c == '/') {
            pointer += "~1";
        } else {
            pointer += c;
        }
    }
    return pointer;
}

std::string dotted(std::string_view pointer) {
    std::string text;
    for (std::string_view rest = pointer; !rest.empty();) {
        rest.remove_prefix(1);
        const auto end = rest.find('/');
        const std::string token = unescaped(rest.substr(0, end));
        const bool index = !token.empty() && token.find_first_not_of("0123456789") == std::string::npos;
        if (index) {
            text += fmt::format("[{}]", token);
        } else {
            text += text.empty() ? token : "." + token;
        }
        rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end);
    }
    return text;
}

}  // namespace cowork::config
