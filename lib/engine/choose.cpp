#include "core/names.hpp"
#include "engine/engine.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cowork::engine {
namespace {

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
    const auto hint = nearest(glob, ids);
    return fail(ErrorCode::usage, fmt::format("{} {}: no check has such an id", option, glob),
                hint.empty() ? "see the ids with --list" : fmt::format("did you mean {}?", hint));
}

}  // namespace

Result<Choice> choose(catalogue::Intent intent, std::vector<const checks::Check*> applying,
                      const std::vector<std::string>& only, const std::vector<std::string>& skip) {
    Choice choice{intent, std::move(applying), {}};
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
