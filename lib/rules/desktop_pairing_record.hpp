#pragma once

#include "rules/desktop_pairings.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace cowork::rules {

// The pairing of a record that was judged before: every key is there, each with a value of its kind.
[[nodiscard]] DesktopPairing pairing_of(const nlohmann::json& record);

// Fit to be shown: no control characters, about 60 bytes at most.
[[nodiscard]] std::string printable(const std::string& text);

}  // namespace cowork::rules
