#pragma once

#include <string>

namespace cowork::test {

// Asks a real OpenCode for the models of a directory until it lists one: a prompt before that can hang.
// Throws after a minute.
void warm_opencode(const std::string& url, const std::string& directory);

}  // namespace cowork::test
