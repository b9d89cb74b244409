#pragma once

#include "smoke/cloud_talk.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cowork::smoke {

// Sessions that a run makes in the Cloud. The product has no way to delete one, nor an artifact: what a
// run leaves is idle, and it says so.

struct SessionMessage {
    std::string role, content;
};
// What the Cloud's projection shows of a session.
struct SessionView {
    std::string id;
    std::int64_t sequence = -1;
    bool busy = false;
    std::vector<SessionMessage> messages;
    std::string error;  // the first one; empty without
};
// Nothing when the answer is none of a session.
[[nodiscard]] std::optional<SessionView> view_in(const nlohmann::json& document);
[[nodiscard]] std::string session_path(const std::string& id, std::string_view rest = {});

// As the token sees it; ends the step when it is not there.
[[nodiscard]] std::optional<checks::Finding> read_session(CloudTalk& cloud, checks::Layers& layers, Run& run,
                                                          const std::string& id, const Secret* bearer,
                                                          SessionView& view);

inline constexpr std::array session_lost_reasons{
    checks::Reason{"session.lost", Status::action_required, "the Cloud does not find the session it made",
                   "check whether all its servers share one database"},
    checks::Reason{"session.wrong-shape", Status::action_required,
                   "the answer does not show a session as the Cloud does", "check which version runs there"},
};

// Makes one with that token, its undo pushed first; ends the step when the Cloud refuses.
[[nodiscard]] std::optional<checks::Finding> make_session(checks::Layers& layers, Run& run, CloudTalk& cloud,
                                                          const Secret* bearer, SessionView& view);
// From here on the undo stops what the session is doing, until it is said that nothing is under way.
void expect_work(Run& run, const std::string& id, bool under_way);

// The agent that is prompted: --agent, else the first that is allowed, else the product's own default.
[[nodiscard]] std::string agent_for(Run& run);

inline constexpr std::array prompt_reasons{
    checks::Reason{"prompt.agent-not-enabled", Status::unknown,
                   "no agent is enabled for the Cloud's profile, or not that one",
                   "enable an agent, or name an enabled one with --agent"},
    checks::Reason{"prompt.failed", Status::action_required, "the agent did not come to an answer",
                   "look at the worker's log, and at the model's provider"},
    checks::Reason{"prompt.not-projected", Status::action_required,
                   "no answer was seen within the step's time",
                   "look at the worker's log; --timeout does not change it, the model may need longer"},
};
// Sends a prompt to `path` and ends the step unless it is taken.
[[nodiscard]] std::optional<checks::Finding> send_prompt(checks::Layers& layers, Run& run, CloudTalk& cloud,
                                                         const std::string& path, const Secret* bearer,
                                                         const nlohmann::json& body);
// Waits until every one of the texts was asked and answered; ends the step when that does not come about.
[[nodiscard]] std::optional<checks::Finding> await_answers(checks::Layers& layers, Run& run, CloudTalk& cloud,
                                                           const std::string& id, const Secret* bearer,
                                                           const std::vector<std::string>& texts,
                                                           SessionView& view);

// The sessions of the Cloud that still work on a prompt with the mark of a run that has ended; how many
// were stopped, and what went wrong.
struct StoppedSessions {
    std::size_t stopped = 0;
    std::vector<std::string> failed;  // their ids
};
[[nodiscard]] StoppedSessions stop_left_behind(Run& run, CloudTalk& cloud, const Budget& budget);

}  // namespace cowork::smoke
