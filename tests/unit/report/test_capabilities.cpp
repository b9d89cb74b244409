#include "capabilities/reasons.hpp"
#include "report/model.hpp"
#include "report/render.hpp"
#include "report/text_capabilities.hpp"
#include "secrets/redactor.hpp"
#include "support/places.hpp"
#include "support/schema.hpp"
#include "support/scratch_directory.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>
#include <string>

using namespace cowork;
using namespace cowork::report;
using capabilities::capability_row;
using json = nlohmann::json;

namespace {

CapabilityRow made(std::string_view code, const std::string& id, const std::string& source = "builtin") {
    return capability_row(code, Redactor().clean(id), Redactor().clean(source), {}, "desktop-local");
}

Report of(CapabilityTables tables) {
    Report report;
    report.command = "doctor";
    report.generated_at = "2026-01-31T12:00:00.000Z";
    report.capabilities = std::move(tables);
    return report;
}

// A table with a row of each urgency, and a conflict.
CapabilityTables some() {
    CapabilityTables tables;
    for (const char* name : {"charts", "agents", "skills"})
        tables.capabilities.push_back(made("mcp.configured", name));
    tables.capabilities.push_back(made("provider.settings", "openrouter", "settings"));
    tables.capabilities.push_back(made("mcp.command-not-installed", "time-keep"));
    tables.capabilities.push_back(made("mcp.stdio-policy-blocked", "shell", "custom:machine"));
    tables.capabilities.back().place = {"/c/open-cowork.json"_safe, 12, 3};
    tables.capabilities.back().evidence = {{"type", "stdio"_safe},
                                           {"count", std::int64_t{2}},
                                           {"flag", true},
                                           {"names", std::vector<SafeText>{"a"_safe, "b"_safe}},
                                           {"fifth", "not shown"_safe}};
    tables.conflicts.push_back(capabilities::conflict_row(
        "mcp.custom-overrides-builtin", "charts"_safe, "custom:machine"_safe, {"/c/x.json"_safe, 4, 1},
        {{"builtin"_safe, {}}, {"default"_safe, {"/c/y.json"_safe, 0, 0}}}, "desktop-local"));
    return tables;
}

std::string text_of(const CapabilityTables& tables, Verbosity verbosity, bool about_them = false) {
    return capabilities_text(tables, {false, verbosity, about_them});
}

std::set<std::string> words(const json& list) { return {list.begin(), list.end()}; }

}  // namespace

TEST_CASE("capabilities text: problems first, what is well by name, then conflicts") {
    CHECK(text_of(some(), Verbosity::normal) == R"(
6 capabilities: 1 blocked, 1 missing, 4 active; 1 conflict
blocked         mcp  shell      mcp.stdio-policy-blocked   custom:machine  /c/open-cowork.json:12
                the policy for programs refuses its command
                -> start an executable without a shell, package runners with a pinned version
missing         mcp  time-keep  mcp.command-not-installed  builtin
                the program that it starts is not on this machine
                -> install the program, or put it on PATH
active          provider  1: openrouter
active          mcp       3: agents, charts, skills
conflict        mcp  charts  custom:machine over builtin, default
)");
    CHECK(text_of(some(), Verbosity::brief) == R"(
6 capabilities: 1 blocked, 1 missing, 4 active; 1 conflict
blocked         mcp  shell      mcp.stdio-policy-blocked   custom:machine  /c/open-cowork.json:12
missing         mcp  time-keep  mcp.command-not-installed  builtin
active          provider  1: openrouter
active          mcp       3: agents, charts, skills
conflict        mcp  charts  custom:machine over builtin, default
)");
    const std::string quiet = text_of(some(), Verbosity::quiet);
    CHECK(quiet.find("active   ") == std::string::npos);
    CHECK(quiet.find("conflict   ") == std::string::npos);
    CHECK(quiet.find("missing   ") != std::string::npos);
}

TEST_CASE("capabilities text: -v shows every row, four facts of each, and the places of a conflict") {
    const std::string text = text_of(some(), Verbosity::verbose);
    for (const char* part :
         {"\nactive          provider  openrouter  provider.settings          settings\n",
          "                type = stdio\n                count = 2\n                flag = true\n"
          "                names = a, b\nmissing",
          "mcp.custom-overrides-builtin: ", "custom:machine at /c/x.json:4\n", "default at /c/y.json\n"}) {
        CAPTURE(part, text);
        CHECK(text.find(part) != std::string::npos);
    }
    CHECK(text.find("fifth") == std::string::npos);
}

TEST_CASE("capabilities text: a report about them shows up to forty rows, and more by name") {
    CapabilityTables tables;
    for (int i = 10; i < 50; ++i)
        tables.capabilities.push_back(made("skill.builtin", "s" + std::to_string(i)));
    CHECK(text_of(tables, Verbosity::normal, true).find("active          skill  s49") != std::string::npos);
    CHECK(text_of(tables, Verbosity::normal)
              .find("active          skill  40: s10, s11, s12, s13, s14, s15 … and 34 more\n") !=
          std::string::npos);
    tables.capabilities.push_back(made("skill.builtin", "s50"));
    CHECK(text_of(tables, Verbosity::normal, true) ==
          "\nactive          skill  41: s10, s11, s12, s13, s14, s15 … and 35 more\n");
    CHECK(text_of({}, Verbosity::verbose, true).empty());
    CHECK(capability_tally({}) == "0 capabilities");
    const std::string whole = render_text(of(tables), {}, {false, Verbosity::normal, true});
    CHECK(whole.starts_with("capabilities  unknown\n41 capabilities: 41 active\n"));
}

