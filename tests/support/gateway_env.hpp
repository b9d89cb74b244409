#pragma once

#include <map>
#include <string>

namespace cowork::test {

// An env file of `KEY=value` lines, the gateway's prefix put before each key.
std::string gateway_env(const std::map<std::string, std::string>& values);

}  // namespace cowork::test
