#include "support/gateway_setup.hpp"
#include "support/schema.hpp"

#include <catch2/catch.hpp>

// That the schemas refuse what is wrong: a schema that accepts everything would prove nothing.
namespace {

using namespace cowork::test;
using nlohmann::json;

// A change that makes a good document a bad one.
struct Spoiler {
    const char* pointer;
    json value;
};

void check_refused(const json& good, const std::string& schema, const std::vector<Spoiler>& spoilers) {
    REQUIRE(schema_violations(good, schema).empty());
    for (const Spoiler& spoiler : spoilers) {
        json bad = good;
        bad[json::json_pointer(spoiler.pointer)] = spoiler.value;
        INFO(schema << ' ' << spoiler.pointer << " = " << spoiler.value);
        CHECK_FALSE(schema_violations(bad, schema).empty());
    }
    for (const auto& [key, value] : good.items()) {
        if (key == "error" || key == "subject") continue;
        json bad = good;
        bad.erase(key);
        INFO(schema << " without " << key);
        CHECK_FALSE(schema_violations(bad, schema).empty());
    }
}

TEST_CASE("the schemas refuse unknown words, missing keys and keys that are not theirs") {
    const GatewaySetup setup;
    const json written = document_of(setup.evaluate({"--json"}));
    const json& report = written.at("check");
    check_refused(report, "report",
                  {{"/more", 1},
                   {"/schemaVersion", 2},
                   {"/status", "fine"},
                   {"/exitCode", 5},
                   {"/executionAuthority", "nobody"},
                   {"/controlPlanes/0", "elsewhere"},
                   {"/generatedAt", "today"},
                   {"/redacted", false},
                   {"/counts/ready", -1},
                   {"/counts/fine", 0},
                   {"/results/0/more", 1},
                   {"/results/0/status", "fine"},
                   {"/results/0/authority", "nobody"},
                   {"/results/0/controlPlane", "elsewhere"},
                   {"/results/0/recovery/safety", "careful"},
                   {"/results/0/reasonCode", "Not A Code"},
                   {"/results/0/probes/0/status", "fine"},
                   {"/results/0/evidence/deep", json::object()},
                   {"/error", {{"message", "x"}, {"remedy", nullptr}}}});
    check_refused(written, "setup",
                  {{"/more", 1},
                   {"/files/0/mode", "0644"},
                   {"/files/0/change", "mangled"},
                   {"/values/0/origin", "nowhere"},
                   {"/values/0/secret", true},  // and its value still shown
                   {"/check/status", "fine"},
                   {"/check/results/0/status", "fine"}});
    check_refused(
        document_of(run_cowork({"setup", "--list", "--json"})), "list",
        {{"/more", 1}, {"/paths/0/intent", "elsewhere"}, {"/paths/0/executionAuthority", "nobody"}});
    check_refused(document_of(run_cowork({"doctor", "--list", "--json"})), "list",
                  {{"/checks/0/more", 1}, {"/checks/0/failing", "fine"}, {"/intent", "nowhere"}});
    check_refused(document_of(run_cowork({"doctor", "--explain", "cloud.database.migrated", "--json"})),
                  "explain",
                  {{"/more", 1}, {"/checks/0/reasons/0/safety", "careful"}, {"/checks", json::array()}});
    check_refused(
        document_of(run_cowork({"smoke", "--explain", "gateway.webhook.replay_refused", "--json"})),
        "explain",
        {{"/steps/0/sends", 1}, {"/steps/0/reasons/0/safety", "careful"}, {"/steps", json::array()}});
    check_refused(document_of(run_cowork({"smoke", "gateway-only", "--plan", "--json"})), "plan",
                  {{"/more", 1},
                   {"/intent", "desktop-local"},
                   {"/steps/0/effect", "breaks"},
                   {"/steps/0/budgetMs", 0},
                   {"/steps", json::array()}});
    check_refused(document_of(run_cowork({"validate", "--explain", "env.duplicate-key", "--json"})), "rules",
                  {{"/more", 1},
                   {"/rules", json::array()},
                   {"/rules/0/severity", "fatal"},
                   {"/rules/0/fix", ""},
                   {"/rules/0/mendedBy", "--magic"}});
    const ScratchDirectory scratch;
    const std::string file = scratch.file("a.conf", "A=1\nA=2\n");
    const json found =
        document_of(run_cowork({"validate", file, "--kind", "env", "--only", "env.duplicate-key", "--json"}));
    check_refused(found, "report",
                  {{"/files/0/kind", "picture"},
                   {"/files/0/more", 1},
                   {"/command", "doctor"},  // whose results have no finding
                   {"/results/0/finding/severity", "fatal"},
                   {"/results/0/finding/fingerprint", "A=1"},
                   {"/results/0/finding/endColumn", 0},
                   {"/results/0/finding/more", 1}});
    check_refused(document_of(run_cowork({"doctor", "--nonsense", "--json"})), "report",
                  {{"/status", "ready"}, {"/error/more", 1}, {"/intent", "gateway-only"}});
}

}  // namespace
