#include "core/timestamp.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <utility>
#include <vector>

using namespace cowork;

TEST_CASE("timestamp: RFC 3339 in UTC, and nothing that only looks like it") {
    const std::vector<std::pair<std::string, long long>> good{
        {"1970-01-01T00:00:00Z", 0},
        {"2026-01-31T12:00:00Z", 1769860800},
        {"2026-01-31T12:00:00.007Z", 1769860800},
        {"2026-01-31T12:00:00+00:00", 1769860800},
        {"2024-02-29T00:00:00Z", 1709164800},
    };
    for (const auto& [text, seconds] : good) {
        CAPTURE(text);
        const auto parsed = parse_timestamp(text);
        REQUIRE(parsed);
        CHECK(std::chrono::system_clock::to_time_t(*parsed) == seconds);
    }
    for (const std::string text :
         {"", "now", "2026-01-31", "2026-01-31T12:00:00", "2026-01-31 12:00:00Z", "2026-1-31T12:00:00Z",
          "2026-02-30T12:00:00Z", "2025-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-01-31T24:00:01Z",
          "2026-01-31T12:00:00.Z", "2026-01-31T12:00:00.1", "2026-01-31T12:00:00+02:00",
          "2026-01-31T12:00:00z", "1969-12-31T23:59:59Z", " 2026-01-31T12:00:00Z", "2026-01-31T12:00:00ZZ",
          "2026-01-31T12:00:00.00000000000000000000000000000000000000Z"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_timestamp(text));
    }
}
