#pragma once

#include "setup/answers.hpp"
#include "setup/paths.hpp"
#include "setup/plan.hpp"

#include <span>
#include <string>
#include <string_view>

namespace cowork::setup {

// `setup full-hybrid`: the smaller paths in order as one plan, each with its own authority
// (contract/health-center.md section 2.1, contract/cloud.md section 15).
//
// Options that one part alone has, or that are shared, keep their names. Others begin with the part:
// --gateway-only-admin-token.
inline constexpr Option without_option{
    "--without", "", "leave out a part that is set up elsewhere; repeatable", Takes::values};
[[nodiscard]] std::span<const Option> full_hybrid_options();
[[nodiscard]] Planned plan_full_hybrid(const Answers& answers, const Surroundings& surroundings);

// What full-hybrid calls an option of a part.
[[nodiscard]] std::string hybrid_flag(const Path& part, std::string_view flag);

}  // namespace cowork::setup
