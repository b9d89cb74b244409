#include "validators/evidence/failover_drill.hpp"

#include "validators/evidence/evidence_build.hpp"
#include "validators/evidence/evidence_forms.hpp"
#include "validators/evidence/evidence_times.hpp"
#include "validators/evidence/failover_drill_entries.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace cowork::validators {
namespace {

constexpr std::string_view purpose = "open-cowork-launch-failover-drill-evidence";

// What the drill prints holds what it writes.
Part drill_in(const Part& root) {
    return root.at("purpose").says(purpose) || !root.at("report").at("purpose").says(purpose)
               ? root
               : root.at("report");
}

void check_shape(EvidenceJudge& judge, const Part& drill) {
    const auto need = [&](const Part& part, bool holds, std::string_view what) {
        if (!holds)
            judge.add("shape", part, fmt::format("{} has to be {}", config::dotted(part.pointer()), what));
    };
    need(drill.at("schemaVersion"), drill.at("schemaVersion").number() == 1, "1");
    need(drill.at("purpose"), drill.at("purpose").says(purpose), "the purpose that the drill writes");
    const Part result = drill.at("result");
    need(result, result.says("pass") || result.says("fail") || result.says("dry-run"),
         "pass, fail or dry-run");
    for (const char* name : {"executeHooks", "dryRun"})
        need(drill.at(name), drill.at(name).truth().has_value(), "true or false");
    for (const char* name : {"startedAt", "finishedAt"})
        need(drill.at(name), drill.at(name).is_text(), "a time");
    need(drill.at("durationMs"), drill.at("durationMs").number().value_or(-1) >= 0, "a number from 0");
    for (const char* name : {"preflight", "hooks", "postflight", "evidenceItems"})
        need(drill.at(name), drill.at(name).is_list(), "a list");
}

bool is_dry(const Part& drill) {
    return drill.at("dryRun").truth() == true || drill.at("result").says("dry-run") ||
           drill.at("evidence").at("environmentProfile").at("dryRun").truth() == true ||
           says_dry_run(drill.at("evidence").at("command").text());
}

Severity gap(EvidenceJudge& judge, const Part& drill) {
    return drill.at("result").says("pass") || judge.settings().promotion ? Severity::error
                                                                         : Severity::warning;
}

void check_switches(EvidenceJudge& judge, const Part& drill) {
    if (is_dry(drill)) {
        judge.add("dry-run", drill.at("dryRun"), "nothing was failed over: this is a dry run", {},
                  gap(judge, drill));
    } else if (drill.at("executeHooks").truth() == false) {
        judge.add("not-confirmed", drill.at("executeHooks"),
                  "executeHooks is false: nobody vouches for the failovers", {}, gap(judge, drill));
    }
    const Part environment = drill.at("evidence").at("environmentProfile");
    for (const char* name : {"executeHooks", "dryRun"}) {
        const auto copy = environment.at(name).truth(), original = drill.at(name).truth();
        if (copy && original && *copy != *original)
            judge.add("claims-contradict", environment.at(name),
                      fmt::format("{} is another one than at the top", name));
    }
}

void check_redaction(EvidenceJudge& judge, const Part& drill) {
    const auto redacted = drill.at("redacted").truth();
    if (redacted == false) judge.add("unredacted", drill.at("redacted"), "redacted is false");
    if (redacted != true) return;
    for (const Part& holder : {drill.at("targets"), drill.at("evidence").at("environmentProfile")})
        for (const char* name : {"cloudUrl", "gatewayUrl"}) {
            const std::string url = holder.at(name).text();
            if (!url.empty() && url.find("REDACTED") == std::string::npos)
                judge.add("claims-contradict", holder.at(name),
                          fmt::format("redacted is true, and {} holds an address", name));
        }
}

void check_items(EvidenceJudge& judge, const Part& drill) {
    constexpr std::array<std::string_view, 3> items{"workerFailover", "schedulerReplicaFailover",
                                                    "gatewayDeliveryReplayDeadLetter"};
    const Part list = drill.at("evidenceItems");
    if (!list.is_list()) return;
    std::array<int, items.size()> seen{};
    for (const Part::Member& one : list.members()) {
        const auto* const known = std::find(items.begin(), items.end(), one.value.text());
        if (known == items.end()) {
            judge.add("items", one.value, "this is none of the drill's evidence items");
        } else if (++seen.at(static_cast<std::size_t>(known - items.begin())) == 2) {
            judge.add("items", one.value, fmt::format("{} is listed twice", *known));
        }
    }
    for (std::size_t i = 0; i < items.size(); ++i)
        if (seen.at(i) == 0) judge.add("items", list, fmt::format("{} is missing", items.at(i)));
}

void check_times(EvidenceJudge& judge, const Part& drill) {
    const auto period = [](const Part& part) {
        return Period{part.at("startedAt"), part.at("finishedAt"), part.at("durationMs")};
    };
    check_period(judge, period(drill), oldest_evidence);
    const Part evidence = drill.at("evidence");
    check_period(judge, period(evidence), std::nullopt);
    for (const char* name : {"startedAt", "finishedAt"})
        if (evidence.at(name).is_text() && drill.at(name).is_text() &&
            evidence.at(name).text() != drill.at(name).text())
            judge.add("claims-contradict", evidence.at(name),
                      fmt::format("{} is another one than at the top", name));
}

}  // namespace

bool looks_like_failover_drill(const config::JsoncDocument& document) {
    return drill_in(Part(document.root())).at("purpose").says(purpose);
}

void validate_failover_drill(const Input& input, const Settings& settings, Findings& findings) {
    if (!input.json) return;
    EvidenceJudge judge(*input.json, settings, findings, "failover");
    if (judge.too_large(input)) return;
    const Part drill = drill_in(Part(input.json->root()));
    check_shape(judge, drill);
    check_switches(judge, drill);
    check_drill_entries(judge, drill, is_dry(drill));
    check_redaction(judge, drill);
    check_items(judge, drill);
    check_build(judge, drill.at("evidence"), {"cloud", "gateway"}, gap(judge, drill));
    check_times(judge, drill);
}

}  // namespace cowork::validators
