#include "rules/standalone_gateway.hpp"
#include "smoke/load.hpp"
#include "support/fake_client.hpp"
#include "validate/evidence_records.hpp"
#include "validators/recognise.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <chrono>
#include <string>

// The record that `cowork smoke --report load=PATH` writes is one that validate knows, and both come to the
// same verdict.
namespace {

using namespace cowork;
using namespace cowork::test;
using namespace std::chrono_literals;
using nlohmann::json;

struct Smoked {
    const char* profile;  // empty: none
    int status = 200;     // of every third answer
    std::chrono::microseconds latency{1500};
};

std::string record_of(const Smoked& what) {
    FakeWorld fake;
    FakeClient client;
    fake.config.set(rules::gateway_key("ADMIN_TOKEN"), Secret("tok-0f1e2d3c4b5a6978"),
                    {"test", 1, 1, rules::gateway_key("ADMIN_TOKEN")});
    int sent = 0;
    client.answer = [&](const probes::HttpCall&) {
        auto answer = json_answer("{}", ++sent % 3 == 0 ? what.status : 200);
        answer.timing.total = what.latency;
        return answer;
    };
    smoke::Run run(*fake.context(30s), client, fake.redactor, smoke::SmokeWishes{}, "test");
    const auto* known = catalogue::find_load_profile(what.profile);
    auto profile = known == nullptr ? catalogue::LoadProfile{} : *known;
    profile.requests_per_second = 1000;
    // Without a profile it sends eight requests a second.
    const smoke::LoadWishes wishes{known == nullptr ? 1U : 4U, 2, known == nullptr ? nullptr : &profile};
    const auto result =
        smoke::run_load(run, smoke::operations_of(catalogue::Intent::gateway_only, run), wishes);
    json record = json::parse(smoke::load_record(result, wishes, run, "cowork smoke gateway-only"));
    // Taken now, and judged as of the first of November.
    for (const char* at :
         {"/generatedAt", "/run/startedAt", "/run/finishedAt", "/evidence/startedAt", "/evidence/finishedAt"})
        record[json::json_pointer(at)] = "2026-10-20T08:00:00Z";
    for (const char* at : {"/run/durationMs", "/evidence/durationMs"}) record[json::json_pointer(at)] = 900;
    return record.dump(2);
}

}  // namespace

TEST_CASE("load: validate agrees with the verdict of smoke's own record") {
    for (const Smoked& one : {
             Smoked{"private-beta"},
             Smoked{"enterprise-scale", 200, 5ms},
             Smoked{"private-beta", 503},             // errors
             Smoked{"private-beta", 200, 1000000us},  // at the threshold of the gateway
             Smoked{"private-beta", 200, 1000004us},  // beyond it, by less than what is written
             Smoked{"private-beta", 200, 1000010us},  // beyond it, as is written
             Smoked{"local-self-host-beta", 500, 2000ms},
             Smoked{"", 200},
             Smoked{"", 500},
         }) {
        const std::string text = record_of(one);
        INFO(one.profile << " " << one.status << " " << one.latency.count() << "\n" << text);
        validators::Input input;
        input.path = "load.json";
        input.text = text;
        validators::recognise(input, std::nullopt);
        CHECK(input.kind == validators::Kind::load_report);
        const auto found = findings_of_text(text, validators::Kind::load_report);
        INFO(json(found).dump(1));
        for (const char* rule : {"load.verdict-differs", "load.check-contradicts", "load.shape",
                                 "load.counts-differ", "load.impossible-number", "load.claims-contradict",
                                 "load.metrics-differ", "load.too-many-requests"})
            CHECK_FALSE(breaks(found, rule));
        const bool no_go = json::parse(text)["gates"]["overall"] == "no-go";
        CHECK(breaks(found, "load.gate-not-met") == no_go);
        // It is no evidence of a launch, and is told so.
        CHECK(breaks(found, "load.not-strict"));
        CHECK(breaks(found, "load.no-build"));
    }
}
