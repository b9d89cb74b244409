#include "unit/smoke/channel_world.hpp"

#include "rules/secret_names.hpp"

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <stdexcept>

namespace cowork::test {

ChannelWorld::ChannelWorld(const ChannelPlaceOptions& options)
    : place_(options), probe_(probes::make_http_probe()), client_(probes::make_http_client()) {
    for (const auto& [key, value] : place_.settings) set(key, value);
    world_.wishes.gateway_url = place_.gateway->url();
    world_.wishes.cloud_url = place_.cloud->url();
    world_.present = {.channel_gateway = true, .cloud = true};
    world_.timeout = std::chrono::seconds(5);
    rules::learn_secrets(world_.redactor, world_.config);
}

void ChannelWorld::set(const std::string& key, const std::string& value) {
    world_.config.set(key, Secret(value), {".env.gateway", 1, 1, key});
}

std::unique_ptr<smoke::Run> ChannelWorld::make_run(const std::string& id) {
    checks::Context context{world_.config,      world_.redactor,  *probe_,
                            world_.postgres,    world_.files,     Budget::lasting(std::chrono::seconds(60)),
                            world_.timeout,     world_.env_files, world_.diagnostics,
                            world_.environment, world_.wishes,    world_.present};
    return std::make_unique<smoke::Run>(std::move(context), *client_, world_.redactor, smoke::SmokeWishes{},
                                        id);
}

smoke::Outcome ChannelWorld::exercise(const std::string& id) {
    const auto run = make_run(id);
    const auto steps = smoke::steps_of(catalogue::Intent::cloud_gateway);
    return smoke::run_steps({steps, std::vector<bool>(steps.size(), true)}, *run, {});
}

void ChannelWorld::exercise_and_die(std::size_t steps) {
    const auto run = make_run(id_of_the_dead());
    const auto all = smoke::steps_of(catalogue::Intent::cloud_gateway);
    for (std::size_t i = 0; i < steps; ++i) (void)all.at(i)->run(*run);
    // Nobody takes its undo stack.
}

}  // namespace cowork::test
