#pragma once

#include "checks/cloud_target.hpp"
#include "probes/http_client.hpp"
#include "smoke/step.hpp"

#include <nlohmann/json_fwd.hpp>

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace cowork::smoke {

// What the steps share that ask the Cloud over its API (contract/cloud.md sections 2, 3 and 13).

// Ways to end of any step that asks it.
inline constexpr std::array cloud_answer_reasons{
    checks::Reason{"cloud.http-status", Status::action_required, "a status that the Cloud does not give",
                   "check which service answers at the Cloud's URL, and its log"},
    checks::Reason{"cloud.wrong-shape", Status::action_required, "the answer is not the Cloud's",
                   "check which service answers at the Cloud's URL"},
    checks::Reason{"cloud.rate-limited", Status::unknown, "the Cloud asks to wait",
                   "wait as long as it says, then run smoke again"},
    checks::Reason{"cloud.quota-exceeded", Status::action_required, "a quota of the organisation is used up",
                   "turn off what is not needed, or have the quota raised"},
};
// And as an administrator.
inline constexpr std::array cloud_admin_reasons{
    checks::Reason{"cloud.admin-token-missing", Status::unknown,
                   "no API token of an administrator is at hand",
                   "give one of scope admin with --cloud-token env:NAME"},
    checks::Reason{"cloud.admin-token-refused", Status::action_required,
                   "the Cloud does not accept the token: wrong, revoked, or expired",
                   "give a token of scope admin with --cloud-token env:NAME"},
    checks::Reason{
        "cloud.admin-token-scope", Status::action_required,
        "the token may not administer: it lacks the scope admin, or its account is no administrator",
        "give a token of scope admin of an owner or administrator with --cloud-token env:NAME"},
    checks::Reason{"cloud.feature-off", Status::unknown, "the Cloud's profile has that switched off",
                   "switch it on in the Cloud's profile, or leave the step out with --skip"},
};
inline constexpr auto cloud_reasons =
    checks::joined(checks::cloud_transport_reasons, cloud_answer_reasons, cloud_admin_reasons);
template <std::size_t N>
constexpr auto with_cloud(const std::array<checks::Reason, N>& own) {
    return checks::joined(cloud_reasons, own);
}

// Sends one call within the time of one request, and ends the step when no answer came or one that asks to
// wait. `call.url` is a path of the Cloud; the rest is sent as it is.
[[nodiscard]] std::optional<checks::Finding> ask_cloud(checks::Layers& layers, Run& run,
                                                       const checks::CloudTarget& target,
                                                       probes::HttpCall call, probes::HttpAnswer& answer,
                                                       const Budget& budget);

// What an administrator asks: method, path, and a JSON body or an empty text.
struct AdminCall {
    std::string_view method = "GET";
    std::string path;
    std::string body{};
    int expected = 200;
};
// Asks it with the token at hand, and ends the step unless the answer is a JSON object of the expected
// status. Where the Cloud takes everybody for its owner, it needs no token.
[[nodiscard]] std::optional<checks::Finding> ask_admin(checks::Layers& layers, Run& run,
                                                       const AdminCall& call, nlohmann::json& document);
// The same outside of steps, for undoing: why not, or nothing. `document` is empty when it was not found.
[[nodiscard]] std::optional<SafeText> ask_admin_quietly(Run& run, const Budget& budget, const AdminCall& call,
                                                        nlohmann::json& document);

// The command that does the same by hand; the token is the environment's.
[[nodiscard]] SafeText admin_command(const Run& run, const AdminCall& call);

// The list in a member; an empty one for anything else.
[[nodiscard]] const nlohmann::json& list_in(const nlohmann::json& document, std::string_view key);
// The object in a member; an empty one for anything else.
[[nodiscard]] const nlohmann::json& object_in(const nlohmann::json& document, std::string_view key);

}  // namespace cowork::smoke
