#include "checks/cloud.hpp"
#include "checks/cloud_operations.hpp"
#include "checks/database_layers.hpp"
#include "checks/json_answers.hpp"
#include "checks/transport_reasons.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace cowork::checks {
namespace {

// The product calls a heartbeat stale after that many seconds; one that is as far in the future comes from a
// clock that cannot be trusted.
constexpr std::int64_t stale_seconds = 60;

// Signs of life, as far as the source shows them.
struct Pulse {
    std::int64_t seen = 0;      // heartbeats of the role, of whatever age
    std::int64_t fresh = 0;     // of those, younger than stale_seconds
    std::int64_t ahead = 0;     // of those, further than stale_seconds in the future
    std::int64_t youngest = 0;  // seconds, when there is one
    std::int64_t leases = 0;    // sessions that a worker holds just now, and managed workers heard of
    std::int64_t waiting = 0;   // commands that nobody has taken for stale_seconds
};

// The same as the Cloud's diagnostics show it: they know nothing of leases and waiting commands.
std::optional<Pulse> pulse_in(const nlohmann::json& document, std::string_view role) {
    const auto runtime = document.find("runtime");
    if (runtime == document.end() || !runtime->is_object()) return std::nullopt;
    const auto heartbeats = runtime->find("heartbeats");
    if (heartbeats == runtime->end() || !heartbeats->is_array()) return std::nullopt;
    Pulse pulse;
    for (const auto& beat : *heartbeats) {
        if (!beat.is_object()) return std::nullopt;
        const auto age = beat.find("ageMs");
        if (age == beat.end() || !age->is_number()) return std::nullopt;
        if (text_at(beat, "role") != role && text_at(beat, "role") != "all-in-one") continue;
        constexpr double bound = 1e12;  // keeps what follows inside an integer
        const auto seconds = static_cast<std::int64_t>(std::clamp(age->get<double>(), -bound, bound) / 1000);
        pulse.youngest = pulse.seen++ == 0 ? seconds : std::min(pulse.youngest, seconds);
        if (seconds < -stale_seconds)
            ++pulse.ahead;
        else if (seconds <= stale_seconds)
            ++pulse.fresh;
    }
    return pulse;
}

std::optional<Pulse> told_pulse(Layers& layers, const Context& context, std::string_view role,
                                std::optional<Finding>& broken) {
    const auto document = ask_cloud_diagnostics(layers, context, broken);
    if (!document) return std::nullopt;
    auto pulse = pulse_in(*document, role);
    if (!pulse) broken = odd_diagnostics(layers);
    return pulse;
}

void record(Layers& layers, const Pulse& pulse) {
    layers.evidence("heartbeats", pulse.seen);
    layers.evidence("heartbeats_fresh", pulse.fresh);
    if (pulse.seen > 0) layers.evidence("youngest_seconds", pulse.youngest);
}

// ---------------------------------------------------------------- cloud.workers.alive

constexpr std::array workers_own{
    Reason{"workers.silent", Status::action_required,
           "commands wait for a worker, and no worker shows a sign of life",
           "start the workers, and look at their logs"},
    Reason{"workers.clock-ahead", Status::unknown, "the only heartbeats lie in the future",
           "set the clocks of the workers and of Postgres by NTP"},
    Reason{"workers.idle", Status::unknown,
           "no heartbeat of the last minute, and no work: workers write one only while they work",
           "nothing, unless prompts stay unanswered; then start the workers"},
    Reason{"workers.never-seen", Status::unknown,
           "no worker has ever written a heartbeat: none has had work, or none was started",
           "start a worker and send it a prompt, for instance with cowork smoke"},
};
constexpr auto workers_reasons = joined(operations_reasons, workers_own);

Finding judge_workers(Layers& layers, const Context& context, const Pulse& pulse) {
    record(layers, pulse);
    if (pulse.fresh + pulse.leases > 0)
        return layers.ready(context.redactor.text("{} fresh heartbeats, {} sessions held by workers",
                                                  pulse.fresh, pulse.leases));
    if (pulse.waiting > 0)
        return layers.broke(
            "heartbeats", Status::action_required, "workers.silent",
            context.redactor.text("{} commands wait, and no worker takes them", pulse.waiting));
    if (pulse.ahead > 0)
        return layers.broke("heartbeats", Status::unknown, "workers.clock-ahead",
                            context.redactor.text("{} heartbeats lie in the future", pulse.ahead));
    if (pulse.seen == 0)
        return layers.broke("heartbeats", Status::unknown, "workers.never-seen",
                            "no worker has written a heartbeat yet"_safe);
    return layers.broke(
        "heartbeats", Status::unknown, "workers.idle",
        context.redactor.text("the youngest heartbeat is {} s old, and no work waits", pulse.youngest));
}

constexpr const char* heartbeats_sql =
    "WITH beats AS (SELECT floor(extract(epoch FROM now() - last_seen_at)) AS age "
    "FROM cloud_worker_heartbeats WHERE role IN ($1, 'all-in-one')) "
    "SELECT (SELECT count(*) FROM beats), (SELECT count(*) FROM beats WHERE age BETWEEN -60 AND 60), "
    "(SELECT count(*) FROM beats WHERE age < -60), (SELECT min(age) FROM beats), ";
static_assert(stale_seconds == 60);

// A command behind a running one of its session waits for that, not for a worker.
constexpr const char* worker_columns =
    "(SELECT count(*) FROM cloud_worker_leases WHERE lease_expires_at_ms > extract(epoch FROM now()) * 1000 "
    "AND lease_expires_at_ms < extract(epoch FROM now()) * 1000 + 600000) "
    "+ (SELECT count(*) FROM cloud_managed_worker_heartbeats WHERE received_at BETWEEN "
    "now() - interval '60 seconds' AND now() + interval '60 seconds'), "
    "(SELECT count(*) FROM cloud_session_commands c WHERE status = 'pending' "
    "AND coalesce(available_at, created_at) < now() - interval '60 seconds' AND NOT EXISTS "
    "(SELECT FROM cloud_session_commands r WHERE r.tenant_id = c.tenant_id "
    "AND r.session_id = c.session_id AND r.status = 'running'))";
constexpr const char* no_columns = "0, 0";

std::optional<Pulse> read_pulse(Layers& layers, const Context& context, std::string_view role,
                                const char* more, std::optional<Finding>& broken) {
    if (!has_cloud_database(context)) return told_pulse(layers, context, role, broken);
    const auto row = ask_cloud_database(layers, context, std::string(heartbeats_sql) + more,
                                        {std::string(role)}, 6, broken);
    if (!row) return std::nullopt;
    return Pulse{number((*row)[0]), number((*row)[1]), number((*row)[2]),
                 number((*row)[3]), number((*row)[4]), number((*row)[5])};
}

Finding workers_alive(const Context& context) {
    Layers layers;
    std::optional<Finding> broken;
    const auto pulse = read_pulse(layers, context, "worker", worker_columns, broken);
    return pulse ? judge_workers(layers, context, *pulse) : std::move(*broken);
}

// ---------------------------------------------------------------- cloud.scheduler.alive

constexpr std::array scheduler_own{
    Reason{"scheduler.never-seen", Status::action_required, "no scheduler has ever written a heartbeat",
           "start the scheduler: without it no workflow runs on time and nothing is cleaned up"},
    Reason{"scheduler.stale", Status::action_required, "no scheduler has written for more than a minute",
           "start the scheduler, and look at its log"},
    Reason{"scheduler.clock-ahead", Status::unknown, "the only heartbeats lie in the future",
           "set the clocks of the scheduler and of Postgres by NTP"},
};
constexpr auto scheduler_reasons = joined(operations_reasons, scheduler_own);

Finding judge_scheduler(Layers& layers, const Context& context, const Pulse& pulse) {
    record(layers, pulse);
    if (pulse.fresh > 0)
        return layers.ready(
            context.redactor.text("the youngest heartbeat of a scheduler is {} s old", pulse.youngest));
    if (pulse.ahead > 0)
        return layers.broke("heartbeats", Status::unknown, "scheduler.clock-ahead",
                            context.redactor.text("{} heartbeats lie in the future", pulse.ahead));
    if (pulse.seen == 0)
        return layers.broke("heartbeats", Status::action_required, "scheduler.never-seen",
                            "no scheduler has ever written a heartbeat"_safe);
    return layers.broke("heartbeats", Status::action_required, "scheduler.stale",
                        context.redactor.text("the youngest heartbeat is {} s old", pulse.youngest));
}

Finding scheduler_alive(const Context& context) {
    Layers layers;
    std::optional<Finding> broken;
    const auto pulse = read_pulse(layers, context, "scheduler", no_columns, broken);
    return pulse ? judge_scheduler(layers, context, *pulse) : std::move(*broken);
}

constexpr std::array shown_for{catalogue::Intent::cloud_connect, catalogue::Intent::full_hybrid};
constexpr std::array docs{std::string_view{"docs/reference/checks.md"}};

constexpr std::array rows{
    Check{.id = "cloud.workers.alive",
          .label = "Cloud workers alive",
          .authority = catalogue::Authority::cloud_worker,
          .control_plane = catalogue::ControlPlane::cloud_control_plane,
          .failing = Status::action_required,
          .looks_at = "Heartbeats and session leases of workers, and whether commands wait for one. An idle "
                      "worker writes nothing, so its silence alone is no failure.",
          .docs = docs,
          .needs = {},
          .ready_when = {},
          .also_for = {},
          .reasons = workers_reasons,
          .run = workers_alive,
          .shown_for = shown_for},
    Check{.id = "cloud.scheduler.alive",
          .label = "Cloud scheduler alive",
          .authority = catalogue::Authority::cloud_worker,
          .control_plane = catalogue::ControlPlane::cloud_control_plane,
          .failing = Status::action_required,
          .looks_at = "The heartbeat that a scheduler writes at every turn, by the clock of Postgres.",
          .docs = docs,
          .needs = {},
          .ready_when = {},
          .also_for = {},
          .reasons = scheduler_reasons,
          .run = scheduler_alive,
          .shown_for = shown_for},
};

}  // namespace

std::span<const Check> cloud_liveness_checks() { return rows; }

}  // namespace cowork::checks
