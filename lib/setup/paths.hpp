#pragma once

#include "catalogue/catalogue.hpp"
#include "setup/answers.hpp"
#include "setup/plan.hpp"

#include <span>
#include <string_view>
#include <vector>

namespace cowork::setup {

// One of the six ways to set up.
struct Path {
    catalogue::Intent intent;
    std::span<const Option> options;
    std::vector<const rules::Service*> services;  // whose keys --set and --unset know
    Planned (*plan)(const Answers&, const Surroundings&);
};

// The paths that stand for themselves, in the order in which full-hybrid takes them.
[[nodiscard]] std::span<const Path> parts();
// Those and full-hybrid.
[[nodiscard]] std::span<const Path> paths();
[[nodiscard]] const Path* find_path(catalogue::Intent intent);

// The option of that name in a path; null when the path has none.
[[nodiscard]] const Option* find_option(const Path& path, std::string_view flag);

// The full name of a key that one of the path's services knows, given with or without its prefix.
// ErrorCode::usage with the nearest one otherwise, or when two services have a key of that short name.
[[nodiscard]] Result<std::string> known_key(const Path& path, std::string_view name);

}  // namespace cowork::setup
