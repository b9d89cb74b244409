#pragma once

#include "net/endpoint_policy.hpp"

#include <optional>
#include <string>
#include <vector>

namespace cowork::test {

// One URL and what the policy of private endpoints says to it.
struct EndpointRow {
    std::string url;
    net::EndpointProblem problem;                    // while private names are not allowed
    std::optional<net::EndpointProblem> with_names;  // when they are; the same unless set
};

[[nodiscard]] const std::vector<EndpointRow>& private_endpoint_rows();

// One URL and what the policy of the other services (delivery, broker, cloud) says to it.
struct ServiceRow {
    std::string url;
    net::EndpointProblem problem;
};

[[nodiscard]] const std::vector<ServiceRow>& service_endpoint_rows();

}  // namespace cowork::test
