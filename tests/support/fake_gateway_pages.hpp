#pragma once

#include "support/fake_gateway.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace cowork::test {

// What the Standalone Gateway shows its operator.
[[nodiscard]] nlohmann::ordered_json gateway_report(const FakeGatewayOptions& options, bool ready);
[[nodiscard]] std::string gateway_metrics(const FakeGatewayOptions& options);
[[nodiscard]] std::string gateway_dashboard(const FakeGatewayOptions& options);

}  // namespace cowork::test
