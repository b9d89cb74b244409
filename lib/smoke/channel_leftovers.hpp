#pragma once

#include "smoke/run.hpp"

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace cowork::smoke {

// Taking away what smoke makes in the Cloud for a channel. The product deletes none of it: a token is
// revoked, an agent, a binding and an identity are disabled, and stay in the lists as that.

struct CloudSweep {
    std::size_t removed = 0;
    std::vector<SafeText> failed;   // what is still there, and why
    std::vector<SafeText> by_hand;  // the commands for those, in the same order
    std::vector<SafeText> unread;   // lists that could not be had, and why
};

// Turns off everything active whose name has a chosen mark.
[[nodiscard]] CloudSweep sweep_cloud(
    Run& run, const Budget& budget,
    const std::function<bool(std::string_view text, std::chrono::seconds age)>& chosen);

// The undo of each, by the name that it is made under.
[[nodiscard]] Undo undo_of_token(Run& run, const std::string& name);
[[nodiscard]] Undo undo_of_agent(Run& run, const std::string& agent_id);
[[nodiscard]] Undo undo_of_binding(Run& run, const std::string& binding_id);
[[nodiscard]] Undo undo_of_identity(Run& run, const std::string& external_user_id);

// The provider of the identity and the binding: no gateway delivers for it, so nothing reaches anybody.
inline constexpr std::string_view smoke_provider = "cli";

}  // namespace cowork::smoke
