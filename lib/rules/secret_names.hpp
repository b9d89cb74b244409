#pragma once

#include "config/config.hpp"
#include "secrets/redactor.hpp"

#include <string_view>

namespace cowork::rules {

// Whether a setting of that name holds a secret: the gateway's own table, and for other keys the product's
// name test (contract/health-center.md section 11.1).
[[nodiscard]] bool is_secret_key(std::string_view full_name);

// Teaches the redactor every secret of a configuration, overridden ones too, and the passwords inside its
// URLs.
void learn_secrets(Redactor& redactor, const config::Config& config);

}  // namespace cowork::rules
