#pragma once

#include "config/config.hpp"

#include <string>
#include <utility>
#include <vector>

namespace cowork::test {

// A table of configurations of the Cloud Channel Gateway and what its rules say about each.

using Changes = std::vector<std::pair<std::string, std::string>>;  // empty value: as if not set

inline const std::string channel_token = "Zq8WnR4vYx2BkM7cUj5H";

// What a row expects of one violation, in order.
struct Expected {
    std::string line;   // "reason-code KEY", with " degraded" behind where the gateway runs
    std::string words;  // a part of the message
};

struct ChannelRow {
    Changes changes;
    std::vector<Expected> expected;
};

// A configuration that the gateway takes as it is, with Telegram, and with changes. Line n of f.env holds
// the nth value.
config::Config channel_configured(const Changes& changes);
// The changes, without Telegram.
Changes no_telegram(Changes changes);

void check_row(const ChannelRow& row);
void check_rows(const std::vector<ChannelRow>& rows);

}  // namespace cowork::test
