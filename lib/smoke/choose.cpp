#include "core/selection.hpp"
#include "smoke/runner.hpp"

#include <algorithm>
#include <utility>

namespace cowork::smoke {
namespace {

bool needs(const Step& step, std::string_view id) {
    return std::find(step.needs.begin(), step.needs.end(), id) != step.needs.end();
}

// Needs come earlier in the list, so one pass from the end reaches those of needs as well.
void add_needs(Choice& choice) {
    for (std::size_t i = choice.steps.size(); i-- > 0;) {
        if (!choice.selected[i]) continue;
        for (std::size_t j = 0; j < i; ++j)
            if (needs(*choice.steps[i], choice.steps[j]->id)) choice.selected[j] = true;
    }
}

void drop_dependents(Choice& choice) {
    for (std::size_t i = 0; i < choice.steps.size(); ++i) {
        if (choice.selected[i]) continue;
        for (std::size_t j = i + 1; j < choice.steps.size(); ++j)
            if (needs(*choice.steps[j], choice.steps[i]->id)) choice.selected[j] = false;
    }
}

}  // namespace

Result<Choice> choose(std::vector<const Step*> steps, const std::vector<std::string>& only,
                      const std::vector<std::string>& skip, bool read_only) {
    std::vector<std::string_view> ids;
    ids.reserve(steps.size());
    for (const Step* step : steps) ids.push_back(step->id);
    auto wanted = select_ids(ids, only, {}, "step");
    if (!wanted) return tl::unexpected(wanted.error());
    Choice choice{std::move(steps), std::move(*wanted)};
    add_needs(choice);
    const auto kept = select_ids(ids, {}, skip, "step");
    if (!kept) return tl::unexpected(kept.error());
    for (std::size_t i = 0; i < choice.steps.size(); ++i)
        if (!(*kept)[i] || (read_only && choice.steps[i]->effect != Effect::reads))
            choice.selected[i] = false;
    drop_dependents(choice);
    return choice;
}

}  // namespace cowork::smoke
