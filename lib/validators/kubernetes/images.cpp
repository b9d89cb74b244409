#include "validators/kubernetes/checks.hpp"
#include "validators/kubernetes/image_pin.hpp"

#include <fmt/format.h>

namespace cowork::validators {
namespace {

void check_image(const KubernetesChecks& checks, const KubernetesWorkload& workload,
                 const KubernetesContainer& container) {
    const bool ours = container.service != nullptr;
    const auto tell = [&](std::string_view rule, std::string_view what, Severity severity) {
        const auto* node = container.node->find("image");
        checks.findings.add(rule, node == nullptr ? container.where() : node->where, "image",
                            fmt::format("{} {}", spot(workload, container), what), {}, severity);
    };
    switch (pin_of(container.image)) {
        case Pin::none:
            return tell("kubernetes.image-missing", "names no image", checks.broken(ours));
        case Pin::latest:
            return tell("kubernetes.image-latest", "takes an image of no fixed version",
                        checks.hardening(ours));
        case Pin::tag:
            return tell("kubernetes.image-not-pinned", "takes its image by a tag, not by a digest",
                        checks.hardening(ours));
        case Pin::bad_digest:
            return tell("kubernetes.image-digest",
                        "takes an image whose digest is not sha256: and 64 hexadecimal digits in lower case",
                        checks.broken(ours));
        case Pin::unknown:
        case Pin::digest:
            return;
    }
}

}  // namespace

void check_images(const KubernetesChecks& checks) {
    for (const KubernetesWorkload& workload : checks.manifests.workloads())
        for (const KubernetesContainer& container : workload.containers)
            check_image(checks, workload, container);
}

}  // namespace cowork::validators
