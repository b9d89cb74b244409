#pragma once

#include "smoke/cloud_parts.hpp"

#include <nlohmann/json_fwd.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cowork::smoke {

// What the steps share that ask the Cloud's web role as its users do (contract/cloud.md sections 2, 3, 13).

inline constexpr std::array cloud_scenarios{catalogue::Intent::cloud_connect, catalogue::Intent::full_hybrid};

// Ways to end of any step that shows it a token.
inline constexpr std::array token_reasons{
    checks::Reason{"cloud.token-missing", Status::unknown, "without a token nobody can sign in",
                   "give an API token with --cloud-token env:NAME"},
    checks::Reason{"cloud.token-refused", Status::action_required, "the Cloud does not accept the token",
                   "have the token rotated: it may be wrong, over, or revoked"},
    checks::Reason{"cloud.token-scope", Status::unknown, "the token lacks the scope that this needs",
                   "give a token with the scopes desktop, operator and admin, to prove all of it"},
    checks::Reason{"cloud.feature-off", Status::unknown, "the Cloud's profile has that switched off",
                   "switch it on in the Cloud's profile, or leave the step out with --skip"},
    checks::Reason{"cloud.denied", Status::action_required, "the Cloud's policy denies it",
                   "ask the organisation's administrator: the evidence has the policy's code"},
    checks::Reason{"cloud.plan-denied", Status::action_required, "the organisation's plan does not allow it",
                   "ask the organisation's administrator"},
};
// Of a step that proves that somebody is refused.
inline constexpr std::array auth_none_reasons{
    checks::Reason{"cloud.auth-none", Status::unknown,
                   "the Cloud lets everybody in, so tokens mean nothing there",
                   "set AUTH_MODE to oidc or header before anybody relies on it"},
};
inline constexpr auto talk_reasons =
    checks::joined(checks::cloud_transport_reasons, cloud_answer_reasons, token_reasons);
template <std::size_t... N>
constexpr auto with_talk(const std::array<checks::Reason, N>&... own) {
    return checks::joined(talk_reasons, own...);
}

// A row with what all of them have.
[[nodiscard]] Step cloud_step(std::string_view id, std::string_view label);

// A conversation with the Cloud within one step.
class CloudTalk {
  public:
    CloudTalk(Run& run, checks::Layers& layers) : run_(run), layers_(layers) {}

    // Finds out where it is; ends the step when it may not be asked.
    [[nodiscard]] std::optional<checks::Finding> open();
    [[nodiscard]] const checks::CloudTarget& target() const { return target_; }
    // The token of the run, or null; a target that lets everybody in needs none.
    [[nodiscard]] const Secret* token() const { return target_.token; }

    // Where and how a request for that path goes; the rest of it is the caller's.
    [[nodiscard]] probes::HttpCall request(std::string_view method, std::string_view path,
                                           const Secret* bearer, std::string body = {}) const;
    // Sends it, and ends the step when no answer came or one that asks to wait.
    [[nodiscard]] std::optional<checks::Finding> ask(const probes::HttpCall& call, const Budget& budget);
    // The same of an answer that came another way.
    [[nodiscard]] std::optional<checks::Finding> judge(probes::HttpAnswer answer, const Secret* bearer);
    // With the run's token, within the time of one request; ends the step unless the status is `wanted`.
    [[nodiscard]] std::optional<checks::Finding> expect(int wanted, std::string_view method,
                                                        std::string_view path, std::string body = {});
    // The last answer, and its JSON; an empty object when it has none.
    [[nodiscard]] const probes::HttpAnswer& answer() const { return answer_; }
    [[nodiscard]] nlohmann::json document() const;
    // How it ends the step when that status was not wanted: token, scope, policy, plan or oddity. What the
    // run's own token may not do is unknown; what a token that it made may not do is wrong.
    [[nodiscard]] checks::Finding refused(std::string_view what);

    // Whether everybody is let in as the local owner (auth mode none). Asks once a run.
    [[nodiscard]] bool lets_everybody_in();

  private:
    Run& run_;
    checks::Layers& layers_;
    checks::CloudTarget target_;
    probes::HttpAnswer answer_;
    const Secret* asked_with_ = nullptr;
};

// An end that does not count: what is missing is optional.
[[nodiscard]] checks::Finding optional_end(checks::Finding finding);
[[nodiscard]] checks::Finding auth_none(checks::Layers& layers);

// A member that is a whole number; -1 for anything else.
[[nodiscard]] std::int64_t number_at(const nlohmann::json& object, std::string_view key);
[[nodiscard]] std::string written(const nlohmann::json& body);

}  // namespace cowork::smoke
