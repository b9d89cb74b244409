#pragma once

#include "catalogue/authorities.hpp"

#include <array>
#include <cstddef>
#include <set>
#include <span>
#include <string>
#include <string_view>

namespace cowork::catalogue {

// What each kind of workspace can do in Desktop (contract/health-center.md section 5.5): one row for each of
// the product's interfaces. Approvals, questions, paths, artifacts and pairing are the authority's
// (authorities.hpp).

enum class WorkspaceKind { local, cloud, gateway, paired_desktop };
inline constexpr std::array all_workspace_kinds{WorkspaceKind::local, WorkspaceKind::cloud,
                                                WorkspaceKind::gateway, WorkspaceKind::paired_desktop};
[[nodiscard]] std::string_view to_string(WorkspaceKind kind);
// The one authority that runs the threads of such a workspace.
[[nodiscard]] Authority authority_of(WorkspaceKind kind);

enum class Support {
    supported,
    read_only,
    blocked_by_policy,
    not_supported,
    deferred,
    by_feature,  // ours: supported where the Cloud's policy switches the row's feature on, else blocked by it
};
[[nodiscard]] std::string_view to_string(Support support);

struct SupportRow {
    std::string_view api;
    std::array<Support, all_workspace_kinds.size()> by_kind{};  // in the order of all_workspace_kinds
    std::string_view feature;                                   // of the Cloud's policy; empty for none

    [[nodiscard]] constexpr Support of(WorkspaceKind kind) const {
        return by_kind.at(static_cast<std::size_t>(kind));
    }
};
[[nodiscard]] std::span<const SupportRow> workspace_support();

// How many interfaces of a workspace have which support.
struct SupportSummary {
    std::size_t supported = 0;
    std::size_t read_only = 0;
    std::size_t blocked = 0;  // by policy, or not supported at all
    std::size_t deferred = 0;
    std::size_t by_policy = 0;  // not known without the Cloud's policy

    // In a line, by the product's rule (section 1.5): what is blocked, else what is read-only, else all. It
    // does not know of rows that depend on a policy; they are said besides.
    [[nodiscard]] std::string text() const;
    friend bool operator==(const SupportSummary&, const SupportSummary&) = default;
};

// The features that a Cloud's policy switches on; `chat` too where it says nothing of it, as Desktop has it.
using Features = std::set<std::string, std::less<>>;
// Without `features` the policy is not known. They matter for a Cloud only.
[[nodiscard]] SupportSummary support_summary(WorkspaceKind kind, const Features* features = nullptr);

}  // namespace cowork::catalogue
