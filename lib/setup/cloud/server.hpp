#pragma once

#include "setup/answers.hpp"
#include "setup/plan.hpp"

#include <span>

namespace cowork::setup {

// `setup cloud-connect --server`: the env file of the Cloud's server, or one for each of several roles
// (contract/cloud.md sections 5 to 9).
//
// All roles of one Cloud share their secrets, database and store: what one file has, or a file beside it, the
// others get. Each file holds what its role reads, and what public_production asks of every role.
[[nodiscard]] std::span<const Option> cloud_server_options();
[[nodiscard]] Planned plan_cloud_server(const Answers& answers, const Surroundings& surroundings);

}  // namespace cowork::setup
