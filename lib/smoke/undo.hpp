#pragma once

#include "core/budget.hpp"
#include "core/error.hpp"
#include "secrets/safe_text.hpp"

#include <cstddef>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace cowork::smoke {

// How something that a run has made is taken away again.
struct Undo {
    SafeText what;     // "the session cowork-smoke-… of OpenCode"
    SafeText command;  // the exact command that takes it away by hand; never holds a secret
    // Takes it away, or turns it off where the product cannot delete it. Nothing when it is gone, or was
    // never there; else why not. Must keep to the budget, and may be called when the service is down.
    std::function<std::optional<SafeText>(const Budget&)> remove;
    // What stays even then, because the product cannot delete it: "the agent stays, disabled". May be empty.
    SafeText stays;
};

// What a run has made, in order. Safe to use from several threads.
class UndoStack {
  public:
    // Before the request that makes it is sent: a run can end in between.
    void push(Undo undo) {
        const std::lock_guard lock(mutex_);
        stack_.push_back(std::move(undo));
    }
    // A step took it away itself, as part of what it proves, or was refused.
    void forget_last() {
        const std::lock_guard lock(mutex_);
        if (!stack_.empty()) stack_.pop_back();
    }
    [[nodiscard]] std::size_t size() {
        const std::lock_guard lock(mutex_);
        return stack_.size();
    }
    // Forgets what was pushed since there were so many: it was never made.
    void shrink_to(std::size_t size) {
        const std::lock_guard lock(mutex_);
        while (stack_.size() > size) stack_.pop_back();
    }
    // The newest; nothing when all are taken.
    [[nodiscard]] std::optional<Undo> pop() {
        const std::lock_guard lock(mutex_);
        if (stack_.empty()) return std::nullopt;
        Undo last = std::move(stack_.back());
        stack_.pop_back();
        return last;
    }

  private:
    std::mutex mutex_;
    std::vector<Undo> stack_;
};

}  // namespace cowork::smoke
