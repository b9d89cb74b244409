#include "validators/evidence/load_report_facts.hpp"

#include <fmt/format.h>

#include <array>

// What has to be in a report for anything to be recomputed from it.
namespace cowork::validators {
namespace {

class Shape {
  public:
    explicit Shape(EvidenceJudge& judge) : judge_(judge) {}

    void text(const Part& part) const { need(part, part.is_text(), "a text"); }
    void truth(const Part& part) const { need(part, part.truth().has_value(), "true or false"); }
    void object(const Part& part) const { need(part, part.is_object(), "an object"); }
    void list(const Part& part) const { need(part, part.is_list(), "a list"); }
    void count(const Part& part) const { need(part, part.count().has_value(), "a whole number from 0"); }
    void number(const Part& part) const {
        const auto value = part.number();
        need(part, value && *value >= 0, "a number from 0");
    }
    void positive(const Part& part) const {
        const auto value = part.number();
        need(part, value && *value > 0, "a number above 0");
    }
    void word(const Part& part, std::initializer_list<std::string_view> words) const {
        for (const std::string_view one : words)
            if (part.says(one)) return;
        need(part, false, fmt::format("one of {}", fmt::join(words, ", ")));
    }

    void bucket(const LoadBucket& one) const {
        count(one.part.at("count"));
        count(one.part.at("failures"));
        for (const char* name : {"errorRate", "p50LatencyMs", "p95LatencyMs", "p99LatencyMs"})
            number(one.part.at(name));
        object(one.part.at("statuses"));
    }

  private:
    void need(const Part& part, bool holds, std::string_view what) const {
        if (holds) return;
        const std::string name = config::dotted(part.pointer());
        judge_.add("shape", part,
                   part.there() ? fmt::format("{} is not {}", name, what)
                                : fmt::format("{} is missing; it has to be {}", name, what));
    }

    EvidenceJudge& judge_;
};

}  // namespace

void check_load_shape(EvidenceJudge& judge, const LoadReport& report) {
    const Shape shape(judge);
    shape.truth(report.root.at("ok"));
    shape.text(report.root.at("generatedAt"));
    shape.word(report.root.at("mode"), {"load", "soak"});
    shape.text(report.run.at("startedAt"));
    shape.text(report.run.at("finishedAt"));
    shape.number(report.run.at("durationMs"));
    for (const char* name : {"concurrency", "requestRatePerSecond"}) shape.positive(report.run.at(name));
    shape.count(report.run.at("operationCount"));
    for (const LoadBucket& one : report.operations) shape.bucket(one);
    for (const LoadBucket& one : report.categories) shape.bucket(one);
    const Part summary = report.root.at("summary");
    shape.object(summary.at("operations"));
    shape.object(summary.at("categories"));
    if (summary.at("operations").is_object() && report.operations.empty())
        judge.add("shape", summary.at("operations"), "summary.operations is empty: nothing was sent");
    const Part gates = report.root.at("gates");
    shape.word(gates.at("overall"), {"go", "conditional-go", "no-go"});
    shape.list(gates.at("checks"));
    shape.list(gates.at("warnings"));
}

}  // namespace cowork::validators