TEST_CASE("capabilities text: colours only where they are asked for, an id of any length in one line") {
    CapabilityTables tables = some();
    tables.capabilities.push_back(made("mcp.invalid", std::string(300, 'x')));
    const std::string text = text_of(tables, Verbosity::normal);
    CHECK(text.find('\x1b') == std::string::npos);
    CHECK(text.find("mcp  shell      mcp.stdio") != std::string::npos);
    const std::string painted = capabilities_text(tables, {true, Verbosity::normal, false});
    CHECK(painted.find("\033[31mblocked        \033[0m mcp") != std::string::npos);
}

TEST_CASE("capabilities json: read back, it is the model, and it conforms to the schema") {
    CapabilityTables tables = some();
    tables.capabilities.push_back(tables.capabilities.back());
    tables.capabilities.back().product_mode = "desktop-cloud,paired-desktop";
    const json document = json::parse(render_json(of(tables), {}));
    CHECK(test::schema_violations(document, "report").empty());
    REQUIRE(document["capabilities"].size() == tables.capabilities.size());
    for (std::size_t i = 0; i < tables.capabilities.size(); ++i) {
        const json& row = document["capabilities"][i];
        const CapabilityRow& model = tables.capabilities[i];
        CHECK(row["id"] == model.id.str());
        CHECK(row["kind"] == to_string(model.kind));
        CHECK(row["status"] == to_string(model.status));
        CHECK(row["reasonCode"] == model.reason_code);
        CHECK(row["source"] == model.source.str());
        CHECK(row["meaning"] == capabilities::find_capability_reason(model.reason_code)->meaning);
        CHECK(row["critical"] == is_critical(model));
        CHECK(row["redacted"] == true);
    }
    const json& blocked = document["capabilities"][5];
    CHECK(blocked["critical"] == true);
    CHECK(document["capabilities"][6]["critical"] == false);
    CHECK(blocked["place"] == json{{"file", "/c/open-cowork.json"}, {"line", 12}, {"column", 3}});
    CHECK(
        blocked["evidence"] ==
        json{{"type", "stdio"}, {"count", 2}, {"flag", true}, {"names", {"a", "b"}}, {"fifth", "not shown"}});
    CHECK(document["capabilities"][0]["place"].is_null());
    CHECK(document["capabilities"][0]["recovery"].is_null());
    const json& conflict = document["conflicts"][0];
    CHECK(conflict["winnerSource"] == "custom:machine");
    CHECK(conflict["loserSources"] == json{"builtin", "default"});
    CHECK(conflict["loserPlaces"] ==
          json::array({nullptr, json{{"file", "/c/y.json"}, {"line", nullptr}, {"column", nullptr}}}));
}

TEST_CASE("capabilities json: the schema's words are those of the tables") {
    const json schema =
        json::parse(test::content_of(std::string(COWORK_SOURCE_DIR) + "/docs/schemas/report.schema.json"));
    const json& parts = schema["definitions"];
    std::set<std::string> codes{std::string(capabilities::unknown_capability_code)};
    for (const auto& reason : capabilities::capability_reasons()) codes.emplace(reason.code);
    CHECK(words(parts["capabilityReason"]["enum"]) == codes);
    codes = {std::string(capabilities::unknown_conflict_code)};
    for (const auto& reason : capabilities::conflict_reasons()) codes.emplace(reason.code);
    CHECK(words(parts["conflictReason"]["enum"]) == codes);
    std::set<std::string> kinds;
    for (const CapabilityKind kind : all_capability_kinds) kinds.emplace(to_string(kind));
    CHECK(words(parts["capabilityKind"]["enum"]) == kinds);
    std::set<std::string> statuses;
    for (const CapabilityStatus status : all_capability_statuses) statuses.emplace(to_string(status));
    CHECK(words(parts["capability"]["properties"]["status"]["enum"]) == statuses);
}

TEST_CASE("capabilities json: the schema refuses words that are not in the tables") {
    const json good = json::parse(render_json(of(some()), {}));
    REQUIRE(test::schema_violations(good, "report").empty());
    const std::vector<std::pair<const char*, json>> spoilers{
        {"/capabilities/0/kind", "plugin"},
        {"/capabilities/0/status", "runtime_failure"},
        {"/capabilities/0/reasonCode", "mcp.other"},
        {"/capabilities/0/productMode", "desktop_local"},
        {"/capabilities/0/productMode", "cloud-web,"},
        {"/capabilities/0/redacted", false},
        {"/capabilities/0/source", ""},
        {"/capabilities/0/evidence/deep", json::object()},
        {"/capabilities/0/more", 1},
        {"/conflicts/0/reasonCode", "mcp.configured"},
        {"/conflicts/0/loserSources", "builtin"},
        {"/conflicts/0/winnerPlace", "here"}};
    for (const auto& [pointer, value] : spoilers) {
        json bad = good;
        bad[json::json_pointer(pointer)] = value;
        CAPTURE(pointer, value);
        CHECK_FALSE(test::schema_violations(bad, "report").empty());
    }
}
