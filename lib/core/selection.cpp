#include "core/selection.hpp"

#include "core/names.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cowork {
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

// Sets what the glob matches; an error when that is nothing.
Result<void> apply(const std::string& glob, const std::vector<std::string_view>& ids, std::string_view option,
                   std::string_view what, bool value, std::vector<bool>& selected) {
    bool matched = false;
    for (std::size_t i = 0; i < ids.size(); ++i) {
        if (!glob_match(glob, ids[i])) continue;
        selected[i] = value;
        matched = true;
    }
    if (matched) return {};
    const auto hint = nearest_id(glob, ids);
    return fail(ErrorCode::usage, fmt::format("{} {}: no {} has such an id", option, glob, what),
                hint.empty() ? "see the ids with --list" : fmt::format("did you mean {}?", hint));
}

}  // namespace

Result<std::vector<bool>> select_ids(const std::vector<std::string_view>& ids,
                                     const std::vector<std::string>& only,
                                     const std::vector<std::string>& skip, std::string_view what) {
    std::vector<bool> selected(ids.size(), only.empty());
    for (const std::string& glob : only)
        if (auto done = apply(glob, ids, "--only", what, true, selected); !done)
            return tl::unexpected(done.error());
    for (const std::string& glob : skip)
        if (auto done = apply(glob, ids, "--skip", what, false, selected); !done)
            return tl::unexpected(done.error());
    return selected;
}

}  // namespace cowork
