#pragma once

#include "validators/compose/services.hpp"
#include "validators/findings.hpp"
#include "validators/input.hpp"

#include <fmt/format.h>

#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

// The rules about one Compose file, a file a theme.
namespace cowork::validators {

struct ComposeContext {
    const Input& input;
    const Settings& settings;
    Findings& findings;
    const ComposeFile& file;
    const ComposeVariables& variables;
    const std::vector<ComposeProduct>& products;
    // Completes another file: what it does not say may stand there.
    bool fragment = false;
    std::optional<rules::CloudTier> tier;  // nothing: not known
    std::string directory;                 // absolute; empty for standard input

    [[nodiscard]] bool local() const { return tier == rules::CloudTier::local; }
    // A tier whose data are meant to last.
    [[nodiscard]] bool lasting() const { return tier.has_value() && !local(); }
    [[nodiscard]] bool production() const { return tier == rules::CloudTier::public_production; }
    [[nodiscard]] const ComposeProduct* product_of(const ComposeService& service) const;
    // As Findings::add(). A place that services share by an anchor is told once.
    void add(std::string_view rule, const TextRange& where, std::string key, std::string message,
             std::string remedy = {}, std::optional<Severity> severity = std::nullopt) const {
        if (told->emplace(rule, where.line, where.column).second)
            findings.add(rule, where, std::move(key), std::move(message), std::move(remedy), severity);
    }
    using Told = std::set<std::tuple<std::string_view, int, int>>;
    Told* told = nullptr;
};

// The key of a finding: `services.NAME.PART`.
[[nodiscard]] inline std::string service_key(const ComposeService& service, std::string_view part = {}) {
    return part.empty() ? fmt::format("services.{}", service.name)
                        : fmt::format("services.{}.{}", service.name, part);
}

// What the file says by itself: validate_compose() runs them.
void check_compose_structure(const config::YamlNode& document, Findings& findings);
void check_compose_syntax(const config::YamlNode& document, Findings& findings);
void check_compose_secrets(const Input& input, const Settings& settings, const config::YamlNode& document,
                           Findings& findings);

// What it comes to with its variables and env files: check_together() runs them.
void check_compose_images(const ComposeContext& context);
void check_compose_variables(const config::YamlNode& document, const ComposeContext& context);
void check_compose_env_files(const ComposeContext& context);
void check_compose_definitions(const config::YamlNode& document, const ComposeContext& context);
void check_compose_ports(const ComposeContext& context);
void check_compose_privileges(const ComposeContext& context);
void check_compose_mounts(const ComposeContext& context);
void check_compose_dependencies(const ComposeContext& context);
void check_compose_health(const ComposeContext& context);
void check_compose_peers(const ComposeContext& context);
void check_compose_replicas(const ComposeContext& context);

// Images by what they are, whatever registry they come from.
[[nodiscard]] bool is_postgres(const ComposeService& service);
[[nodiscard]] bool is_minio(const ComposeService& service);
[[nodiscard]] bool is_opencode(const ComposeService& service);

}  // namespace cowork::validators
