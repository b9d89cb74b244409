#pragma once

#include "catalogue/load_profiles.hpp"

#include <cstddef>
#include <string>

namespace cowork::smoke {

// What the command line says of a smoke run beside checks::Wishes.
struct SmokeWishes {
    std::string as_user;           // --as: an external user id that may prompt; empty: no prompt is sent
    std::string prompt;            // --prompt: what is asked; has a default
    std::string agent;             // --agent: of the Cloud; empty: the first one that its profile allows
    std::string profile = "full";  // --cloud-profile: of what is made in the Cloud
};

// A short load check beside the steps.
struct LoadWishes {
    std::size_t repeat = 1;                           // of each operation
    std::size_t concurrency = 1;                      // requests on their way at once
    const catalogue::LoadProfile* profile = nullptr;  // judged by it; null: by errors alone

    [[nodiscard]] bool asked_for() const { return repeat > 1 || concurrency > 1 || profile != nullptr; }
    // Requests a second: the profile's, or a rate that stays below the Cloud's default limit.
    [[nodiscard]] double rate() const;
};

}  // namespace cowork::smoke
