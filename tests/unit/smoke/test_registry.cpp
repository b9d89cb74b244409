#include "checks/registry.hpp"
#include "smoke/registry.hpp"
#include "smoke/runner.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <regex>
#include <set>
#include <string>

using namespace cowork;
using namespace cowork::smoke;

TEST_CASE("smoke: every step's row is whole") {
    const std::regex id_pattern("[a-z][a-z0-9_]*(\\.[a-z0-9_]+){2}");
    std::set<std::string_view> seen;
    for (const Step* step : registry()) {
        CAPTURE(step->id);
        CHECK(std::regex_match(std::string(step->id), id_pattern));
        CHECK(seen.insert(step->id).second);
        CHECK(checks::find_check(step->id) == nullptr);
        CHECK_FALSE(step->label.empty());
        CHECK_FALSE(step->sends.empty());
        CHECK_FALSE(step->expects.empty());
        CHECK_FALSE(step->scenarios.empty());
        CHECK_FALSE(step->reasons.empty());
        CHECK(step->run != nullptr);
        CHECK(step->budget.count() > 0);
        // Whatever is made is taken away again, or said to stay.
        if (!step->creates.empty()) CHECK_FALSE(step->removes.empty());
        if (step->effect == Effect::reads) CHECK((step->creates.empty() && step->removes.empty()));
        std::set<std::string_view> codes;
        for (const auto& reason : step->reasons) {
            CAPTURE(reason.code);
            CHECK(codes.insert(reason.code).second);
            CHECK_FALSE(reason.meaning.empty());
            CHECK_FALSE(reason.recovery.empty());
        }
    }
    CHECK_FALSE(seen.contains(clean_up_id));
}

TEST_CASE("smoke: a step needs earlier steps of every scenario that it belongs to") {
    for (const catalogue::Intent scenario : scenarios()) {
        std::set<std::string_view> earlier;
        for (const Step* step : steps_of(scenario)) {
            CAPTURE(catalogue::row(scenario).id, step->id);
            for (const std::string_view need : step->needs) CHECK(earlier.contains(need));
            earlier.insert(step->id);
        }
    }
}

TEST_CASE("smoke: a full hybrid has a Standalone Gateway's steps only where there is one") {
    const auto gateways = [](const checks::Presence& present) {
        const auto steps = steps_of(catalogue::Intent::full_hybrid, present);
        return std::count_if(steps.begin(), steps.end(),
                             [](const Step* step) { return step->id.starts_with("gateway."); });
    };
    CHECK(gateways({.standalone_gateway = true}) > 0);
    CHECK(gateways({.channel_gateway = true, .cloud = true}) == 0);
    CHECK(steps_of(catalogue::Intent::gateway_only, {}) == steps_of(catalogue::Intent::gateway_only));
}

TEST_CASE("smoke: every scenario keeps something with --read-only") {
    for (const catalogue::Intent scenario : scenarios()) {
        const auto choice = choose(steps_of(scenario), {}, {}, true).value();
        CAPTURE(catalogue::row(scenario).id);
        CHECK(std::count(choice.selected.begin(), choice.selected.end(), true) > 0);
    }
}
