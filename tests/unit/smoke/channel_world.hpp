#pragma once

#include "smoke/registry.hpp"
#include "smoke/runner.hpp"
#include "support/fake_channel_gateway.hpp"
#include "support/fake_probes.hpp"
#include "support/smoke_cloud.hpp"

#include <memory>
#include <set>
#include <string>

namespace cowork::test {

// A Cloud and its Channel Gateway, as an operator has them: each on a port of its own, the gateway with a
// provider of every way to prove a sender.
struct ChannelWorldOptions {
    std::set<std::string> cloud_faults{};
    std::set<std::string> gateway_faults{};
    bool open_cloud = false;  // auth mode none
    bool operator_endpoints_open = false;
    std::string unhealthy{};  // the id of a provider
    bool ingress = true;      // else the gateway has only the provider cli
};

class ChannelWorld {
  public:
    explicit ChannelWorld(const ChannelWorldOptions& options = {});

    // A run of every step. `id`: of another process's run.
    [[nodiscard]] smoke::Outcome exercise(const std::string& id = smoke::new_run_id());
    // The first so many steps, and then nothing more: as of a process that is killed.
    void exercise_and_die(std::size_t steps);

    void set(const std::string& key, const std::string& value);
    // As if that key were not set.
    void forget(const std::string& key) { set(key, ""); }

    [[nodiscard]] SmokeCloud& cloud() { return *cloud_; }
    [[nodiscard]] FakeChannelGateway& gateway() { return *gateway_; }
    // Of the Cloud, before the first run.
    [[nodiscard]] const std::string& before() const { return before_; }

  private:
    [[nodiscard]] std::unique_ptr<smoke::Run> make_run(const std::string& id);
    void prepare_cloud();

    std::unique_ptr<SmokeCloud> cloud_;
    std::unique_ptr<FakeChannelGateway> gateway_;
    FakeWorld world_;
    std::unique_ptr<probes::HttpProbe> probe_;
    std::unique_ptr<probes::HttpClient> client_;
    std::string before_;
};

// The row of that step.
[[nodiscard]] const report::Row& row_of(const smoke::Outcome& outcome, std::string_view id);
// The id of a run whose process of this machine has ended.
[[nodiscard]] std::string dead_run_id();

}  // namespace cowork::test
