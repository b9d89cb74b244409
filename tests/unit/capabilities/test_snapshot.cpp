#include "capabilities/reasons.hpp"
#include "capabilities/snapshot.hpp"
#include "capabilities/snapshot_rows.hpp"
#include "report/render.hpp"
#include "support/schema.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <string>
#include <utility>
#include <vector>

using namespace cowork;
using namespace cowork::capabilities;
using nlohmann::json;

namespace {

json row(const char* id, const char* kind, const char* status, const char* code,
         const char* modes = "desktop-local") {
    return {{"id", id},
            {"kind", kind},
            {"status", status},
            {"reasonCode", code},
            {"source", "builtin"},
            {"productMode", modes},
            {"evidence", {{"type", "local"}, {"note", nullptr}}},
            {"redacted", true}};
}

json inputs(std::vector<json> rows) {
    return {{"opencodeVersion", "1.18.1"},
            {"providerId", "openrouter"},
            {"capabilities", std::move(rows)},
            {"conflicts",
             {{{"id", "openrouter"},
               {"kind", "provider"},
               {"winnerSource", "settings"},
               {"loserSources", {"default:openai"}},
               {"reasonCode", "provider.source-conflict-winner"},
               {"redacted", true}}}}};
}

std::string bundle(const std::string& runtime_inputs) {
    return "=== Open Cowork Diagnostics ===\nGenerated: 2026-08-01T10:20:30.000Z\nBrand: Open Cowork\n\n"
           "=== Effective Config ===\n{\"capabilities\": 1}\n\n=== Runtime Inputs ===\n" +
           runtime_inputs + "\n\n=== Log Tail ===\n=== not a title\n{ nothing\n";
}

Snapshot read(const std::string& text) {
    auto snapshot = read_snapshot(text, Redactor());
    INFO((snapshot ? std::string{} : snapshot.error().message));
    REQUIRE(snapshot.has_value());
    return std::move(*snapshot);
}

report::CapabilityRow only(const json& one) {
    const Snapshot snapshot = read(inputs({one}).dump());
    REQUIRE(snapshot.tables.capabilities.size() == 1);
    return snapshot.tables.capabilities.front();
}

// The document that a report with these tables would be.
std::string reported(const report::CapabilityTables& tables) {
    report::Report report;
    report.command = "doctor";
    report.generated_at = "2026-01-31T12:00:00.000Z";
    report.capabilities = tables;
    return report::render_json(report, {});
}

std::string text_of(const report::CapabilityRow& row, std::string_view key) {
    for (const auto& [name, value] : row.evidence)
        if (name == key)
            if (const auto* text = std::get_if<SafeText>(&value)) return text->str();
    return {};
}

}  // namespace

TEST_CASE("snapshot: each form tells the same rows") {
    const json plain = inputs({row("a", "mcp", "active", "mcp.configured"),
                               row("b", "mcp", "blocked", "mcp.stdio-policy-blocked")});
    const Snapshot expected = read(plain.dump());
    CHECK(expected.form == "runtime-inputs");
    CHECK(expected.generated_at.empty());
    const json same = json::parse(reported(expected.tables));
    CHECK(test::schema_violations(same, "report").empty());
    for (const auto& [form, text] : std::vector<std::pair<std::string, std::string>>{
             {"runtime-inputs", "\xEF\xBB\xBF \n" + plain.dump(4)},
             {"runtime-inputs", json{{"runtimeInputs", plain}, {"runtime", nullptr}}.dump()},
             {"bundle", bundle(plain.dump(2))},
             {"bundle", bundle("\r\n" + plain.dump(2) + "\r\n")},
             {"report", same.dump()}}) {
        const Snapshot snapshot = read(text);
        CAPTURE(form);
        CHECK(snapshot.form == form);
        CHECK(snapshot.dropped == 0);
        CHECK(json::parse(reported(snapshot.tables)) == same);
    }
    CHECK(read(bundle(plain.dump())).generated_at.str() == "2026-08-01T10:20:30.000Z");
    CHECK(read(same.dump()).generated_at.str() == "2026-01-31T12:00:00.000Z");
    const json& conflict = same["conflicts"][0];
    CHECK(conflict["winnerSource"] == "settings");
    CHECK(conflict["loserSources"] == json{"default:openai"});
    CHECK(conflict["productMode"] == "desktop-local");
}

