#pragma once

#include "rules/cloud_server.hpp"
#include "setup/builder.hpp"

namespace cowork::setup {

// Names what only the operator can say and has not said, with the option for it: contract/cloud.md sections
// 5, 7 and 9.
void miss_cloud_settings(EnvBuilder& env, rules::CloudRole role, rules::CloudTier tier);

}  // namespace cowork::setup
