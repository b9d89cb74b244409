#include "support/smoke_rows.hpp"

#include <algorithm>
#include <stdexcept>

namespace cowork::test {

const report::Row& row_of(const smoke::Outcome& outcome, std::string_view id) {
    const auto found = std::find_if(outcome.rows.begin(), outcome.rows.end(),
                                    [&](const report::Row& row) { return row.id == id; });
    if (found == outcome.rows.end()) throw std::logic_error("no such row: " + std::string(id));
    return *found;
}

std::string id_of_the_dead() {
    const std::string alive = smoke::new_run_id();
    // Higher than any process id of Linux.
    return alive.substr(0, alive.find('-')) + "-7ffffff0" + alive.substr(alive.rfind('-'));
}

}  // namespace cowork::test
