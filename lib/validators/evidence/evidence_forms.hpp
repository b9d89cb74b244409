#pragma once

#include <string_view>

namespace cowork::validators {

// How what ties evidence to a build or to an artifact is written (contract/cloud.md section 14.3).
[[nodiscard]] bool is_commit_sha(std::string_view text);    // 40 hexadecimal digits
[[nodiscard]] bool is_image_digest(std::string_view text);  // sha256: and 64 hexadecimal digits
// A digest, or `artifact:` and the id of something that cannot change.
[[nodiscard]] bool is_checksum(std::string_view text);

// Nobody has filled it in: blank, `{owner}`, or a word that the product's tools write when they were not
// told (`not-provided`, `unknown`).
[[nodiscard]] bool is_unfilled(std::string_view text);

// A digest or commit that no tool computes - a few digits repeated, or counted up - or the digest of an
// empty file.
[[nodiscard]] bool is_made_up(std::string_view text);

// Whether a command or a mode says that nothing was executed.
[[nodiscard]] bool says_dry_run(std::string_view text);

}  // namespace cowork::validators
