#pragma once

#include <string_view>

namespace cowork::checks {

// Whether what a reason code tells can mend without anybody doing something: a service that is still
// starting, a network that comes back. Settings, passwords, certificates and policies cannot, so --wait does
// not wait for them.
[[nodiscard]] bool may_mend_itself(std::string_view reason_code);

}  // namespace cowork::checks
