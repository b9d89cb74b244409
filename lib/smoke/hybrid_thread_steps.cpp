#include "checks/json_answers.hpp"
#include "net/url.hpp"
#include "smoke/channel_leftovers.hpp"
#include "smoke/channel_parts.hpp"
#include "smoke/cloud_sessions.hpp"
#include "smoke/groups.hpp"
#include "smoke/hybrid_parts.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <string>
#include <vector>

// One thread on three surfaces: the browser makes it, Desktop sees it, a channel continues it.
namespace cowork::smoke {
namespace {

using checks::Finding;
using checks::Layers;
using checks::Reason;
using nlohmann::json;
using namespace std::chrono_literals;

constexpr std::array minted_own{
    Reason{"token.scope-widened", Status::action_required, "the token may do more than was asked for",
           "revoke it, and check which version runs there"},
};
constexpr auto minted_reasons = with_talk(mint_reasons, minted_own);

Finding minted(Run& run) {
    Layers layers;
    CloudTalk cloud(run, layers);
    if (auto broken = cloud.open()) return std::move(*broken);
    HybridFacts& facts = run.facts<HybridFacts>();
    facts = {};
    for (auto [what, token] : {std::pair{"web", &facts.web}, std::pair{"desktop", &facts.desktop}}) {
        if (auto broken = mint_token(layers, run, cloud, what, "desktop", *token)) return std::move(*broken);
        if (token->scopes != std::vector<std::string>{"desktop"})
            return layers.broke("scopes", Status::action_required, "token.scope-widened",
                                "a token has other scopes than the one that was asked for"_safe);
    }
    return layers.ready("two tokens were made, for the browser and for Desktop"_safe);
}

constexpr std::array created_own{
    Reason{"thread.not-seen", Status::action_required,
           "Desktop does not list the session that the browser made",
           "check whether all servers of the Cloud share one database"},
};
constexpr auto created_reasons = with_talk(session_lost_reasons, created_own);

Finding created(Run& run) {
    Layers layers;
    CloudTalk cloud(run, layers);
    if (auto broken = cloud.open()) return std::move(*broken);
    HybridFacts& facts = run.facts<HybridFacts>();
    SessionView view;
    if (auto broken = make_session(layers, run, cloud, &facts.web.plaintext, view)) return std::move(*broken);
    facts.session = view.id;
    layers.passed("made", "the browser makes a session"_safe, cloud.answer().timing.total);
    const Secret* desktop = &facts.desktop.plaintext;
    if (auto broken =
            cloud.ask(cloud.request("GET", "/api/sessions?limit=100", desktop), run.context.probe()))
        return std::move(*broken);
    if (cloud.answer().status != 200) return cloud.refused("GET /api/sessions");
    const json document = cloud.document();
    const json& all = list_in(document, "sessions");
    if (std::none_of(all.begin(), all.end(), [&](const json& one) {
            return one.is_object() && checks::text_at(one, "sessionId") == facts.session;
        }))
        return layers.broke("seen", Status::action_required, "thread.not-seen",
                            "Desktop does not list the session that the browser made"_safe);
    if (auto broken = read_session(cloud, layers, run, facts.session, desktop, view))
        return std::move(*broken);
    return layers.ready("Desktop sees the session that the browser made"_safe);
}

constexpr std::array bound_own{
    Reason{"thread.not-bound", Status::action_required, "the Cloud does not bind the channel's thread",
           "look at the Cloud's log: the evidence has its answer's status"},
    Reason{"thread.other-session", Status::action_required,
           "the channel's thread leads to another session than the one that it was bound to",
           "check which version runs there"},
    Reason{"thread.not-found", Status::action_required, "the Cloud does not find the thread that it bound",
           "check whether all servers of the Cloud share one database"},
};
constexpr auto bound_reasons = with_talk(bound_own);

Undo undo_of_thread(const Run& run) {
    Undo undo;
    undo.what = run.context.redactor.text("the channel's thread {}", run.mark());
    undo.stays = run.context.redactor.text(
        "the Cloud keeps the thread {} of a disabled binding: the product deletes none", run.mark());
    undo.remove = [](const Budget&) -> std::optional<SafeText> { return std::nullopt; };
    return undo;
}

json who_asks(const Run& run) { return {{"provider", smoke_provider}, {"externalUserId", run.mark()}}; }

std::optional<Finding> bind(Layers& layers, Run& run, CloudTalk& cloud, HybridFacts& facts) {
    const ChannelFacts& channel = run.facts<ChannelFacts>();
    json body = who_asks(run);
    body.update({{"channelBindingId", channel.binding_id},
                 {"externalChatId", run.mark()},
                 {"externalThreadId", run.mark()},
                 {"sessionId", facts.session},
                 {"title", run.mark()}});
    run.undo.push(undo_of_thread(run));
    if (auto broken =
            cloud.ask(cloud.request("POST", "/api/channels/sessions/bind", &channel.token, written(body)),
                      run.context.probe()))
        return broken;
    const json document = cloud.document();
    facts.thread = checks::text_at(object_in(document, "binding"), "bindingId");
    if (cloud.answer().status == 200 && !facts.thread.empty()) return std::nullopt;
    run.undo.forget_last();
    layers.evidence("http_status", std::int64_t{cloud.answer().status});
    return layers.broke("bound", Status::action_required, "thread.not-bound",
                        run.context.redactor.text("the Cloud does not bind the thread: status {} {}",
                                                  cloud.answer().status, checks::text_at(document, "error")));
}

Finding bound(Run& run) {
    Layers layers;
    CloudTalk cloud(run, layers);
    if (auto broken = cloud.open()) return std::move(*broken);
    HybridFacts& facts = run.facts<HybridFacts>();
    if (auto broken = bind(layers, run, cloud, facts)) return std::move(*broken);
    layers.passed("bound", "the channel's thread is bound"_safe, cloud.answer().timing.total);
    const Secret* token = &run.facts<ChannelFacts>().token;
    if (auto broken = cloud.ask(cloud.request("GET", thread_query(run), token), run.context.probe()))
        return std::move(*broken);
    const json found = cloud.document();
    if (cloud.answer().status != 200 ||
        checks::text_at(object_in(found, "binding"), "bindingId") != facts.thread)
        return layers.broke("found", Status::action_required, "thread.not-found",
                            run.context.redactor.text("the Cloud answers status {} when asked for the thread",
                                                      cloud.answer().status));
    const std::string session = checks::text_at(object_in(found, "binding"), "sessionId");
    if (session != facts.session)
        return layers.broke(
            "session", Status::action_required, "thread.other-session",
            run.context.redactor.text("the thread leads to {}, not to {}", session, facts.session));
    return layers.ready("the channel's thread leads to the session that the browser made"_safe);
}

std::string question(const Run& run, std::string_view from) {
    const std::string wish =
        run.wishes.prompt.empty() ? "Answer with the single word pong." : run.wishes.prompt;
    return fmt::format("{} ({} from {})", wish, run.mark(), from);
}

constexpr auto continued_reasons = with_talk(session_lost_reasons, prompt_reasons);

Finding continued(Run& run) {
    Layers layers;
    CloudTalk cloud(run, layers);
    if (auto broken = cloud.open()) return std::move(*broken);
    HybridFacts& facts = run.facts<HybridFacts>();
    const std::string text = question(run, "a channel");
    json body = who_asks(run);
    body.update({{"bindingId", facts.thread}, {"text", text}, {"agent", agent_for(run)}});
    expect_work(run, facts.session, true);
    if (auto broken = send_prompt(layers, run, cloud, "/api/channels/sessions/prompt",
                                  &run.facts<ChannelFacts>().token, body)) {
        if (cloud.answer().ok()) expect_work(run, facts.session, false);
        return std::move(*broken);
    }
    ++facts.prompts;
    SessionView view;
    if (auto broken =
            await_answers(layers, run, cloud, facts.session, &facts.desktop.plaintext, {text}, view))
        return std::move(*broken);
    expect_work(run, facts.session, false);
    return layers.ready("Desktop sees what the channel asked, and the answer"_safe);
}

constexpr std::array concurrent_own{
    Reason{"prompts.lost", Status::action_required,
           "of two prompts that came at once, one is not among the session's messages",
           "look at the worker's log"},
};
constexpr auto concurrent_reasons = with_talk(session_lost_reasons, prompt_reasons, concurrent_own);

probes::HttpCall prompt_call(Run& run, const CloudTalk& cloud, const std::string& session,
                             const Secret& token, const std::string& text) {
    return cloud.request("POST", session_path(session, "/prompt"), &token,
                         written({{"text", text}, {"agent", agent_for(run)}}));
}

bool asked(const SessionView& view, const std::string& text) {
    return std::any_of(view.messages.begin(), view.messages.end(), [&](const SessionMessage& message) {
        return message.role == "user" && message.content.find(text) != std::string::npos;
    });
}

Finding concurrent(Run& run) {
    Layers layers;
    CloudTalk cloud(run, layers);
    if (auto broken = cloud.open()) return std::move(*broken);
    HybridFacts& facts = run.facts<HybridFacts>();
    const std::vector<std::string> texts{question(run, "the browser"), question(run, "Desktop")};
    const std::array calls{prompt_call(run, cloud, facts.session, facts.web.plaintext, texts[0]),
                           prompt_call(run, cloud, facts.session, facts.desktop.plaintext, texts[1])};
    expect_work(run, facts.session, true);
    auto answers = run.client.call(calls, run.context.run);
    for (std::size_t i = 0; i < answers.size(); ++i) {
        if (auto broken = cloud.judge(std::move(answers[i]), calls[i].bearer)) return std::move(*broken);
        if (cloud.answer().status != 202) return cloud.refused("POST of a prompt");
        ++facts.prompts;
    }
    layers.passed("accepted", "both prompts are taken"_safe);
    SessionView view;
    auto broken = await_answers(layers, run, cloud, facts.session, &facts.desktop.plaintext, texts, view);
    if (broken && broken->reason_code == "prompt.not-projected" &&
        !std::all_of(texts.begin(), texts.end(), [&](const auto& text) { return asked(view, text); }))
        return Layers().broke("prompt", Status::action_required, "prompts.lost",
                              "a prompt is not among the session's messages"_safe);
    if (broken) return std::move(*broken);
    expect_work(run, facts.session, false);
    return layers.ready("two prompts at once are two messages, each with its answer"_safe);
}

constexpr std::array needs_served{std::string_view{"cloud.bootstrap.served"}};
constexpr std::array needs_minted{std::string_view{"hybrid.tokens.minted"}};
constexpr std::array needs_created{std::string_view{"hybrid.thread.created"},
                                   std::string_view{"channel.token.granted"},
                                   std::string_view{"channel.identity.resolved"}};
constexpr std::array needs_bound{std::string_view{"hybrid.thread.bound"}};
constexpr std::array needs_continued{std::string_view{"hybrid.thread.continued"}};

auto make_steps() {
    Step mint = hybrid_step("hybrid.tokens.minted", "Tokens for the browser and Desktop");
    mint.effect = Effect::creates;
    mint.needs = needs_served;
    mint.sends = "POST /api/api-tokens, twice";
    mint.creates = "two API tokens with the scope desktop, for fifteen minutes";
    mint.removes = "DELETE /api/api-tokens/ID; the Cloud's list keeps them, revoked";
    mint.expects = "201, that scope";
    mint.reasons = minted_reasons;
    mint.run = minted;

    Step make = hybrid_step("hybrid.thread.created", "Thread made in the browser, seen by Desktop");
    make.effect = Effect::creates;
    make.needs = needs_minted;
    make.sends = "POST /api/sessions with one token, GET /api/sessions with the other";
    make.creates = "an empty session";
    make.removes = "nothing: the product deletes no session; it stays, idle";
    make.expects = "201, and listed for the other";
    make.reasons = created_reasons;
    make.run = created;

    Step join = hybrid_step("hybrid.thread.bound", "Thread bound to a channel");
    join.effect = Effect::creates;
    join.needs = needs_created;
    join.sends = "POST /api/channels/sessions/bind, GET /api/channels/sessions/by-thread as the channel";
    join.creates = "a thread of the channel's binding";
    join.removes = "nothing: the product deletes no thread; its binding is disabled";
    join.expects = "the thread leads to that session";
    join.reasons = bound_reasons;
    join.run = bound;

    Step go_on = hybrid_step("hybrid.thread.continued", "Thread continued from the channel");
    go_on.effect = Effect::creates;
    go_on.budget = 120s;
    go_on.needs = needs_bound;
    go_on.sends = "POST /api/channels/sessions/prompt as the channel, then GET of the session as Desktop";
    go_on.creates = "a call of the model, where an agent is enabled";
    go_on.removes = "POST /api/sessions/ID/abort where it is not answered in time";
    go_on.expects = "202, and Desktop sees question and answer";
    go_on.reasons = continued_reasons;
    go_on.run = continued;

    Step both = hybrid_step("hybrid.prompts.concurrent", "Two prompts at once");
    both.effect = Effect::creates;
    both.budget = 120s;
    both.needs = needs_continued;
    both.sends = "POST /api/sessions/ID/prompt from the browser and from Desktop, side by side";
    both.creates = "two calls of the model";
    both.removes = "POST /api/sessions/ID/abort where they are not answered in time";
    both.expects = "202 and 202, and two messages with their answers";
    both.reasons = concurrent_reasons;
    both.run = concurrent;

    return std::array{mint, make, join, go_on, both};
}

}  // namespace

Step hybrid_step(std::string_view id, std::string_view label) {
    Step step = cloud_step(id, label);
    step.authority = catalogue::Authority::mixed;
    step.scenarios = hybrid_scenarios;
    return step;
}

std::string thread_query(const Run& run) {
    const std::string mark = net::percent_encode(run.mark());
    return fmt::format("/api/channels/sessions/by-thread?provider={}&externalChatId={}&externalThreadId={}",
                       smoke_provider, mark, mark);
}

std::span<const Step> hybrid_thread_steps() {
    static const auto steps = make_steps();
    return steps;
}

}  // namespace cowork::smoke
