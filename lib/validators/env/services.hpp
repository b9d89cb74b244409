#pragma once

#include "validators/env/values.hpp"
#include "validators/findings.hpp"
#include "validators/input.hpp"

#include <optional>
#include <vector>

namespace cowork::validators {

// An env file as the services see it.
struct EnvSettings {
    const std::vector<EnvValue>& values;
    std::optional<Reader> reader;  // as far as it is known
    bool example = false;          // full of placeholders, and meant to be
};

// What the services make of the settings, and for which of them the file is.
void check_services(const EnvSettings& env, const Settings& settings, Findings& findings);

}  // namespace cowork::validators
