#pragma once

#include <string>

namespace cowork::smoke {

// What the command line says of a smoke run beside checks::Wishes.
struct SmokeWishes {
    std::string as_user;           // --as: an external user id that may prompt; empty: no prompt is sent
    std::string prompt;            // --prompt: what is asked; has a default
    std::string agent;             // --agent: of the Cloud; empty: the first one that its profile allows
    std::string profile = "full";  // --cloud-profile: of what is made in the Cloud
};

}  // namespace cowork::smoke
