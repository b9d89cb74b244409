#include "validators/evidence/evidence_times.hpp"
#include "validators/evidence/launch_evidence.hpp"

#include <array>

namespace cowork::validators {
namespace {

constexpr std::string_view weak_tiers = "A warning without --promotion.";
constexpr std::string_view note_tiers = "A note without --promotion.";

constexpr std::array rules{
    Rule{"launch.not-strict-json", Severity::error, "a manifest that is not strict JSON",
         "The product reads it with a reader that takes neither comments, trailing commas nor a byte order "
         "mark.",
         "Take them out."},
    Rule{"launch.shape", Severity::error, "a part of the manifest is no such value",
         "The product looks for a list of items, each with an object as its report, and stops at anything "
         "else.",
         "Begin with deploy/private-beta/launch-evidence-record.template.json."},
    Rule{"launch.header", Severity::error, "a fixed value that is another one",
         "The product compares version, purpose and tiers word for word and refuses the manifest.",
         "Write the value that is named."},
    Rule{"launch.boundary", Severity::error, "the boundary between public and private is not drawn",
         "It says where raw evidence lies, who cut private values out, and what may be published.",
         "Fill it in as the template has it.",
         "A warning for rawEvidenceStorage and redactionReviewer, once an item has passed."},
    Rule{"launch.status-values", Severity::warning, "other status values than the four",
         "Readers of the manifest take the list for what a status may be; the product knows only its own.",
         "List pending-private-evidence, private-pass, private-fail and not-applicable-with-rationale."},
    Rule{"launch.report-fields", Severity::error, "a report field that is not required",
         "The product refuses a manifest that does not require all nine fields of a report.",
         "List the nine fields of the template."},
    Rule{"launch.template", Severity::error, "the public template in place of a record",
         "The template holds no evidence, and its scope says so; a promotion refuses it.",
         "Copy it into the private place and give the copy a scope of its own."},
    Rule{"launch.item-missing", Severity::error, "an item that is missing",
         "A launch needs exactly the fifteen items; the product refuses fewer.",
         "Add the item, as pending-private-evidence until it is proven."},
    Rule{"launch.unknown-item", Severity::error, "an item that is none of the fifteen",
         "The product refuses ids that it does not know.", "Correct the id, or take the item out."},
    Rule{"launch.item-twice", Severity::error, "an item that is there twice",
         "The product refuses it: nobody could tell which of them counts.", "Take one of them out."},
    Rule{"launch.not-blocking", Severity::error, "an item that does not block the launch",
         "Each of the fifteen has to; the product refuses a manifest that takes one out of the decision.",
         "Set blockingForPrivateBeta to true."},
    Rule{"launch.status-word", Severity::error, "a status that there is none of", "The product refuses it.",
         "Write pending-private-evidence, private-pass, private-fail or not-applicable-with-rationale."},
    Rule{"launch.not-passed", Severity::error, "an item that has not passed",
         "A promotion needs private-pass for all fifteen. What is not applicable does not pass either.",
         "Run its command against the deployment and record what came of it.",
         "Without --promotion a warning for private-fail and a note for the others."},
    Rule{"launch.no-reason", Severity::warning, "an item that did not pass, without a reason",
         "Whoever decides about the launch has to know who mends a failure, or why an item does not apply.",
         "Name the issue in followUpIssue, the rationale in publicRedactedSummary."},
    Rule{"launch.command", Severity::warning, "another command than the item is proven by",
         "The product's template and its matrix of evidence name one for each item.",
         "Write the command that is named.", "An error where none is named at all."},
    Rule{
        "launch.incomplete-pass", Severity::error, "an item that passed, without its evidence",
        "A pass is a reference to private evidence, a summary of it, a checksum and an owner. Without one of "
        "them it is only a word.",
        "Fill it in, or set the status back to pending-private-evidence."},
    Rule{"launch.checksum-form", Severity::error, "a checksum that is none",
         "The product takes `sha256:` with 64 hexadecimal digits, or `artifact:` with the id of something "
         "that "
         "cannot change. That of an empty file, or digits that repeat, prove nothing.",
         "Write what `sha256sum` prints for the private artifact."},
    Rule{"launch.same-checksum", Severity::warning, "one checksum for two kinds of evidence",
         "No command proves both items, so they cannot come from one artifact: one was copied.",
         "Write the checksum of each item's own artifact."},
    Rule{"launch.private-value", Severity::error, "a private value in what is published",
         "Summaries and reports are for the public repository. Tokens, account numbers, ids of the billing "
         "provider and addresses of databases belong into the private place.",
         "Cut it out; if it was published, replace what it opens."},
    Rule{"launch.secret-member", Severity::error, "a member that is named like a secret",
         "A promotion refuses it, whatever its value. Only true and false under names that end in Provided, "
         "Configured or Enabled are let through.",
         "Take the member out, or say only whether it is configured."},
    Rule{"launch.url-in-summary", Severity::error, "a web address in a public summary",
         "It shows where the deployment is. The product refuses all but those under example.com.",
         "Write example.com, or describe the place in words."},
    Rule{"launch.refused-word", Severity::note, "a word that the product's own check takes for a secret",
         "It looks for `sk-` and other beginnings of secrets anywhere in the text, also inside of task-force "
         "or "
         "sub_total, and then refuses the manifest.",
         "Use another word until the product looks more closely.", "A warning with --promotion."},
    Rule{"launch.report-missing", Severity::error, "an item without its report",
         "A promotion reads from it what was run, of which build, and when.",
         "Add `report` with its nine fields.", "Only with --promotion."},
    Rule{"launch.report-incomplete", Severity::error, "a field of a report that is missing",
         "A promotion refuses a report without one of its nine fields. The tools write environmentProfile, "
         "the "
         "manifest wants sanitizedEnvironmentProfile.",
         "Add the field.", note_tiers},
    Rule{"launch.command-differs", Severity::error, "a report of another command",
         "The report has to be that of the item's own command; this one was put under the wrong item.",
         "Put each report under the item that it proves."},
    Rule{"launch.evidence-commands", Severity::error, "a command that was not run",
         "The matrix of evidence demands several commands for some items; a promotion refuses a report that "
         "does not list them.",
         "Run it and add it to evidenceCommands.", weak_tiers},
    Rule{"launch.strict-command", Severity::error, "load or soak that was not strict",
         "Outside of strict mode, what was not exercised is only a warning.",
         "Run `pnpm deploy:load:strict` or `pnpm deploy:soak:strict`.", weak_tiers},
    Rule{"launch.dry-run", Severity::error, "a dry run in place of evidence",
         "Nothing was executed, so nothing was proven.", "Run the command itself."},
    Rule{"launch.no-build", Severity::error, "a report that is of no build",
         "A promotion ties all evidence to one commit and to the digests of both images.",
         "Add commitSha and imageDigests.", note_tiers},
    Rule{
        "launch.build-form", Severity::error, "a commit or image digest of the wrong form",
        "A tag or a shortened commit may name another build tomorrow, so 40 hexadecimal digits and `sha256:` "
        "with 64 are demanded. What no tool computes was typed in.",
        "Write the full commit and the digests that the registry tells."},
    Rule{"launch.builds-differ", Severity::error, "evidence of different builds",
         "A release is promoted as a whole: what was proven of another build says nothing about this one.",
         "Run the items that differ again, against the build that is to be released."},
    Rule{"launch.profile", Severity::error, "evidence of another profile or tier",
         "Only private-beta can be claimed with this manifest; what was measured by a smaller profile does "
         "not "
         "count.",
         "Set profileName and targetTier to private-beta, and run it with that profile.", weak_tiers},
    Rule{"launch.report-status", Severity::error, "an item that passed with a report that did not",
         "The product takes go, pass, passed, private-pass and success; conditional-go is none of them.",
         "Set the item's status to private-fail, or run it again."},
    Rule{"launch.no-duration", Severity::error, "a duration that is no number above 0",
         "What took no time was not run.", "Write the milliseconds that it took, as a number."},
    Rule{
        "launch.short-run", Severity::warning, "a load or soak run shorter than private-beta asks for",
        "Leaks, full disks and slow queues show only with time. The product itself does not look at how long "
        "it took.",
        "Run it for five minutes, or four hours as a soak run."},
    Rule{"launch.rollback-text", Severity::error, "a rollback that leaves something out",
         "Summary and report of releaseRollback have to say how the rollback goes, what is revoked, what is "
         "drained, and what communication follows; a promotion looks for these words.",
         "Describe it in publicRedactedSummary.", weak_tiers},
    time_rules::unreadable("launch.unreadable-time"),
    time_rules::order("launch.time-order"),
    time_rules::duration("launch.duration-differs"),
    time_rules::future("launch.future"),
    time_rules::stale("launch.stale", "launch evidence that is older than 90 days"),
};

}  // namespace

std::span<const Rule> launch_evidence_rules() { return rules; }

}  // namespace cowork::validators
