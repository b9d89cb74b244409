#pragma once

#include "smoke/cloud_talk.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cowork::smoke {

// API tokens that a run makes: short-lived, with its mark in their name, revoked at the end.

inline constexpr std::chrono::minutes token_lifetime{15};

struct MintedToken {
    std::string id, name;
    Secret plaintext;
    std::vector<std::string> scopes;
    std::optional<std::chrono::system_clock::time_point> expires;
    std::chrono::system_clock::time_point asked_until;
};

inline constexpr std::array mint_reasons{
    checks::Reason{"token.not-minted", Status::action_required, "the answer holds no token",
                   "check which version runs there"},
};

// Mints one with that scope and `what` behind the mark in its name; its undo is pushed first. Ends the step
// when the Cloud refuses.
[[nodiscard]] std::optional<checks::Finding> mint_token(checks::Layers& layers, Run& run, CloudTalk& cloud,
                                                        std::string_view what, std::string_view scope,
                                                        MintedToken& token);

struct ListedToken {
    std::string id, name;
    bool revoked = false;
    std::chrono::seconds age{};
};
// All that are listed; nothing without an answer.
[[nodiscard]] std::optional<std::vector<ListedToken>> list_tokens(Run& run, CloudTalk& cloud,
                                                                  const Budget& budget);
// Whether it is revoked afterwards, or was not there.
[[nodiscard]] bool revoke_token(Run& run, CloudTalk& cloud, const std::string& id, const Budget& budget);

}  // namespace cowork::smoke
