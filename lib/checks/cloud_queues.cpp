#include "checks/cloud.hpp"
#include "checks/cloud_operations.hpp"
#include "checks/database_layers.hpp"
#include "checks/transport_reasons.hpp"

#include <nlohmann/json.hpp>

#include <array>

namespace cowork::checks {
namespace {

constexpr std::int64_t slow_seconds = 60;
constexpr std::int64_t stuck_seconds = 600;

// ---------------------------------------------------------------- cloud.commands.queue

constexpr std::array queue_own{
    Reason{"queue.slow", Status::degraded, "a command has waited for a worker for more than a minute",
           "add workers, or raise OPEN_COWORK_CLOUD_WORKER_SESSION_CONCURRENCY"},
    Reason{"queue.stuck", Status::action_required,
           "a command has waited for a worker for more than ten minutes",
           "start the workers, and look at their logs"},
};
constexpr auto queue_reasons = joined(database_source_reasons, queue_own);

// A command behind a running one of its session waits for that, not for a worker.
constexpr const char* queue_query =
    "SELECT count(*) FILTER (WHERE c.status = 'pending'), count(*) FILTER (WHERE c.status = 'running'), "
    "floor(extract(epoch FROM now() - min(greatest(c.created_at, coalesce(c.available_at, c.created_at))) "
    "FILTER (WHERE c.status = 'pending' AND coalesce(c.available_at, c.created_at) <= now() "
    "AND NOT EXISTS (SELECT FROM cloud_session_commands r WHERE r.tenant_id = c.tenant_id "
    "AND r.session_id = c.session_id AND r.status = 'running')))) "
    "FROM cloud_session_commands c WHERE c.status IN ('pending', 'running')";

Finding commands_queue(const Context& context) {
    Layers layers;
    // The Cloud's own diagnostics know nothing of the queue (contract/cloud.md section 2.7).
    if (!has_cloud_database(context)) return no_operations_source(layers);
    std::optional<Finding> broken;
    const auto row = ask_cloud_database(layers, context, queue_query, {}, 3, broken);
    if (!row) return std::move(*broken);
    const std::int64_t oldest = number((*row)[2]);
    layers.evidence("pending", number((*row)[0]));
    layers.evidence("running", number((*row)[1]));
    layers.evidence("oldest_waiting_seconds", oldest);
    const auto waited = [&] { return context.redactor.text("a command waits since {} s", oldest); };
    if (oldest > stuck_seconds)
        return layers.broke("queue", Status::action_required, "queue.stuck", waited());
    if (oldest > slow_seconds) return layers.broke("queue", Status::degraded, "queue.slow", waited());
    return layers.ready(context.redactor.text("{} commands pending, none waits longer than {} s",
                                              number((*row)[0]), slow_seconds));
}

// ---------------------------------------------------------------- cloud.deliveries.dead_letters

constexpr std::array deliveries_own{
    Reason{"deliveries.dead", Status::degraded, "deliveries to channels were given up",
           "look at their last_error and mend the channel; "
           "OPEN_COWORK_CLOUD_RETENTION_CHANNEL_DELIVERY_MS removes them in time"},
    Reason{"deliveries.sample", Status::unknown,
           "the diagnostics tell of the last deliveries only, and among those none was given up",
           "give a read-only URL of Postgres with --database-url env:NAME"},
    Reason{"deliveries.waiting", Status::degraded,
           "a delivery has been due for more than ten minutes, and no gateway has taken it",
           "start the Cloud Channel Gateway, and look at its log"},
};
constexpr auto deliveries_reasons = joined(operations_reasons, deliveries_own);

constexpr const char* deliveries_query =
    "SELECT count(*) FILTER (WHERE status = 'dead'), count(*) FILTER (WHERE status = 'failed'), "
    "count(*) FILTER (WHERE status = 'pending'), "
    "floor(extract(epoch FROM now() - min(next_attempt_at) FILTER (WHERE status IN ('pending', 'failed')))) "
    "FROM cloud_channel_deliveries WHERE status IN ('dead', 'failed', 'pending')";

struct Deliveries {
    std::int64_t dead = 0, failed = 0, pending = 0;
};

// Ends the check when deliveries were given up.
std::optional<Finding> given_up(Layers& layers, const Context& context, const Deliveries& deliveries) {
    layers.evidence("dead", deliveries.dead);
    layers.evidence("failed", deliveries.failed);
    layers.evidence("pending", deliveries.pending);
    if (deliveries.dead == 0) return std::nullopt;
    return layers.broke("deliveries", Status::degraded, "deliveries.dead",
                        context.redactor.text("{} deliveries were given up", deliveries.dead));
}

Finding none_given_up(Layers& layers, const Context& context, const Deliveries& deliveries) {
    return layers.ready(context.redactor.text("no dead letters; {} pending, {} to be tried again",
                                              deliveries.pending, deliveries.failed));
}

// As the Cloud's diagnostics tell it: of the most recent deliveries.
Finding told_letters(Layers& layers, const Context& context) {
    std::optional<Finding> broken;
    const auto document = ask_cloud_diagnostics(layers, context, broken);
    if (!document) return std::move(*broken);
    const auto gateway = document->find("gateway");
    if (gateway == document->end() || !gateway->is_object()) return odd_diagnostics(layers);
    const auto counts = gateway->find("deliveriesByStatus");
    const auto limit = gateway->find("deliverySampleLimit");
    if (counts == gateway->end() || !counts->is_object() || limit == gateway->end() ||
        !limit->is_number_unsigned())
        return odd_diagnostics(layers);
    std::uint64_t all = 0;
    for (const auto& [status, count] : counts->items()) {
        constexpr std::uint64_t bound = 1'000'000'000;  // so that no sum overflows
        if (!count.is_number_unsigned() || count.get<std::uint64_t>() > bound) return odd_diagnostics(layers);
        all += count.get<std::uint64_t>();
    }
    const auto of = [&](const char* status) {
        const auto found = counts->find(status);
        return found == counts->end() ? std::int64_t{0} : found->get<std::int64_t>();
    };
    const Deliveries deliveries{of("dead"), of("failed"), of("pending")};
    if (auto ended = given_up(layers, context, deliveries)) return std::move(*ended);
    // Those that are not among the last ones may have been.
    if (all >= limit->get<std::uint64_t>())
        return layers.broke("deliveries", Status::unknown, "deliveries.sample",
                            context.redactor.text("none of the last {} deliveries was given up", all));
    return none_given_up(layers, context, deliveries);
}

Finding dead_letters(const Context& context) {
    Layers layers;
    if (!has_cloud_database(context)) return told_letters(layers, context);
    std::optional<Finding> broken;
    const auto row = ask_cloud_database(layers, context, deliveries_query, {}, 4, broken);
    if (!row) return std::move(*broken);
    const std::int64_t overdue = number((*row)[3]);
    layers.evidence("oldest_due_seconds", overdue);
    const Deliveries deliveries{number((*row)[0]), number((*row)[1]), number((*row)[2])};
    if (auto ended = given_up(layers, context, deliveries)) return std::move(*ended);
    if (overdue > stuck_seconds)
        return layers.broke("deliveries", Status::degraded, "deliveries.waiting",
                            context.redactor.text("a delivery is due since {} s", overdue));
    return none_given_up(layers, context, deliveries);
}

constexpr std::array shown_for{catalogue::Intent::cloud_connect, catalogue::Intent::full_hybrid};
constexpr std::array docs{std::string_view{"docs/reference/checks.md"}};

constexpr std::array rows{
    Check{.id = "cloud.commands.queue",
          .label = "Cloud command queue moving",
          .authority = catalogue::Authority::cloud_worker,
          .control_plane = catalogue::ControlPlane::cloud_control_plane,
          .failing = Status::action_required,
          .looks_at = "How many commands are pending and running, and how long the oldest that could run has "
                      "waited for a worker.",
          .docs = docs,
          .needs = {},
          .ready_when = {},
          .also_for = {},
          .reasons = queue_reasons,
          .run = commands_queue,
          .shown_for = shown_for},
    Check{
        .id = "cloud.deliveries.dead_letters",
        .label = "Cloud channel deliveries free of dead letters",
        .authority = catalogue::Authority::cloud_worker,
        .control_plane = catalogue::ControlPlane::cloud_control_plane,
        .failing = Status::degraded,
        .looks_at = "Deliveries to channels that were given up, that failed, and that wait past their time.",
        .docs = docs,
        .needs = {},
        .ready_when = {},
        .also_for = {},
        .reasons = deliveries_reasons,
        .run = dead_letters,
        .shown_for = shown_for},
};

}  // namespace

std::span<const Check> cloud_queue_checks() { return rows; }

}  // namespace cowork::checks
