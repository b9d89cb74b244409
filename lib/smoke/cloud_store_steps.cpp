#include "checks/http_layers.hpp"
#include "smoke/cloud_store.hpp"
#include "smoke/cloud_talk.hpp"
#include "smoke/groups.hpp"

#include <array>
#include <chrono>
#include <string>
#include <utility>

// The Cloud's bucket itself: an object is put, comes back, and is deleted.
namespace cowork::smoke {
namespace {

using checks::Finding;
using checks::Layers;
using checks::Reason;
using namespace std::chrono_literals;

constexpr auto wrong = Status::action_required;
constexpr std::array own{
    Reason{"object-store.no-settings", Status::unknown,
           "the server's own settings are not here, or do not name its store",
           "run smoke with the server's env file"},
    Reason{"object-store.filesystem", Status::unknown,
           "artifacts live in a directory of the server's machine, which nobody can ask",
           "name a bucket with OPEN_COWORK_CLOUD_OBJECT_STORE_KIND and its settings"},
    Reason{"object-store.no-credentials", Status::unknown, "the store's credentials are not here",
           "run smoke where they are set"},
    Reason{"object-store.address", wrong, "region or account give no address of the provider",
           "correct OBJECT_STORE_REGION or OBJECT_STORE_ACCOUNT_NAME"},
    Reason{"object-store.cleartext-credentials", wrong,
           "credentials would travel unencrypted over a network that is not private", "use https"},
    Reason{"object-store.put-refused", wrong, "the store does not take an object",
           "give the credentials the right to write under that bucket"},
    Reason{"object-store.get-refused", wrong, "the store does not give back the object that it took",
           "give the credentials the right to read in that bucket"},
    Reason{"object-store.changed", wrong, "the object comes back with other bytes",
           "check what stands between this machine and the store"},
    Reason{"object-store.not-deleted", wrong, "the object is still there after it was deleted",
           "give the credentials the right to delete in that bucket"},
};
constexpr auto reasons = checks::joined(checks::connection_reasons<"object-store">(), own);

Finding not_asked(Layers& layers, StorePlace& place) {
    if (place.absence == StoreAbsence::filesystem)
        return optional_end(layers.broke("policy", Status::unknown, "object-store.filesystem",
                                         "artifacts live in a directory of the server's machine"_safe));
    if (place.absence == StoreAbsence::no_credentials)
        return optional_end(layers.broke("policy", Status::unknown, "object-store.no-credentials",
                                         "the bucket is opened by credentials that are not here"_safe));
    if (place.refusal) return std::move(*place.refusal);
    return optional_end(layers.broke("policy", Status::unknown, "object-store.no-settings",
                                     "the server's own settings are not here"_safe));
}

std::optional<Finding> judge(Layers& layers, const Run& run, const checks::ObjectStore& store,
                             const probes::HttpAnswer& answer, std::string_view reason,
                             std::string_view what) {
    if (auto broken = checks::judge_transport(layers, run.context, answer,
                                              checks::http_reasons<"object-store">(Status::offline),
                                              "the object store"_safe, store.where))
        return broken;
    if (answer.status >= 200 && answer.status < 300) return std::nullopt;
    layers.evidence("http_status", std::int64_t{answer.status});
    return layers.broke(
        "http", wrong, reason,
        run.context.redactor.text("{} answers status {} to {}", store.where, answer.status, what));
}

Undo undo_of(Run& run, const checks::ObjectStore& store, const std::string& key) {
    Undo undo;
    undo.what = run.context.redactor.text("the object {} of the bucket", key);
    undo.command = object_by_hand(run, store, key);
    undo.remove = [&run, key](const Budget& budget) -> std::optional<SafeText> {
        Layers layers;
        const StorePlace place = find_store(layers, run);
        if (place.absence != StoreAbsence::none) return "the bucket may not be asked"_safe;
        if (BucketApi(run, place.store).remove(key, budget)) return std::nullopt;
        return "the store did not delete it"_safe;
    };
    return undo;
}

Finding round_trip(Run& run) {
    Layers layers;
    StorePlace place = find_store(layers, run);
    if (place.absence != StoreAbsence::none) return not_asked(layers, place);
    BucketApi bucket(run, place.store);
    const std::string key = object_key(run);
    std::string bytes = run.mark() + "\r\n";
    for (int byte = 0; byte < 256; ++byte) bytes += static_cast<char>(byte);
    run.undo.push(undo_of(run, place.store, key));
    const auto put = bucket.put(key, bytes, run.context.probe());
    if (auto broken = judge(layers, run, place.store, put, "object-store.put-refused", "PUT"))
        return std::move(*broken);
    layers.passed("put", "an object is taken"_safe, put.timing.total);
    const auto got = bucket.get(key, run.context.probe());
    if (auto broken = judge(layers, run, place.store, got, "object-store.get-refused", "GET"))
        return std::move(*broken);
    if (got.body != bytes)
        return layers.broke("get", wrong, "object-store.changed",
                            "the object comes back with other bytes"_safe);
    layers.passed("get", "it comes back"_safe, got.timing.total);
    if (!bucket.remove(key, run.context.probe()) || bucket.get(key, run.context.probe()).status != 404)
        return layers.broke("delete", wrong, "object-store.not-deleted",
                            "the object is still there after it was deleted"_safe);
    return layers.ready(run.context.redactor.text("an object of {} comes back byte by byte, and is deleted",
                                                  place.store.where));
}

auto make_steps() {
    Step one = cloud_step("cloud.object_store.round_trip", "Object comes back");
    one.effect = Effect::creates;
    one.budget = 20s;
    one.sends = "PUT, GET and DELETE of an object of the bucket, with the server's own credentials";
    one.creates = "an object of less than 1 KiB under cowork-smoke/";
    one.removes = "DELETE of that object";
    one.expects = "the same bytes, and 404 after it was deleted";
    one.reasons = reasons;
    one.run = round_trip;
    return std::array{one};
}

}  // namespace

std::span<const Step> cloud_store_steps() {
    static const auto steps = make_steps();
    return steps;
}

}  // namespace cowork::smoke
