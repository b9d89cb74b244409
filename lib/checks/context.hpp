#pragma once

#include "config/config.hpp"
#include "config/env_file.hpp"
#include "core/budget.hpp"
#include "probes/files.hpp"
#include "probes/http.hpp"
#include "probes/postgres.hpp"
#include "secrets/redactor.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace cowork::checks {

// What a check may look at. Everything it refers to outlives the run; const use from many threads is safe.
struct Context {
    const config::Config& config;
    const Redactor& redactor;
    probes::HttpProbe& http;
    probes::PostgresProbe& postgres;
    probes::FileProbe& files;
    Budget run;                          // the whole run's
    std::chrono::milliseconds timeout;   // one probe's limit
    std::vector<std::string> env_files;  // those that were read, in order
    std::string gateway_url;             // --gateway-url; empty: from HOST and PORT
    const std::vector<config::EnvDiagnostic>&
        env_diagnostics;  // lines of those files that are not as they should be

    // The budget of one probe: its own limit, within the run's deadline.
    [[nodiscard]] Budget probe() const { return run.part(timeout); }
};

// Keys that are cowork's own, beside the product's.
inline constexpr std::string_view opencode_password_key = "OPENCODE_SERVER_PASSWORD";
inline constexpr std::string_view opencode_username_key = "OPENCODE_SERVER_USERNAME";

}  // namespace cowork::checks
