#pragma once

#include "config/config.hpp"
#include "rules/channel_gateway.hpp"

#include <catch2/catch.hpp>

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

// A configuration that the gateway takes as it is, with changes. Line n of f.env holds the nth value.
inline config::Config channel_configured(const Changes& changes) {
    Changes values{{"OPEN_COWORK_CLOUD_BASE_URL", "https://cloud.example.com"},
                   {"SERVICE_TOKEN", channel_token},
                   {"ADMIN_TOKEN", channel_token},
                   {"TELEGRAM_BOT_TOKEN", "123456:" + channel_token}};
    values.insert(values.end(), changes.begin(), changes.end());
    config::Config config;
    int line = 0;
    for (const auto& [name, value] : values) {
        const std::string key = rules::channel_gateway().full_name(name);
        config.set(key, Secret(value), {"f.env", ++line, 1, key});
    }
    return config;
}

// The same without any provider.
inline Changes no_telegram(Changes changes) {
    changes.insert(changes.begin(), {"TELEGRAM_BOT_TOKEN", ""});
    return changes;
}

inline std::string short_name(const std::string& key) {
    const std::string prefix(rules::channel_gateway_prefix);
    return key.rfind(prefix, 0) == 0 ? key.substr(prefix.size()) : key;
}

inline void check_row(const ChannelRow& row) {
    std::string change;
    for (const auto& [key, value] : row.changes) change += key + "=" + value + " ";
    CAPTURE(change);
    std::vector<std::string> lines, expected;
    const auto violations = rules::check_channel_gateway(channel_configured(row.changes));
    for (std::size_t i = 0; i < violations.size(); ++i) {
        const rules::Violation& found = violations[i];
        lines.push_back(std::string(found.reason_code) + " " + short_name(found.key) +
                        (found.status == Status::action_required ? "" : " degraded"));
        CAPTURE(lines.back(), found.message, found.remedy);
        if (i < row.expected.size()) {
            CHECK_FALSE(row.expected[i].words.empty());
            CHECK_THAT(found.message, Catch::Matchers::Contains(row.expected[i].words));
        }
        // No text holds a value, and every one says what to do.
        for (const std::string& value : {channel_token.substr(0, 12), std::string("u:p@"),
                                         std::string("cloud.example.com"), std::string("secret-in-json")}) {
            CHECK(found.message.find(value) == std::string::npos);
            CHECK(found.remedy.find(value) == std::string::npos);
        }
        CHECK_FALSE(found.remedy.empty());
    }
    for (const Expected& item : row.expected) expected.push_back(item.line);
    CHECK(lines == expected);
}

inline void check_rows(const std::vector<ChannelRow>& rows) {
    for (const ChannelRow& row : rows) check_row(row);
}

}  // namespace cowork::test
