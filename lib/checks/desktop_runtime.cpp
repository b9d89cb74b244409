#include "checks/desktop.hpp"
#include "checks/desktop_target.hpp"
#include "checks/json_answers.hpp"
#include "core/json_depth.hpp"
#include "core/timestamp.hpp"
#include "rules/desktop_places.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace cowork::checks {
namespace {

using Json = nlohmann::json;
using Processes = std::vector<probes::ProcessFacts>;

constexpr std::array docs{std::string_view{"docs/reference/checks.md"}};
constexpr std::array ready_when{catalogue::Intent::desktop_local, catalogue::Intent::desktop_pairing};

constexpr std::array own_reasons{
    Reason{"desktop.runtime-not-visible", Status::unknown,
           "Desktop keeps its runtime's state to itself: files and processes are only signs of it",
           "look at the Health Center in Desktop"},
    Reason{"desktop.runtime-not-running", Status::offline,
           "none of the runtimes that Desktop noted runs: Desktop may simply be closed, or its runtime ended",
           "start Desktop, or restart the runtime in its Health Center"},
    Reason{"desktop.runtime-not-ready", Status::action_required,
           "Desktop runs without a window, and its runtime says that it is not ready",
           "restart the runtime; if it stays down, check the provider in Desktop's settings"},
    Reason{"desktop.runtime-check-failed", Status::degraded,
           "the runtime is ready, and one of its own checks failed",
           "see the check in Desktop's Health Center"},
    Reason{"desktop.runtime-ledger-unreadable", Status::unknown,
           "the file in which Desktop notes its runtimes cannot be read",
           "run doctor as the user who runs Desktop"},
};
constexpr auto reasons = joined(desktop_place_reasons, desktop_layer_reasons, own_reasons);

constexpr std::string_view ledger_name = "runtime-home/.local/state/managed-runtime-pids.json";

// Whether a command line is that of OpenCode as Desktop starts it (contract/health-center.md section 3.3).
bool is_managed(const probes::ProcessFacts& process) {
    const auto& words = process.command;
    for (std::size_t at = 0; at + 2 < words.size(); ++at) {
        if (words[at] != "serve" || words[at + 1] != "--hostname=127.0.0.1" || words[at + 2] != "--port=0")
            continue;
        // An interpreter may stand before it.
        return std::any_of(
            words.begin(), words.begin() + static_cast<std::ptrdiff_t>(at),
            [](const std::string& word) { return word.substr(word.rfind('/') + 1).starts_with("opencode"); });
    }
    return false;
}

Processes managed_processes(const Context& context, uid_t owner) {
    auto all = context.files.processes();
    if (!all) return {};
    std::erase_if(*all, [&](const auto& process) { return process.owner != owner || !is_managed(process); });
    return std::move(*all);
}

enum class Ledger { absent, unreadable, read };
struct LedgerRead {
    Ledger state = Ledger::absent;
    std::vector<pid_t> pids;
};

LedgerRead read_ledger(const Context& context, const Desktop& desktop) {
    constexpr std::size_t largest = 1024UL * 1024;
    constexpr std::int64_t largest_pid = 1 << 30;
    const auto text = context.files.read(desktop.file(ledger_name), largest, probes::Links::refuse);
    if (!text) return {text.error().code == ErrorCode::not_found ? Ledger::absent : Ledger::unreadable, {}};
    const Json list = too_deep(*text) ? Json() : Json::parse(*text, nullptr, false);
    if (!list.is_array()) return {Ledger::unreadable, {}};
    LedgerRead read{Ledger::read, {}};
    for (const Json& entry : list) {
        if (!entry.is_number_integer()) return {Ledger::unreadable, {}};
        const auto pid = entry.get<std::int64_t>();
        if (pid <= 0 || pid > largest_pid) return {Ledger::unreadable, {}};
        read.pids.push_back(static_cast<pid_t>(pid));
    }
    return read;
}

// What Desktop without a window says of itself, if it runs (section 10.2).
struct Headless {
    Json status;
};

std::optional<Headless> read_headless(Layers& layers, const Context& context, const Desktop& desktop) {
    constexpr std::size_t largest = 4UL * 1024 * 1024;
    std::string directory = rules::variable(context.environment, "OPEN_COWORK_HEADLESS_STATE_DIR");
    if (directory.empty()) directory = desktop.file("headless-host");
    const auto text = context.files.read(directory + "/state.json", largest, probes::Links::refuse);
    if (!text) return std::nullopt;
    auto state = object_in(*text);
    const auto tell = [&](SafeText what) { layers.evidence("headless_state", std::move(what)); };
    // Anything but this is no state to Desktop itself; and only `start` leaves a runtime behind.
    if (!state || state->value("schemaVersion", Json()) != 1 || !true_at(*state, "redacted") ||
        text_at(*state, "mode") != "start" || !state->value("pid", Json()).is_number_integer() ||
        !state->value("status", Json()).is_object()) {
        tell("no report of a running host"_safe);
        return std::nullopt;
    }
    const auto pid = (*state)["pid"].get<std::int64_t>();
    const auto process = pid > 0 && pid < (1 << 30)
                             ? context.files.process(static_cast<pid_t>(pid))
                             : Result<probes::ProcessFacts>(fail(ErrorCode::not_found, ""));
    const auto updated = parse_timestamp(text_at(*state, "updatedAt"));
    constexpr std::chrono::seconds tolerance{60};
    if (!process || process->owner != desktop.owner || !updated ||
        *updated > std::chrono::system_clock::now() + tolerance ||
        // A process that began after the report was written only has the number of the one that wrote it.
        !process->started || *process->started > *updated + std::chrono::seconds(2)) {
        tell("its process has ended"_safe);
        return std::nullopt;
    }
    tell("of a running host"_safe);
    return Headless{(*state)["status"]};
}

// Codes of the checks that failed.
std::vector<std::string> failed_checks(const Json& status) {
    std::vector<std::string> codes;
    const auto checks = status.find("checks");
    if (checks == status.end() || !checks->is_array()) return codes;
    for (const Json& check : *checks)
        if (check.is_object() && text_at(check, "status") == "fail" && text_at(check, "severity") != "info")
            codes.push_back(text_at(check, "code"));
    return codes;
}

// The host's word counts for ready only while a runtime of it can be seen.
std::optional<Finding> judge_headless(Layers& layers, const Context& context, const Headless& host,
                                      bool runtime_seen) {
    const Json runtime = host.status.value("runtime", Json::object());
    const bool told = runtime.is_object() && runtime.contains("ready") && runtime["ready"].is_boolean();
    if (!told) return std::nullopt;
    layers.evidence("phase", plain_id(context, text_at(runtime, "phase")));
    const auto failed = failed_checks(host.status);
    for (const std::string& code : failed) layers.evidence("failed_check", plain_id(context, code));
    if (!true_at(runtime, "ready"))
        return layers.broke(
            "headless", Status::action_required, "desktop.runtime-not-ready",
            context.redactor.text("the runtime is not ready: {}", text_at(runtime, "error").empty()
                                                                      ? "it does not say why"
                                                                      : text_at(runtime, "error")));
    if (!runtime_seen) return std::nullopt;
    if (!failed.empty())
        return layers.broke(
            "headless", Status::degraded, "desktop.runtime-check-failed",
            context.redactor.text("the runtime is ready, and {} of its checks failed", failed.size()));
    layers.passed("headless", "the running host says that the runtime is ready"_safe);
    return layers.ready("Desktop runs without a window, and its runtime is ready"_safe);
}

Finding runtime_ready(const Context& context) {
    Layers layers;
    Desktop desktop;
    if (auto broken = desktop_place(layers, context, desktop)) return std::move(*broken);
    if (auto broken = judge_desktop_layers(layers, context, desktop)) return std::move(*broken);
    const Processes running = managed_processes(context, desktop.owner);
    const LedgerRead ledger = read_ledger(context, desktop);
    const auto noted = std::count_if(running.begin(), running.end(), [&](const auto& process) {
        return std::find(ledger.pids.begin(), ledger.pids.end(), process.pid) != ledger.pids.end();
    });
    layers.evidence("runtimes_noted", static_cast<std::int64_t>(ledger.pids.size()));
    layers.evidence("runtimes_noted_running", static_cast<std::int64_t>(noted));
    layers.evidence("runtimes_running", static_cast<std::int64_t>(running.size()));
    if (const auto host = read_headless(layers, context, desktop))
        if (auto ended = judge_headless(layers, context, *host, !running.empty())) return std::move(*ended);
    if (ledger.state == Ledger::unreadable)
        return layers.broke("ledger", Status::unknown, "desktop.runtime-ledger-unreadable",
                            context.redactor.text("{} cannot be read", desktop.file(ledger_name)));
    // A system may hide the processes of other users.
    const uid_t user = context.files.effective_user();
    if (!ledger.pids.empty() && running.empty() && (user == desktop.owner || user == 0))
        return layers.broke("process", Status::offline, "desktop.runtime-not-running",
                            "the runtimes that Desktop noted have ended"_safe);
    return layers.broke(
        "process", Status::unknown, "desktop.runtime-not-visible",
        noted > 0         ? "a runtime of Desktop runs; only Desktop can say whether it is ready"_safe
        : running.empty() ? "no runtime of Desktop is seen, which alone does not mean that there is none"_safe
                          : "a runtime runs that Desktop has not noted as its own"_safe);
}

constexpr std::array rows{
    Check{.id = "desktop.runtime.ready",
          .label = "Desktop runtime ready",
          .authority = catalogue::Authority::desktop_local,
          .control_plane = std::nullopt,
          .failing = Status::action_required,
          .looks_at = "What Desktop without a window says of its runtime while it runs; else the processes "
                      "that Desktop noted, which prove that a runtime runs and not that it is ready.",
          .docs = docs,
          .needs = {},
          .ready_when = ready_when,
          .also_for = {},
          .reasons = reasons,
          .run = runtime_ready},
};

}  // namespace

std::span<const Check> desktop_runtime_checks() { return rows; }

}  // namespace cowork::checks
