#include "validators/evidence/launch_evidence_facts.hpp"

#include <algorithm>

namespace cowork::validators {
namespace {

constexpr std::string_view drill = "pnpm deploy:failover:drill";
constexpr std::string_view load = "pnpm deploy:load:strict";
constexpr std::string_view soak = "pnpm deploy:soak:strict";
constexpr std::string_view gcp = "pnpm deploy:gcp:smoke";
constexpr std::string_view operations = "pnpm ops:validate";
constexpr std::string_view package = "pnpm deploy:private-beta:validate";
constexpr std::string_view continuation = "pnpm deploy:continuation:smoke";
constexpr std::string_view launch = "pnpm deploy:launch:validate";

constexpr std::array items{
    LaunchItem{"deployedDesktopWebGatewayContinuation",
               continuation,
               {continuation, "pnpm test:cloud-continuation"}},
    LaunchItem{"deployedLoadTest", load, {load}},
    LaunchItem{"deployedSoakTest", soak, {soak}},
    LaunchItem{"workerFailover", drill, {drill, operations}},
    LaunchItem{"schedulerReplicaFailover", drill, {drill, operations}},
    LaunchItem{"postgresBackupRestore", gcp, {operations, gcp}},
    LaunchItem{"objectStoreArtifactRoundTrip", gcp, {gcp}},
    LaunchItem{"secretAdapterResolution", gcp, {gcp}},
    LaunchItem{"byokRedactionNoPlaintext", "pnpm test", {"pnpm test"}},
    LaunchItem{"gatewayDeliveryReplayDeadLetter", drill, {"pnpm deploy:gateway:smoke", drill, load}},
    LaunchItem{"quotaRateLimitBehavior", load, {load}},
    LaunchItem{"billingEntitlementGating", package, {package}},
    LaunchItem{"supportIncidentOwnershipEscalation", package, {package}},
    LaunchItem{"costSloNotes", soak, {load, soak}},
    LaunchItem{"releaseRollback", launch, {launch, package}},
};
static_assert(items.size() == 15);

}  // namespace

bool LaunchItem::needs(std::string_view command_line) const {
    return command_line == command ||
           std::find(evidence.begin(), evidence.end(), command_line) != evidence.end();
}

std::span<const LaunchItem> launch_items() { return items; }

const LaunchItem* find_launch_item(std::string_view id) {
    const auto* const found =
        std::find_if(items.begin(), items.end(), [&](const LaunchItem& one) { return one.id == id; });
    return found == items.end() ? nullptr : found;
}

}  // namespace cowork::validators
