#include "validate/evidence_records.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <string>
#include <vector>

namespace {

using namespace cowork::test;
using cowork::validators::Kind;
using Json = nlohmann::ordered_json;

Json& item(Json& manifest, const std::string& id) {
    for (Json& one : manifest["requiredEvidence"])
        if (one["id"] == id) return one;
    throw std::logic_error("no such item");
}

// The manifest as the product's template has it: nothing is proven yet.
Json pending() {
    Json manifest = good_launch_manifest();
    manifest["scope"] = "public-template-only";
    manifest["publicPrivateBoundary"]["rawEvidenceStorage"] = "{private-ops-ticket-or-runbook-url}";
    manifest["publicPrivateBoundary"]["redactionReviewer"] = "{private-redaction-reviewer}";
    for (Json& one : manifest["requiredEvidence"]) {
        one["status"] = "pending-private-evidence";
        one["privateEvidenceRef"] = "{private-evidence-ref}";
        one["publicRedactedSummary"] = "{redacted-summary}";
        one["checksum"] = "{sha256-or-immutable-artifact-id}";
        one["owner"] = "{owner}";
        one["followUpIssue"] = "{issue-or-empty}";
        one.erase("report");
    }
    return manifest;
}

std::size_t count(const std::vector<std::string>& findings, const std::string& start) {
    return static_cast<std::size_t>(
        std::count_if(findings.begin(), findings.end(),
                      [&](const std::string& one) { return one.starts_with(start + " "); }));
}

}  // namespace

TEST_CASE("launch: a complete manifest has nothing to object to, and carries a promotion") {
    CHECK(findings_of(good_launch_manifest()) == std::vector<std::string>{});
    CHECK(findings_of(good_launch_manifest(), true) == std::vector<std::string>{});
}

TEST_CASE("launch: the template is unfinished, which is a note, and no promotion") {
    const auto unfinished = findings_of(pending());
    CHECK(unfinished.size() == 15);
    CHECK(count(unfinished, "launch.not-passed note") == 15);
    const auto promoted = findings_of(pending(), true);
    CHECK(count(promoted, "launch.not-passed error") == 15);
    CHECK(count(promoted, "launch.report-missing error") == 15);
    CHECK(count(promoted, "launch.template error") == 1);
}

TEST_CASE("launch: what is not applicable does not pass a promotion") {
    Json manifest = good_launch_manifest();
    item(manifest, "costSloNotes")["status"] = "not-applicable-with-rationale";
    CHECK(findings_of(manifest) ==
          std::vector<std::string>{"launch.not-passed note requiredEvidence[13].status"});
    CHECK(findings_of(manifest, true) ==
          std::vector<std::string>{"launch.not-passed error requiredEvidence[13].status"});
}

