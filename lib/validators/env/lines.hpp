#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cowork::validators {

// How a value is written.
enum class Quoting {
    none,
    single,
    twice,   // in double quotes
    open,    // begins with a quote that nothing closes
    joined,  // goes on after a closing quote, as only a shell's words do
};

// One assignment as people see it in the text, whatever its reader makes of it. All places are offsets.
struct Assignment {
    std::string_view key;
    std::size_t key_begin = 0;
    bool exported = false;             // `export` stands before it
    bool blank_before_equals = false;  // KEY =value
    std::size_t value_begin = 0;       // after the equals sign
    std::string_view written;          // from there to the end, with blanks and a comment
    Quoting quoting = Quoting::none;
    std::string_view content;            // without quotes, blanks around it and a comment
    std::optional<std::size_t> comment;  // in `written`: where the # stands

    [[nodiscard]] std::size_t content_begin() const {
        return value_begin + static_cast<std::size_t>(content.data() - written.data());
    }
    // One past the value with its quotes, without blanks and a comment behind it.
    [[nodiscard]] std::size_t value_end() const {
        return content_begin() + content.size() + (quoting == Quoting::single || quoting == Quoting::twice);
    }
    [[nodiscard]] bool several_lines() const { return content.find('\n') != std::string_view::npos; }
};

// A line that is neither an assignment nor blank nor a comment.
struct OtherLine {
    enum class Fault { no_value, invalid_key, malformed };
    Fault fault = Fault::malformed;
    std::size_t begin = 0;
    std::string_view key;  // of one without a value
};

struct EnvLines {
    std::vector<Assignment> assignments;
    std::vector<OtherLine> others;
};

// Views into the text, which must outlive them. Linear in its size.
[[nodiscard]] EnvLines lines_of(std::string_view text);

}  // namespace cowork::validators
