#include "core/budget.hpp"
#include "core/duration.hpp"
#include "core/json_depth.hpp"
#include "core/names.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <string>
#include <utility>
#include <vector>

using namespace cowork;
using namespace std::chrono_literals;

TEST_CASE("duration: a whole number and a unit") {
    for (const auto& [text, expected] :
         std::vector<std::pair<const char*, std::chrono::milliseconds>>{{"250ms", 250ms},
                                                                        {"5s", 5s},
                                                                        {"2m", 2min},
                                                                        {"1h", 1h},
                                                                        {"24h", 24h},
                                                                        {"1ms", 1ms},
                                                                        {"86400s", 24h}}) {
        CAPTURE(text);
        const auto parsed = parse_duration(text);
        REQUIRE(parsed);
        CHECK(*parsed == expected);
        CHECK(*parse_duration(format_duration(*parsed)) == *parsed);
    }
    for (const char* text : {"", "5", "s", "0s", "-5s", "+5s", "5.5s", " 5s", "5s ", "5 s", "25h", "86401s",
                             "5d", "5S", "99999999999999999999s", "0x5s", "1e3s", "ms"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_duration(text));
    }
    CHECK(format_duration(90s) == "90s");
    CHECK(format_duration(1500ms) == "1500ms");
}

TEST_CASE("names: globs match whole names") {
    struct Row {
        const char* pattern;
        const char* name;
        bool match;
    };
    for (const Row& row :
         {Row{"a.b", "a.b", true}, Row{"*", "", true}, Row{"*", "a.b", true}, Row{"a*", "a.b", true},
          Row{"*b", "a.b", true}, Row{"a*b*c", "aXbYbZc", true}, Row{"a?b", "a.b", true}, Row{"?", "", false},
          Row{"", "a", false}, Row{"", "", true}, Row{"a", "ab", false}, Row{"*a", "ab", false},
          Row{"a.*", "ab", false}, Row{"**", "x", true}, Row{"a*?", "a", false}, Row{"a*?", "ab", true}}) {
        CAPTURE(row.pattern, row.name);
        CHECK(glob_match(row.pattern, row.name) == row.match);
    }
    std::string hostile;
    for (int i = 0; i < 2000; ++i) hostile += "a*";
    CHECK_FALSE(glob_match(hostile + "b", std::string(4000, 'a')));
}

TEST_CASE("names: the nearest candidate, when it is near") {
    const std::vector<std::string_view> all{"gateway.provider.healthy", "gateway.database.ready", "HOST",
                                            "PORT"};
    CHECK(nearest("gateway.provider.helthy", all) == "gateway.provider.healthy");
    CHECK(nearest("HOTS", all) == "HOST");
    CHECK(nearest("completely-different-thing", all).empty());
    CHECK(nearest("", all).empty());
    CHECK(nearest(std::string(10'000, 'x'), all).empty());
    CHECK(nearest("HOST", {}).empty());
}

TEST_CASE("budget: a part is never more than the whole, and a stop ends both") {
    std::stop_source stop;
    const Budget whole = Budget::lasting(1h, stop.get_token());
    CHECK_FALSE(whole.spent());
    CHECK(whole.part(2h).deadline() == whole.deadline());
    CHECK(whole.part(1s).deadline() < whole.deadline());
    CHECK(whole.part(1s).remaining() <= 1s);
    CHECK(Budget::lasting(0ms).spent());
    CHECK(Budget::lasting(-5ms).remaining() == 0ms);
    stop.request_stop();
    CHECK(whole.spent());
    CHECK(whole.stopped());
    CHECK(whole.part(1s).spent());
}

TEST_CASE("json depth: brackets count, those in strings do not") {
    CHECK_FALSE(too_deep(""));
    CHECK_FALSE(too_deep(std::string(deepest_json, '[') + std::string(deepest_json, ']')));
    CHECK(too_deep(std::string(deepest_json + 1, '[')));
    CHECK(too_deep(std::string(deepest_json + 1, '{')));
    CHECK_FALSE(too_deep("[\"" + std::string(1000, '[') + "\"]"));
    CHECK_FALSE(too_deep("[\"\\\"" + std::string(1000, '[') + "\"]"));
    CHECK(too_deep("[\"\\\\\"," + std::string(1000, '[')));
    std::string flat = "[";
    for (int i = 0; i < 1000; ++i) flat += "[],";
    CHECK_FALSE(too_deep(flat));
}

TEST_CASE("ages: days and hours, from one hour to ten years") {
    CHECK(*parse_age("1h") == std::chrono::hours(1));
    CHECK(*parse_age("36h") == std::chrono::hours(36));
    CHECK(*parse_age("90d") == std::chrono::hours(90 * 24));
    CHECK(*parse_age("3650d") == std::chrono::hours(3650 * 24));
    for (const char* text :
         {"", "d", "0d", "-1d", "1", "21", "1.5d", "3651d", "90D", "90 d", "5m", "99999999999999999999d"}) {
        CAPTURE(text);
        const auto age = parse_age(text);
        REQUIRE_FALSE(age);
        CHECK(age.error().code == ErrorCode::usage);
        CHECK_FALSE(age.error().remedy.empty());
    }
}
