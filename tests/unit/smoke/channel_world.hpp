#pragma once

#include "smoke/registry.hpp"
#include "smoke/runner.hpp"
#include "support/channel_place.hpp"
#include "support/fake_probes.hpp"
#include "support/smoke_rows.hpp"

#include <memory>
#include <string>

namespace cowork::test {

// Runs the steps against a place, in this process.
class ChannelWorld {
  public:
    explicit ChannelWorld(const ChannelPlaceOptions& options = {});

    // A run of every step. `id`: of another process's run.
    [[nodiscard]] smoke::Outcome exercise(const std::string& id = smoke::new_run_id());
    // The first so many steps, and then nothing more: as of a process that is killed.
    void exercise_and_die(std::size_t steps);

    void set(const std::string& key, const std::string& value);
    // As if that key were not set.
    void forget(const std::string& key) { set(key, ""); }

    [[nodiscard]] SmokeCloud& cloud() { return *place_.cloud; }
    [[nodiscard]] FakeChannelGateway& gateway() { return *place_.gateway; }
    // Of the Cloud, before the first run.
    [[nodiscard]] const std::string& before() const { return place_.before; }

  private:
    [[nodiscard]] std::unique_ptr<smoke::Run> make_run(const std::string& id);

    ChannelPlace place_;
    FakeWorld world_;
    std::unique_ptr<probes::HttpProbe> probe_;
    std::unique_ptr<probes::HttpClient> client_;
};

}  // namespace cowork::test
