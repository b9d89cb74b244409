#include "report/render.hpp"
#include "report/text_workspaces.hpp"
#include "secrets/redactor.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace cowork;
using namespace cowork::report;
using catalogue::WorkspaceKind;

namespace {

const Redactor redactor;

WorkspaceRow workspace(std::string_view label, std::string_view status, std::string_view from = "probe",
                       WorkspaceKind kind = WorkspaceKind::cloud) {
    WorkspaceRow row;
    row.id = "cloud:0123456789abcdef"_safe;
    row.label = redactor.clean(label);
    row.kind = kind;
    row.authority = catalogue::authority_of(kind);
    row.status = status;
    row.status_source = from;
    row.base_url = "https://cloud.example.org"_safe;
    row.support = catalogue::support_summary(kind);
    row.credential = {"unknown", "the file was not opened"};
    return row;
}

PairingRow pairing(std::string_view label, std::string_view status, bool enabled = true) {
    PairingRow row;
    row.id = "desktop_pairing_1"_safe;
    row.label = redactor.clean(label);
    row.status = status;
    row.enabled = enabled;
    row.scoped = true;
    return row;
}

std::string shown(const Report& report, Verbosity verbosity, bool color = false) {
    return workspaces_text(report, {.color = color, .verbosity = verbosity});
}

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < text.size();) {
        const auto end = text.find('\n', at);
        lines.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return lines;
}

}  // namespace

TEST_CASE("report workspaces: what is a problem") {
    for (const std::string_view status : {"offline", "auth_required"})
        CHECK(is_problem(workspace("Org", status, "files")));
    CHECK(is_problem(workspace("Org", "unknown", "probe")));
    // Nobody was asked, so nothing is known to be wrong.
    CHECK_FALSE(is_problem(workspace("Org", "unknown", "files")));
    for (const std::string_view status : {"online", "disabled"})
        CHECK_FALSE(is_problem(workspace("Org", status)));

    CHECK_FALSE(is_problem(pairing("Phone", "paired_online")));
    CHECK(is_problem(pairing("Phone", "paired_offline")));
    CHECK(is_problem(pairing("Phone", "error")));
    CHECK_FALSE(is_problem(pairing("Phone", "disabled", false)));
    CHECK_FALSE(is_problem(pairing("Phone", "revoked", false)));
    PairingRow open = pairing("Phone", "paired_online");
    open.scoped = false;
    CHECK(is_problem(open));
}

TEST_CASE("report workspaces: problems first, in columns that letters of two bytes do not shift") {
    Report report;
    report.workspaces = {workspace("B\xC3\xBCro", "online"), workspace("Hall", "offline")};
    CHECK(
        lines_of(shown(report, Verbosity::normal)) ==
        std::vector<std::string>{
            "", "Workspaces",
            "offline         Hall  cloud_worker  https://cloud.example.org  10 blocked, 23 depend on the "
            "Cloud's policy",
            "online          B\xC3\xBCro  cloud_worker  https://cloud.example.org  10 blocked, 23 depend on "
            "the "
            "Cloud's policy"});
    CHECK(shown(report, Verbosity::quiet).find("Hall") != std::string::npos);
    CHECK(shown(report, Verbosity::quiet).find("ro") == std::string::npos);
    CHECK(shown(report, Verbosity::brief).empty());
    report.workspaces.pop_back();
    CHECK(shown(report, Verbosity::quiet).empty());
    CHECK(shown(Report{}, Verbosity::normal).empty());
}

TEST_CASE("report workspaces: every detail, and colours, when asked for") {
    Report report;
    report.workspaces = {workspace("Org", "unknown")};
    const std::string text = shown(report, Verbosity::verbose);
    for (const char* words : {"cloud:0123456789abcdef  status from probe, synced never",
                              "approvals and questions cloud_control_plane",
                              "paths cloud_safe_refs, artifacts cloud_object_store",
                              "credential unknown: the file was not opened"})
        CHECK(text.find(words) != std::string::npos);
    CHECK(text.find('\033') == std::string::npos);
    CHECK(shown(report, Verbosity::normal, true).find("\033[35munknown") != std::string::npos);
    report.workspaces = {workspace("Org", "offline")};
    CHECK(shown(report, Verbosity::normal, true).find("\033[31moffline") != std::string::npos);
    report.workspaces = {workspace("Org", "online")};
    CHECK(shown(report, Verbosity::normal, true).find("\033[32monline") != std::string::npos);
}

TEST_CASE("report workspaces: how long ago a pairing was heard of") {
    struct One {
        std::optional<std::int64_t> seconds;
        std::string words;
    };
    for (const One& one :
         {One{{}, "heartbeat never"}, One{-1, "heartbeat in the future"}, One{0, "heartbeat just now"},
          One{2, "heartbeat 2 s ago"}, One{119, "heartbeat 119 s ago"}, One{120, "heartbeat 2 min ago"},
          One{7200, "heartbeat 2 h ago"}, One{10 * 86400, "heartbeat 10 d ago"}}) {
        CAPTURE(one.words);
        Report report;
        report.pairings = {pairing("Phone", "paired_online")};
        report.pairings[0].last_heartbeat.age_seconds = one.seconds;
        CHECK(shown(report, Verbosity::normal) ==
              "\nPairings\npaired_online   Phone  " + one.words + "  every session  scoped\n");
    }
}

TEST_CASE("report workspaces: what a pairing reaches and allows") {
    Report report;
    report.pairings = {pairing("Phone", "paired_online")};
    report.pairings[0].allowed_sessions = 1;
    report.pairings[0].scoped = false;
    report.pairings[0].elevated = {"remoteApprovals", "exposeLocalPaths"};
    const std::string text = shown(report, Verbosity::quiet);
    CHECK(text.find("1 session  allows more: remoteApprovals, exposeLocalPaths") != std::string::npos);
}
