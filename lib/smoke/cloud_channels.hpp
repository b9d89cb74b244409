#pragma once

#include "smoke/cloud_parts.hpp"

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cowork::smoke {

// Agents, channel bindings and identities that a run makes in the Cloud. The product deletes none of them,
// so they are disabled, which takes an administrator's token.

inline constexpr std::string_view channel_provider = "cli";

enum class ChannelPart { agent, binding, identity };

struct ChannelRecord {
    std::string id;      // agentId, bindingId or identityId
    std::string name;    // where the mark is: name, displayName or externalUserId
    std::string status;  // active ...
    std::string agent;   // of a binding
    std::string role;    // of an identity
    std::string provider;
    std::chrono::seconds age{};
};

// Each is made active, its undo pushed first; ends the step when the Cloud refuses. The identity may prompt.
[[nodiscard]] std::optional<checks::Finding> make_agent(checks::Layers& layers, Run& run, CloudTalk& cloud,
                                                        ChannelRecord& agent);
[[nodiscard]] std::optional<checks::Finding> make_binding(checks::Layers& layers, Run& run, CloudTalk& cloud,
                                                          const std::string& agent, ChannelRecord& binding);
[[nodiscard]] std::optional<checks::Finding> make_identity(checks::Layers& layers, Run& run, CloudTalk& cloud,
                                                           ChannelRecord& identity);
inline constexpr std::array channel_reasons{
    checks::Reason{"channel.wrong-shape", Status::action_required,
                   "the answer does not show the agent, binding or identity", "check which version runs there"},
};

// Disables what has the mark of a run that has ended.
struct DisabledParts {
    std::size_t disabled = 0;
    std::vector<std::string> failed;  // their names
};
[[nodiscard]] DisabledParts disable_left_behind(Run& run, CloudTalk& cloud, const Budget& budget);

}  // namespace cowork::smoke
