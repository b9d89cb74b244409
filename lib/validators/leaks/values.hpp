#pragma once

#include <cstddef>
#include <string_view>

namespace cowork::validators {

// Whether a value says where the secret comes from, instead of being it: `${NAME}`, `$NAME`, `{env:NAME}`,
// `{{ .Values.x }}`, `<your-token>`, `env:NAME`, `gcp-sm://...`, `op://...`, `/run/secrets/x`, `ENC[...]`.
[[nodiscard]] bool is_reference(std::string_view value);

// Whether a value without quotes is code rather than a value: `config.apiKey`, `getToken()`, `Optional[str]`.
[[nodiscard]] bool is_code(std::string_view value);

// Whether a value only shows where one belongs: `changeme`, `example`, `***`, `xxxx`, `your-token-here`,
// `test-secret`.
[[nodiscard]] bool is_sample(std::string_view value);

// Whether a body behind a token's prefix is one of the samples that documentations show. Less is taken for a
// sample here than by is_sample(): the prefix says already what it is.
[[nodiscard]] bool is_sample_token(std::string_view token);

// Whether a value that stands where a secret belongs is one: of some length, neither reference nor sample,
// and not a plain word.
[[nodiscard]] bool looks_secret(std::string_view value, std::size_t shortest = 8);

// The part of `${NAME:-value}` (`${NAME-value}`, `${NAME:=value}`) that is a value after all; empty when
// there is none.
[[nodiscard]] std::string_view default_of(std::string_view value);

}  // namespace cowork::validators