TEST_CASE("snapshot: places of a report come back") {
    report::CapabilityTables tables;
    tables.capabilities.push_back(capability_row("mcp.declared", "x"_safe, "project"_safe,
                                                 {"/p/opencode.json"_safe, 7, 5}, "standalone-gateway"));
    tables.conflicts.push_back(conflict_row(
        "mcp.layer-override", "x"_safe, "project"_safe, {"/p/opencode.json"_safe, 7, 5},
        {{"global"_safe, {"/g/opencode.json"_safe, 3, 0}}, {"managed"_safe, {}}}, "standalone-gateway"));
    const std::string document = reported(tables);
    CHECK(json::parse(reported(read(document).tables)) == json::parse(document));
}

TEST_CASE("snapshot: codes that the product declares and never emits are known") {
    for (const char* code :
         {"plugin.supported", "plugin.shim", "plugin.private-assumption", "plugin.unknown"}) {
        const auto read_row =
            only(row("p", "opencode-plugin", "available", code, "desktop-cloud,headless-host"));
        CHECK(read_row.reason_code == code);
        CHECK_FALSE(read_row.meaning.empty());
        CHECK(read_row.product_mode == "desktop-cloud,headless-host");
    }
}

TEST_CASE("snapshot: a code that is not known keeps its row, kind and status, and stands in the evidence") {
    struct Line {
        const char *kind, *status, *code;
        bool critical;
    };
    for (const Line& line : {Line{"provider", "runtime-failure", "provider.runtime-failure", true},
                             Line{"tool", "runtime-failure", "tool.runtime-failure", true},
                             Line{"mcp", "blocked", "mcp.blocked", true},
                             Line{"workflow", "unsupported", "workflow.unsupported", true},
                             Line{"opencode-plugin", "unsupported", "plugin.unsupported", true},
                             // Known, and of another status or kind: the row's own words count.
                             Line{"mcp", "active", "mcp.url-policy-blocked", false},
                             Line{"skill", "blocked", "mcp.url-policy-blocked", true}}) {
        CAPTURE(line.code, line.kind);
        const auto found = only(row("x", line.kind, line.status, line.code));
        CHECK(found.reason_code == unknown_capability_code);
        CHECK(to_string(found.kind) == line.kind);
        CHECK(to_string(found.status) == line.status);
        CHECK(text_of(found, "reasonCode") == line.code);
        CHECK(is_critical(found) == line.critical);
        // Once more through a report, the code is still there, and once.
        report::CapabilityTables tables;
        tables.capabilities.push_back(found);
        const Snapshot again = read(reported(tables));
        CHECK(again.tables.capabilities.front().evidence.size() == found.evidence.size());
        CHECK(text_of(again.tables.capabilities.front(), "reasonCode") == line.code);
    }
}

TEST_CASE("snapshot: rows outside the closed lists are dropped and counted") {
    json no_id = row("x", "mcp", "active", "mcp.configured");
    no_id.erase("id");
    const Snapshot snapshot = read(
        inputs({row("x", "plugin", "active", "mcp.configured"), row("x", "mcp", "fine", "mcp.configured"),
                row("", "mcp", "active", "mcp.configured"), no_id, json("text"), json(nullptr), json::array(),
                row("good", "mcp", "active", "mcp.configured")})
            .dump());
    CHECK(snapshot.dropped == 7);
    REQUIRE(snapshot.tables.capabilities.size() == 1);
    CHECK(snapshot.tables.capabilities.front().id.str() == "good");
    json bare = row("x", "mcp", "blocked", "");
    for (const char* key : {"reasonCode", "source", "productMode", "evidence"}) bare.erase(key);
    const auto read_row = only(bare);
    CHECK(read_row.reason_code == unknown_capability_code);
    CHECK(read_row.source.str() == "unknown");
    CHECK(read_row.product_mode == "unknown");
}

TEST_CASE("snapshot: product modes are those of the closed list") {
    CHECK(product_modes("desktop-local") == "desktop-local");
    CHECK(product_modes(" headless-host , desktop-local") == "desktop-local,headless-host");
    CHECK(product_modes("desktop-cloud,cloud-web,cloud-channel-gateway,paired-desktop,headless-host") ==
          "desktop-cloud,cloud-web,cloud-channel-gateway,paired-desktop,headless-host");
    CHECK(product_modes("desktop_local") == "unknown");
    CHECK(product_modes("desktop-local,\x1b[31m") == "desktop-local,unknown");
    CHECK(product_modes("").compare("unknown") == 0);
    CHECK(product_modes(",,") == "unknown");
}

