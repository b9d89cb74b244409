#pragma once

#include "catalogue/authorities.hpp"
#include "catalogue/control_planes.hpp"
#include "catalogue/surfaces.hpp"

#include <optional>
#include <span>
#include <string_view>

namespace cowork::catalogue {

// The six set-up paths (design: cli.md, "Shape"). The first five are the product's intents (health center,
// section 2.1); for the sixth the product has a set-up helper, and no intent.
enum class Intent { desktop_local, gateway_only, cloud_connect, desktop_pairing, full_hybrid, cloud_gateway };

// A file that setup may write.
struct WrittenFile {
    std::string_view path;  // ROLE in it stands for a role of a Cloud server
    std::string_view when;  // the condition; empty: always
};

// What to do on a path, one step after another.
struct Step {
    enum class Kind { command, words };
    Kind kind;
    std::string_view text;  // of a command: cowork's arguments, in which URL stands for the user's own
};

struct IntentRow {
    Intent intent;
    std::string_view id;  // as typed on the command line
    std::string_view label;
    std::string_view topology;  // topology profile
    Authority authority;
    std::span<const ControlPlane> control_planes;
    std::string_view when;      // when to choose it, one line
    std::string_view env_file;  // default env file; empty where the path writes none
    std::span<const Surface> surfaces;
    std::span<const std::string_view> ready_when;  // ids of product checks
    std::span<const WrittenFile> writes;           // every file that setup may write
    std::span<const Step> steps;
};

[[nodiscard]] std::span<const IntentRow> intents();
[[nodiscard]] const IntentRow& row(Intent intent);
[[nodiscard]] std::optional<Intent> parse_intent(std::string_view id);

}  // namespace cowork::catalogue
