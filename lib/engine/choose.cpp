#include "core/names.hpp"
#include "engine/engine.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cowork::engine {
namespace {

// The id that a glob was probably meant for: of a glob that ends in `*`, the part before it is compared with
// the same length of each id.
std::string_view nearest_id(std::string_view glob, const std::vector<std::string_view>& ids) {
    if (!glob.ends_with('*')) return nearest(glob, ids);
    const auto stem = glob.substr(0, glob.size() - 1);
    std::vector<std::string_view> starts;
    starts.reserve(ids.size());
    for (const std::string_view id : ids) starts.push_back(id.substr(0, stem.size()));
    const auto start = nearest(stem, starts);
    const auto found = std::find(starts.begin(), starts.end(), start);
    return start.empty() ? start : ids[static_cast<std::size_t>(found - starts.begin())];
}

// Which of the checks a glob matches; an error when it is none.
Result<std::vector<bool>> matches(const std::string& glob, const std::vector<const checks::Check*>& checks,
                                  std::string_view option) {
    std::vector<bool> hit;
    std::vector<std::string_view> ids;
    for (const checks::Check* check : checks) {
        hit.push_back(glob_match(glob, check->id));
        ids.push_back(check->id);
    }
    if (std::find(hit.begin(), hit.end(), true) != hit.end()) return hit;
    const auto hint = nearest_id(glob, ids);
    return fail(ErrorCode::usage, fmt::format("{} {}: no check has such an id", option, glob),
                hint.empty() ? "see the ids with --list" : fmt::format("did you mean {}?", hint));
}

}  // namespace

bool Choice::requires_check(const checks::Check& check) const {
    constexpr auto hybrid = catalogue::Intent::full_hybrid;
    const bool whole = std::find(paths.begin(), paths.end(), hybrid) != paths.end();
    return std::any_of(paths.begin(), paths.end(), [&](catalogue::Intent path) {
        return whole && path != hybrid ? check.needed_by_cowork(path) : check.required_for(path);
    });
}

Result<Choice> choose(std::vector<catalogue::Intent> paths, std::vector<const checks::Check*> applying,
                      const std::vector<std::string>& only, const std::vector<std::string>& skip) {
    Choice choice{std::move(paths), std::move(applying), {}};
    choice.selected.assign(choice.applying.size(), only.empty());
    for (const std::string& glob : only) {
        const auto hit = matches(glob, choice.applying, "--only");
        if (!hit) return tl::unexpected(hit.error());
        for (std::size_t i = 0; i < hit->size(); ++i)
            if ((*hit)[i]) choice.selected[i] = true;
    }
    for (const std::string& glob : skip) {
        const auto hit = matches(glob, choice.applying, "--skip");
        if (!hit) return tl::unexpected(hit.error());
        for (std::size_t i = 0; i < hit->size(); ++i)
            if ((*hit)[i]) choice.selected[i] = false;
    }
    return choice;
}

}  // namespace cowork::engine
