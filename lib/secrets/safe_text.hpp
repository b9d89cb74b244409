#pragma once

#include <fmt/core.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace cowork {

// The only text that leaves the process. It comes from a literal ("..."_safe) or from a Redactor, so a
// string that never met the Redactor cannot be put into a report: that does not compile.
class SafeText {
  public:
    SafeText() = default;

    [[nodiscard]] const std::string& str() const { return text_; }
    [[nodiscard]] std::string_view view() const { return text_; }
    [[nodiscard]] bool empty() const { return text_.empty(); }
    friend bool operator==(const SafeText&, const SafeText&) = default;

  private:
    friend class Redactor;
    friend SafeText operator""_safe(const char*, std::size_t);
    explicit SafeText(std::string text) : text_(std::move(text)) {}

    std::string text_;
};

inline SafeText operator""_safe(const char* text, std::size_t size) {
    return SafeText(std::string(text, size));
}

}  // namespace cowork

// A SafeText may be placed into a sentence; Redactor::text() does the placing.
template <>
struct fmt::formatter<cowork::SafeText> : fmt::formatter<fmt::string_view> {};
