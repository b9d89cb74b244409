#include "unit/rules/cloud_rows.hpp"

#include "checks/cloud_reasons.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace cowork::test {
namespace {

std::string short_name(const std::string& key) {
    return key.starts_with(rules::cloud_prefix) ? key.substr(rules::cloud_prefix.size()) : "=" + key;
}

void check_text(const config::Config& config, const std::string& text) {
    CHECK_FALSE(text.empty());
    for (const auto& setting : config.settings()) {
        const std::string_view value = setting.value.reveal();
        // The words of choices may be repeated.
        const bool word = value.find_first_not_of("abcdefghijklmnopqrstuvwxyz_-") == std::string_view::npos;
        const bool telling = (value.size() >= 16 && !word) || value.find("://") != std::string_view::npos;
        CAPTURE(setting.key, value, text);
        if (telling) CHECK(text.find(value) == std::string::npos);
    }
}

// A reason that is in the table, and no worse than it says there.
bool documented(const rules::Violation& violation) {
    const auto table = checks::cloud_configuration_reasons();
    return std::any_of(table.begin(), table.end(), [&](const checks::Reason& reason) {
        return reason.code == violation.reason_code &&
               (reason.status == Status::action_required || reason.status == violation.status);
    });
}

}  // namespace

void check_cloud_rows(const std::vector<CloudRow>& rows) {
    for (const CloudRow& row : rows) {
        std::string changes;
        for (const auto& [name, value] : row.changes)
            changes.append(name).append("=").append(value).append(" ");
        CAPTURE(to_string(row.role), to_string(row.tier), changes);
        const auto config = cloud_env(row.role, row.tier, row.changes);
        std::vector<std::string> found;
        std::string first;
        for (const auto& violation : rules::check_cloud(config)) {
            found.push_back(std::string(violation.reason_code) + " " + short_name(violation.key) +
                            (violation.status == Status::action_required ? "" : " degraded"));
            CHECK(documented(violation));
            if (first.empty()) first = violation.message + " | " + violation.remedy;
            check_text(config, violation.message);
            check_text(config, violation.remedy);
        }
        CAPTURE(first);
        CHECK(found == row.expected);
        for (const std::string& word : row.words) CHECK_THAT(first, Catch::Contains(word));
        CHECK(row.expected.empty() == row.words.empty());
    }
}

}  // namespace cowork::test
