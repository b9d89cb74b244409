#pragma once

#include "checks/context.hpp"
#include "smoke/arrivals.hpp"
#include "smoke/mark.hpp"
#include "smoke/undo.hpp"
#include "smoke/wishes.hpp"

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <typeindex>
#include <utility>

namespace cowork::smoke {

// What the steps of one run share. Made once a run; a step gets it with its own budget.
class Run {
  public:
    // `learned` is the redactor that the context refers to.
    Run(checks::Context where, probes::HttpClient& sender, Redactor& learned, SmokeWishes said,
        std::string run_id)
        : context(std::move(where)),
          client(sender),
          wishes(std::move(said)),
          id(std::move(run_id)),
          learned_(learned) {}

    // Configuration, redactor and read-only probes. While a step runs, `run` is that step's budget.
    checks::Context context;
    Arrivals client;
    const SmokeWishes wishes;
    const std::string id;  // of this run, from new_run_id()
    UndoStack undo;

    // In the name of everything that the run makes.
    [[nodiscard]] std::string mark() const { return std::string(mark_prefix) + id; }

    // A secret that the run was given on its way, such as a token: nothing may show it from here on.
    void learn(const Secret& secret) { learned_.learn(secret); }

    // What one step found and another needs: one object of each type, made at its first use.
    template <typename Facts>
    [[nodiscard]] Facts& facts() {
        auto& slot = facts_[std::type_index(typeid(Facts))];
        if (!slot) slot = std::make_shared<Facts>();
        return *static_cast<Facts*>(slot.get());
    }

  private:
    Redactor& learned_;
    std::map<std::type_index, std::shared_ptr<void>> facts_;
};

}  // namespace cowork::smoke
