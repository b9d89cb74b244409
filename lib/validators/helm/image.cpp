#include "core/text.hpp"
#include "validators/helm/checks.hpp"
#include "validators/kubernetes/image_pin.hpp"
#include "validators/sealed_values.hpp"

#include <fmt/format.h>

namespace cowork::validators {

void check_image(const HelmChecks& checks, std::string_view path, bool needs_pin) {
    const HelmValues& values = checks.values;
    const auto below = [&](std::string_view key) { return fmt::format("{}.{}", path, key); };
    if (values.surely_not(below("repository")))
        checks.add("helm.image-repository", below("repository"),
                   fmt::format("{} is empty", below("repository")));
    if (lowered(values.text(below("tag"))) == "latest")
        checks.add("helm.image-latest", below("tag"), fmt::format("{} is latest", below("tag")));
    const std::string_view digest = values.text(below("digest"));
    if (!digest.empty() && !is_sealed(digest) && !is_pinned_digest(digest))
        checks.add("helm.image-digest", below("digest"),
                   fmt::format("{} is not sha256: and 64 hexadecimal digits in lower case", below("digest")));
    if (needs_pin && values.surely_not(below("tag")) && values.surely_not(below("digest")))
        checks.add("helm.image-unpinned", below("tag"),
                   fmt::format("neither {} nor {} is set", below("tag"), below("digest")));
}

}  // namespace cowork::validators
