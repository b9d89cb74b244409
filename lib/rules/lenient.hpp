#pragma once

#include "core/text.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace cowork::rules {

// How the product's services read a value. All of them trim first and take an empty value as not set.
using cowork::lowered;
using cowork::trimmed;

enum class Parsing;  // service.hpp

// true, 1, yes / false, 0, no in any case; anything else is nothing, and the service uses its default. A
// strict service (contract/cloud.md section 7.3) knows on and off too.
[[nodiscard]] std::optional<bool> read_boolean(std::string_view text);
[[nodiscard]] std::optional<bool> read_boolean(std::string_view text, Parsing parsing);

// A plain decimal integer. The services take whatever JavaScript's Number() takes (1e3, 0x10); a spelling
// other than plain digits is treated as unusable, because no operator means it.
[[nodiscard]] std::optional<long long> read_integer(std::string_view text);

// What Telegram takes as the secret of a webhook, if it takes an empty one too: at most 256 letters, digits,
// _ and -.
[[nodiscard]] bool is_telegram_secret(std::string_view text);

}  // namespace cowork::rules
