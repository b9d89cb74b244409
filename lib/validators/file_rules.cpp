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
         Fix::none,
         "DEPLOY_YAML_DUPLICATE_KEY"},
    Rule{
        "file.json-comment", Severity::error,
        "a comment or a trailing comma in a file whose readers take plain JSON",
        "The product's scripts, and most programs, read evidence and topology files with a parser that stops "
        "at the first comment and at a comma before a closing bracket: for them the whole file is broken.",
        "Remove the comment or the comma; what has to be said goes into a field of its own."},
    Rule{"file.json-duplicate-key", Severity::error, "a key that stands twice in one object",
         "Every reader takes the last of them without a word, so the first one looks like a setting and is "
         "none.",
         "Remove the one that is not meant.", "A note when both hold the same value."},
    Rule{"file.too-many-findings", Severity::warning, "more findings than a report lists",
         "A file with a thousand findings is mostly one mistake, repeated; the rest is not listed.",
         "Mend the first ones and validate again."},
};

}  // namespace

std::span<const Rule> file_rules() { return rules; }

}  // namespace cowork::validators
