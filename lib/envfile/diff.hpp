#pragma once

#include "config/dialect.hpp"
#include "secrets/redactor.hpp"
#include "secrets/safe_text.hpp"

#include <functional>
#include <string_view>
#include <vector>

namespace cowork::envfile {

// One side of a comparison. The text may be empty: the file is created, or goes.
struct DiffSide {
    std::string_view text;
    config::Dialect dialect = config::Dialect::portable;
};

using IsSecretKey = std::function<bool(std::string_view key)>;

// What changes between two env files, a line each, as `diff -U0` shows it: `@@ -12 +12 @@`, `-KEY=value`,
// `+KEY=value`. Values appear as their reader sees them. Those of secret keys never do: `(secret)`, and
// `(another secret)` where the key had a different one before. What else leaves (values, comments) is cleaned
// by the redactor; a line that is neither assignment nor comment is not shown, only that it is there. Equal
// texts give no lines.
[[nodiscard]] std::vector<SafeText> masked_diff(const DiffSide& before, const DiffSide& after,
                                                const IsSecretKey& is_secret, const Redactor& redactor);

}  // namespace cowork::envfile
