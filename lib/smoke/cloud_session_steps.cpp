#include "checks/json_answers.hpp"
#include "net/url.hpp"
#include "secrets/encodings.hpp"
#include "smoke/cloud_session_facts.hpp"
#include "smoke/groups.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <string>

// A session of the Cloud: made, listed, given an artifact, prompted.
namespace cowork::smoke {
namespace {

using checks::Finding;
using checks::Layers;
using checks::Reason;
using namespace std::chrono_literals;

constexpr auto created_reasons = with_talk(session_lost_reasons);

Finding created(Run& run) {
    Layers layers;
    CloudTalk cloud(run, layers);
    if (auto broken = cloud.open()) return std::move(*broken);
    SessionView view;
    if (auto broken = make_session(layers, run, cloud, cloud.token(), view)) return std::move(*broken);
    run.facts<SessionFacts>().id = view.id;
    layers.evidence("session", run.context.redactor.clean(view.id));
    return layers.ready(run.context.redactor.text("the session {} was made", view.id));
}

constexpr std::array listed_own{
    Reason{"session.not-listed", Status::action_required, "the new session is not among the newest ones",
           "check whether all servers of the Cloud share one database"},
};
constexpr auto listed_reasons = with_talk(session_lost_reasons, listed_own);

Finding listed(Run& run) {
    Layers layers;
    CloudTalk cloud(run, layers);
    if (auto broken = cloud.open()) return std::move(*broken);
    const std::string& id = run.facts<SessionFacts>().id;
    SessionView view;
    if (auto broken = read_session(cloud, layers, run, id, cloud.token(), view)) return std::move(*broken);
    layers.passed("found", "it is found by its id"_safe, cloud.answer().timing.total);
    if (auto broken = cloud.expect(200, "GET", "/api/sessions?limit=100")) return std::move(*broken);
    const auto document = cloud.document();
    const auto& all = list_in(document, "sessions");
    if (std::none_of(all.begin(), all.end(), [&](const nlohmann::json& one) {
            return one.is_object() && checks::text_at(one, "sessionId") == id;
        }))
        return layers.broke("listed", Status::action_required, "session.not-listed",
                            "the new session is not among the newest ones"_safe);
    return layers.ready("the session is found, and listed"_safe);
}

constexpr std::array artifact_own{
    Reason{"artifact.wrong-shape", Status::action_required, "the answer does not show the artifact",
           "check which version runs there"},
    Reason{"artifact.not-listed", Status::action_required, "the session does not list the artifact",
           "check whether all servers of the Cloud share one database"},
    Reason{"artifact.lost", Status::action_required, "the artifact's bytes are not there any more",
           "check the object store: cowork doctor cloud-connect --only 'cloud.object_store.*'"},
    Reason{"artifact.changed", Status::action_required, "the artifact comes back with other bytes",
           "check the object store, and what stands between it and the Cloud"},
};
constexpr auto artifact_reasons = with_talk(artifact_own);

// Every kind of byte that something on the way could change.
std::string artifact_bytes(const Run& run) {
    std::string bytes = run.mark() + "\r\n";
    for (int byte = 0; byte < 256; ++byte) bytes += static_cast<char>(byte);
    return bytes;
}

Undo undo_of_artifact(const Run& run, const std::string& filename) {
    Undo undo;
    undo.what = run.context.redactor.text("the artifact {}", filename);
    undo.stays = run.context.redactor.text("the artifact {} stays in that session: the product deletes none",
                                           filename);
    undo.remove = [](const Budget&) -> std::optional<SafeText> { return std::nullopt; };
    return undo;
}

Finding artifact(Run& run) {
    Layers layers;
    CloudTalk cloud(run, layers);
    if (auto broken = cloud.open()) return std::move(*broken);
    const std::string path = session_path(run.facts<SessionFacts>().id, "/artifacts");
    const std::string filename = run.mark() + ".bin";
    const std::string sent = base64(artifact_bytes(run));
    run.undo.push(undo_of_artifact(run, filename));
    const nlohmann::json body{
        {"filename", filename}, {"contentType", "application/octet-stream"}, {"dataBase64", sent}};
    if (auto broken = cloud.expect(201, "POST", path, written(body))) {
        if (cloud.answer().ok()) run.undo.forget_last();
        return std::move(*broken);
    }
    const auto uploaded = cloud.document();
    const std::string id = checks::text_at(object_in(uploaded, "artifact"), "artifactId");
    if (id.empty())
        return layers.broke("content", Status::action_required, "artifact.wrong-shape",
                            "the Cloud says that it took the artifact, and shows none"_safe);
    layers.passed("stored", "the Cloud takes the artifact"_safe, cloud.answer().timing.total);
    if (auto broken = cloud.expect(200, "GET", path)) return std::move(*broken);
    const auto list = cloud.document();
    const auto& all = list_in(list, "artifacts");
    if (std::none_of(all.begin(), all.end(), [&](const nlohmann::json& one) {
            return one.is_object() && checks::text_at(one, "artifactId") == id;
        }))
        return layers.broke("listed", Status::action_required, "artifact.not-listed",
                            "the session does not list the artifact"_safe);
    if (auto broken = cloud.ask(cloud.request("GET", path + "/" + net::percent_encode(id), cloud.token()),
                                run.context.probe()))
        return std::move(*broken);
    if (cloud.answer().status == 404)
        return layers.broke("read", Status::action_required, "artifact.lost",
                            "the artifact's bytes are not there any more"_safe);
    if (cloud.answer().status != 200) return cloud.refused("GET of an artifact");
    const auto back = cloud.document();
    if (checks::text_at(object_in(back, "artifact"), "dataBase64") != sent)
        return layers.broke("read", Status::action_required, "artifact.changed",
                            "the artifact comes back with other bytes"_safe);
    return layers.ready("an artifact comes back byte by byte"_safe);
}

constexpr auto answered_reasons = with_talk(session_lost_reasons, prompt_reasons);

Finding prompted(Run& run) {
    Layers layers;
    CloudTalk cloud(run, layers);
    if (auto broken = cloud.open()) return std::move(*broken);
    const std::string& id = run.facts<SessionFacts>().id;
    const std::string wish =
        run.wishes.prompt.empty() ? "Answer with the single word pong." : run.wishes.prompt;
    const std::string text = fmt::format("{} ({})", wish, run.mark());
    const auto began = std::chrono::steady_clock::now();
    expect_work(run, id, true);
    if (auto broken = send_prompt(layers, run, cloud, session_path(id, "/prompt"), cloud.token(),
                                  {{"text", text}, {"agent", agent_for(run)}})) {
        if (cloud.answer().ok()) expect_work(run, id, false);
        return std::move(*broken);
    }
    layers.passed("accepted", "the Cloud takes the prompt"_safe, cloud.answer().timing.total);
    SessionView view;
    if (auto broken = await_answers(layers, run, cloud, id, cloud.token(), {text}, view))
        return std::move(*broken);
    expect_work(run, id, false);
    const auto took =
        std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - began);
    layers.evidence("round_trip_ms", took.count());
    layers.evidence("messages", static_cast<std::int64_t>(view.messages.size()));
    return layers.ready(run.context.redactor.text("the prompt was answered after {} ms", took.count()));
}

constexpr std::array needs_served{std::string_view{"cloud.bootstrap.served"}};
constexpr std::array needs_created{std::string_view{"cloud.session.created"}};

auto make_steps() {
    Step make = cloud_step("cloud.session.created", "Session made");
    make.effect = Effect::creates;
    make.load = Load::mutation;
    make.needs = needs_served;
    make.sends = "POST /api/sessions";
    make.creates = "an empty session";
    make.removes = "nothing: the product deletes no session; it stays, idle";
    make.expects = "201, a session";
    make.reasons = created_reasons;
    make.run = created;

    Step list = cloud_step("cloud.session.listed", "Session listed");
    list.load = Load::read;
    list.needs = needs_created;
    list.sends = "GET /api/sessions/ID and /api/sessions";
    list.expects = "the session is there";
    list.reasons = listed_reasons;
    list.run = listed;

    Step store = cloud_step("cloud.artifact.round_trip", "Artifact comes back");
    store.effect = Effect::creates;
    store.needs = needs_created;
    store.sends = "POST and GET /api/sessions/ID/artifacts, GET of that artifact";
    store.creates = "an artifact of less than 1 KiB in that session";
    store.removes = "nothing: the product deletes no artifact";
    store.expects = "201, listed, the same bytes";
    store.reasons = artifact_reasons;
    store.run = artifact;

    Step ask = cloud_step("cloud.prompt.answered", "Prompt answered");
    ask.effect = Effect::creates;
    ask.budget = 120s;
    ask.needs = needs_created;
    ask.sends = "POST /api/sessions/ID/prompt, then GET of the session until it is answered";
    ask.creates = "a call of the model, where an agent is enabled";
    ask.removes = "POST /api/sessions/ID/abort where it is not answered in time";
    ask.expects = "202, then the answer among the session's messages, and no error";
    ask.reasons = answered_reasons;
    ask.run = prompted;

    return std::array{make, list, store, ask};
}

}  // namespace

std::span<const Step> cloud_session_steps() {
    static const auto steps = make_steps();
    return steps;
}

}  // namespace cowork::smoke
