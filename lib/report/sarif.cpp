// SARIF 2.1.0, the format of static analysis that code hosts and editors show.
#include "core/timestamp.hpp"
#include "report/file_uri.hpp"
#include "report/level.hpp"
#include "report/render.hpp"
#include "report/sarif_rules.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <charconv>

namespace cowork::report {
namespace {

using json = nlohmann::ordered_json;

constexpr std::string_view schema =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
// Relative paths count from where cowork was run, which it does not tell.
constexpr const char* base = "SRCROOT";

// Viewers make a link of [text](target). None of ours is meant as one, so none of theirs becomes one.
std::string unlinked(std::string text) {
    for (auto at = text.find("]("); at != std::string::npos; at = text.find("](", at))
        text.insert(at + 1, " ");
    return text;
}

json message(std::string text) { return {{"text", unlinked(std::move(text))}}; }

json artifact_location(std::string_view path) {
    const FileUri file = file_uri(path);
    json location{{"uri", file.uri}};
    if (file.below) location["uriBaseId"] = base;
    return location;
}

json region(const Row& row) {
    json place{{"startLine", row.source.line}};
    if (row.source.column > 0) place["startColumn"] = row.source.column;
    if (!row.finding || row.finding->end_line < row.source.line) return place;
    place["endLine"] = row.finding->end_line;
    if (row.finding->end_column > 0) place["endColumn"] = row.finding->end_column;
    return place;
}

json logical_location(const Row& row) {
    json location{{"name", row.label.empty() ? row.id : row.label}, {"fullyQualifiedName", row.id}};
    if (row.source.known()) location["name"] = row.source.file == "-" ? "standard input" : row.source.file;
    if (!row.source.key.empty()) location["fullyQualifiedName"] = row.source.key;
    return {{"logicalLocations", json::array({location})}};
}

json location(const Row& row) {
    if (!names_file(row.source)) return logical_location(row);
    json physical{{"artifactLocation", artifact_location(row.source.file)}};
    if (row.source.line > 0) physical["region"] = region(row);
    return {{"physicalLocation", physical}};
}

// What SARIF asks of a result: a level belongs to a failure alone.
struct Kind {
    std::string_view kind;
    Level level = Level::none;
};
Kind kind_of(const Row& row, const Verdict& verdict) {
    if (row.finding) return {"fail", level_of(row.finding->severity)};
    if (row.reason_code == "skipped.by_user") return {"notApplicable"};
    switch (row.status) {
        case Status::ready:
            return {"pass"};
        case Status::unknown:
            return {"open"};
        case Status::degraded:
        case Status::action_required:
        case Status::offline:
            break;
    }
    return {"fail", level_of(row, verdict)};
}

json finding_properties(const Row& row) {
    json properties{{"fileKind", row.finding->kind}, {"fixable", row.finding->fixable}};
    if (!row.source.key.empty()) properties["key"] = row.source.key;
    return properties;
}

json check_properties(const Row& row) {
    json properties{{"status", to_string(row.status)},
                    {"required", row.required},
                    {"executionAuthority", catalogue::to_string(row.authority)},
                    {"durationMs", static_cast<double>(row.duration.count()) / 1000.0}};
    if (!row.reason_code.empty()) properties["reasonCode"] = row.reason_code;
    if (!row.blocked_by.empty()) properties["blockedBy"] = row.blocked_by;
    if (row.control_plane) properties["controlPlane"] = catalogue::to_string(*row.control_plane);
    if (row.baseline) properties["change"] = to_string(row.baseline->change);
    return properties;
}

json result_json(const Row& row, const Verdict& verdict, const SarifRules& rules) {
    const std::string_view id = sarif_rule_of(row);
    const Kind kind = kind_of(row, verdict);
    json result{{"ruleId", id},
                {"ruleIndex", rules.index(id)},
                {"kind", kind.kind},
                {"level", to_string(kind.level)},
                {"message", message(told(row))},
                {"locations", json::array({location(row)})}};
    if (!row.finding) {
        result["properties"] = check_properties(row);
        return result;
    }
    result["partialFingerprints"] = {{"coworkFinding/v1", row.finding->fingerprint}};
    // A list that is empty says that nothing is suppressed; none at all, that nobody looked.
    result["suppressions"] = json::array();
    if (row.finding->allowed_because)
        result["suppressions"].push_back({{"kind", row.finding->allowed_in_file ? "inSource" : "external"},
                                          {"justification", row.finding->allowed_because->str()}});
    result["properties"] = finding_properties(row);
    return result;
}

json notification(std::string text, Level level) {
    return {{"message", message(std::move(text))}, {"level", to_string(level)}};
}

// Whether a row is about a file as such, and no result: it held, or could not be looked at.
bool about_file(const Report& report, const Row& row) { return report.command == "validate" && !row.finding; }

json notifications(const Report& report) {
    json list = json::array();
    for (const Row& row : report.rows) {
        if (!about_file(report, row) || row.status == Status::ready) continue;
        list.push_back(notification(told(row), Level::error));
        list.back()["locations"] = json::array({location(row)});
    }
    for (const SafeText& note : report.notes) list.push_back(notification(note.str(), Level::note));
    return list;
}

// The fraction of a timestamp that utc_timestamp() wrote, which parse_timestamp() leaves out.
std::chrono::milliseconds fraction(std::string_view timestamp) {
    int number = 0;
    if (timestamp.size() == 24) std::from_chars(timestamp.data() + 20, timestamp.data() + 23, number);
    return std::chrono::milliseconds(number);
}

json invocation(const Report& report, const Verdict& verdict) {
    json run{{"executionSuccessful", !report.exit_override}, {"exitCode", exit_code(report, verdict)}};
    if (report.exit_override > 128) run["exitSignalNumber"] = *report.exit_override - 128;
    if (const auto end = parse_timestamp(report.generated_at)) {
        run["startTimeUtc"] = utc_timestamp(*end + fraction(report.generated_at) - report.duration);
        run["endTimeUtc"] = report.generated_at;
    }
    if (json list = notifications(report); !list.empty()) run["toolExecutionNotifications"] = std::move(list);
    return run;
}

json artifacts(const Report& report) {
    json list = json::array();
    for (const FileRow& file : report.files) {
        if (file.kind.empty() || file.path.view() == "-") continue;
        list.push_back({{"location", artifact_location(file.path.view())},
                        {"roles", json::array({"analysisTarget"})},
                        {"properties", {{"fileKind", file.kind}}}});
    }
    return list;
}

json driver(json rules) {
    return {{"driver",
             {{"name", "cowork"},
              {"version", COWORK_VERSION},
              {"semanticVersion", COWORK_VERSION},
              {"rules", std::move(rules)}}}};
}

// Apart for each command and path, so that uploading the one does not close what the other found.
json automation(std::string title) {
    for (char& c : title)
        if (c == ' ') c = '/';
    return {{"id", title + "/"}};
}

std::string document(json run) {
    const json log{{"$schema", schema}, {"version", "2.1.0"}, {"runs", json::array({std::move(run)})}};
    return log.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

}  // namespace

std::string render_sarif(const Report& report, const Verdict& verdict) {
    const SarifRules rules(report);
    json results = json::array();
    for (const Row& row : report.rows)
        if (!about_file(report, row)) results.push_back(result_json(row, verdict, rules));
    json run{{"tool", driver(rules.json())},
             {"automationDetails", automation(title_of(report))},
             {"invocations", json::array({invocation(report, verdict)})},
             {"originalUriBaseIds",
              {{base, {{"description", {{"text", "The directory in which cowork was run."}}}}}}},
             {"columnKind", "unicodeCodePoints"}};
    if (json files = artifacts(report); !files.empty()) run["artifacts"] = std::move(files);
    run["results"] = std::move(results);
    return document(std::move(run));
}

std::string render_sarif(const Refusal& refusal) {
    const std::string text = told(refusal.message.view(), refusal.remedy.view());
    const std::string title = fmt::format("cowork{}{}", refusal.command.empty() ? "" : " ", refusal.command);
    return document(
        {{"tool", driver(json::array())},
         {"automationDetails", automation(title)},
         {"invocations",
          json::array({{{"executionSuccessful", false},
                        {"exitCode", refusal.exit_code},
                        {"toolExecutionNotifications", json::array({notification(text, Level::error)})}}})},
         {"columnKind", "unicodeCodePoints"},
         {"results", json::array()}});
}

}  // namespace cowork::report
