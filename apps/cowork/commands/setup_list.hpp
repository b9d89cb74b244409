#pragma once

#include <string>

namespace cowork::app {

// `setup --list`. PROGRAM is how the user calls cowork. A path that this version does not know is listed with
// what it may write, and without commands.
[[nodiscard]] std::string paths_text(const std::string& program);  // folded for a terminal of 80 columns
[[nodiscard]] std::string paths_json(const std::string& program);  // docs/schemas/list.schema.json

}  // namespace cowork::app
