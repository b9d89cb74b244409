#pragma once

#include "validators/findings.hpp"
#include "validators/input.hpp"
#include "validators/kubernetes/objects.hpp"
#include "validators/rule.hpp"

#include <optional>
#include <span>
#include <string>

namespace cowork::validators {

// The rules of Kubernetes manifests, one source a subject. Only validate_kubernetes() calls these.

struct KubernetesChecks {
    const Manifests& manifests;
    const Input& input;
    const Settings& settings;
    std::optional<rules::CloudTier> tier;  // said, or the highest that a container of the stream is given
    Findings& findings;

    // Of what only makes an attack easier: an error for the product in public_production, else a warning; a
    // note for other software.
    [[nodiscard]] Severity hardening(bool ours) const;
    // Of what Kubernetes refuses or what cannot work: for other software a warning at most.
    [[nodiscard]] Severity broken(bool ours) const { return ours ? Severity::error : Severity::warning; }
    [[nodiscard]] bool public_production() const { return tier == rules::CloudTier::public_production; }
};

// `container open-cowork-cloud of Deployment web`
[[nodiscard]] std::string spot(const KubernetesWorkload& workload, const KubernetesContainer& container);
// The value at a path, or the nearest above it that is there.
[[nodiscard]] TextRange nearest_place(const config::YamlNode& node,
                                      std::initializer_list<std::string_view> path, TextRange fallback);
// `a, b and c`
[[nodiscard]] std::string in_words(const std::vector<std::string>& words);

void check_objects(const KubernetesChecks& checks);            // objects_rules.cpp
void check_versions(const KubernetesChecks& checks);           // versions.cpp
void check_pods(const KubernetesChecks& checks);               // pods.cpp
void check_images(const KubernetesChecks& checks);             // images.cpp
void check_containers(const KubernetesChecks& checks);         // containers.cpp
void check_tmp(const KubernetesChecks& checks);                // volumes.cpp
void check_container_secrets(const KubernetesChecks& checks);  // secrets.cpp
void check_references(const KubernetesChecks& checks);         // references.cpp
void check_environments(const KubernetesChecks& checks);       // settings.cpp
void check_services(const KubernetesChecks& checks);           // services.cpp
void check_ingresses(const KubernetesChecks& checks);          // ingress.cpp
void check_network_policies(const KubernetesChecks& checks);   // network.cpp
// Whether policies of one of these streams select the pods of each of the product's workloads in that one.
[[nodiscard]] bool select_all_pods(const std::vector<const Manifests*>& with_policies,
                                   const Manifests& manifests);

}  // namespace cowork::validators
