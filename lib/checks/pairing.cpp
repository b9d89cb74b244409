#include "checks/desktop.hpp"
#include "checks/desktop_inventory.hpp"
#include "core/timestamp.hpp"

#include <algorithm>
#include <array>

namespace cowork::checks {
namespace {

using rules::DesktopPairing;
using Clock = std::chrono::system_clock;

constexpr std::array docs{std::string_view{"docs/reference/checks.md"}};

constexpr std::array file_reasons{
    Reason{"pairing.none", Status::unknown, "Desktop has no pairing", "create one in Desktop's settings"},
    Reason{"pairing.file-unreadable", Status::unknown, "the list of pairings cannot be read",
           "run doctor as the user who runs Desktop"},
    Reason{"pairing.file-quarantined", Status::action_required,
           "Desktop cannot use its list of pairings, puts the whole file aside and goes on with none",
           "quit Desktop, and mend the file or create the pairings again"},
};

// Reads the pairings, or ends the check.
std::optional<Finding> pairings_of(Layers& layers, const Context& context, Desktop& desktop,
                                   std::vector<DesktopPairing>& pairings) {
    if (auto broken = desktop_place(layers, context, desktop)) return broken;
    const std::string path = desktop.file(pairings_file);
    layers.source({path, 0, 0, {}});
    Pairings read = read_pairings(context, desktop);
    if (read.state == Registry::unreadable)
        return layers.broke("file", Status::unknown, "pairing.file-unreadable",
                            context.redactor.text("{} cannot be read", path));
    if (!read.file.unusable.empty())
        return layers.broke("file", Status::action_required, "pairing.file-quarantined",
                            context.redactor.text("{}: {}", path, read.file.unusable.front()));
    pairings = std::move(read.file.pairings);
    layers.evidence("pairings", static_cast<std::int64_t>(pairings.size()));
    if (pairings.empty())
        return layers.broke("file", Status::unknown, "pairing.none", "Desktop has no pairing"_safe);
    layers.passed("file", context.redactor.text("{} pairings", pairings.size()));
    return std::nullopt;
}

// ---------------------------------------------------------------- pairing.connection.active

constexpr std::array connection_ready_when{catalogue::Intent::desktop_pairing};
constexpr std::array connection_own_reasons{
    Reason{"pairing.heartbeat-stale", Status::offline,
           "the pairing is noted as online, and its last sign of life is over a minute old or missing",
           "start Desktop; if it runs, reconnect the pairing in its settings"},
    Reason{"pairing.heartbeat-future", Status::unknown,
           "the pairing's last sign of life lies in the future, so its age says nothing",
           "set this machine's clock right"},
    Reason{"pairing.offline", Status::offline, "the pairing is not connected to its broker",
           "check the broker and the network, and reconnect the pairing in Desktop"},
    Reason{"pairing.error", Status::offline, "Desktop noted an error for the pairing",
           "reconnect it in Desktop, or revoke and create it again"},
    Reason{"pairing.no-broker", Status::action_required, "the pairing has no broker to connect to",
           "set the broker's URL in Desktop's settings"},
    Reason{"pairing.disabled", Status::action_required, "the pairing is switched off",
           "switch it on in Desktop's settings"},
    Reason{"pairing.revoked", Status::action_required, "the pairing was revoked, which is for good",
           "create a new pairing in Desktop's settings"},
};
constexpr auto connection_reasons_table = joined(desktop_place_reasons, file_reasons, connection_own_reasons);

// Desktop asks the broker every 2.5 seconds.
constexpr std::chrono::seconds fresh{60};

// Why a pairing does not count as active; empty when it does. The row order of the reasons is how much
// nearer to being active a pairing is.
std::string_view trouble_of(const DesktopPairing& pairing, Clock::time_point now) {
    if (pairing.revoked()) return "pairing.revoked";
    if (!pairing.enabled || pairing.status == "disabled") return "pairing.disabled";
    if (!pairing.has_broker) return "pairing.no-broker";
    if (pairing.status == "error") return "pairing.error";
    if (pairing.status != "paired_online") return "pairing.offline";
    const auto heartbeat = parse_timestamp(pairing.last_heartbeat);
    if (heartbeat && *heartbeat > now + fresh) return "pairing.heartbeat-future";
    if (!heartbeat || *heartbeat < now - fresh) return "pairing.heartbeat-stale";
    return {};
}

const Reason& connection_reason(std::string_view code) {
    return *std::find_if(connection_own_reasons.begin(), connection_own_reasons.end(),
                         [&](const Reason& reason) { return reason.code == code; });
}

Finding connection_active(const Context& context) {
    Layers layers;
    Desktop desktop;
    std::vector<DesktopPairing> pairings;
    if (auto broken = pairings_of(layers, context, desktop, pairings)) return std::move(*broken);
    // The file is for all pairings together, and encrypted: it says nothing of a single one.
    layers.evidence("credential_file",
                    context.files.facts(desktop.file("desktop-pairing-credentials.json")).has_value());
    const auto now = Clock::now();
    const Reason* nearest = nullptr;
    std::int64_t active = 0;
    for (const DesktopPairing& pairing : pairings) {
        if (!pairing.last_heartbeat.empty())
            layers.evidence("last_heartbeat", context.redactor.clean(pairing.last_heartbeat));
        const auto code = trouble_of(pairing, now);
        if (code.empty()) {
            ++active;
            layers.passed("pairing", context.redactor.text("{} is connected", pairing.label));
            continue;
        }
        const Reason* reason = &connection_reason(code);
        if (nearest == nullptr || reason < nearest) nearest = reason;
    }
    layers.evidence("active", active);
    if (active > 0)
        return layers.ready(
            context.redactor.text("{} of {} pairings are connected", active, pairings.size()));
    return layers.broke("pairing", nearest->status, nearest->code,
                        context.redactor.text("no pairing is connected: {}", nearest->meaning));
}

// ---------------------------------------------------------------- pairing.remote_policy.scoped

constexpr std::array policy_ready_when{catalogue::Intent::desktop_pairing, catalogue::Intent::full_hybrid};
constexpr std::string_view policy_recovery =
    "set it back in the pairing's policy in Desktop's settings, unless it is wanted";
constexpr std::array policy_own_reasons{
    Reason{"pairing.none-enabled", Status::unknown, "every pairing is switched off or revoked",
           "switch one on or create one in Desktop's settings"},
    Reason{"pairing.remote-approvals", Status::action_required,
           "whoever is at the other end may approve what the agent does on this machine", policy_recovery},
    Reason{"pairing.remote-questions", Status::action_required,
           "whoever is at the other end may answer the agent's questions", policy_recovery},
    Reason{"pairing.remote-attachments", Status::action_required, "the other end may send attachments",
           policy_recovery},
    Reason{"pairing.exposes-artifacts", Status::action_required,
           "the content of artifacts is sent to the other end", policy_recovery},
    Reason{"pairing.exposes-paths", Status::action_required,
           "paths of this machine are sent to the other end", policy_recovery},
    Reason{"pairing.exposes-mcp-details", Status::action_required,
           "the commands of local tools are sent to the other end", policy_recovery},
};
constexpr auto policy_reasons = joined(desktop_place_reasons, file_reasons, policy_own_reasons);

struct Elevated {
    std::string_view key, reason;
};
// The gravest first.
constexpr std::array elevations{
    Elevated{"remoteApprovals", "pairing.remote-approvals"},
    Elevated{"remoteQuestions", "pairing.remote-questions"},
    Elevated{"allowRemoteAttachments", "pairing.remote-attachments"},
    Elevated{"exposeArtifactBodies", "pairing.exposes-artifacts"},
    Elevated{"exposeLocalPaths", "pairing.exposes-paths"},
    Elevated{"exposeLocalMcpDetails", "pairing.exposes-mcp-details"},
};

bool has_elevation(const DesktopPairing& pairing, std::string_view key) {
    return std::find(pairing.elevated_keys.begin(), pairing.elevated_keys.end(), key) !=
           pairing.elevated_keys.end();
}

Finding policy_scoped(const Context& context) {
    Layers layers;
    Desktop desktop;
    std::vector<DesktopPairing> pairings;
    if (auto broken = pairings_of(layers, context, desktop, pairings)) return std::move(*broken);
    std::erase_if(pairings, [](const DesktopPairing& pairing) { return !pairing.enabled; });
    layers.evidence("enabled", static_cast<std::int64_t>(pairings.size()));
    layers.evidence("reach_every_session",
                    std::count_if(pairings.begin(), pairings.end(),
                                  [](const DesktopPairing& pairing) { return pairing.every_session; }));
    if (pairings.empty())
        return layers.broke("policy", Status::unknown, "pairing.none-enabled",
                            "every pairing is switched off or revoked"_safe);
    std::vector<report::Probe> broken;
    for (const Elevated& elevation : elevations)
        for (const DesktopPairing& pairing : pairings)
            if (has_elevation(pairing, elevation.key))
                broken.push_back({"policy",
                                  Status::action_required,
                                  elevation.reason,
                                  context.redactor.text("{}: {}", pairing.label, elevation.key),
                                  {},
                                  {},
                                  {}});
    if (broken.empty()) {
        layers.passed("policy", "approvals and questions are confirmed at the Desktop"_safe);
        return layers.ready(context.redactor.text("{} pairings have a scoped policy", pairings.size()));
    }
    std::string keys;
    for (const report::Probe& probe : broken) keys += (keys.empty() ? "" : ", ") + probe.summary.str();
    auto finding = layers.broke("policy", Status::action_required, broken.front().reason_code,
                                context.redactor.text("more is allowed than a new pairing has: {}", keys));
    finding.probes.pop_back();
    for (report::Probe& probe : broken) finding.probes.push_back(std::move(probe));
    return finding;
}

constexpr std::array rows{
    Check{.id = "pairing.connection.active",
          .label = "Desktop pairing active",
          .authority = catalogue::Authority::desktop_paired,
          .control_plane = std::nullopt,
          .failing = Status::offline,
          .looks_at = "The pairings that Desktop noted: whether one is switched on and online, with a sign "
                      "of life of the last minute.",
          .docs = docs,
          .needs = {},
          .ready_when = connection_ready_when,
          .also_for = {},
          .reasons = connection_reasons_table,
          .run = connection_active},
    Check{.id = "pairing.remote_policy.scoped",
          .label = "Desktop pairing remote policy scoped",
          .authority = catalogue::Authority::desktop_paired,
          .control_plane = std::nullopt,
          .failing = Status::action_required,
          .looks_at = "The policy of every pairing that is switched on: decisions are confirmed at the "
                      "Desktop, and nothing is sent or taken beyond what a new pairing allows.",
          .docs = docs,
          .needs = {},
          .ready_when = policy_ready_when,
          .also_for = {},
          .reasons = policy_reasons,
          .run = policy_scoped},
};

}  // namespace

std::span<const Check> pairing_checks() { return rows; }

}  // namespace cowork::checks