TEST_CASE("launch: checksums") {
    struct Case {
        std::string checksum;
        const char* rule;  // empty: none
    };
    const std::string hex = "d2f0a9b3e48d65f0c1a2b3d4e5f607182937c14a7c1d2f0a9b3e48d65f0c1a2b";
    for (const Case& one : {
             Case{"sha256:" + hex, ""},
             Case{"SHA256:" + hex, ""},
             Case{"artifact:ops-2026-10-28/load.json", ""},
             Case{"artifact:12345678", ""},
             Case{"artifact:1234567", "launch.checksum-form"},
             Case{"artifact:-2345678", "launch.checksum-form"},
             Case{"artifact:ops 2026 10 28", "launch.checksum-form"},
             Case{"sha256:" + hex.substr(1), "launch.checksum-form"},
             Case{hex, "launch.checksum-form"},
             Case{"sha256:" + std::string(64, '0'), "launch.checksum-form"},
             Case{"sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
                  "launch.checksum-form"},
             Case{"sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                  "launch.checksum-form"},
             Case{"", "launch.incomplete-pass"},
             Case{"{sha256-or-immutable-artifact-id}", "launch.incomplete-pass"},
             Case{"TBD", "launch.incomplete-pass"},
         }) {
        Json manifest = good_launch_manifest();
        item(manifest, "byokRedactionNoPlaintext")["checksum"] = one.checksum;
        INFO(one.checksum);
        const auto found = findings_of(manifest, true);
        CHECK(found.size() == (*one.rule == '\0' ? 0 : 1));
        if (*one.rule != '\0') CHECK(breaks(found, one.rule));
    }
}

TEST_CASE("launch: one artifact may prove what one command proves") {
    const auto shared = [](const char* a, const char* b) {
        Json manifest = good_launch_manifest();
        item(manifest, b)["checksum"] = item(manifest, a)["checksum"];
        return breaks(findings_of(manifest), "launch.same-checksum");
    };
    CHECK_FALSE(shared("deployedLoadTest", "quotaRateLimitBehavior"));
    CHECK_FALSE(shared("deployedLoadTest", "costSloNotes"));
    CHECK_FALSE(shared("workerFailover", "gatewayDeliveryReplayDeadLetter"));
    CHECK_FALSE(shared("postgresBackupRestore", "secretAdapterResolution"));
    CHECK(shared("deployedLoadTest", "byokRedactionNoPlaintext"));
    CHECK(shared("deployedSoakTest", "workerFailover"));
}

TEST_CASE("launch: what may be said in public") {
    struct Case {
        const char* summary;
        const char* rule;  // empty: nothing is wrong
    };
    for (const Case& one : {
             Case{"All gates held; see cowork.example.com.", ""},
             Case{"Measured against https://cowork.example.com/api and http://example.com.", ""},
             Case{"Done by the task-force; disk-usage and risk-assessment are fine.", "launch.refused-word"},
             Case{"Table sub_processors was restored.", "launch.refused-word"},
             Case{"Key sk-4f9a8b7c6d5e4f3a2b1c was revoked.", "launch.private-value"},
             Case{"Plan price_1N0aBcDeFgHi was used.", "launch.private-value"},
             Case{"Account 123456789012.", "launch.private-value"},
             Case{"Trace 1234567890123 and a123456789012.", ""},
             Case{"postgres://db/cowork was restored.", "launch.private-value"},
             Case{"Log in /Users/sam/load.log.", "launch.private-value"},
             Case{"OPEN_COWORK_GCP_PROJECT=cowork", "launch.private-value"},
             Case{"See https://status.example.net/1.", "launch.url-in-summary"},
             Case{"See HTTPS://example.com.example.net/.", "launch.url-in-summary"},
             Case{"See https://sub.example.com/.", "launch.url-in-summary"},
             Case{"The scheme https:// is used.", ""},
         }) {
        Json manifest = good_launch_manifest();
        item(manifest, "deployedLoadTest")["publicRedactedSummary"] = one.summary;
        INFO(one.summary);
        const auto found = findings_of(manifest);
        CHECK(found.size() == (*one.rule == '\0' ? 0 : 1));
        if (*one.rule != '\0') CHECK(breaks(found, one.rule));
    }
}

TEST_CASE("launch: times") {
    struct Case {
        const char* started;
        const char* finished;
        std::vector<std::string> rules;
    };
    const std::string key = "requiredEvidence[1].report.";
    for (const Case& one : {
             Case{"2026-10-28T06:00:00Z", "2026-10-28T06:05:01Z", {}},
             Case{"2026-10-28T08:00:00+02:00", "2026-10-28T06:05:01.250Z", {}},
             Case{"2026-10-28T00:30:00.000-05:30", "2026-10-28T06:05:01.250Z", {}},
             Case{"2026-10-28T06:00Z", "2026-10-28T06:05:01.25+00:00", {}},
             Case{"2026-10-28", "2026-10-28", {}},
             Case{
                 "2026-10-28T06:00:00", "2026-10-28T06:05:01Z", {"launch.unreadable-time warning startedAt"}},
             Case{"2026-10-28T06:00:00+25:00",
                  "2026-10-28T06:05:01Z",
                  {"launch.unreadable-time error startedAt"}},
             Case{"2026-02-30T06:00:00Z", "2026-10-28T06:05:01Z", {"launch.unreadable-time error startedAt"}},
             Case{
                 "2026-10-28T06:00:00.Z", "2026-10-28T06:05:01Z", {"launch.unreadable-time error startedAt"}},
             Case{"2026-08-03T12:10:00Z", "2026-08-03T12:15:01Z", {}},
             Case{"2026-08-03T11:50:00Z", "2026-08-03T11:55:01Z", {"launch.stale warning finishedAt"}},
             Case{"2026-11-01T11:59:00Z", "2026-11-01T12:04:01Z", {}},  // within what clocks differ
             Case{"2026-11-01T12:01:00Z", "2026-11-01T12:06:01Z", {"launch.future error finishedAt"}},
             Case{"9999-12-31T23:59:59-23:59",
                  "9999-12-31T23:59:59Z",
                  {"launch.future error startedAt", "launch.future error finishedAt",
                   "launch.time-order error finishedAt"}},
             Case{"1970-01-02T00:00:00+23:59",
                  "2026-10-28T06:05:01Z",
                  {"launch.duration-differs error durationMs"}},
         }) {
        Json manifest = good_launch_manifest();
        Json& report = item(manifest, "deployedLoadTest")["report"];
        report["startedAt"] = one.started;
        report["finishedAt"] = one.finished;
        INFO(one.started << " to " << one.finished);
        std::vector<std::string> expected;
        for (std::string rule : one.rules) expected.push_back(rule.insert(rule.rfind(' ') + 1, key));
        CHECK(findings_of(manifest) == expected);
    }
}

TEST_CASE("launch: what a promotion demands of a report") {
    struct Case {
        const char* at;
        Json value;
        const char* rule;
    };
    for (const Case& one : {
             Case{"/command", "pnpm deploy:load", "launch.command-differs"},
             Case{"/evidenceCommands", Json::array(), "launch.evidence-commands"},
             Case{"/evidenceCommands", "pnpm deploy:load:strict", "launch.evidence-commands"},
             Case{"/evidenceCommands", nullptr, "launch.report-incomplete"},
             Case{"/commitSha", nullptr, "launch.no-build"},
             Case{"/commitSha", 7, "launch.build-form"},
             Case{"/commitSha", "7c1d2f0", "launch.build-form"},
             Case{"/imageDigests", nullptr, "launch.no-build"},
             Case{"/imageDigests/cloud", "latest", "launch.build-form"},
             Case{"/sanitizedEnvironmentProfile", nullptr, "launch.report-incomplete"},
             Case{"/sanitizedEnvironmentProfile/profileName", "public-beta", "launch.profile"},
             Case{"/sanitizedEnvironmentProfile/databaseUrl", "x", "launch.secret-member"},
             Case{"/sanitizedEnvironmentProfile/tokenCount", 3, "launch.secret-member"},
             Case{"/startedAt", 1761631200000, "launch.unreadable-time"},
             Case{"/durationMs", 0, "launch.no-duration"},
             Case{"/durationMs", -301250, "launch.no-duration"},
             Case{"/durationMs", "301250", "launch.no-duration"},
             Case{"/status", "conditional-go", "launch.report-status"},
             Case{"/status", true, "launch.report-status"},
             Case{"/dryRun", true, "launch.dry-run"},
             Case{"/mode", "dry run", "launch.dry-run"},
             Case{"/flags", {"--dry-run"}, "launch.dry-run"},
         }) {
        Json manifest = good_launch_manifest();
        item(manifest, "deployedLoadTest")["report"][Json::json_pointer(one.at)] = one.value;
        INFO(one.at << " = " << one.value.dump());
        CHECK(breaks(findings_of(manifest, true), one.rule));
    }
    // Names that only sound like it, and the other names of profile and tier.
    Json manifest = good_launch_manifest();
    Json& report = item(manifest, "deployedLoadTest")["report"];
    report["flags"] = {"--dry-runner", "sundry-run", "--strict"};
    report["sanitizedEnvironmentProfile"] = {{"launchProfile", "private-beta"},
                                             {"promotionTier", "private-beta"},
                                             {"secretAdapterConfigured", true}};
    CHECK(findings_of(manifest, true) == std::vector<std::string>{});
}

TEST_CASE("launch: the odd one out is of another build, not the rest") {
    Json manifest = good_launch_manifest();
    item(manifest, "deployedDesktopWebGatewayContinuation")["report"]["commitSha"] =
        "0b3e48d65f0c1a2b3d4e5f60718293a47c1d2f0a";
    CHECK(findings_of(manifest) ==
          std::vector<std::string>{"launch.builds-differ error requiredEvidence[0].report.commitSha"});
}

TEST_CASE("launch: every part may be of another type") {
    Json good = good_launch_manifest();
    // All items are alike.
    good["requiredEvidence"] = {good["requiredEvidence"][1], good["requiredEvidence"][14]};
    const Json flat = good.flatten();
    for (const auto& [pointer, value] : flat.items())
        for (std::string at = pointer; !at.empty(); at = at.substr(0, at.rfind('/')))
            for (const Json& other :
                 {Json(nullptr), Json("x"), Json(-1e308), Json::array({1}), Json::object()}) {
                INFO(at << " = " << other.dump());
                Json record = good;
                record[Json::json_pointer(at)] = other;
                CHECK_NOTHROW(findings_of_text(record.dump(), Kind::launch_evidence, true));
            }
    CHECK_NOTHROW(findings_of_text("{}", Kind::launch_evidence, true));
}

TEST_CASE("launch: a list of very many items costs no more than reading it") {
    Json manifest = good_launch_manifest();
    for (int i = 0; i < 20000; ++i) manifest["requiredEvidence"].push_back({{"id", "x"}});
    CHECK(breaks(findings_of_text(manifest.dump(), Kind::launch_evidence), "launch.unknown-item"));
}
