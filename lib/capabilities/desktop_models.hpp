#pragma once

#include "capabilities/desktop_parts.hpp"

#include <optional>
#include <string>
#include <vector>

namespace cowork::capabilities {

// What the configuration says of one provider (contract/health-center.md section 4.8).
struct DesktopProvider {
    std::string id;
    ConfigText name;
    ConfigText package;              // npm, of one that is not built into OpenCode
    std::vector<ConfigText> models;  // those it offers, Desktop's cached catalogue included
    ConfigText default_model;        // one that is offered, or empty
    bool complete = true;            // false: some of it may lie in what is not seen
};

[[nodiscard]] DesktopProvider read_provider(const DesktopWorld& world, const std::string& id);

// The id under which the provider offers a model; nothing when it does not.
[[nodiscard]] std::optional<ConfigText> offered_model(const DesktopProvider& provider, const ConfigText& id);

}  // namespace cowork::capabilities
