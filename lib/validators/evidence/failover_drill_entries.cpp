#include "validators/evidence/failover_drill_entries.hpp"

#include "validators/evidence/evidence_forms.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <vector>

namespace cowork::validators {
namespace {

// One entry that a drill always has. Earlier drills probed the Cloud under another name.
struct Expected {
    std::string_view list, name, earlier;
    std::string_view hook;  // the switch that says whether it was configured; empty: a probe
};
constexpr std::array expected{
    Expected{"preflight", "cloud-liveness-before", "cloud-health-before", {}},
    Expected{"preflight", "gateway-ready-before", {}, {}},
    Expected{"hooks", "worker-failover-hook", {}, "workerHookConfigured"},
    Expected{"hooks", "scheduler-failover-hook", {}, "schedulerHookConfigured"},
    Expected{"hooks", "gateway-failover-hook", {}, "gatewayHookConfigured"},
    Expected{"postflight", "cloud-liveness-after", "cloud-health-after", {}},
    Expected{"postflight", "cloud-metrics-after", {}, {}},
    Expected{"postflight", "gateway-ready-after", {}, {}},
    Expected{"postflight", "gateway-metrics-after", {}, {}},
};

class Entries {
  public:
    Entries(EvidenceJudge& judge, const Part& drill, bool dry_run)
        : judge_(judge), drill_(drill), dry_run_(dry_run) {}

    void run() {
        for (const char* list : {"preflight", "hooks", "postflight"})
            for (const Part::Member& one : drill_.at(list).members()) entry(list, one.value);
        for (const Expected& one : expected)
            if (!seen_.contains(one.name) && !seen_.contains(one.earlier) && drill_.at(one.list).is_list())
                judge_.add("entry-missing", drill_.at(one.list),
                           fmt::format("{} is not in {}", one.name, one.list));
        result();
        if (vouched_)
            judge_.add("attestation", drill_.at("hooks"),
                       "the hooks are the operator's word: the drill itself executed nothing");
    }

  private:
    void entry(std::string_view list, const Part& part) {
        const std::string name = part.at("name").text(), status = part.at("status").text();
        constexpr std::array words{"pass", "fail", "skipped", "dry-run"};
        if (name.empty() || std::find(words.begin(), words.end(), status) == words.end()) {
            judge_.add("shape", part, "an entry needs a name, and the status pass, fail, skipped or dry-run");
            return;
        }
        if (!seen_.insert({name, part}).second)
            judge_.add("entry-twice", part, "an entry of this name was there before");
        failed_ = failed_ || status == "fail";
        passed_all_ = passed_all_ && status == "pass";
        if (status == "fail") judge_.add("not-passed", part, fmt::format("{} failed", called(name)));
        if (!dry_run_ && (status == "skipped" || status == "dry-run"))
            judge_.add("entry-contradicts", part.at("status"),
                       fmt::format("{} was left out, and only a dry run leaves out", called(name)));
        if (list == "hooks") {
            hook(name, status, part);
        } else {
            probe(name, status, part);
        }
    }

    void probe(std::string_view name, std::string_view status, const Part& part) {
        const Part answer = part.at("httpStatus");
        const auto number = answer.number();
        const bool good = number && *number >= 200 && *number < 300;
        if (status == "pass" && !good)
            judge_.add("entry-contradicts", answer,
                       answer.there()
                           ? fmt::format("{} passes with an answer that is not 200 to 299", called(name))
                           : fmt::format("{} passes without an answer", called(name)));
        if (status == "fail" && good)
            judge_.add("entry-contradicts", part.at("status"),
                       fmt::format("{} fails with an answer from 200 to 299", called(name)));
    }

    void hook(std::string_view name, std::string_view status, const Part& part) {
        if (status != "pass") return;
        vouched_ = true;
        if (part.at("evidence").is_text() && is_unfilled(part.at("evidence").text()))
            judge_.add("hook-unstated", part.at("evidence"), fmt::format("{} says nothing", called(name)));
        if (drill_.at("executeHooks").truth() == false)
            judge_.add("entry-contradicts", part.at("status"),
                       fmt::format("{} passes, and executeHooks is false", called(name)));
        const auto* const known = std::find_if(expected.begin(), expected.end(),
                                               [&](const Expected& one) { return one.name == name; });
        if (known == expected.end()) return;
        const Part configured = drill_.at("evidence").at("environmentProfile").at(known->hook);
        if (configured.truth() == false)
            judge_.add("claims-contradict", configured,
                       fmt::format("{} passes, and {} is false", known->name, known->hook));
    }

    // Names of our own are said, others might be anything.
    static std::string_view called(std::string_view name) {
        for (const Expected& one : expected)
            if (name == one.name || name == one.earlier) return name;
        return "this entry";
    }

    void result() {
        const Part result = drill_.at("result");
        if (!result.is_text() || seen_.empty()) return;
        const std::string_view due = failed_ ? "fail" : dry_run_ ? "dry-run" : "pass";
        const std::string stated = result.text();
        // A run that is no dry run and skips was told of where it skips; as a pass it is wrong as well.
        if (stated != due || (stated == "pass" && !passed_all_))
            judge_.add("result-differs", result,
                       stated != due ? fmt::format("from the entries it is {}", due)
                                     : "it says pass, and not every entry passes");
        const Part status = drill_.at("evidence").at("status");
        if (status.is_text() && status.text() != stated)
            judge_.add("result-differs", status, "evidence.status is not the result");
    }

    EvidenceJudge& judge_;
    const Part& drill_;
    bool dry_run_;
    std::map<std::string, Part, std::less<>> seen_;
    bool failed_ = false, passed_all_ = true, vouched_ = false;
};

}  // namespace

void check_drill_entries(EvidenceJudge& judge, const Part& drill, bool dry_run) {
    Entries(judge, drill, dry_run).run();
}

}  // namespace cowork::validators
