#pragma once

#include "validators/kubernetes/checks.hpp"
#include "validators/kubernetes/environment.hpp"

#include <string>

namespace cowork::validators {

// What is looked at in a container of the product whose variables are known.
struct ContainerChecks {
    const KubernetesChecks& checks;
    const KubernetesWorkload& workload;
    const KubernetesContainer& container;
    const KubernetesEnvironment& environment;
    [[nodiscard]] std::string spot() const;
};

void check_listening(const ContainerChecks& at);  // listening.cpp
void check_replicas(const ContainerChecks& at);   // replicas.cpp

// The number of a container's port, given by its number or its name; 0 when the name is none of its ports.
[[nodiscard]] int port_of(const KubernetesContainer& container, const config::YamlNode& port);
// Where the service listens, as far as its variables tell; 0 when it is not known.
[[nodiscard]] int listening_port(const KubernetesContainer& container,
                                 const KubernetesEnvironment& environment);

}  // namespace cowork::validators
