#include "core/text.hpp"
#include "validators/compose/checks.hpp"

#include <algorithm>

namespace cowork::validators {
namespace {

void check_image(const ComposeService& service, const ComposeContext& context) {
    const std::string text(trimmed(service.image->text()));
    const std::string key = service_key(service, "image");
    if (text.empty()) {
        if (!service.builds)
            context.add("compose.image-required", service.image->where, key,
                        fmt::format("the image of the service {} is empty", service.name));
        return;
    }
    // What is built here has the name that the builder gives it; an image may also be named by its id.
    if (service.builds || text.starts_with("sha256:")) return;
    const ComposeImage image = parse_image(text);
    if (!image.digest.empty()) return;
    if (image.tag.empty() || image.tag == "latest") {
        context.add(
            "compose.image-latest", service.image->where, key,
            image.tag.empty()
                ? fmt::format("the image of the service {} has no tag, which means latest", service.name)
                : fmt::format("the image of the service {} is tagged latest", service.name),
            {}, context.local() ? std::optional(Severity::warning) : std::nullopt);
    } else if (context.production()) {
        context.add("compose.image-digest", service.image->where, key,
                    fmt::format("the image of the service {} has no digest", service.name));
    }
}

}  // namespace

void check_compose_images(const ComposeContext& context) {
    const bool any =
        std::any_of(context.file.services.begin(), context.file.services.end(),
                    [](const ComposeService& one) { return one.image || one.builds || one.extends; });
    for (const ComposeService& service : context.file.services) {
        if (service.image) {
            if (service.image->known()) check_image(service, context);
        } else if (!service.builds && !service.extends && !context.fragment &&
                   service.node->find("provider") == nullptr) {
            context.add("compose.image-required", service.where, service_key(service),
                        fmt::format("the service {} has neither an image nor a build", service.name), {},
                        // Where none has one the file may be made to add to another.
                        any ? std::nullopt : std::optional(Severity::warning));
        }
    }
}

}  // namespace cowork::validators
