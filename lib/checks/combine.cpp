#include "checks/combine.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace cowork::checks {

Finding worst_of(std::vector<Finding> findings) {
    const auto worst = std::max_element(
        findings.begin(), findings.end(),
        [](const Finding& a, const Finding& b) { return severity(a.status) < severity(b.status); });
    Finding result = std::move(*worst);
    for (auto other = findings.begin(); other != findings.end(); ++other) {
        if (other == worst) continue;
        result.probes.push_back({"other", other->status, other->reason_code, other->summary, {}, {}, {}});
        std::move(other->evidence.begin(), other->evidence.end(), std::back_inserter(result.evidence));
    }
    return result;
}

}  // namespace cowork::checks
