#include "checks/registry.hpp"
#include "smoke/gateway_parts.hpp"
#include "smoke/groups.hpp"
#include "smoke/opencode_api.hpp"

#include <array>

// The gateway's OpenCode, asked directly, the way in which the gateway asks it.
namespace cowork::smoke {
namespace {

using checks::Finding;
using checks::Layers;
using checks::Reason;

const checks::Check& reachable_check() { return *checks::find_check("gateway.private_opencode.reachable"); }

Finding reachable(Run& run) { return reachable_check().run(run.context); }

constexpr std::array session_reasons{
    Reason{"opencode.no-answer", Status::action_required, "OpenCode did not answer",
           "look at OpenCode's log"},
    Reason{"opencode.auth-required", Status::action_required, "OpenCode asks for a password",
           "start OpenCode without OPENCODE_SERVER_PASSWORD, on loopback only",
           catalogue::Safety::disruptive},
    Reason{"opencode.session-not-created", Status::action_required,
           "OpenCode did not make a session in the runtime root",
           "look at OpenCode's log, and whether its user may use the runtime root"},
    Reason{"opencode.session-not-found", Status::action_required,
           "the session that was made is not there, or is of another directory",
           "update OpenCode, or check the runtime root"},
    Reason{"opencode.session-not-deleted", Status::action_required,
           "OpenCode did not delete the session, or still lists it", "update OpenCode, or look at its log"},
};

// The id tells a later run whose it is.
std::string session_id(const Run& run) { return "ses_" + run.mark(); }

// Ends the step unless the request came to what was wanted.
std::optional<Finding> judge(Layers& layers, Run& run, const OpencodeApi& opencode, OpencodeEnd end,
                             OpencodeEnd wanted, std::string_view reason, std::string_view what) {
    if (end == wanted) return std::nullopt;
    const SafeText& where = opencode.place().where;
    if (end == OpencodeEnd::no_answer) {
        if (run.context.run.spent()) return checks::out_of_time(layers, run.context, "http");
        return layers.broke(
            "http", Status::action_required, "opencode.no-answer",
            run.context.redactor.text("OpenCode at {} did not answer: {}", where, opencode.answer().detail));
    }
    if (end == OpencodeEnd::locked)
        return layers.broke("http", Status::action_required, "opencode.auth-required",
                            run.context.redactor.text("OpenCode at {} asks for a password", where));
    layers.evidence("http_status", std::int64_t{opencode.answer().status});
    return layers.broke("content", Status::action_required, reason,
                        run.context.redactor.text("OpenCode at {} {}", where, what));
}

Finding session_created(Run& run) {
    Layers layers;
    OpencodeApi opencode(run, run.context.run);
    const std::string id = session_id(run);
    Undo undo;
    undo.what = run.context.redactor.text("the session {} of OpenCode", id);
    undo.command = run.context.redactor.text("{}", opencode.remove_command(id));
    undo.remove = [&run, id](const Budget& budget) -> std::optional<SafeText> {
        const OpencodeEnd end = OpencodeApi(run, budget).remove(id);
        if (end == OpencodeEnd::done || end == OpencodeEnd::not_found) return std::nullopt;
        return "OpenCode did not delete it"_safe;
    };
    run.undo.push(std::move(undo));
    if (auto broken = judge(layers, run, opencode, opencode.create(id), OpencodeEnd::done,
                            "opencode.session-not-created", "did not make the session"))
        return std::move(*broken);
    layers.passed("created", "a session was made"_safe, opencode.answer().timing.total);
    if (auto broken = judge(layers, run, opencode, opencode.find(id), OpencodeEnd::done,
                            "opencode.session-not-found", "does not know the session in the runtime root"))
        return std::move(*broken);
    layers.passed("found", "it is in the runtime root"_safe, opencode.answer().timing.total);
    layers.evidence("session", run.context.redactor.clean(id));
    return layers.ready("OpenCode makes sessions in the runtime root"_safe);
}

Finding session_deleted(Run& run) {
    Layers layers;
    OpencodeApi opencode(run, run.context.run);
    const std::string id = session_id(run);
    if (auto broken = judge(layers, run, opencode, opencode.remove(id), OpencodeEnd::done,
                            "opencode.session-not-deleted", "did not delete the session, or still has it"))
        return std::move(*broken);
    return layers.ready("OpenCode deletes the session"_safe);
}

constexpr std::array needs_reachable{std::string_view{"gateway.opencode.reachable"}};
constexpr std::array needs_session{std::string_view{"gateway.opencode.session_created"}};

auto make_steps() {
    return std::array{
        Step{.id = "gateway.opencode.reachable",
             .label = "OpenCode healthy, with a model",
             .authority = catalogue::Authority::gateway_standalone,
             .control_plane = std::nullopt,
             .scenarios = gateway_scenarios,
             .needs = {},
             .sends = "GET /api/health, /global/health and /api/model of OpenCode",
             .creates = "",
             .removes = "",
             .expects = "healthy, and a model listed for the runtime root",
             .reasons = reachable_check().reasons,
             .run = reachable},
        Step{.id = "gateway.opencode.session_created",
             .label = "OpenCode makes a session",
             .authority = catalogue::Authority::gateway_standalone,
             .control_plane = std::nullopt,
             .scenarios = gateway_scenarios,
             .effect = Effect::creates,
             .needs = needs_reachable,
             .sends = "POST /api/session of OpenCode, in the runtime root",
             .creates = "an empty session of OpenCode",
             .removes = "DELETE /session/ID",
             .expects = "200, and found in the runtime root",
             .reasons = session_reasons,
             .run = session_created},
        Step{.id = "gateway.opencode.session_deleted",
             .label = "OpenCode deletes it",
             .authority = catalogue::Authority::gateway_standalone,
             .control_plane = std::nullopt,
             .scenarios = gateway_scenarios,
             .effect = Effect::creates,
             .needs = needs_session,
             .sends = "DELETE /session/ID of OpenCode",
             .creates = "",
             .removes = "the session of the step before",
             .expects = "true, and not found afterwards",
             .reasons = session_reasons,
             .run = session_deleted},
    };
}

}  // namespace

std::span<const Step> gateway_opencode_steps() {
    static const auto steps = make_steps();
    return steps;
}

}  // namespace cowork::smoke
