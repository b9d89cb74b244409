#pragma once

#include "config/yaml_document.hpp"
#include "core/line_index.hpp"
#include "validators/compose/interpolation.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace cowork::validators {

// A Compose file as far as the rules ask, after interpolation. What is malformed is left out: Compose says so
// itself, and better.

struct ComposeValue {
    ComposeText value;
    TextRange where;
    [[nodiscard]] bool known() const { return value.known; }
    [[nodiscard]] const std::string& text() const { return value.text; }
};

struct ComposeVariable {
    std::string key;
    ComposeValue value;
    TextRange where;         // of the entry
    bool inherited = false;  // a key alone: its value is the one that Compose itself sees
};

struct ComposeEnvFile {
    ComposeValue path;
    bool required = true;
    bool raw = false;  // `format: raw`: nothing is unquoted or expanded
};

struct ComposePort {
    std::string address;                    // as written; empty for all
    int first = 0, last = 0;                // on the host; 0 for any free one
    int target_first = 0, target_last = 0;  // in the container
    bool udp = false;
    bool known = false;  // false: it depends on a variable, or is malformed
    TextRange where;
    [[nodiscard]] bool beyond_loopback() const;
};

struct ComposeMount {
    enum class Type { bind, volume, anonymous, tmpfs, other };
    Type type = Type::other;
    std::string source, target;
    bool read_only = false;
    bool known = false;
    TextRange where;
};

struct ComposeDependency {
    std::string service;
    std::string condition;  // service_started when nothing is said
    TextRange where;
    bool optional = false;
};

struct ComposeImage {
    std::string repository;  // without tag and digest
    std::string tag, digest;
    // The last part of the repository.
    [[nodiscard]] std::string_view name() const;
};
[[nodiscard]] ComposeImage parse_image(std::string_view text);

struct ComposeService {
    enum class Health { image, own, disabled };

    std::string name;
    TextRange where;  // of its name
    const config::YamlNode* node = nullptr;
    std::optional<ComposeValue> image;
    bool builds = false, extends = false, profiles = false;
    std::vector<ComposeVariable> environment, build_arguments;
    std::vector<ComposeEnvFile> env_files;
    std::vector<ComposePort> ports;
    std::vector<ComposeMount> mounts;
    std::vector<ComposeDependency> dependencies, links;  // links: what else must be there
    std::vector<std::string> aliases;                    // other names it is reached by
    ComposeValue network_mode, privileged, command;
    Health health = Health::image;
    std::optional<long long> replicas;  // none: not known
    TextRange replicas_where;

    [[nodiscard]] ComposeImage image_name() const;  // empty when it is not known
    [[nodiscard]] const ComposeVariable* variable(std::string_view key) const;
    [[nodiscard]] bool host_network() const { return network_mode.text() == "host"; }
};

struct ComposeFile {
    const config::YamlNode* services_node = nullptr;
    std::vector<ComposeService> services;
    std::unordered_map<std::string_view, std::size_t> by_name;  // views of the services' names
    bool includes = false;                                      // takes services from other files
    bool outside_network = false;                               // some network is not this file's
    [[nodiscard]] const ComposeService* find(std::string_view name) const;
};

// More services than this are not looked at: no deployment has as many.
inline constexpr std::size_t most_compose_services = 500;

[[nodiscard]] ComposeFile read_compose(const config::YamlNode& document, const ComposeVariables& variables);

}  // namespace cowork::validators
