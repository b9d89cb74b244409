#include "support/scratch_directory.hpp"
#include "validate/rule_case.hpp"
#include "validators/registry.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <set>

// Every rule has a file that breaks it, at a place that is said, and one that does not.
namespace {

using namespace cowork;
using namespace cowork::test;

bool is_expected(const std::string& place, const std::vector<Expected>& expected) {
    return std::any_of(expected.begin(), expected.end(), [&](const Expected& one) {
        std::string text = fmt::format("{}:{}:{} ", one.file, one.line, one.column);
        if (!one.severity.empty()) text += one.severity + " ";
        return place.starts_with(text) && (one.key.empty() || place.ends_with(" " + one.key));
    });
}

}  // namespace

TEST_CASE("rules: every rule has a file that breaks it and one that does not") {
    for (const std::string_view id : validators::rule_ids()) {
        const std::string rule(id);
        DYNAMIC_SECTION(rule) {
            REQUIRE(std::filesystem::exists(cases_directory() / rule / "expect.json"));
            const RuleCase one = read_case(rule);
            REQUIRE_FALSE(one.expected.empty());
            if (out_of_reach(one)) {
                WARN("NOT TESTED: " << rule << " needs root");
                CHECK_FALSE(in_ci());
                continue;
            }
            const auto bad = places_of(validate_case(one, "bad"), rule);
            INFO("found: " << fmt::format("{}", fmt::join(bad, "; ")));
            CHECK(bad.size() == one.expected.size());
            for (const std::string& place : bad) {
                INFO("at " << place);
                CHECK(is_expected(place, one.expected));
            }
            const auto good = places_of(validate_case(one, "good"), rule);
            INFO("found in the good files: " << fmt::format("{}", fmt::join(good, "; ")));
            CHECK(good.empty());
        }
    }
}

TEST_CASE("rules: every case is that of a rule") {
    for (const auto& entry : std::filesystem::directory_iterator(cases_directory())) {
        INFO(entry.path().filename());
        CHECK(validators::find_rule(entry.path().filename().string()) != nullptr);
    }
}

TEST_CASE("rules: ids are unique, and every text is there") {
    std::set<std::string_view> seen;
    for (const validators::RuleGroup& group : validators::rule_groups()) {
        CHECK_FALSE(group.title.empty());
        for (const validators::Rule& rule : group.rules) {
            INFO("rule " << rule.id);
            CHECK(seen.insert(rule.id).second);
            CHECK(rule.id.find('.') != std::string_view::npos);
            CHECK_FALSE(rule.title.empty());
            CHECK_FALSE(rule.title.ends_with('.'));
            CHECK(rule.rationale.ends_with('.'));
            CHECK(rule.fix.ends_with('.'));
            CHECK((rule.tiers.empty() || rule.tiers.ends_with('.')));
        }
    }
}
