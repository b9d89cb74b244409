#pragma once

#include "support/cli_run.hpp"
#include "support/ports.hpp"

#include <map>
#include <string>
#include <vector>

namespace cowork::test {

// `setup gateway-only` in a directory of its own, its runtime root in there too and an OpenCode that nobody
// serves.
struct GatewaySetup {
    ScratchDirectory scratch;
    std::string file = scratch / ".env.standalone-gateway";
    std::vector<std::string> base{"setup", "gateway-only", "--runtime-root", scratch / "root"};

    [[nodiscard]] std::vector<std::string> arguments(const std::vector<std::string>& more) const {
        std::vector<std::string> all = base;
        all.insert(all.end(), more.begin(), more.end());
        return all;
    }
    [[nodiscard]] ProcessResult run(const std::vector<std::string>& more,
                                    const std::map<std::string, std::string>& environment = {},
                                    const std::string& input = {}) const {
        return run_cowork(arguments(more), scratch.path(), environment, input);
    }
    // With every value that has no default filled in for a trial.
    [[nodiscard]] ProcessResult evaluate(std::vector<std::string> more = {}) const {
        more.insert(more.begin(), {"--evaluate", "--opencode-url", dead_url});
        return run(more);
    }

    std::string dead_url = "http://127.0.0.1:" + std::to_string(free_port());
};

}  // namespace cowork::test
