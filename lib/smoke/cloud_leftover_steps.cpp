#include "smoke/cloud_sessions.hpp"
#include "smoke/cloud_store.hpp"
#include "smoke/cloud_tokens.hpp"
#include "smoke/groups.hpp"

#include <array>
#include <chrono>
#include <string>
#include <vector>

// What a run that was killed left in the Cloud: tokens, work under way, objects of the bucket.
namespace cowork::smoke {
namespace {

using checks::Finding;
using checks::Layers;
using checks::Reason;
using namespace std::chrono_literals;

constexpr std::array own{
    Reason{"leftovers.still-there", Status::action_required,
           "something that an earlier run left could not be taken away",
           "take it away with the command that is shown"},
    Reason{"leftovers.not-looked-for", Status::unknown,
           "the Cloud could not be asked what an earlier run left",
           "mend what the steps below name, then run smoke again"},
};
constexpr auto reasons = checks::joined(checks::cloud_transport_reasons, own);

struct Swept {
    std::size_t removed = 0;
    bool asked = false;
    std::vector<SafeText> failed, by_hand;
};

void sweep_tokens(Run& run, CloudTalk& cloud, Swept& swept) {
    const auto tokens = list_tokens(run, cloud, run.context.probe());
    if (!tokens) return;
    swept.asked = true;
    for (const ListedToken& token : *tokens) {
        if (token.revoked || !left_behind(token.name, token.age)) continue;
        if (revoke_token(run, cloud, token.id, run.context.probe())) {
            ++swept.removed;
            continue;
        }
        swept.failed.push_back(run.context.redactor.text("the token {} could not be revoked", token.name));
        swept.by_hand.push_back(by_hand(run, cloud.target(), "DELETE", "/api/api-tokens/" + token.id));
    }
}

void sweep_sessions(Run& run, CloudTalk& cloud, Swept& swept) {
    const StoppedSessions stopped = stop_left_behind(run, cloud, run.context.run);
    swept.removed += stopped.stopped;
    for (const std::string& id : stopped.failed) {
        swept.failed.push_back(run.context.redactor.text("the session {} could not be stopped", id));
        swept.by_hand.push_back(by_hand(run, cloud.target(), "POST", session_path(id, "/abort")));
    }
}

// Of other machines nobody knows how old an object is; they sweep their own.
void sweep_objects(Run& run, Swept& swept) {
    Layers scratch;
    const StorePlace place = find_store(scratch, run);
    if (place.absence != StoreAbsence::none) return;
    BucketApi bucket(run, place.store);
    const auto keys = bucket.marked(run.context.probe());
    if (!keys) return;
    for (const std::string& key : *keys) {
        if (!left_behind(key, 0s)) continue;
        if (bucket.remove(key, run.context.probe())) {
            ++swept.removed;
            continue;
        }
        swept.failed.push_back(run.context.redactor.text("the object {} could not be deleted", key));
        swept.by_hand.push_back(object_by_hand(run, place.store, key));
    }
}

Finding remove_leftovers(Run& run) {
    Layers layers;
    CloudTalk cloud(run, layers);
    if (auto broken = cloud.open()) return std::move(*broken);
    Swept swept;
    sweep_tokens(run, cloud, swept);
    // Who may not see tokens could not have made one, but may have prompted.
    sweep_sessions(run, cloud, swept);
    sweep_objects(run, swept);
    layers.evidence("removed", static_cast<std::int64_t>(swept.removed));
    if (!swept.failed.empty())
        return layers.broke("clear", Status::action_required, "leftovers.still-there", swept.failed.front(),
                            swept.by_hand.front());
    if (!swept.asked)
        return optional_end(layers.broke("clear", Status::unknown, "leftovers.not-looked-for",
                                         "the Cloud did not tell which tokens there are"_safe));
    return layers.ready(swept.removed == 0 ? "earlier runs left nothing behind"_safe
                                           : run.context.redactor.text("{} things of an earlier run are gone",
                                                                       swept.removed));
}

auto make_steps() {
    Step one = cloud_step("cloud.leftovers.removed", "What earlier runs left is gone");
    one.effect = Effect::clears;
    one.budget = 15s;
    one.sends = "looks for tokens, prompts and objects with the mark of a run that has ended";
    one.removes = "those tokens and objects; those prompts are stopped";
    one.expects = "none is left";
    one.reasons = reasons;
    one.run = remove_leftovers;
    return std::array{one};
}

}  // namespace

std::span<const Step> cloud_leftover_steps() {
    static const auto steps = make_steps();
    return steps;
}

}  // namespace cowork::smoke
