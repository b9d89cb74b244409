#pragma once

#include <string_view>

namespace cowork::rules {

// Where a secret is kept (contract/cloud.md section 6).
enum class ReferenceKind {
    environment,  // env:NAME
    bare_name,    // NAME, which most keys read as env:NAME
    managed,      // a secret manager: gcp-sm, aws-sm, azure-kv, or Key Vault's https address
    malformed,    // meant for a secret manager, but not as the server reads it
    nothing,      // none of these
};

struct Reference {
    ReferenceKind kind = ReferenceKind::nothing;
    std::string_view name;      // of the variable, for the first two
    std::string_view expected;  // how a malformed one is written
    bool needs_region = false;  // aws-sm without its region: the server then needs AWS_REGION
};

// The text must be trimmed; the result's views point into it.
[[nodiscard]] Reference parse_reference(std::string_view text);

}  // namespace cowork::rules
