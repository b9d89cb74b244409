#include "core/text.hpp"
#include "rules/cloud_judge.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cowork::rules {

// The progress watchdog does not refuse anything: what it cannot use switches it off.
void CloudJudge::watchdog() {
    const auto off = [&](std::string_view name, std::string_view why, std::string remedy) {
        add("configuration.lenient-value", name,
            fmt::format("{} {}; the watchdog is silently off", full(name), why), std::move(remedy),
            Status::degraded);
    };
    const auto mode = lowered(text("PROGRESS_WATCHDOG_MODE"));
    if (mode.empty() || mode == "off") return;
    const auto words = choices_of(key("PROGRESS_WATCHDOG_MODE"));
    if (std::find(words.begin(), words.end(), mode) == words.end())
        return off("PROGRESS_WATCHDOG_MODE", "is not " + listed(words), "set it to " + listed(words));
    for (const Key& key : service().keys) {
        if (!key.name.starts_with("PROGRESS_WATCHDOG_") || key.kind != KeyKind::silent_integer ||
            !set(key.name))
            continue;
        const auto number = read_integer(text(key.name));
        if (!number || *number < key.lowest || *number > key.highest)
            off(key.name, fmt::format("is not a whole number from {} to {}", key.lowest, key.highest),
                "correct it, or remove the line");
    }
    const auto milliseconds = [&](std::string_view name) {
        return read_integer(text(name)).value_or(*read_integer(key(name).fallback));
    };
    if (milliseconds("PROGRESS_WATCHDOG_SUSPECT_MS") >= milliseconds("PROGRESS_WATCHDOG_STALLED_MS"))
        off("PROGRESS_WATCHDOG_SUSPECT_MS", "is not below the time that means standstill", "make it smaller");
    if (mode != "enforce") return;
    for (const std::string_view name :
         {"PROGRESS_WATCHDOG_OBSERVE_EVIDENCE_REF", "PROGRESS_WATCHDOG_OPERATOR_OWNER"})
        if (!set(name)) off(name, "is not set, and mode enforce needs it", "set it, or use mode observe");
    const auto rollback = lowered(text("PROGRESS_WATCHDOG_ROLLBACK_MODE"));
    if (rollback != "off" && rollback != "observe")
        off("PROGRESS_WATCHDOG_ROLLBACK_MODE", "is neither off nor observe, and mode enforce needs it",
            "set it to observe");
}

}  // namespace cowork::rules
