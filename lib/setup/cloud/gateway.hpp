#pragma once

#include "setup/answers.hpp"
#include "setup/plan.hpp"

#include <span>

namespace cowork::setup {

// `setup cloud-gateway`: the env file of a Cloud Channel Gateway (contract/cloud.md sections 10.1, 10.2 and
// 10.4). The service token is always the operator's: Cloud makes it, and the gateway refuses a placeholder,
// also where --evaluate or --mode local fills in the rest.
[[nodiscard]] std::span<const Option> cloud_gateway_options();
[[nodiscard]] Planned plan_cloud_gateway(const Answers& answers, const Surroundings& surroundings);

// What only a person can do once the file is there, and what deserves attention.
[[nodiscard]] std::vector<Step> cloud_gateway_steps(const EnvFile& file);
[[nodiscard]] std::vector<Note> cloud_gateway_notes(const EnvFile& file);

}  // namespace cowork::setup
