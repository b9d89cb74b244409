#pragma once

#include <nlohmann/json_fwd.hpp>

#include <chrono>
#include <string>

namespace cowork::test {

// A time that long ago, as backup evidence has it.
[[nodiscard]] std::string time_ago(std::chrono::hours age);

// Evidence that nothing is wrong with.
[[nodiscard]] nlohmann::json good_backup_evidence();

}  // namespace cowork::test
