#pragma once

#include "capabilities/opencode_config.hpp"
#include "capabilities/opencode_live.hpp"
#include "capabilities/opencode_places.hpp"
#include "checks/context.hpp"
#include "checks/layers.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace cowork::checks {

// The gateway's OpenCode as the checks of its configuration and capabilities see it.

// Why the server could not be asked; the check of its reachability says more.
enum class OpencodeSilence { none, no_url, not_private, no_answer, locked, refused, not_opencode };

struct OpencodeServer {
    OpencodeSilence silence = OpencodeSilence::no_url;
    std::string origin;     // empty when it may not be asked
    std::string directory;  // asked for: the runtime root; empty: the server's own
    bool on_this_machine = true;
    bool own_variables = false;  // whether the server's variables could be read; else doctor's count
    const Secret* password = nullptr;
    std::string user;
    std::optional<std::string> refused_file;  // it refuses its configuration, by this file
    capabilities::OpencodePlaces places;
};
// Asks the server where it looks, and how it was started, as far as this user may see.
[[nodiscard]] OpencodeServer find_opencode(const Context& context);

// What it has, each list by its own request, all side by side. False in `complete` when an answer was missing
// or not OpenCode's.
struct OpencodeAnswers {
    capabilities::LiveOpencode live;
    bool complete = true;
    std::string_view missing;  // the first list that did not come, as a path
};
[[nodiscard]] OpencodeAnswers ask_opencode(const Context& context, const OpencodeServer& server);

inline constexpr std::string_view opencode_reachable_check = "gateway.private_opencode.reachable";
inline constexpr std::string_view opencode_configuration_check = "opencode.configuration.valid";

}  // namespace cowork::checks
