#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace cowork::rules {

// Why the gateway does not deliver to a URL (contract/cloud.md section 10.2).
struct DeliveryProblem {
    std::string_view reason;
    std::string what;  // as the end of "the URL ..."
    std::string remedy;
};

// `allowed_hosts` as the setting has it: names, comma separated, *.name for all below a name; empty allows
// all.
[[nodiscard]] std::optional<DeliveryProblem> delivery_problem(std::string_view url,
                                                              std::string_view allowed_hosts,
                                                              bool allow_private);

}  // namespace cowork::rules
