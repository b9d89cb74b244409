#pragma once

#include "config/dialect.hpp"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace cowork::test {

using Variables = std::map<std::string, std::string>;

// A real program that reads env files.
struct EnvReader {
    std::string name;
    std::vector<config::Dialect> dialects;  // whose files it reads
    bool needed_in_ci = false;
    bool present = false;
    // The variables it got from the file, nothing when it refused the file.
    std::function<std::optional<Variables>(const std::string& path)> read;
};

// sh, dash, bash, busybox sh, every Node there is, docker-compose 1.29, systemd's own parser (from its shared
// library) and the Docker CLI (asked to create a container by a daemon that only listens).
[[nodiscard]] std::vector<EnvReader> real_env_readers();

}  // namespace cowork::test
