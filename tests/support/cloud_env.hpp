#pragma once

#include "config/config.hpp"
#include "rules/cloud_server.hpp"

#include <string>
#include <utility>
#include <vector>

namespace cowork::test {

// Names without the prefix, unless they begin with `=` (then what follows is the full name); an empty value
// takes the setting away.
using CloudChanges = std::vector<std::pair<std::string, std::string>>;

// Settings that the server takes for that role and tier, with changes.
// (public_production takes no all-in-one.)
[[nodiscard]] config::Config cloud_env(rules::CloudRole role, rules::CloudTier tier,
                                       const CloudChanges& changes);

// Secrets that pass every rule, all different.
[[nodiscard]] const std::string& strong_cloud_secret(std::size_t which);
// A digest as Docker prints it.
[[nodiscard]] const std::string& cloud_image_digest();

}  // namespace cowork::test
