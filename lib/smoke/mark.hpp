#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace cowork::smoke {

// Everything that a run makes has a name with its mark in it, `cowork-smoke-HOST-PID-RANDOM` in lower-case
// hexadecimal: so a later run finds what was left behind, and leaves alone what another run still needs.
inline constexpr std::string_view mark_prefix = "cowork-smoke-";

// HOST-PID-RANDOM of this process.
[[nodiscard]] std::string new_run_id();

enum class Owner {
    none,       // the text holds no mark
    alive,      // a process of this machine that still runs, this one included
    dead,       // a process of this machine that has ended
    elsewhere,  // another machine's
};
[[nodiscard]] Owner owner_of(std::string_view text);

// Whether something of that name and age was left behind: its run has ended, or is of another machine and
// older than any run can be.
[[nodiscard]] bool left_behind(std::string_view text, std::chrono::seconds age);
inline constexpr std::chrono::hours longest_run{1};

// The mark in a text, from its prefix to the end of its last part; empty when there is none.
[[nodiscard]] std::string_view mark_in(std::string_view text);

}  // namespace cowork::smoke
