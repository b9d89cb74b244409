#pragma once

#include "validators/input.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace cowork::validators {

// A secret that only the structure of a YAML file shows.
struct ManifestLeak {
    std::string_view rule;
    TextRange where;
    std::string_view what;
    std::string key;
    std::string value;  // decoded, where it stands in base64
    bool encoded = false;
};

// What the manifests of a file say about its secrets.
struct ManifestLeaks {
    std::vector<ManifestLeak> found;
    // Lines whose text says nothing: values in base64, which were looked at decoded, and what is encrypted.
    std::vector<TextRange> settled;
};

// Data of Kubernetes Secrets, decoded once, and `name: X_TOKEN` beside `value: ...` in any YAML. Sealed
// secrets are ciphertext. A Secret on standard input comes from `helm template`: there it belongs.
[[nodiscard]] ManifestLeaks leaks_in_manifests(const Input& input);

}  // namespace cowork::validators
