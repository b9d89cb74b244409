#pragma once

#include "catalogue/catalogue.hpp"
#include "checks/check.hpp"
#include "checks/context.hpp"
#include "core/error.hpp"
#include "report/model.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace cowork::engine {

// Which checks a run makes, in registry order.
struct Choice {
    std::vector<catalogue::Intent> paths;  // that the run looks at
    std::vector<const checks::Check*> applying;
    std::vector<bool> selected;  // parallel to `applying`; false: --only or --skip left it out
    std::size_t workers = 16;    // how many checks run side by side at most

    // A check decides when one of the paths needs it. A full hybrid waits for what the product wants of it as
    // a whole; of its parts only cowork's own checks of safety and configuration decide besides.
    [[nodiscard]] bool requires_check(const checks::Check& check) const;
};

// Applies --only and --skip globs. ErrorCode::usage, with the nearest id, when a glob matches no check.
[[nodiscard]] Result<Choice> choose(std::vector<catalogue::Intent> paths,
                                    std::vector<const checks::Check*> applying,
                                    const std::vector<std::string>& only,
                                    const std::vector<std::string>& skip);

// Runs the selected checks side by side, each as soon as those it needs are ready or degraded, and returns
// one row for every applying check, in order. It returns when all are done, at the latest `grace` after the
// run's deadline or stop; what has not ended by then is unknown (deadline.exceeded, run.stopped).
// The context is shared with the workers and outlives them even then.
struct Outcome {
    std::vector<report::Row> rows;
    report::CapabilityTables capabilities;  // of all checks, in order
    std::vector<report::WorkspaceRow> workspaces;
    std::vector<report::PairingRow> pairings;
    bool stragglers = false;  // a worker is still inside a call that ignored its budget
};
[[nodiscard]] Outcome run(const Choice& choice, const std::shared_ptr<const checks::Context>& context);

}  // namespace cowork::engine
