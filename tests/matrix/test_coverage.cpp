#include "checks/registry.hpp"
#include "matrix/matrix.hpp"
#include "support/places.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <utility>

using namespace cowork;
using namespace cowork::test;
using namespace cowork::test::matrix;

TEST_CASE("kill matrix: every check has a healthy world, and every reason code a fault", "[coverage]") {
    std::set<std::pair<std::string_view, std::string_view>> reached;
    for (const Row& row : all_rows()) {
        CAPTURE(row.check, row.fault, row.reason);
        const checks::Check* check = checks::find_check(row.check);
        REQUIRE(check != nullptr);
        CHECK((row.reason.empty() ? row.status == Status::ready : check->reason(row.reason) != nullptr));
        reached.emplace(row.check, row.reason);
    }
    for (const checks::Check* check : checks::registry()) {
        CAPTURE(check->id);
        CHECK(reached.contains({check->id, ""}));
        for (const checks::Reason& reason : check->reasons) {
            CAPTURE(reason.code);
            CHECK(reached.contains({check->id, reason.code}));
        }
    }
}

// scripts/update-reference sets COWORK_WRITE_MATRIX to write the page instead.
TEST_CASE("kill matrix: the page is as the table has it", "[coverage]") {
    const std::filesystem::path file =
        std::filesystem::path(COWORK_SOURCE_DIR) / "docs/reference/kill-matrix.md";
    if (std::getenv("COWORK_WRITE_MATRIX") != nullptr) std::ofstream(file) << page();
    CHECK(content_of(file) == page());
}
