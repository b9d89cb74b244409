#pragma once

#include "config/env_file.hpp"

#include <string>
#include <string_view>
#include <unordered_map>

namespace cowork::config::detail {

// A place in the text.
struct Mark {
    int line = 1;
    int column = 1;
    std::size_t offset = 0;  // from the start of the whole text
};

// Where a value's bytes are in the whole text.
struct ValueBytes {
    std::size_t begin = 0;
    std::size_t end = 0;
    bool exported = false;
};

// Walks over the text byte by byte and knows line and column.
class Cursor {
  public:
    // `skipped` bytes of the whole text come before this one.
    explicit Cursor(std::string_view text, std::size_t skipped = 0) : text_(text), skipped_(skipped) {}

    [[nodiscard]] bool at_end() const { return position_ >= text_.size(); }
    // The byte at the cursor or further on, NUL past the end (check at_end() where a NUL may be real).
    [[nodiscard]] char peek(std::size_t ahead = 0) const {
        return position_ + ahead < text_.size() ? text_[position_ + ahead] : '\0';
    }
    [[nodiscard]] bool at_line_end() const { return at_end() || peek() == '\n'; }
    [[nodiscard]] std::string_view rest() const { return text_.substr(position_); }
    [[nodiscard]] std::size_t offset() const { return skipped_ + position_; }
    [[nodiscard]] Mark mark() const {
        return {line_, static_cast<int>(position_ - line_start_) + 1, offset()};
    }
    char next();
    void skip_blanks();  // spaces and tabs
    void skip_to_line_end();
    // Moves past the next line feed and returns what was before it.
    std::string_view take_line();
    // A run of [A-Za-z0-9_], possibly empty.
    std::string_view take_name();
    // Moves past that text when it is next.
    bool take(std::string_view expected);

  private:
    std::string_view text_;
    std::size_t skipped_;
    std::size_t position_ = 0;
    std::size_t line_start_ = 0;
    int line_ = 1;
};

// A value while it is put together: one buffer that never moves, cleansed at the end.
class ValueBuffer {
  public:
    explicit ValueBuffer(std::size_t capacity) { bytes_.reserve(capacity); }
    ValueBuffer(const ValueBuffer&) = delete;
    ValueBuffer& operator=(const ValueBuffer&) = delete;
    ~ValueBuffer() { clear(); }

    void push(char c) { bytes_.push_back(c); }
    void append(std::string_view text) { bytes_.append(text); }
    void trim_end(std::string_view characters);
    void truncate(std::size_t size) { bytes_.resize(size); }
    void clear() { cleanse(bytes_); }
    [[nodiscard]] std::string_view view() const { return bytes_; }

  private:
    std::string bytes_;
};

// Collects entries and diagnostics and holds the limits.
class Collector {
  public:
    Collector(std::string_view file_name, Dialect dialect);

    // Takes the assignment, or refuses it with a diagnostic and returns false.
    bool assign(std::string_view key, std::string_view value, Mark where, const ValueBytes& bytes);
    // The first logical line begins there.
    void begin_lines(std::size_t offset);
    // A logical line ended before that offset: whatever was found in it since learns its place.
    void end_line(std::size_t offset);
    // Takes back the last entries, when what followed shows that they were none.
    void retract(std::size_t count);
    void report(EnvIssue issue, Mark where, std::string_view key = {});
    // As report(), for a warning about an entry that stands.
    void warn(EnvIssue issue, Mark where, std::string_view key = {});
    [[nodiscard]] bool full() const { return file_.entries.size() >= max_env_entries; }
    [[nodiscard]] EnvFile take() { return std::move(file_); }

  private:
    bool refuse(EnvIssue issue, Mark where, std::string_view key);
    void add(EnvIssue issue, bool drops_entry, Mark where, std::string_view key);
    void warn_about_value(std::string_view key, std::string_view value, Mark where);
    [[nodiscard]] SourceRef source(Mark where, std::string_view key) const;

    std::string file_name_;
    EnvFile file_;
    std::unordered_map<std::string, int> first_line_;
    std::size_t line_begin_ = 0;
    std::size_t open_entry_ = 0;  // the first entry and diagnostic of the line that has not ended
    std::size_t open_diagnostic_ = 0;
};

// One reader a dialect, each from its reader's own documentation.
void parse_literal(Cursor& cursor, Collector& out);  // docker and portable
void parse_sh(Cursor& cursor, ValueBuffer& value, Collector& out);
void parse_systemd(Cursor& cursor, ValueBuffer& value, Collector& out);
void parse_compose(Cursor& cursor, ValueBuffer& value, Collector& out);

inline bool is_blank(char c) { return c == ' ' || c == '\t'; }

}  // namespace cowork::config::detail
