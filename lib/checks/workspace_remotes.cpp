#include "checks/cloud_target.hpp"
#include "checks/desktop.hpp"
#include "checks/desktop_inventory.hpp"
#include "checks/http_layers.hpp"
#include "checks/json_answers.hpp"
#include "rules/desktop_urls.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <iterator>

namespace cowork::checks {
namespace {

using rules::RemoteKind;

constexpr std::array docs{std::string_view{"docs/reference/workspaces.md"}};
constexpr std::array shown_for{catalogue::Intent::desktop_local, catalogue::Intent::desktop_pairing,
                               catalogue::Intent::cloud_connect, catalogue::Intent::full_hybrid};

// Enough for any Desktop, and few enough to ask side by side.
constexpr std::size_t most_asked = 16;

constexpr std::array own_reasons{
    Reason{"workspace-remote.unreachable", Status::offline, "a remote workspace of Desktop does not answer",
           "start its service, or check its address and the network"},
    Reason{"workspace-remote.not-the-service", Status::offline,
           "at a remote workspace's address something else answers than a Cloud or a Gateway",
           "check what listens there; if it has moved, remove the workspace in Desktop and add it again"},
    Reason{"workspace-remote.not-asked", Status::unknown,
           "Desktop has more than 16 remote workspaces, and those after them were not asked",
           "remove workspaces in Desktop that nobody uses"},
    Reason{"workspace.file-unreadable", Status::unknown, "a list of workspaces cannot be read",
           "run doctor as the user who runs Desktop"},
};
constexpr auto reasons = joined(desktop_place_reasons, own_reasons);

constexpr std::string_view unreachable = own_reasons[0].code;
constexpr HttpReasons transport{unreachable, unreachable, unreachable, unreachable,
                                unreachable, unreachable, unreachable, unreachable,
                                unreachable, unreachable, unreachable, Status::offline};

SafeText name_of(const report::WorkspaceRow& row) { return row.label.empty() ? row.id : row.label; }

// No credential goes along: whether it answers at all is asked, not whether it lets this Desktop in.
probes::HttpRequest question(const Context& context, const RemoteWorkspace& remote) {
    probes::HttpRequest request;
    request.url = remote.base_url + (remote.kind == RemoteKind::cloud ? "/livez" : "/health");
    request.ca_file = context.wishes.ca_file;
    return request;
}

// What one answer says of its workspace.
Finding judge_answer(const Context& context, const report::WorkspaceRow& row, const RemoteWorkspace& remote,
                     const probes::HttpAnswer& answer) {
    Layers layers;
    const SafeText name = name_of(row);
    if (auto broken = judge_transport(layers, context, answer, transport, name, row.base_url))
        return std::move(*broken);
    const auto document = object_of(answer);
    if (answer.status == 200 && document && true_at(*document, "ok"))
        return layers.ready(context.redactor.text("{} answers at {}", name, row.base_url));
    return layers.broke(
        "content", Status::offline, "workspace-remote.not-the-service",
        context.redactor.text("{} at {} answers, but not as a {}: status {}", name, row.base_url,
                              remote.kind == RemoteKind::cloud ? "Cloud" : "Gateway", answer.status));
}

void note(report::WorkspaceRow& row, const Finding& finding) {
    row.status_source = "probe";
    if (finding.status == Status::unknown) {
        row.status = "unknown";
        return;
    }
    row.reachable = finding.status == Status::ready;
    if (!*row.reachable)
        row.status = "offline";
    else
        row.status = row.credential.status == "missing" ? "auth_required" : "online";
}

struct Answers {
    std::vector<Finding> findings;  // one for each workspace that was asked, in order
    std::vector<std::chrono::microseconds> durations;

