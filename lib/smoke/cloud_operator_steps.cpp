#include "checks/json_answers.hpp"
#include "core/timestamp.hpp"
#include "smoke/cloud_talk.hpp"
#include "smoke/groups.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <chrono>
#include <optional>
#include <string>

// What the Cloud shows to operators, and to nobody else.
namespace cowork::smoke {
namespace {

using checks::Finding;
using checks::Layers;
using checks::Reason;
using namespace std::chrono_literals;

// Two of them: ten refusals in a minute shut a source out.
constexpr std::array operator_paths{"/api/runtime/status", "/api/metrics"};

constexpr std::array closed_own{
    Reason{"cloud.operator-open", Status::action_required, "operator endpoints answer without a token",
           "take the server off the network, and check which version runs there",
           catalogue::Safety::disruptive},
};
constexpr auto closed_reasons = with_talk(closed_own, auth_none_reasons);

Finding closed(Run& run) {
    Layers layers;
    CloudTalk cloud(run, layers);
    if (auto broken = cloud.open()) return std::move(*broken);
    for (const char* path : operator_paths) {
        if (auto broken = cloud.ask(cloud.request("GET", path, nullptr), run.context.probe()))
            return std::move(*broken);
        if (cloud.answer().status != 200) continue;
        if (cloud.lets_everybody_in()) return auth_none(layers);
        return layers.broke("closed", Status::action_required, "cloud.operator-open",
                            run.context.redactor.text("{} is served to anybody", path));
    }
    return layers.ready("operator endpoints are closed without a token"_safe);
}

constexpr std::array runtime_own{
    Reason{"cloud.runtime-incomplete", Status::action_required,
           "the runtime's status does not say who works off commands", "check which version runs there"},
};
constexpr auto runtime_reasons = with_talk(runtime_own);

Finding runtime(Run& run) {
    Layers layers;
    CloudTalk cloud(run, layers);
    if (auto broken = cloud.open()) return std::move(*broken);
    if (auto broken = cloud.expect(200, "GET", "/api/runtime/status")) return std::move(*broken);
    const auto document = cloud.document();
    const std::string processing = checks::text_at(document, "commandProcessing");
    if (processing.empty() || !document.contains("canExecute"))
        return layers.broke("content", Status::action_required, "cloud.runtime-incomplete",
                            "the runtime's status lacks commandProcessing or canExecute"_safe);
    layers.evidence("can_execute", checks::true_at(document, "canExecute"));
    return layers.ready(run.context.redactor.text("commands are worked off: {}", processing));
}

// The product calls a heartbeat stale after that much. An idle worker writes none, but the scheduler does.
constexpr std::chrono::seconds stale_after{60};

constexpr std::array heartbeat_own{
    Reason{"heartbeats.missing", Status::action_required,
           "neither a worker nor a scheduler was ever heard of",
           "start worker and scheduler: without them nothing is worked off"},
    Reason{"heartbeats.stale", Status::action_required,
           "neither a worker nor a scheduler was heard of within the last minute",
           "start worker and scheduler, and look at their logs"},
};
constexpr auto heartbeat_reasons = with_talk(heartbeat_own);

// Of the youngest, by the clock of the Cloud, which is `ahead` of this machine's.
std::optional<std::chrono::seconds> youngest(const nlohmann::json& beats, std::chrono::seconds ahead) {
    std::optional<std::chrono::seconds> age;
    const auto now = std::chrono::system_clock::now() + ahead;
    for (const auto& beat : beats) {
        if (!beat.is_object()) continue;
        const auto seen = parse_timestamp(checks::text_at(beat, "lastSeenAt"));
        if (!seen) continue;
        const auto this_age = std::chrono::duration_cast<std::chrono::seconds>(now - *seen);
        age = age ? std::min(*age, this_age) : this_age;
    }
    return age;
}

Finding heartbeats(Run& run) {
    Layers layers;
    CloudTalk cloud(run, layers);
    if (auto broken = cloud.open()) return std::move(*broken);
    if (auto broken = cloud.expect(200, "GET", "/api/workers/heartbeats")) return std::move(*broken);
    const auto document = cloud.document();
    const auto& beats = list_in(document, "heartbeats");
    layers.evidence("heartbeats", static_cast<std::int64_t>(beats.size()));
    const auto age = youngest(beats, cloud.answer().clock_ahead.value_or(0s));
    if (!age)
        return layers.broke("heartbeats", Status::action_required, "heartbeats.missing",
                            "neither a worker nor a scheduler was ever heard of"_safe);
    layers.evidence("youngest_seconds", age->count());
    if (*age > stale_after)
        return layers.broke("heartbeats", Status::action_required, "heartbeats.stale",
                            run.context.redactor.text("the youngest heartbeat is {} s old", age->count()));
    return layers.ready(run.context.redactor.text("the youngest heartbeat is {} s old", age->count()));
}

constexpr std::string_view metrics_marker = "open_cowork_cloud_http_requests_total";

constexpr std::array metrics_own{
    Reason{"metrics.without-marker", Status::action_required, "the metrics are not those of the Cloud",
           "check which service answers on /api/metrics"},
};
constexpr auto metrics_reasons = with_talk(metrics_own);

Finding metrics(Run& run) {
    Layers layers;
    CloudTalk cloud(run, layers);
    if (auto broken = cloud.open()) return std::move(*broken);
    if (auto broken = cloud.expect(200, "GET", "/api/metrics")) return std::move(*broken);
    if (cloud.answer().body.find(metrics_marker) == std::string::npos)
        return layers.broke("content", Status::action_required, "metrics.without-marker",
                            run.context.redactor.text("the metrics lack {}", metrics_marker));
    return layers.ready("the metrics are served"_safe);
}

constexpr std::array needs_liveness{std::string_view{"cloud.liveness.answers"}};
constexpr std::array needs_served{std::string_view{"cloud.bootstrap.served"}};

auto make_steps() {
    Step nobody = cloud_step("cloud.operator.closed", "Operator endpoints closed");
    nobody.needs = needs_liveness;
    nobody.sends = "GET /api/runtime/status and /api/metrics without a token";
    nobody.expects = "not 200";
    nobody.reasons = closed_reasons;
    nobody.run = closed;

    Step status = cloud_step("cloud.runtime.told", "Runtime status told");
    status.needs = needs_served;
    status.sends = "GET /api/runtime/status with the token";
    status.expects = "200, who works off commands";
    status.reasons = runtime_reasons;
    status.run = runtime;

    Step beats = cloud_step("cloud.heartbeats.fresh", "Workers or scheduler alive");
    beats.needs = needs_served;
    beats.sends = "GET /api/workers/heartbeats with the token";
    beats.expects = "a heartbeat of the last minute";
    beats.reasons = heartbeat_reasons;
    beats.run = heartbeats;

    Step numbers = cloud_step("cloud.metrics.served", "Metrics served");
    numbers.needs = needs_served;
    numbers.sends = "GET /api/metrics with the token";
    numbers.expects = "200, with open_cowork_cloud_http_requests_total";
    numbers.reasons = metrics_reasons;
    numbers.run = metrics;

    return std::array{nobody, status, beats, numbers};
}

}  // namespace

std::span<const Step> cloud_operator_steps() {
    static const auto steps = make_steps();
    return steps;
}

}  // namespace cowork::smoke
