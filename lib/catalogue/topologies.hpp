#pragma once

#include "catalogue/authorities.hpp"
#include "catalogue/control_planes.hpp"

#include <array>
#include <span>
#include <string_view>

namespace cowork::catalogue {

// How far the product stands behind a topology profile.
enum class TopologyStatus { supported, connector_contract, defined_contract, supported_composition };

inline constexpr std::array all_topology_statuses{
    TopologyStatus::supported, TopologyStatus::connector_contract, TopologyStatus::defined_contract,
    TopologyStatus::supported_composition};

// For whom a profile is meant.
enum class Operator { solo, internal, enterprise, managed };

// What a topology profile calls a surface: coarser than Surface, and words of its own.
enum class TopologySurface { desktop, cloud_web, gateway, channel };

// One of the product's seven topology profiles (cloud, section 15). Ids, labels and enumerations are the
// product's, order included; the sentences are ours.
struct TopologyRow {
    std::string_view id;
    std::string_view label;
    TopologyStatus status;
    std::span<const Authority> authorities;  // those with a runtime of their own only
    std::span<const ControlPlane> control_planes;
    std::span<const TopologySurface> surfaces;
    std::span<const Operator> operators;
    std::string_view gate;                          // its security gate
    std::string_view when;                          // when to choose it, one line
    std::span<const std::string_view> durability;   // what has to survive a restart
    std::span<const std::string_view> fail_closed;  // what has to fail closed
};

[[nodiscard]] std::span<const TopologyRow> topologies();
[[nodiscard]] const TopologyRow* find_topology(std::string_view id);  // null when there is none

[[nodiscard]] std::string_view to_string(TopologyStatus status);
[[nodiscard]] std::string_view meaning(TopologyStatus status);
[[nodiscard]] std::string_view to_string(Operator who);
[[nodiscard]] std::string_view to_string(TopologySurface surface);

}  // namespace cowork::catalogue
