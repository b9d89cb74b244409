#include "catalogue/workspace_support.hpp"

#include <fmt/format.h>

namespace cowork::catalogue {
namespace {

using enum Support;

// The shapes that rows have. In Desktop a Gateway and a paired Desktop can do the same.
constexpr SupportRow everywhere_later(std::string_view api) {
    return {api, {supported, deferred, deferred, deferred}, {}};
}
constexpr SupportRow later_unless(std::string_view feature, std::string_view api) {
    return {api, {supported, by_feature, deferred, deferred}, feature};
}
constexpr SupportRow never_unless(std::string_view feature, std::string_view api) {
    return {api, {supported, by_feature, not_supported, not_supported}, feature};
}
constexpr SupportRow here_only(std::string_view api) {
    return {api, {supported, not_supported, not_supported, not_supported}, {}};
}

constexpr std::array rows{
    later_unless("chat", "sessions.list"),
    later_unless("chat", "sessions.create"),
    later_unless("chat", "sessions.activate"),
    later_unless("chat", "sessions.get"),
    later_unless("chat", "sessions.prompt"),
    later_unless("chat", "sessions.abort"),
    here_only("sessions.fileSnippet"),
    here_only("sessions.diff"),
    later_unless("threadIndex", "threads.search"),
    later_unless("threadIndex", "threads.tags"),
    later_unless("threadIndex", "threads.smartFilters"),
    later_unless("workflows", "workflows.list"),
    later_unless("workflows", "workflows.run"),
    everywhere_later("coordination.projects"),
    everywhere_later("coordination.tasks"),
    later_unless("workflows", "coordination.runs"),
    later_unless("workflows", "coordination.schedules"),
    everywhere_later("coordination.watches"),
    everywhere_later("coordination.delegation"),
    later_unless("artifacts", "artifacts.list"),
    later_unless("artifacts", "artifacts.index"),
    later_unless("artifacts", "artifacts.status"),
    later_unless("artifacts", "artifacts.upload"),
    later_unless("artifacts", "artifacts.download"),
    here_only("artifacts.reveal"),
    never_unless("settings", "settings.portable"),
    never_unless("customAgents", "customContent.agents"),
    never_unless("customSkills", "customContent.skills"),
    never_unless("customMcps", "customContent.mcps"),
    later_unless("agents", "capabilities.catalog"),
    here_only("localFiles"),
    here_only("localStdioMcps"),
    here_only("machineRuntimeConfig"),
    here_only("voice.capture"),
    here_only("voice.stt"),
    here_only("voice.tts"),
    here_only("voice.conversation"),
};
static_assert(rows.size() == 37);

Support resolved(const SupportRow& row, WorkspaceKind kind, const Features* features) {
    const Support support = row.of(kind);
    if (support != by_feature || features == nullptr) return support;
    return features->contains(row.feature) ? supported : blocked_by_policy;
}

}  // namespace

std::string_view to_string(WorkspaceKind kind) {
    switch (kind) {
        case WorkspaceKind::local:
            return "local";
        case WorkspaceKind::cloud:
            return "cloud";
        case WorkspaceKind::gateway:
            return "gateway";
        case WorkspaceKind::paired_desktop:
            return "paired_desktop";
    }
    return "local";
}

Authority authority_of(WorkspaceKind kind) {
    switch (kind) {
        case WorkspaceKind::local:
            return Authority::desktop_local;
        case WorkspaceKind::cloud:
            return Authority::cloud_worker;
        case WorkspaceKind::gateway:
            return Authority::gateway_standalone;
        case WorkspaceKind::paired_desktop:
            return Authority::desktop_paired;
    }
    return Authority::desktop_local;
}

std::string_view to_string(Support support) {
    switch (support) {
        case supported:
            return "supported";
        case read_only:
            return "read_only";
        case blocked_by_policy:
            return "blocked_by_policy";
        case not_supported:
            return "not_supported";
        case deferred:
            return "deferred";
        case by_feature:
            return "by_feature";
    }
    return "not_supported";
}

std::span<const SupportRow> workspace_support() { return rows; }

SupportSummary support_summary(WorkspaceKind kind, const Features* features) {
    SupportSummary summary;
    for (const SupportRow& row : rows) {
        switch (resolved(row, kind, features)) {
            case supported:
                ++summary.supported;
                break;
            case read_only:
                ++summary.read_only;
                break;
            case blocked_by_policy:
            case not_supported:
                ++summary.blocked;
                break;
            case deferred:
                ++summary.deferred;
                break;
            case by_feature:
                ++summary.by_policy;
                break;
        }
    }
    return summary;
}

std::string SupportSummary::text() const {
    const std::size_t known = supported + read_only + blocked + deferred;
    std::string said = blocked > 0     ? fmt::format("{} blocked", blocked)
                       : read_only > 0 ? fmt::format("{} read only", read_only)
                       : known > 0     ? fmt::format("{} supported", known)
                                       : std::string("support unknown");
    if (by_policy > 0)
        said += fmt::format(", {} depend{} on the Cloud's policy", by_policy, by_policy == 1 ? "s" : "");
    return said;
}

}  // namespace cowork::catalogue
