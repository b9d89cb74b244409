#pragma once

#include "setup/answers.hpp"
#include "setup/plan.hpp"

#include <span>

namespace cowork::setup {

// `setup cloud-connect`, Desktop's half: the connection to an org Cloud in the user's configuration layer.
// Signing in is the person's: Desktop keeps the token in the keychain of the system.
[[nodiscard]] std::span<const Option> cloud_connect_desktop_options();
[[nodiscard]] Planned plan_cloud_connect_desktop(const Answers& answers, const Surroundings& surroundings);

}  // namespace cowork::setup
