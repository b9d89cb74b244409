#pragma once

#include <string>

namespace cowork {

// Where a value came from. `file` is a path, an option name (`--admin-token`) or `environment`;
// line and column count from 1 and are 0 where they mean nothing. It never holds the value.
struct SourceRef {
    std::string file;
    int line = 0;
    int column = 0;
    std::string key;

    // `.env.gateway:7`, `--admin-token`, `environment`; empty when nothing is known.
    [[nodiscard]] std::string place() const { return line > 0 ? file + ":" + std::to_string(line) : file; }
    [[nodiscard]] bool known() const { return !file.empty(); }
};

}  // namespace cowork