TEST_CASE("snapshot: nothing of it gets out as it is") {
    const std::string key = "sk-or-v1-SNAPSHOT-3f9c1d7a8b2e40565aa1c0ffee91";
    json hostile = row("\x1b[31mred\x07", "mcp", "blocked", "mcp.stdio-policy-blocked");
    hostile["source"] = "token=" + key;
    hostile["evidence"] = {{"type", key},
                           {"apiKey", key},
                           {"password", "short-secret"},
                           {"n", 5},
                           {"big", 18446744073709551615ULL},
                           {"half", 0.5},
                           {"deep", {{"a", key}}},
                           {"toolIds", {key, 7, "plain"}},
                           {"long", std::string(100000, 'x')}};
    for (int i = 0; i < 100; ++i) hostile["evidence"]["zz" + std::to_string(i)] = i;
    hostile["place"] = {{"file", "/x\x1b]0;y"}, {"line", -5}, {"column", 1e300}};
    const Snapshot snapshot =
        read(inputs({hostile, row("\xE2\x80\xAE", "mcp", "active", "mcp.configured")}).dump());
    const std::string document = reported(snapshot.tables);
    CHECK(document.find(key) == std::string::npos);
    CHECK(document.find("short-secret") == std::string::npos);
    CHECK(document.find("\\u001b") == std::string::npos);
    CHECK(document.size() < 40000);
    CHECK(test::schema_violations(json::parse(document), "report").empty());
    Redactor knows;
    knows.learn("LEARNED-value");
    const auto learned =
        read_snapshot(inputs({row("LEARNED-value", "mcp", "active", "mcp.configured")}).dump(), knows);
    REQUIRE(learned.has_value());
    CHECK(reported(learned->tables).find("LEARNED-value") == std::string::npos);
}

TEST_CASE("snapshot: what is none of the forms is told, with its line, and without its text") {
    const std::string deep(200000, '[');
    const std::string bomb = R"({"capabilities":[)" + deep;
    json many = json::array();
    for (std::size_t i = 0; i <= most_snapshot_rows; ++i) many.push_back(0);
    for (const auto& [text, part] : std::vector<std::pair<std::string, std::string>>{
             {"", "neither JSON nor"},
             {"SECRETWORD", "neither JSON nor"},
             {std::string("\0\xFF\xFE", 3), "neither JSON nor"},
             {"=== Open Cowork Diagnostics ===\n=== Log Tail ===\nSECRETWORD\n", "neither JSON nor"},
             {"{", "line 1"},
             {"{\n\"a\": SECRETWORD\n}", "line 2"},
             {bundle("null"), "tell of no capabilities"},
             {bundle("{\n  \"capabilities\": [\n SECRETWORD"), "line 11"},
             {bundle(R"({"capabilities": [{"id":"abc…[truncated])"), "Desktop has cut off"},
             {bundle(deep), "nests too deeply"},
             {deep, "nests too deeply"},
             {bomb, "nests too deeply"},
             {"[]", "no object with capabilities"},
             {"{}", "no object with capabilities"},
             {R"({"runtimeInputs":null})", "no object with capabilities"},
             {R"({"capabilities":{}})", "is no list"},
             {R"({"capabilities":[],"conflicts":5})", "is no list"},
             {json{{"capabilities", many}}.dump(), "more than 20000 rows"},
             {R"({"tool":{"name":"cowork"},"schemaVersion":2,"capabilities":[]})", "schemaVersion"},
             {R"({"tool":{"name":"cowork"},"schemaVersion":1,"error":{},"capabilities":[]})",
              "could not begin"},
             {R"({"tool":5})", "no object with capabilities"},
             {std::string(largest_snapshot + 1, ' '), "larger than"}}) {
        const auto snapshot = read_snapshot(text, Redactor());
        CAPTURE(text.substr(0, 80), part);
        REQUIRE_FALSE(snapshot.has_value());
        CHECK(snapshot.error().code == ErrorCode::invalid);
        CHECK(snapshot.error().message.find(part) != std::string::npos);
        CHECK(snapshot.error().message.find("SECRETWORD") == std::string::npos);
        CHECK_FALSE(snapshot.error().remedy.empty());
    }
}

TEST_CASE("snapshot: as many rows as are allowed are read in a moment") {
    std::vector<json> rows;
    for (std::size_t i = 0; i + 1 < most_snapshot_rows; ++i)
        rows.push_back(row(("capability-" + std::to_string(i)).c_str(), "skill", "active", "skill.builtin"));
    const auto began = std::chrono::steady_clock::now();
    const Snapshot snapshot = read(inputs(std::move(rows)).dump());
    CHECK(snapshot.tables.capabilities.size() == most_snapshot_rows - 1);
    CHECK(std::chrono::steady_clock::now() - began < std::chrono::seconds(20));
}
