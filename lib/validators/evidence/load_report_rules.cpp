#include "validators/evidence/evidence_times.hpp"
#include "validators/evidence/load_report.hpp"

#include <array>

namespace cowork::validators {
namespace {

constexpr std::string_view gap_tiers = "An error where the report says `go`, or with --promotion.";

constexpr std::array rules{
    Rule{"load.shape", Severity::error, "a part of the report is missing or no such value",
         "Gates and sums are recomputed from it; what cannot be read attests nothing.",
         "Keep the report as the load run wrote it."},
    Rule{"load.plan", Severity::warning, "no run, only the plan of one",
         "A plan lists what would be sent. Nothing was measured, so it is evidence of nothing.",
         "Run it with `--mode load` or `--mode soak`.", gap_tiers},
    Rule{"load.profile", Severity::error, "a profile that the product does not have",
         "Thresholds, duration and load are judged by the profile; without one there is nothing to judge by.",
         "Name one of the product's profiles.", "A warning where no profile is named."},
    Rule{"load.thresholds-edited", Severity::error, "a threshold that is not the profile's",
         "The report's own gates are judged by the thresholds that it states, so a larger one lets a run "
         "pass that must not.",
         "Run it again with the product's own targets file."},
    Rule{"load.gate-not-met", Severity::error, "a measured value beyond its threshold",
         "The deployment does not hold what the profile asks for; users see errors or wait too long.",
         "Give the deployment more room, or claim a smaller profile, and run it again."},
    Rule{"load.check-contradicts", Severity::error, "a check that says something else than the numbers",
         "The check is recomputed from the report's own summary. One that differs was edited, or judged by "
         "other thresholds.",
         "Run it again and keep the report as it is written."},
    Rule{"load.verdict-differs", Severity::error, "a verdict that does not follow from the checks",
         "A failed check makes it `no-go`, a warning `conditional-go` or, when strict, `no-go`. A better "
         "verdict "
         "than that was edited.",
         "Run it again and keep the report as it is written."},
    Rule{
        "load.counts-differ", Severity::error, "counts that do not add up",
        "Operations, categories, statuses and the total count the same requests. Where they differ, somebody "
        "edited one of them, or put two reports together.",
        "Run it again and keep the report as it is written."},
    Rule{"load.impossible-number", Severity::error, "a number that no run can have",
         "More failures than requests, a median above the 95th percentile or a category slower than all of "
         "its operations cannot come from one run.",
         "Run it again and keep the report as it is written."},
    Rule{
        "load.metrics-differ", Severity::error, "a metric's growth that is not after minus before",
        "Gates of dead letters, retries and quotas are judged by the growth; one that was edited hides them.",
        "Run it again and keep the report as it is written."},
    Rule{"load.quota-rejections", Severity::warning, "requests that a quota refused",
         "That is right only for a run that was told to expect them (`--expect-quota-rejections`), which the "
         "report does not say. Else quotas are below what the profile needs.",
         "Raise the quotas, or say beside the report that the rejections were meant."},
    Rule{
        "load.not-measured", Severity::note, "a gate that was not evaluated",
        "The harness skips a gate in silence when the service does not tell the metric. The report then says "
        "nothing about it: neither good nor bad.",
        "Attest these values in another way, for example from the database.", "A warning with --promotion."},
    Rule{
        "load.short-run", Severity::warning, "a run shorter than its profile asks for",
        "Leaks, full disks and slow queues show only with time. The product does not check that a run lasted "
        "as long as its profile says.",
        "Run it for the whole duration of the profile.", gap_tiers},
    Rule{"load.below-profile", Severity::warning, "less load than the profile asks for",
         "Thresholds that hold for a few requests say nothing about the many that the profile stands for.",
         "Run it with the concurrency and the rate of the profile.", gap_tiers},
    Rule{"load.rate-not-reached", Severity::warning, "fewer requests than the pace that is stated",
         "The service answered so slowly that less than half of the load was ever put on it.",
         "Raise the concurrency until the rate is reached, and look at the latencies."},
    Rule{"load.too-many-requests", Severity::error, "more requests than the stated pace allows",
         "The harness pauses between requests, so their number is bounded by duration and rate. A larger one "
         "does not come from this run.",
         "Run it again and keep the report as it is written."},
    Rule{"load.not-strict", Severity::warning, "a run that was not strict",
         "Without strict mode a refused request counts as answered, and what was not exercised is only a "
         "warning.",
         "Run `pnpm deploy:load:strict` or `pnpm deploy:soak:strict`.", gap_tiers},
    Rule{"load.no-build", Severity::warning, "no build that the run belongs to",
         "Without commit and image digests nobody can tell whether this is the release that was measured.",
         "Set OPEN_COWORK_EVIDENCE_COMMIT_SHA, OPEN_COWORK_EVIDENCE_CLOUD_IMAGE_DIGEST and "
         "OPEN_COWORK_EVIDENCE_GATEWAY_IMAGE_DIGEST and run it again.",
         gap_tiers},
    Rule{"load.build-form", Severity::error, "a commit or image digest of the wrong form",
         "Promotion compares a commit of 40 hexadecimal digits and digests of `sha256:` and 64; a tag or a "
         "shortened commit may name another build tomorrow. What no tool computes was typed in.",
         "Write the full commit and the digests that the registry tells."},
    Rule{"load.claims-contradict", Severity::error, "a statement that the rest of the report contradicts",
         "What needs a token cannot have been sent without one, and mode, profile and status are written to "
         "two places by the same run.",
         "Run it again and keep the report as it is written."},
    time_rules::unreadable("load.unreadable-time"),
    time_rules::order("load.time-order"),
    time_rules::duration("load.duration-differs"),
    time_rules::future("load.future"),
    time_rules::stale("load.stale", "a load report that is older than 30 days"),
};

}  // namespace

std::span<const Rule> load_report_rules() { return rules; }

}  // namespace cowork::validators
