#include "checks/combine.hpp"
#include "checks/layers.hpp"

#include <catch2/catch.hpp>

#include <ostream>
#include <vector>

namespace cowork {
static std::ostream& operator<<(std::ostream& out, Status status) { return out << to_string(status); }
}  // namespace cowork

using namespace cowork;
using namespace cowork::checks;

namespace {

Finding with(Status status, std::string_view reason) {
    Layers layers;
    layers.evidence("of", std::int64_t{static_cast<int>(status)});
    return status == Status::ready ? layers.ready("well"_safe)
                                   : layers.broke("layer", status, reason, "not well"_safe);
}

}  // namespace

TEST_CASE("combine: the worst of several decides, and nothing of the others is lost") {
    const std::vector<Status> from_best{Status::ready, Status::degraded, Status::unknown, Status::offline,
                                        Status::action_required};
    for (std::size_t better = 0; better < from_best.size(); ++better) {
        for (std::size_t worse = better; worse < from_best.size(); ++worse) {
            for (const bool turned : {false, true}) {
                std::vector<Finding> findings;
                findings.push_back(with(from_best[turned ? worse : better], "a.reason"));
                findings.push_back(with(from_best[turned ? better : worse], "a.reason"));
                const Finding worst = worst_of(std::move(findings));
                CAPTURE(from_best[better], from_best[worse], turned);
                CHECK(worst.status == from_best[worse]);
                CHECK(worst.evidence.size() == 2);
                REQUIRE_FALSE(worst.probes.empty());
                CHECK(worst.probes.back().status == from_best[better]);
            }
        }
    }
    std::vector<Finding> one;
    one.push_back(with(Status::ready, ""));
    CHECK(worst_of(std::move(one)).probes.empty());
}
