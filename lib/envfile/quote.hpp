#pragma once

#include "config/dialect.hpp"
#include "core/error.hpp"
#include "secrets/secret.hpp"

#include <string_view>
#include <vector>

namespace cowork::envfile {

// What to write after `KEY=` so that the dialect's reader gets the value back byte for byte.
// ErrorCode::refused when the dialect cannot hold it: the message names the key and the kind of character,
// the remedy the dialects that can. Line breaks and control characters are refused by every dialect; an
// empty value is `KEY=` in every dialect.
//
//   portable  the unquoted alphabet A-Z a-z 0-9 _ - . / : @ % + , = ^ ! * ? [ ] { } ~, not beginning with
//             ~ or =, no ~ after : or =
//   sh        quoted as needed; holds any bytes
//   systemd   quoted as needed; UTF-8 without noncharacters
//   docker    never quoted; UTF-8
//   compose   quoted as needed; UTF-8, and only what Compose 1.29 and every release of 2 read alike: no
//             backslash at the end, no ${, no $ besides ' or two backslashes in a row, and no " at an end
//             besides those
enum class Quoting {
    as_needed,
    always,  // where the dialect has quotes
};
[[nodiscard]] Result<Secret> render_value(std::string_view key, const Secret& value, config::Dialect dialect,
                                          Quoting quoting = Quoting::as_needed);

// Every dialect that holds the value, in the order of config::all_dialects.
[[nodiscard]] std::vector<config::Dialect> dialects_holding(const Secret& value);

}  // namespace cowork::envfile
