#include "core/selection.hpp"
#include "engine/engine.hpp"

#include <algorithm>
#include <utility>

namespace cowork::engine {

bool Choice::requires_check(const checks::Check& check) const {
    constexpr auto hybrid = catalogue::Intent::full_hybrid;
    const bool whole = std::find(paths.begin(), paths.end(), hybrid) != paths.end();
    return std::any_of(paths.begin(), paths.end(), [&](catalogue::Intent path) {
        return whole && path != hybrid ? check.needed_by_cowork(path) : check.required_for(path);
    });
}

Result<Choice> choose(std::vector<catalogue::Intent> paths, std::vector<const checks::Check*> applying,
                      const std::vector<std::string>& only, const std::vector<std::string>& skip) {
    std::vector<std::string_view> ids;
    ids.reserve(applying.size());
    for (const checks::Check* check : applying) ids.push_back(check->id);
    auto selected = select_ids(ids, only, skip, "check");
    if (!selected) return tl::unexpected(selected.error());
    return Choice{std::move(paths), std::move(applying), std::move(*selected)};
}

}  // namespace cowork::engine
