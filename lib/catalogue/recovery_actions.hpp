#pragma once

#include "catalogue/recovery.hpp"

#include <span>
#include <string_view>

namespace cowork::catalogue {

// What the Health Center tells its user to do about a kind of trouble (the product's page "Setup and health
// center", recovery actions), and about which checks. A check's own reasons say it more exactly.
struct RecoveryAction {
    std::string_view id;
    std::string_view trouble;  // "Cloud offline"
    std::string_view action;   // one sentence, imperative
    Safety safety;             // of that action
    Actor actor;
    std::span<const std::string_view> checks;
};

[[nodiscard]] std::span<const RecoveryAction> recovery_actions();
// The one that a check's trouble belongs to; null when it is of cowork's own kind.
[[nodiscard]] const RecoveryAction* recovery_of(std::string_view check_id);

}  // namespace cowork::catalogue
