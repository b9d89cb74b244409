#pragma once

#include "setup/answers.hpp"
#include "setup/plan.hpp"

#include <span>

namespace cowork::setup {

// `setup cloud-connect`: Desktop's connection to an org Cloud, or with --server the Cloud's own server. One
// run does one of the two, because they are done on different machines; an option of the other half is
// refused.
[[nodiscard]] std::span<const Option> cloud_connect_options();
[[nodiscard]] Planned plan_cloud_connect(const Answers& answers, const Surroundings& surroundings);

}  // namespace cowork::setup
