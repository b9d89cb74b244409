#pragma once

#include "validators/findings.hpp"
#include "validators/helm/chart.hpp"
#include "validators/helm/values.hpp"
#include "validators/input.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace cowork::validators {

// The rules of values, one source a subject. Only validate_helm() calls these.

struct HelmChecks {
    const HelmValues& values;
    HelmChart chart;
    const Input& input;
    const Settings& settings;
    Findings& findings;
    std::string prefix = {};  // of the keys in findings: `gateway.` for a subchart

    // Told at the value, or at the nearest thing above it that the overlay has. Where the value is the
    // chart's default, the message says so.
    void add(std::string_view rule, std::string_view path, std::string message, std::string remedy = {},
             std::optional<Severity> severity = std::nullopt) const;
    void add_at(std::string_view rule, const TextRange& where, std::string_view path, std::string message,
                std::optional<Severity> severity = std::nullopt) const;
    // What the overlay says, else --tier, else the chart's default.
    [[nodiscard]] std::optional<rules::CloudTier> tier() const;
    [[nodiscard]] bool public_production() const;
    // The chart puts the gateway where others reach it.
    [[nodiscard]] bool exposed_gateway() const;
};

void check_keys(const HelmChecks& checks);                                          // keys.cpp
void check_image(const HelmChecks& checks, std::string_view path, bool needs_pin);  // image.cpp
void check_security(const HelmChecks& checks);                                      // security.cpp
void check_secrets(const HelmChecks& checks);                                       // secrets.cpp
void check_exposure(const HelmChecks& checks);        // exposure.cpp: service, ingress, network policy
void check_cloud_values(const HelmChecks& checks);    // cloud.cpp
void check_role_resources(const HelmChecks& checks);  // cloud.cpp
void check_production(const HelmChecks& checks);      // production.cpp
void check_worker(const HelmChecks& checks);          // worker.cpp
void check_gateway_values(const HelmChecks& checks);  // gateway.cpp
void check_providers(const HelmChecks& checks);       // gateway.cpp
void check_settings(const HelmChecks& checks);        // settings.cpp: by the services' own rules

}  // namespace cowork::validators
