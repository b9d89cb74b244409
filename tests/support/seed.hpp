#pragma once

#include <cstdlib>
#include <string>

namespace cowork::test {

// What a test draws its random inputs from: $COWORK_TEST_SEED, else always the same number. A test that fails
// names it.
inline unsigned test_seed() {
    const char* const chosen = std::getenv("COWORK_TEST_SEED");
    return chosen == nullptr || *chosen == '\0' ? 20'261'101U : static_cast<unsigned>(std::stoul(chosen));
}

}  // namespace cowork::test
