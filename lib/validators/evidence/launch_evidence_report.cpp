#include "catalogue/load_profiles.hpp"
#include "core/text.hpp"
#include "validators/evidence/evidence_build.hpp"
#include "validators/evidence/evidence_forms.hpp"
#include "validators/evidence/evidence_privacy.hpp"
#include "validators/evidence/evidence_times.hpp"
#include "validators/evidence/launch_evidence_facts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

// The report of an item: what was run, of which build, when, and what came of it.
namespace cowork::validators {
namespace {

class Report {
  public:
    Report(EvidenceJudge& judge, const LaunchEntry& entry)
        : judge_(judge),
          item_(*entry.item),
          entry_(entry),
          report_(entry.report),
          due_(judge.settings().promotion ? Severity::error : Severity::note),
          // What promotion refuses, and what an item that passed should have all the same.
          weak_(judge.settings().promotion ? Severity::error : Severity::warning) {}

    void check() {
        fields();
        commands();
        dry_run();
        check_build(judge_, report_, {"cloud", "gateway"}, due_);
        profile();
        times();
        status();
        rollback();
        private_values();
    }

  private:
    void fields() {
        for (const std::string_view field : launch_report_fields) {
            // These have a rule of their own.
            if (field == "commitSha" || field == "imageDigests" || report_.at(field).there()) continue;
            const bool renamed =
                field == "sanitizedEnvironmentProfile" && report_.at("environmentProfile").there();
            judge_.add(
                "report-incomplete", report_.at(field),
                fmt::format("the report of {} has no {}", item_.id, field),
                renamed ? "rename environmentProfile, cut private values out of it, and add targetTier" : "",
                due_);
        }
    }

    void commands() {
        const Part command = report_.at("command");
        if (command.is_text() && command.text() != entry_.part.at("command").text())
            judge_.add("command-differs", command,
                       fmt::format("the report of {} is of another command than the item", item_.id));
        const Part list = report_.at("evidenceCommands");
        if (!list.there()) return;
        std::vector<std::string> run;
        for (const Part::Member& one : list.members()) run.push_back(one.value.text());
        const auto need = [&](std::string_view one) {
            if (!one.empty() && std::find(run.begin(), run.end(), one) == run.end())
                judge_.add("evidence-commands", list, fmt::format("{} also needs {}", item_.id, one), {},
                           weak_);
        };
        for (const std::string_view one : item_.evidence) need(one);
        const std::string primary = entry_.part.at("command").text();
        if (!item_.needs(primary)) need(primary);
        strict_command(command);
    }

    // Load and soak count only when they were strict.
    void strict_command(const Part& command) {
        const std::string both = entry_.part.at("command").text() + " " + command.text();
        const auto need = [&](std::string_view words) {
            if (command.is_text() && both.find(words) == std::string::npos)
                judge_.add("strict-command", command, fmt::format("{} counts only from {}", item_.id, words),
                           {}, weak_);
        };
        if (item_.id == "deployedLoadTest" || item_.id == "quotaRateLimitBehavior")
            need("deploy:load:strict");
        if (item_.id == "deployedSoakTest" || item_.id == "costSloNotes") need("deploy:soak:strict");
    }

    void dry_run() {
        const auto object = [&](const Part& part) {
            judge_.add("dry-run", part, fmt::format("the evidence of {} is a dry run", item_.id));
        };
        for (const Part& part : {report_.at("command"), report_.at("mode")})
            if (says_dry_run(part.text())) return object(part);
        for (const Part::Member& flag : report_.at("flags").members())
            if (says_dry_run(flag.value.text())) return object(flag.value);
        if (report_.at("dryRun").truth() == true) object(report_.at("dryRun"));
    }

    void profile() {
        const Part profile = report_.at("sanitizedEnvironmentProfile");
        if (!profile.is_object()) return;
        const auto need = [&](std::initializer_list<std::string_view> names) {
            Part found = profile.at(*names.begin());
            for (const std::string_view name : names)
                if (profile.at(name).there() && !found.there()) found = profile.at(name);
            if (!found.says("private-beta"))
                judge_.add("profile", found,
                           fmt::format("{} of {} is not private-beta", *names.begin(), item_.id), {}, weak_);
        };
        need({"profileName", "targetProfile", "launchProfile"});
        need({"targetTier", "claimTier", "promotionTier"});
    }

