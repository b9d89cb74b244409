#pragma once

#include "catalogue/catalogue.hpp"
#include "config/load.hpp"
#include "core/error.hpp"
#include "engine/engine.hpp"
#include "report/model.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace cowork::app {

// One run of checks over a loaded configuration: what doctor does, and setup at its end.
struct Examination {
    std::optional<catalogue::Intent> intent;  // of the report
    engine::Choice choice;
    std::shared_ptr<const config::Loaded> loaded;
    std::vector<std::string> env_files;
    config::Environment environment;
    checks::Wishes wishes;
    checks::Presence present;
    std::chrono::milliseconds timeout{5000};
    std::chrono::milliseconds deadline{30000};
    std::stop_token stop;
    std::shared_ptr<const capabilities::Snapshot> snapshot = nullptr;  // of --snapshot
};

struct Examined {
    report::Report report;
    bool stragglers = false;  // see engine::Outcome
};

[[nodiscard]] Examined examine(Examination examination);

}  // namespace cowork::app
