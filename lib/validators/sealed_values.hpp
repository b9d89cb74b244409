#pragma once

#include <string_view>

namespace cowork::validators {

// Not the value itself, but its cipher text, or where a tool that runs before Kubernetes or Helm takes it
// from: SOPS, vals, the Vault plugin of Argo CD, envsubst.
[[nodiscard]] bool is_sealed(std::string_view value);

}  // namespace cowork::validators
