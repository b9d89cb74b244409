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

void check_keys(const HelmChecks& checks);                                          // helm_keys.cpp
void check_image(const HelmChecks& checks, std::string_view path, bool needs_pin);  // helm_image.cpp
void check_security(const HelmChecks& checks);                                      // helm_security.cpp
void check_secrets(const HelmChecks& checks);                                       // helm_secrets.cpp
void check_exposure(const HelmChecks& checks);        // helm_exposure.cpp: service, ingress, network policy
void check_cloud_values(const HelmChecks& checks);    // helm_cloud.cpp
void check_role_resources(const HelmChecks& checks);  // helm_cloud.cpp
void check_production(const HelmChecks& checks);      // helm_production.cpp
void check_worker(const HelmChecks& checks);          // helm_worker.cpp
void check_gateway_values(const HelmChecks& checks);  // helm_gateway.cpp
void check_providers(const HelmChecks& checks);       // helm_gateway.cpp
void check_settings(const HelmChecks& checks);        // helm_settings.cpp: by the services' own rules

}  // namespace cowork::validators
