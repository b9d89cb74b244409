#pragma once

#include "checks/context.hpp"
#include "checks/layers.hpp"
#include "checks/service_target.hpp"
#include "checks/tls_layers.hpp"
#include "checks/transport_reasons.hpp"
#include "secrets/secret.hpp"

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cowork::checks {

// What the checks of a running Cloud share: where it is, how asking it can fail, and its /readyz.

inline constexpr std::array cloud_place_reasons{
    Reason{"cloud.not-set-up", Status::unknown, "nothing here says where the Cloud is",
           "give --cloud-url, or run cowork setup cloud-connect"},
    Reason{"cloud.several-workspaces", Status::unknown, "Desktop knows several Clouds",
           "name the one that is meant with --cloud-url"},
};
inline constexpr auto cloud_transport_reasons =
    joined(cloud_place_reasons, endpoint_reasons, connection_reasons<"cloud">(), tls_reasons<"cloud">());

using CloudTarget = ServiceTarget;

// Fills in the target, or ends the check when the Cloud may not be asked, or nobody knows where it is.
// The first that says it wins: --cloud-url, OPEN_COWORK_CLOUD_URL, the Channel Gateway's setting, the
// server's own settings, Desktop's files.
[[nodiscard]] std::optional<Finding> cloud_policy(Layers& layers, const Context& context,
                                                  CloudTarget& target);

[[nodiscard]] probes::HttpRequest cloud_request(const CloudTarget& target, const Context& context,
                                                std::string_view path, const Secret* bearer = nullptr);

// Ends the check when there is no answer, the certificate's faults told apart. `failing` is the status of a
// Cloud that cannot be reached: another check tells that it is offline.
[[nodiscard]] std::optional<Finding> judge_cloud_transport(Layers& layers, const Context& context,
                                                           const CloudTarget& target,
                                                           const probes::HttpAnswer& answer, Status failing);

// /readyz, as contract/cloud.md section 2.1 has it.
struct ReadyzCheck {
    std::string name;
    bool ok = false;
    std::string detail;
};
struct Readyz {
    bool ok = false;  // status 200, `ok`, and every check
    std::string role;
    std::vector<ReadyzCheck> checks;

    [[nodiscard]] const ReadyzCheck* find(std::string_view name) const;
};
// Nothing when the answer is no such report.
[[nodiscard]] std::optional<Readyz> readyz_of(const probes::HttpAnswer& answer);

// The base URLs of Desktop's Cloud workspaces, each once.
[[nodiscard]] std::vector<std::string> cloud_urls_of_desktop(const Context& context);

}  // namespace cowork::checks