    void times() {
        check_period(judge_, {report_.at("startedAt"), report_.at("finishedAt"), report_.at("durationMs")},
                     oldest_evidence);
        const Part duration = report_.at("durationMs");
        if (duration.there() && !(duration.number().value_or(0) > 0))
            judge_.add("no-duration", duration,
                       fmt::format("durationMs of {} is not a number above 0", item_.id));
        const catalogue::LoadProfile* profile = catalogue::find_load_profile("private-beta");
        if (item_.id == "deployedLoadTest") at_least(duration, profile->load_duration);
        if (item_.id == "deployedSoakTest") at_least(duration, profile->soak_duration);
    }

    void at_least(const Part& duration, std::chrono::milliseconds due) {
        const double stated = duration.number().value_or(0);
        if (stated > 0 && stated < static_cast<double>(due.count()))
            judge_.add("short-run", duration,
                       fmt::format("{} lasts {} s with private-beta, and this one {:.0f} s", item_.id,
                                   due.count() / 1000, stated / 1000));
    }

    void status() {
        constexpr std::array<std::string_view, 5> good{"go", "pass", "passed", "private-pass", "success"};
        const Part status = report_.at("status");
        if (!status.there() || std::find(good.begin(), good.end(), status.text()) != good.end()) return;
        if (entry_.passed())
            judge_.add("report-status", status,
                       fmt::format("{} is private-pass, and its report did not pass", item_.id));
    }

    // Who has to roll back reads this: it names what has to be done.
    void rollback() {
        if (item_.id != "releaseRollback" || !entry_.passed()) return;
        const std::string text = lowered(entry_.part.at("publicRedactedSummary").text() + report_.written());
        for (const char* word : {"rollback", "revoke", "drain", "communication"})
            if (text.find(word) == std::string::npos)
                judge_.add(
                    "rollback-text", report_,
                    fmt::format("neither summary nor report of {} says anything of {}", item_.id, word), {},
                    weak_);
    }

    void private_values() {
        std::vector<Part> left{report_};
        while (!left.empty()) {
            const Part part = std::move(left.back());
            left.pop_back();
            if (part.is_text()) value(part);
            for (Part::Member& one : part.members()) {
                if (is_secret_member(one.name) && !is_indicator(one))
                    judge_.add("secret-member", one.value,
                               fmt::format("a member of the report of {} is named like a secret", item_.id));
                left.push_back(std::move(one.value));
            }
        }
    }

    static bool is_indicator(const Part::Member& member) {
        const std::string name = lowered(member.name);
        return member.value.truth() &&
               (name.ends_with("provided") || name.ends_with("configured") || name.ends_with("enabled"));
    }

    void value(const Part& part) {
        const std::string text = part.text();
        if (const std::string_view what = private_value_in(text); !what.empty())
            judge_.add("private-value", part, fmt::format("the report of {} holds {}", item_.id, what));
    }

    EvidenceJudge& judge_;
    const LaunchItem& item_;
    const LaunchEntry& entry_;
    const Part& report_;
    Severity due_, weak_;
};

}  // namespace

void check_launch_report(EvidenceJudge& judge, const LaunchEntry& entry) {
    if (entry.report.is_object()) return Report(judge, entry).check();
    if (entry.report.there()) {
        judge.add("shape", entry.report, fmt::format("the report of {} is no object", entry.item->id));
    } else if (judge.settings().promotion) {
        judge.add("report-missing", entry.part, fmt::format("{} has no report", entry.item->id));
    }
    if (entry.passed() && says_dry_run(entry.part.at("command").text()))
        judge.add("dry-run", entry.part.at("command"),
                  fmt::format("the evidence of {} is a dry run", entry.item->id));
}

}  // namespace cowork::validators
