#pragma once

#include "validators/leaks/scan.hpp"

#include <cstddef>
#include <optional>
#include <string_view>

namespace cowork::validators {

// The text that is scanned. Where runs of token characters end is kept, so that text that begins a token
// everywhere (`sk-sk-sk-`) costs no more than other text.
class LeakText {
  public:
    explicit LeakText(std::string_view text) : text_(text) {}

    [[nodiscard]] std::string_view all() const { return text_; }
    [[nodiscard]] char at(std::size_t i) const { return i < text_.size() ? text_[i] : '\0'; }
    [[nodiscard]] bool word_starts(std::size_t i) const;
    // Where the letters, digits, `_` and `-` end that begin there.
    [[nodiscard]] std::size_t run_end(std::size_t begin);

  private:
    std::string_view text_;
    std::size_t run_begin_ = 0, run_end_ = 0;
};

// What stands there, by its own shape alone.
[[nodiscard]] std::optional<Leak> family_token_at(LeakText& text, std::size_t at);
[[nodiscard]] std::optional<Leak> web_token_at(LeakText& text, std::size_t at);
[[nodiscard]] std::optional<Leak> telegram_token_at(LeakText& text, std::size_t colon);
[[nodiscard]] std::optional<Leak> private_key_at(const LeakText& text, std::size_t at);
[[nodiscard]] std::optional<Leak> url_password_at(const LeakText& text, std::size_t slashes);
[[nodiscard]] std::optional<Leak> signature_at(const LeakText& text, std::size_t separator);
[[nodiscard]] std::optional<Leak> authorization_at(const LeakText& text, std::size_t at);

}  // namespace cowork::validators
