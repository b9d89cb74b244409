#pragma once

#include "smoke/gateway_records.hpp"
#include "smoke/opencode_api.hpp"
#include "smoke/run.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cowork::smoke {

// Taking away what a prompt leaves in the gateway's Postgres and in OpenCode.

struct Sweep {
    std::size_t removed = 0;
    std::vector<SafeText> failed;      // what is still there, and why
    std::vector<std::string> by_hand;  // the commands for those, in the same order
    bool records_read = false;         // whether the gateway's Postgres was looked at
    bool opencode_read = false;
};

// Removes every session whose mark is chosen, and the ones of OpenCode that they used.
[[nodiscard]] Sweep sweep(Run& run, const Budget& budget,
                          const std::function<bool(std::string_view text, std::chrono::seconds age)>& chosen);

// The undo of everything that this run sends to the gateway as a message to that chat.
[[nodiscard]] Undo undo_of_chat(Run& run, const std::string& chat_id);

}  // namespace cowork::smoke
