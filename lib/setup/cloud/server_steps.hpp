#pragma once

#include "setup/plan.hpp"

namespace cowork::setup {

// What is left to a person once the server's files are written, and what they ought to know about them.
void add_cloud_server_steps(Plan& plan, bool evaluate);

}  // namespace cowork::setup
