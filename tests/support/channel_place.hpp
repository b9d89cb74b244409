#pragma once

#include "support/fake_channel_gateway.hpp"
#include "support/smoke_cloud.hpp"

#include <chrono>
#include <map>
#include <memory>
#include <set>
#include <string>

namespace cowork::test {

// A Cloud and its Channel Gateway, as an operator has them: each on a port of its own, the gateway with a
// provider of every way to prove a sender.
struct ChannelPlaceOptions {
    std::set<std::string> cloud_faults{};
    std::set<std::string> gateway_faults{};
    bool open_cloud = false;  // auth mode none
    bool operator_endpoints_open = false;
    std::string unhealthy{};                   // the id of a provider
    bool ingress = true;                       // else the gateway has only the provider cli
    std::chrono::milliseconds cloud_delay{0};  // before each answer of the Cloud
};

struct ChannelPlace {
    explicit ChannelPlace(const ChannelPlaceOptions& options = {});

    std::unique_ptr<SmokeCloud> cloud;
    std::unique_ptr<FakeChannelGateway> gateway;
    std::map<std::string, std::string> settings;  // of the gateway and of who runs smoke
    std::string before;                           // the Cloud's state, before anything was sent

    // As an env file.
    [[nodiscard]] std::string text() const;

  private:
    void prepare_cloud();
};

}  // namespace cowork::test
