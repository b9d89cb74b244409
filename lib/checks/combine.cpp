#include "checks/combine.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace cowork::checks {
namespace {

// As a report weighs them: what somebody has to do first.
int weight(Status status) {
    switch (status) {
        case Status::ready:
            return 0;
        case Status::degraded:
            return 1;
        case Status::unknown:
            return 2;
        case Status::offline:
            return 3;
        case Status::action_required:
            return 4;
    }
    return 2;
}

}  // namespace

Finding worst_of(std::vector<Finding> findings) {
    const auto worst = std::max_element(
        findings.begin(), findings.end(),
        [](const Finding& a, const Finding& b) { return weight(a.status) < weight(b.status); });
    Finding result = std::move(*worst);
    for (auto other = findings.begin(); other != findings.end(); ++other) {
        if (other == worst) continue;
        result.probes.push_back({"other", other->status, other->reason_code, other->summary, {}, {}, {}});
        std::move(other->evidence.begin(), other->evidence.end(), std::back_inserter(result.evidence));
    }
    return result;
}

}  // namespace cowork::checks
