#pragma once

#include "support/cli_run.hpp"
#include "support/fake_gateway.hpp"
#include "support/fake_opencode.hpp"
#include "support/gateway_env.hpp"
#include "support/places.hpp"
#include "support/scratch_directory.hpp"

#include <map>
#include <string>
#include <vector>

namespace cowork::test {

// A gateway with a memory store beside an OpenCode, both fakes.
struct GatewayWorkspace {
    std::string admin_token = "ADMIN-doc-3f9c1d7a8b2e4056";
    ScratchDirectory scratch;
    FakeOpencode opencode;
    FakeGateway gateway{{.admin_token = admin_token}};
    std::map<std::string, std::string> values{{"STORE", "memory"},
                                              {"ADMIN_TOKEN", admin_token},
                                              {"OPENCODE_URL", opencode.url()},
                                              {"RUNTIME_ROOT", scratch.directory("root")},
                                              {"PORT", std::to_string(gateway.port())},
                                              {"WEBHOOK_SHARED_SECRET", "WEBHOOK-doc-8b2e40563f9c1d7a"},
                                              {"WEBHOOK_DELIVERY_URL", "http://127.0.0.1:9/d"}};

    std::string env_file(const std::string& name = ".env.standalone-gateway") const {
        return scratch.file(name, gateway_env(values));
    }
    ProcessResult doctor(std::vector<std::string> more,
                         const std::map<std::string, std::string>& environment = {}) const {
        more.insert(more.begin(), "doctor");
        return run_cowork(more, scratch.path(), environment);
    }
    // The same run, for a process that the test watches.
    [[nodiscard]] ProcessOptions doctor_options(const std::vector<std::string>& more) const {
        ProcessOptions options;
        options.argv = {COWORK_BINARY, "doctor", "gateway-only"};
        options.argv.insert(options.argv.end(), more.begin(), more.end());
        options.environment = std::vector<std::string>{"PATH=/usr/bin:/bin"};
        options.directory = scratch.path();
        return options;
    }
};

}  // namespace cowork::test
