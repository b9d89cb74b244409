#include "rules/lenient.hpp"

#include "rules/service.hpp"

#include <algorithm>
#include <charconv>

namespace cowork::rules {

std::optional<bool> read_boolean(std::string_view text) {
    const std::string word = lowered(trimmed(text));
    if (word == "true" || word == "1" || word == "yes") return true;
    if (word == "false" || word == "0" || word == "no") return false;
    return std::nullopt;
}

std::optional<bool> read_boolean(std::string_view text, Parsing parsing) {
    const std::string word = lowered(trimmed(text));
    if (parsing == Parsing::strict && (word == "on" || word == "off")) return word == "on";
    return read_boolean(text);
}

std::optional<long long> read_integer(std::string_view text) {
    const std::string_view digits = trimmed(text);
    long long value = 0;
    const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (problem != std::errc{} || end != digits.data() + digits.size() || digits.empty()) return std::nullopt;
    return value;
}

bool is_telegram_secret(std::string_view text) {
    constexpr std::size_t longest = 256;
    return text.size() <= longest && std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '_' || c == '-';
           });
}

}  // namespace cowork::rules