    [[nodiscard]] std::size_t count(Status status) const {
        return static_cast<std::size_t>(
            std::count_if(findings.begin(), findings.end(),
                          [&](const Finding& finding) { return finding.status == status; }));
    }
};

// Asks the workspaces side by side, and writes into their rows what came of it.
Answers ask(const Context& context, Workspaces& found) {
    const std::size_t asked = std::min(found.remotes.size(), most_asked);
    std::vector<probes::HttpRequest> requests;
    for (std::size_t i = 0; i < asked; ++i) requests.push_back(question(context, found.remotes[i]));
    if (requests.empty()) return {};
    const auto replies = context.http.fetch(requests, context.probe());
    Answers answers;
    for (std::size_t i = 0; i < asked; ++i) {
        auto& row = found.rows[found.remotes[i].row];
        answers.findings.push_back(judge_answer(context, row, found.remotes[i], replies[i]));
        answers.durations.push_back(replies[i].timing.total);
        note(row, answers.findings.back());
    }
    return answers;
}

// The Cloud's own check, when the workspace is the Cloud that it looks at.
std::string_view cause_of(const Context& context, const RemoteWorkspace& remote) {
    Layers unused;
    CloudTarget target;
    if (remote.kind != RemoteKind::cloud || cloud_policy(unused, context, target)) return {};
    return rules::same_workspace(target.base, remote.base_url) ? "workspace.cloud.sync.reachable" : "";
}

// Ends the check with the first of those that are offline.
Finding offline_end(Layers& layers, const Context& context, const Workspaces& found, const Answers& answers) {
    const auto& all = answers.findings;
    const auto first = std::find_if(all.begin(), all.end(),
                                    [](const Finding& one) { return one.status == Status::offline; });
    const std::size_t broken = answers.count(Status::offline);
    SafeText summary = broken == 1 ? first->summary
                                   : context.redactor.text("{} of {} remote workspaces are offline: {}",
                                                           broken, all.size(), first->summary);
    auto finding = layers.broke("remotes", Status::offline, first->reason_code, std::move(summary));
    finding.probes.pop_back();  // each workspace has one of its own
    if (broken == 1)
        finding.because =
            cause_of(context, found.remotes.at(static_cast<std::size_t>(std::distance(all.begin(), first))));
    return finding;
}

Finding conclude(Layers& layers, const Context& context, const Workspaces& found, const Answers& answers) {
    if (answers.count(Status::offline) > 0) return offline_end(layers, context, found, answers);
    if (answers.count(Status::unknown) > 0) return out_of_time(layers, context, "remotes");
    if (!found.unreadable.empty()) {
        auto finding = layers.broke("file", Status::unknown, "workspace.file-unreadable",
                                    context.redactor.text("{} cannot be read", found.unreadable.front()));
        finding.because = "workspace.authority.declared";
        return finding;
    }
    if (found.remotes.size() > most_asked)
        return layers.broke(
            "remotes", Status::unknown, "workspace-remote.not-asked",
            context.redactor.text("{} of {} remote workspaces answer, the others were not asked",
                                  answers.findings.size(), found.remotes.size()));
    if (found.remotes.empty()) return layers.ready("Desktop has no remote workspace"_safe);
    return layers.ready(context.redactor.text(
        "{} remote workspaces answer; whether Desktop is signed in is not known", found.remotes.size()));
}

Finding remotes_reachable(const Context& context) {
    Layers layers;
    if (!context.present.desktop) return layers.ready("no Desktop here, so no remote workspaces"_safe);
    Desktop desktop;
    if (auto broken = desktop_place(layers, context, desktop)) return std::move(*broken);
    Workspaces found = read_workspaces(context, desktop);
    auto pairings = pairing_rows(context, desktop);
    Answers answers = ask(context, found);
    layers.evidence("remote_workspaces", static_cast<std::int64_t>(found.remotes.size()));
    layers.evidence("asked", static_cast<std::int64_t>(answers.findings.size()));
    layers.evidence("answered", static_cast<std::int64_t>(answers.count(Status::ready)));
    layers.evidence("signed_in", "unknown"_safe);
    Finding finding = conclude(layers, context, found, answers);
    for (std::size_t i = 0; i < answers.findings.size(); ++i) {
        Finding& one = answers.findings[i];
        finding.probes.push_back({"workspace",
                                  one.status,
                                  one.reason_code,
                                  std::move(one.summary),
                                  answers.durations[i],
                                  std::move(one.evidence),
                                  {}});
    }
    finding.workspaces = std::move(found.rows);
    finding.pairings = std::move(pairings);
    return finding;
}

constexpr std::array rows{
    Check{.id = workspace_lists_check,
          .label = "Remote workspaces reachable",
          .authority = catalogue::Authority::mixed,
          .control_plane = std::nullopt,
          .failing = Status::offline,
          .looks_at = "Every Cloud and Gateway among Desktop's workspaces, asked for a sign of life without "
                      "any credential. Desktop itself calls one online when a token for it is stored.",
          .docs = docs,
          .needs = {},
          .ready_when = {},
          .also_for = {},
          .reasons = reasons,
          .run = remotes_reachable,
          .shown_for = shown_for},
};

}  // namespace

std::span<const Check> workspace_remotes_checks() { return rows; }

}  // namespace cowork::checks
