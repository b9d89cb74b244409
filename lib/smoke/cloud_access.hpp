#pragma once

#include <optional>
#include <string>
#include <vector>

namespace cowork::smoke {

// What the Cloud told the token at the beginning.
struct CloudAccess {
    std::string tenant;
    std::string not_disabled;  // what belongs to a local machine and is allowed, with commas between
    std::optional<std::vector<std::string>> agents;  // that prompts may name; none: any
};

}  // namespace cowork::smoke
