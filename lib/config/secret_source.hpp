#pragma once

#include "config/load.hpp"
#include "core/error.hpp"
#include "secrets/secret.hpp"

#include <functional>
#include <string>
#include <string_view>

namespace cowork::config {

// How a secret option says where its value comes from (design: cli.md, "Secrets").
enum class SecretForm { environment, file, standard_input, prompt, generate, literal };

struct SecretSpec {
    SecretForm form = SecretForm::literal;
    std::string argument;  // variable name or path; empty for the rest
};
// `env:NAME`, `file:PATH`, `-`, `prompt`, `generate`; anything else is the value itself.
[[nodiscard]] SecretSpec parse_secret_spec(std::string_view text);

// What resolving may ask of the outside. Functions may be empty: the form they serve is then refused.
struct SecretReaders {
    const Environment* environment = nullptr;
    std::function<Result<Secret>()> standard_input;                 // one line
    std::function<Result<Secret>(std::string_view option)> prompt;  // without echo
    bool may_generate = false;
};

// The value that `text` stands for. `option` names it in messages. Trailing line ends of a file or of
// standard input are removed; an empty value is ErrorCode::usage.
[[nodiscard]] Result<Secret> resolve_secret(std::string_view option, std::string_view text,
                                            const SecretReaders& readers);

}  // namespace cowork::config
