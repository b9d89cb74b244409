#pragma once

#include "config/config.hpp"
#include "validators/kubernetes/objects.hpp"

#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace cowork::validators {

// The variables that a container of the product is given, as far as the manifests tell.
struct KubernetesEnvironment {
    config::Config known;
    std::unordered_map<std::string, TextRange> places;  // of the known values
    std::unordered_set<std::string> unknown;            // set by something that is not in the manifests
    std::vector<std::string> elsewhere;  // whole Secrets and ConfigMaps that are not in the manifests

    // Something that is not here may set any key.
    [[nodiscard]] bool open() const { return !elsewhere.empty(); }
    // Not blank, as the product reads it.
    [[nodiscard]] bool sets(const std::string& key) const;
    // Whether it is known that the key is set, or that it is not.
    [[nodiscard]] bool surely(const std::string& key) const {
        return !unknown.contains(key) && (sets(key) || !open());
    }
    // `known`, with a harmless value for each unknown one, so that nothing takes it for not set.
    [[nodiscard]] config::Config completed(const rules::Service& service) const;
};

[[nodiscard]] KubernetesEnvironment environment_of(const Manifests& manifests,
                                                   const KubernetesWorkload& workload,
                                                   const KubernetesContainer& container);

}  // namespace cowork::validators
