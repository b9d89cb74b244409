#pragma once

#include "secrets/safe_text.hpp"
#include "secrets/secret.hpp"

#include <fmt/core.h>

#include <concepts>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace cowork {

// The one way from outside text to SafeText. It removes
//  - every secret it has learned, raw and in its encodings (percent, base64 at any alignment, hex, JSON),
//    however they are mixed,
//  - what looks like a secret: the token families of contract/health-center.md section 11, URL user info,
//    authorization values and keyed assignments, with the gaps listed there closed,
//  - what could steer a terminal or break a document: control and bidirectional characters, bad UTF-8.
// Not thread-safe while learning; const use from many threads is.
class Redactor {
  public:
    static constexpr std::string_view marker = "[redacted]";
    // Secrets shorter than this are not learned: removing each "ab" would hide nothing and ruin all text.
    static constexpr std::size_t shortest = 4;
    // Outside text is cut to so many bytes: enough for any sentence, too little to flood a report.
    static constexpr std::size_t longest = 8000;

    Redactor() = default;
    Redactor(Redactor&&) = default;
    Redactor& operator=(Redactor&&) = default;
    Redactor(const Redactor&) = delete;
    Redactor& operator=(const Redactor&) = delete;

    void learn(std::string_view secret);
    void learn(const Secret& secret) { learn(secret.reveal()); }

    // Text from outside: everything above applies.
    [[nodiscard]] SafeText clean(std::string_view outside) const;

    // A sentence of ours around values: string arguments are cleaned as outside text before they are
    // placed, learned secrets are removed from the whole after.
    template <typename... Args>
    [[nodiscard]] SafeText text(fmt::format_string<Args...> format, Args&&... args) const {
        return format_cleaned(format, prepare(args)...);
    }

  private:
    template <typename T>
    [[nodiscard]] auto prepare(const T& value) const {
        if constexpr (std::same_as<T, SafeText>) {
            return value.str();
        } else if constexpr (std::is_convertible_v<const T&, std::string_view>) {
            return clean(std::string_view(value)).str();
        } else {
            return value;
        }
    }
    template <typename... Args>
    [[nodiscard]] SafeText format_cleaned(fmt::string_view format, const Args&... args) const {
        return SafeText(without_learned(fmt::vformat(format, fmt::make_format_args(args...))));
    }
    [[nodiscard]] std::string without_learned(std::string text) const;

    std::vector<Secret> patterns_;
};

}  // namespace cowork
