#pragma once

#include "catalogue/catalogue.hpp"
#include "secrets/secret.hpp"
#include "smoke/cloud_parts.hpp"
#include "smoke/step.hpp"

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace cowork::smoke {

// What the steps of the Cloud Channel Gateway share.

inline constexpr std::array channel_scenarios{catalogue::Intent::cloud_gateway};
// Of the steps that need no gateway, only its place in the Cloud.
inline constexpr std::array channel_place_scenarios{catalogue::Intent::cloud_gateway,
                                                    catalogue::Intent::full_hybrid};

// Nothing is made in a Cloud that does not answer.
inline constexpr std::array needs_cloud{std::string_view{"cloud.liveness.answers"}};

// What earlier steps made in the Cloud, for later ones. Everything is called by the run's mark.
struct ChannelFacts {
    std::string agent_id;  // as the Cloud named it
    std::string binding_id;
    Secret token;  // of scope gateway, for a quarter of an hour
    std::string token_id;
    bool identity_made = false;
};

// Asks the Cloud something with that token, or with none.
[[nodiscard]] std::optional<checks::Finding> ask_as(checks::Layers& layers, Run& run, const Secret* token,
                                                    const AdminCall& asked, probes::HttpAnswer& answer);
// The status that the run's token gets for the binding's deliveries.
[[nodiscard]] std::optional<checks::Finding> try_binding(checks::Layers& layers, Run& run, int& status);

}  // namespace cowork::smoke
