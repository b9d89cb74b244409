#include "validators/file_rules.hpp"

namespace cowork::validators {
namespace {

constexpr std::array rules{
    Rule{"file.json-syntax", Severity::error, "not JSON, nor JSON with comments",
         "No reader of the product takes a file that it cannot parse; some fall back to defaults in silence.",
         "Correct the file at the place that is named."},
    Rule{"file.yaml-syntax",
         Severity::error,
         "not YAML",
         "Docker, Helm and Kubernetes refuse a file that they cannot parse.",
         "Correct the file at the place that is named.",
         {},
         Fix::none,
         "DEPLOY_YAML_PARSE_FAILED"},
    Rule{"file.yaml-duplicate-key",
         Severity::error,
         "a key that stands twice in one map",
         "Compose and strict readers refuse the file; the others take the last value and forget the first in "
         "silence.",
         "Keep the one that is meant.",
         {},
         Fix::safe,
         "DEPLOY_YAML_DUPLICATE_KEY"},
    Rule{"file.too-many-findings", Severity::warning, "more findings than a report lists",
         "A file with a thousand findings is mostly one mistake, repeated; the rest is not listed.",
         "Mend the first ones and validate again."},
};

}  // namespace

std::span<const Rule> file_rules() { return rules; }

}  // namespace cowork::validators
