#include "report/json_capabilities.hpp"
#include "report/render.hpp"
#include "report/workspace_json.hpp"

#include <nlohmann/json.hpp>

namespace cowork::report {
namespace {

using json = nlohmann::ordered_json;

double milliseconds(std::chrono::microseconds duration) {
    return static_cast<double>(duration.count()) / 1000.0;
}

json text_or_null(std::string_view text) { return text.empty() ? json(nullptr) : json(text); }

json evidence_json(const Evidence& evidence) {
    json object = json::object();
    for (const auto& [key, value] : evidence) {
        json plain = std::visit(
            [](const auto& held) {
                if constexpr (std::is_same_v<std::decay_t<decltype(held)>, SafeText>) {
                    return json(held.str());
                } else {
                    return json(held);
                }
            },
            value);
        // A key told more than once becomes a list, so that nothing is lost.
        const std::string name(key);
        if (!object.contains(name)) {
            object[name] = std::move(plain);
        } else {
            if (!object[name].is_array()) object[name] = json::array({object[name]});
            object[name].push_back(std::move(plain));
        }
    }
    return object;
}

json source_json(const SourceRef& source) {
    if (!source.known()) return nullptr;
    return {{"file", source.file},
            {"line", source.line > 0 ? json(source.line) : json(nullptr)},
            {"column", source.column > 0 ? json(source.column) : json(nullptr)},
            {"key", text_or_null(source.key)}};
}

json probe_json(const Probe& probe) {
    return {{"id", probe.id},
            {"status", to_string(probe.status)},
            {"reasonCode", text_or_null(probe.reason_code)},
            {"summary", probe.summary.str()},
            {"durationMs", milliseconds(probe.duration)},
            {"evidence", evidence_json(probe.evidence)},
            {"reproduce", text_or_null(probe.reproduce.view())}};
}

json baseline_json(const Row& row) {
    if (!row.baseline) return nullptr;
    return {{"change", to_string(row.baseline->change)},
            {"status", to_string(row.baseline->status)},
            {"reasonCode", text_or_null(row.baseline->reason_code.view())}};
}

json finding_json(const Row& row) {
    if (!row.finding) return nullptr;
    const FindingDetail& finding = *row.finding;
    const auto number = [](int value) { return value > 0 ? json(value) : json(nullptr); };
    return {
        {"kind", finding.kind},
        {"severity", finding.severity},
        {"endLine", number(finding.end_line)},
        {"endColumn", number(finding.end_column)},
        {"fingerprint", finding.fingerprint},
        {"fixable", finding.fixable},
        {"allowedBecause", finding.allowed_because ? json(finding.allowed_because->str()) : json(nullptr)}};
}

json file_json(const FileRow& file) {
    return {{"path", file.path.str()},
            {"kind", text_or_null(file.kind)},
            {"leftOut", text_or_null(file.left_out.view())}};
}

json row_json(const Report& report, const Row& row) {
    const Row* root = root_cause(report, row);
    json shown_by = json::array();
    for (const Row* symptom : symptoms(report, row)) shown_by.push_back(symptom->id);
    json probes = json::array();
    for (const Probe& probe : row.probes) probes.push_back(probe_json(probe));
    json docs = json::array();
    for (const std::string_view page : row.recovery.docs) docs.push_back(page);
    return {
        {"id", row.id},
        {"label", row.label},
        {"authority", catalogue::to_string(row.authority)},
        {"controlPlane", row.control_plane ? json(catalogue::to_string(*row.control_plane)) : json(nullptr)},
        {"required", row.required},
        {"status", to_string(row.status)},
        {"reasonCode", text_or_null(row.reason_code)},
        {"summary", row.summary.str()},
        {"recovery",
         {{"action", text_or_null(row.recovery.action.view())},
          {"safety", to_string(row.recovery.safety)},
          {"actor", to_string(row.recovery.actor)},
          {"kind", text_or_null(row.recovery.kind)},
          {"command", text_or_null(row.recovery.command.view())},
          {"docs", docs}}},
        {"blockedBy", text_or_null(row.blocked_by)},
        {"rootCause", root == nullptr ? json(nullptr) : json(root->id)},
        {"symptoms", shown_by},
        {"baseline", baseline_json(row)},
        {"durationMs", milliseconds(row.duration)},
        {"source", source_json(row.source)},
        {"evidence", evidence_json(row.evidence)},
        {"probes", probes}};
}

json counts_json(const std::array<std::size_t, 5>& numbers) {
    json object = json::object();
    for (std::size_t i = 0; i < all_statuses.size(); ++i)
        object[std::string(to_string(all_statuses[i]))] = numbers[i];
    return object;
}

json frame(std::string_view command, const std::optional<catalogue::Intent>& intent) {
    json planes = json::array();
    if (intent)
        for (const auto plane : catalogue::row(*intent).control_planes)
            planes.push_back(catalogue::to_string(plane));
    return {{"schemaVersion", 1},
            {"tool", {{"name", "cowork"}, {"version", COWORK_VERSION}}},
            {"command", text_or_null(command)},
            {"intent", intent ? json(catalogue::row(*intent).id) : json(nullptr)},
            {"topology", intent ? json(catalogue::row(*intent).topology) : json(nullptr)},
            {"executionAuthority",
             intent ? json(catalogue::to_string(catalogue::row(*intent).authority)) : json(nullptr)},
            {"controlPlanes", planes}};
}

std::string document(json body) {
    for (const char* list : {"capabilities", "conflicts", "workspaces", "pairings"})
        if (!body.contains(list)) body[list] = json::array();
    body["redacted"] = true;
    return body.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

}  // namespace

std::string render_json(const Report& report, const Verdict& verdict) {
    json body = frame(report.command, report.intent);
    body["paths"] = json::array();
    for (const auto path : report.paths) body["paths"].push_back(catalogue::row(path).id);
    body["generatedAt"] = report.generated_at;
    body["durationMs"] = milliseconds(report.duration);
    body["status"] = to_string(overall(report, verdict));
    body["exitCode"] = exit_code(report, verdict);
    body["counts"] = counts_json(counts(report));
    body["results"] = json::array();
    for (const Row& row : report.rows) {
        json entry = row_json(report, row);
        if (report.command == "validate") entry["finding"] = finding_json(row);
        body["results"].push_back(std::move(entry));
    }
    if (report.command == "validate") {
        body["files"] = json::array();
        for (const FileRow& file : report.files) body["files"].push_back(file_json(file));
    }
    body["notes"] = json::array();
    for (const SafeText& note : report.notes) body["notes"].push_back(note.str());
    // Before those that document() adds, so that the order of the lists is the same in every report.
    for (const char* list : {"capabilities", "conflicts", "workspaces", "pairings"})
        body[list] = json::array();
    for (const CapabilityRow& row : report.capabilities.capabilities)
        body["capabilities"].push_back(capability_json(row));
    for (const ConflictRow& row : report.capabilities.conflicts)
        body["conflicts"].push_back(conflict_json(row));
    for (const WorkspaceRow& row : report.workspaces) body["workspaces"].push_back(workspace_json(row));
    for (const PairingRow& row : report.pairings) body["pairings"].push_back(pairing_json(row));
    return document(std::move(body));
}

std::string render_json(const Refusal& refusal) {
    json body = frame(refusal.command, std::nullopt);
    body["paths"] = json::array();
    body["generatedAt"] = utc_timestamp(std::chrono::system_clock::now());
    body["durationMs"] = 0;
    body["status"] = to_string(Status::unknown);
    body["exitCode"] = refusal.exit_code;
    body["counts"] = counts_json({});
    body["results"] = json::array();
    body["notes"] = json::array();
    body["error"] = {{"message", refusal.message.str()}, {"remedy", text_or_null(refusal.remedy.view())}};
    return document(std::move(body));
}

}  // namespace cowork::report
