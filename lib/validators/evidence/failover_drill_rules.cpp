#include "validators/evidence/evidence_times.hpp"
#include "validators/evidence/failover_drill.hpp"

#include <array>

namespace cowork::validators {
namespace {

constexpr std::string_view gap_tiers = "An error where the record says `pass`, or with --promotion.";
constexpr std::string_view again = "Run the drill again and keep the record as it is written.";

constexpr std::array rules{
    Rule{"failover.shape", Severity::error, "a part of the record is missing or no such value",
         "The result is recomputed from it; what cannot be read attests nothing.",
         "Keep the record as the drill wrote it."},
    Rule{"failover.dry-run", Severity::warning, "a dry run",
         "A dry run checks only that the drill is configured. No failover happened, so it is evidence of "
         "none.",
         "Run `pnpm deploy:failover:drill` against the deployment.", gap_tiers},
    Rule{"failover.not-passed", Severity::error, "a probe or hook that did not pass",
         "The service did not answer before or after the failover, or nobody vouches that there was one.",
         "Mend what failed and run the drill again."},
    Rule{"failover.result-differs", Severity::error, "a result that does not follow from the entries",
         "One failed entry makes the result `fail`, a dry run `dry-run`. A better one was edited.", again},
    Rule{"failover.entry-missing", Severity::error, "a probe or hook that is not in the record",
         "The drill always writes two probes before, three hooks and four probes after. One that is missing "
         "was taken out.",
         again},
    Rule{"failover.entry-twice", Severity::error, "a probe or hook that is in the record twice",
         "The drill writes each once; the second came from another run.", again},
    Rule{"failover.entry-contradicts", Severity::error, "an entry whose status its own facts contradict",
         "A probe passes with an answer of 200 to 299 and with nothing else; only a dry run skips.", again},
    Rule{"failover.not-confirmed", Severity::warning, "hooks that nobody confirmed",
         "Without `--execute-hooks` the operator does not vouch that workers, scheduler and gateway were "
         "really failed over.",
         "Carry the failovers out, then run the drill with --execute-hooks.", gap_tiers},
    Rule{"failover.attestation", Severity::note, "hooks are statements",
         "The drill executes no hook: it records a sentence that the operator gives it, and whether the "
         "operator vouches for it. A pass is that word and the probes around it.",
         "Keep what shows the failovers (times, pods, lease owners) beside the record."},
    Rule{"failover.hook-unstated", Severity::warning, "a passed hook without a usable statement",
         "What passed for private was cut out, or nothing was said; so the record does not tell what was "
         "done.",
         "Describe the failover without secrets and run the drill again."},
    Rule{"failover.items", Severity::error, "evidence items other than the drill's three",
         "The record stands for workerFailover, schedulerReplicaFailover and "
         "gatewayDeliveryReplayDeadLetter in the launch manifest, for all three and nothing else.",
         again},
    Rule{"failover.claims-contradict", Severity::error, "a statement that the rest of the record contradicts",
         "The same run writes its switches, times and targets to several places, and they agree.", again},
    Rule{"failover.unredacted", Severity::warning, "a record that is not redacted",
         "It holds the addresses of the deployment and the errors' own words; it belongs in a private place.",
         "Keep it out of public repositories, or run the drill without --unredacted."},
    Rule{"failover.no-build", Severity::warning, "no build that the drill belongs to",
         "Without commit and image digests nobody can tell whether this is the release that was drilled.",
         "Set OPEN_COWORK_EVIDENCE_COMMIT_SHA, OPEN_COWORK_EVIDENCE_CLOUD_IMAGE_DIGEST and "
         "OPEN_COWORK_EVIDENCE_GATEWAY_IMAGE_DIGEST and run it again.",
         gap_tiers},
    Rule{"failover.build-form", Severity::error, "a commit or image digest of the wrong form",
         "Promotion compares a commit of 40 hexadecimal digits and digests of `sha256:` and 64; a tag or a "
         "shortened commit may name another build tomorrow. What no tool computes was typed in.",
         "Write the full commit and the digests that the registry tells."},
    time_rules::unreadable("failover.unreadable-time"),
    time_rules::order("failover.time-order"),
    time_rules::duration("failover.duration-differs"),
    time_rules::future("failover.future"),
    time_rules::stale("failover.stale", "a failover drill that is older than 90 days"),
};

}  // namespace

std::span<const Rule> failover_drill_rules() { return rules; }

}  // namespace cowork::validators
