#include "core/shell_quote.hpp"
#include "setup/assets/parts.hpp"

#include <fmt/format.h>

namespace cowork::setup {
namespace {

constexpr std::string_view token_file = "/etc/prometheus/open-cowork-admin-token";

// The command that puts the token, and nothing else, where Prometheus reads it. Only the portable dialect is
// sure to have it unquoted.
std::string token_command(Workbench& bench, const std::string& key) {
    const std::string& file = bench.context.env_file;
    if (bench.context.dialect != config::Dialect::portable || bench.quote.yaml(file, "--output").empty())
        return {};
    return fmt::format(
        "#   sudo sed -n 's/^{}=//p' {} |\n#     sudo install -o root -g prometheus -m 0640 /dev/stdin {}\n",
        key, path_word(file), token_file);
}

}  // namespace

void add_prometheus(Workbench& bench) {
    const Facts& facts = bench.facts;
    // The Cloud has no /metrics (contract: cloud.md section 17).
    if (facts.intent == catalogue::Intent::cloud_connect) return;
    const std::string prefix(facts.prefix);
    if (!facts.metrics) {
        bench.left_out.push_back(fmt::format("prometheus.yml: {}METRICS_ENABLED is off", prefix));
        return;
    }
    const std::string target =
        fmt::format("{}:{}", bench.quote.host(facts.listener.host, prefix + "HOST"), facts.listener.port);
    const std::string command = token_command(bench, prefix + "ADMIN_TOKEN");
    bench.add(
        "prometheus.yml", "#", "scrape job for the metrics of the service",
        fmt::format(
            R"(# Merge the job into your own prometheus.yml, or start with this one. The token is not in here: put the value of
# {key}, alone, into the file below, readable by Prometheus only.
{command}scrape_configs:
  - job_name: {job}
    scheme: http
    metrics_path: /metrics
    scrape_interval: 30s
    scrape_timeout: 10s
    authorization:
      type: Bearer
      credentials_file: {token_file}
    static_configs:
      - targets: [{target}]
)",
            fmt::arg("key", prefix + "ADMIN_TOKEN"), fmt::arg("command", command),
            fmt::arg("job", facts.unit), fmt::arg("token_file", token_file),
            fmt::arg("target", bench.quote.yaml(target, prefix + "HOST"))),
        {});
}

}  // namespace cowork::setup
