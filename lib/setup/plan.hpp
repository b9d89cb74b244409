#pragma once

#include "catalogue/catalogue.hpp"
#include "config/config.hpp"
#include "config/load.hpp"
#include "core/error.hpp"
#include "rules/service.hpp"
#include "secrets/secret.hpp"

#include <tl/expected.hpp>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cowork::setup {

enum class Origin { option, environment, existing, generated, preset };
[[nodiscard]] std::string_view to_string(Origin origin);

struct PlannedValue {
    std::string key;  // full name
    Secret value;
    bool secret = false;
    Origin origin = Origin::preset;
};

// An env file that will be written, before it is.
struct EnvFile {
    std::string path;
    const rules::Service* service = nullptr;
    std::vector<PlannedValue> values;  // in the order of the service's table, other keys last
    std::vector<std::string> absent;   // keys that the file that is there must lose

    [[nodiscard]] const PlannedValue* find(std::string_view full_name) const;
    [[nodiscard]] std::string_view text(std::string_view full_name) const;
    // As the service would read it.
    [[nodiscard]] config::Config as_config() const;
};

// A JSON file of Desktop's configuration layers. It holds no secret.
struct LayerFile {
    std::string path;
    std::string text;                // the whole file as it will be
    std::vector<std::string> edits;  // what changes in it, a line each; empty when nothing does
};

// A directory that setup makes (0700) when it is not there.
struct NewDirectory {
    std::string path;
    std::string purpose;  // "for OpenCode to work in"
};

// Something that only a person can do, or has to know.
struct Step {
    std::string text;
    std::string command;  // may be empty
};

// Something found on the way; `ok` false means that it needs attention, not that setup fails.
struct Note {
    bool ok = true;
    std::string text;
    std::string remedy;  // may be empty
};

// Everything that a set-up will do.
struct Plan {
    catalogue::Intent intent = catalogue::Intent::gateway_only;
    std::vector<EnvFile> env_files;
    std::vector<LayerFile> layers;
    std::vector<NewDirectory> directories;
    std::vector<Note> notes;
    std::vector<Step> steps;
};

// A plan that passes every rule of what it sets up, or all that is missing or wrong, each once. An error's
// `where.file` is what the operator can change: an option, a variable, or a file and its line.
using Planned = tl::expected<Plan, std::vector<Error>>;

// An option that must be said and was not. `is_missing` tells such an error from one about what was said.
[[nodiscard]] Error missing_option(std::string_view flag, std::string_view why);
[[nodiscard]] bool is_missing(const Error& error);
[[nodiscard]] std::string_view why_missing(const Error& error);

// What is at a path, symbolic links followed. `unknown` when nobody looked, or the system would not say.
enum class PathKind { unknown, absent, file, directory, other };
struct PathFacts {
    PathKind kind = PathKind::unknown;
    unsigned mode = 0;  // permission bits
};

// Where defaults may come from. Functions must be set.
struct Surroundings {
    const config::Environment* environment = nullptr;
    bool root = false;      // effective user 0
    std::string output;     // --output; empty for the default
    std::string directory;  // --directory: where files with a default name go; empty for here
    // The values of the env file that is there already; an empty Config when none is. The error says why an
    // existing one cannot be used.
    std::function<Result<config::Config>(const std::string& path)> existing;
    // The text of any file; ErrorCode::not_found when it is not there.
    std::function<Result<std::string>(const std::string& path)> read;
    std::function<PathFacts(const std::string& path)> facts = [](const std::string&) { return PathFacts{}; };

    // The environment's variable; nothing when it is not set or empty.
    [[nodiscard]] std::optional<std::string_view> variable(std::string_view name) const;
    // A default file name put into the directory.
    [[nodiscard]] std::string place(std::string_view name) const;
};

}  // namespace cowork::setup
