#include "smoke/channel_leftovers.hpp"
#include "smoke/cloud_sessions.hpp"
#include "smoke/cloud_store.hpp"
#include "smoke/groups.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <iterator>
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
           "the Cloud did not tell all that an earlier run may have left",
           "mend what the steps below name, then run smoke again"},
};
constexpr auto reasons = checks::joined(checks::cloud_transport_reasons, own);

struct Swept {
    std::size_t removed = 0;
    std::vector<SafeText> failed, by_hand, unread;
};

// Tokens, agents, bindings and identities.
void sweep_directory(Run& run, Swept& swept) {
    CloudSweep found = sweep_cloud(run, run.context.run, left_behind);
    swept.removed += found.removed;
    std::move(found.failed.begin(), found.failed.end(), std::back_inserter(swept.failed));
    std::move(found.by_hand.begin(), found.by_hand.end(), std::back_inserter(swept.by_hand));
    swept.unread = std::move(found.unread);
}

void sweep_sessions(Run& run, CloudTalk& cloud, Swept& swept) {
    const StoppedSessions stopped = stop_left_behind(run, cloud, run.context.run);
    swept.removed += stopped.stopped;
    for (const std::string& id : stopped.failed) {
        swept.failed.push_back(run.context.redactor.text("the session {} could not be stopped", id));
        swept.by_hand.push_back(admin_command(run, {"POST", session_path(id, "/abort"), "{}"}));
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
    sweep_directory(run, swept);
    sweep_sessions(run, cloud, swept);
    sweep_objects(run, swept);
    layers.evidence("removed", static_cast<std::int64_t>(swept.removed));
    if (!swept.failed.empty())
        return layers.broke("clear", Status::action_required, "leftovers.still-there", swept.failed.front(),
                            swept.by_hand.front());
    if (!swept.unread.empty())
        return optional_end(layers.broke(
            "clear", Status::unknown, "leftovers.not-looked-for",
            run.context.redactor.text("the Cloud did not tell what there is: {}", swept.unread.front())));
    return layers.ready(swept.removed == 0 ? "earlier runs left nothing behind"_safe
                                           : run.context.redactor.text("{} things of an earlier run are gone",
                                                                       swept.removed));
}

auto make_steps() {
    Step one = cloud_step("cloud.leftovers.removed", "What earlier runs left is gone");
    one.effect = Effect::clears;
    one.budget = 15s;
    one.sends =
        "looks for tokens, agents, bindings, identities, prompts and objects with the mark of a run that has "
        "ended";
    one.removes = "those: tokens are revoked, prompts stopped, objects deleted, the rest is disabled";
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
