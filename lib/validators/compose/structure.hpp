#pragma once

#include "config/yaml_document.hpp"

namespace cowork::validators {

// Other files have `services` too; those of Compose have images, builds or what else only containers have.
[[nodiscard]] bool looks_like_compose(const config::YamlNode& document);

}  // namespace cowork::validators
