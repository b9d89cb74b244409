#include "unit/rules/channel_gateway_rows.hpp"

#include "checks/registry.hpp"
#include "rules/channel_gateway.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <string_view>

namespace cowork::test {
namespace {

std::string short_name(std::string_view key) {
    if (key.starts_with(rules::channel_gateway_prefix))
        key.remove_prefix(rules::channel_gateway_prefix.size());
    return std::string(key);
}

// A reason that is in the table, and no worse than it says there.
bool documented(const rules::Violation& violation) {
    const auto table = checks::find_check("gateway.configuration.valid")->reasons;
    return std::any_of(table.begin(), table.end(), [&](const checks::Reason& reason) {
        return reason.code == violation.reason_code &&
               (reason.status == Status::action_required || reason.status == violation.status);
    });
}

// No text holds a value, and every one says something.
void check_text(const std::string& text) {
    CAPTURE(text);
    CHECK_FALSE(text.empty());
    for (const std::string& value :
         {channel_token.substr(0, 12), std::string("u:p@"), std::string("cloud.example.com"),
          std::string("secret-in-json"), std::string("hooks.")})
        CHECK(text.find(value) == std::string::npos);
}

}  // namespace

config::Config channel_configured(const Changes& changes) {
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

Changes no_telegram(Changes changes) {
    changes.insert(changes.begin(), {"TELEGRAM_BOT_TOKEN", ""});
    return changes;
}

void check_row(const ChannelRow& row) {
    std::string change;
    for (const auto& [key, value] : row.changes) change.append(key).append("=").append(value).append(" ");
    CAPTURE(change);
    std::vector<std::string> lines;
    std::vector<std::string> expected;
    for (const rules::Violation& found : rules::check_channel_gateway(channel_configured(row.changes))) {
        lines.push_back(std::string(found.reason_code) + " " + short_name(found.key) +
                        (found.status == Status::action_required ? "" : " degraded"));
        CAPTURE(lines.back(), found.message);
        CHECK(documented(found));
        check_text(found.message);
        check_text(found.remedy);
        if (lines.size() > row.expected.size()) continue;
        const std::string& words = row.expected[lines.size() - 1].words;
        CHECK_FALSE(words.empty());
        CHECK_THAT(found.message, Catch::Matchers::Contains(words));
    }
    for (const Expected& item : row.expected) expected.push_back(item.line);
    CHECK(lines == expected);
}

void check_rows(const std::vector<ChannelRow>& rows) {
    for (const ChannelRow& row : rows) check_row(row);
}

}  // namespace cowork::test
