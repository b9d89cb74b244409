#include "catalogue/workspace_support.hpp"
#include "unit/catalogue/printing.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <set>
#include <string_view>
#include <vector>

using namespace cowork::catalogue;

namespace {

// The product's matrix by groups, as health center section 5.5 has it.
struct Group {
    std::string_view prefix;
    std::vector<std::string_view> names;
    std::string_view cloud;  // a word, or `feature NAME`
    std::string_view remote;
};

const std::vector<Group> groups{
    {"sessions.", {"list", "create", "activate", "get", "prompt", "abort"}, "feature chat", "deferred"},
    {"sessions.", {"fileSnippet", "diff"}, "not_supported", "not_supported"},
    {"threads.", {"search", "tags", "smartFilters"}, "feature threadIndex", "deferred"},
    {"workflows.", {"list", "run"}, "feature workflows", "deferred"},
    {"coordination.", {"projects", "tasks", "delegation"}, "deferred", "deferred"},
    {"coordination.", {"runs", "schedules"}, "feature workflows", "deferred"},
    {"coordination.", {"watches"}, "deferred", "deferred"},
    {"artifacts.", {"list", "index", "status", "upload", "download"}, "feature artifacts", "deferred"},
    {"artifacts.", {"reveal"}, "not_supported", "not_supported"},
    {"settings.", {"portable"}, "feature settings", "not_supported"},
    {"customContent.", {"agents"}, "feature customAgents", "not_supported"},
    {"customContent.", {"skills"}, "feature customSkills", "not_supported"},
    {"customContent.", {"mcps"}, "feature customMcps", "not_supported"},
    {"capabilities.", {"catalog"}, "feature agents", "deferred"},
    {"", {"localFiles", "localStdioMcps", "machineRuntimeConfig"}, "not_supported", "not_supported"},
    {"voice.", {"capture", "stt", "tts", "conversation"}, "not_supported", "not_supported"},
};

const SupportRow* find(const std::string& api) {
    const auto rows = workspace_support();
    const auto found =
        std::find_if(rows.begin(), rows.end(), [&](const auto& row) { return row.api == api; });
    return found == rows.end() ? nullptr : &*found;
}

std::string cloud_of(const SupportRow& row) {
    if (row.of(WorkspaceKind::cloud) != Support::by_feature)
        return std::string(to_string(row.of(WorkspaceKind::cloud)));
    return "feature " + std::string(row.feature);
}

}  // namespace

TEST_CASE("catalogue: what workspaces support is the product's matrix of 37 interfaces") {
    CHECK(workspace_support().size() == 37);
    std::set<std::string> told;
    for (const Group& group : groups)
        for (const auto name : group.names) {
            const std::string api = std::string(group.prefix) + std::string(name);
            CAPTURE(api);
            CHECK(told.insert(api).second);
            const SupportRow* row = find(api);
            REQUIRE(row != nullptr);
            CHECK(row->of(WorkspaceKind::local) == Support::supported);
            CHECK(cloud_of(*row) == group.cloud);
            CHECK(row->feature.empty() == !group.cloud.starts_with("feature "));
            CHECK(to_string(row->of(WorkspaceKind::gateway)) == group.remote);
            CHECK(to_string(row->of(WorkspaceKind::paired_desktop)) == group.remote);
        }
    CHECK(told.size() == workspace_support().size());
}

TEST_CASE("catalogue: the summary of a workspace's support counts what the product counts") {
    CHECK(support_summary(WorkspaceKind::local) == SupportSummary{.supported = 37});
    CHECK(support_summary(WorkspaceKind::local).text() == "37 supported");
    for (const auto kind : {WorkspaceKind::gateway, WorkspaceKind::paired_desktop}) {
        CHECK(support_summary(kind) == SupportSummary{.blocked = 14, .deferred = 23});
        CHECK(support_summary(kind).text() == "14 blocked");
    }
}

TEST_CASE("catalogue: what a Cloud supports depends on its policy") {
    const auto unknown = support_summary(WorkspaceKind::cloud);
    CHECK(unknown == SupportSummary{.blocked = 10, .deferred = 4, .by_policy = 23});
    CHECK(unknown.text() == "10 blocked, 23 depend on the Cloud's policy");

    const Features none;
    CHECK(support_summary(WorkspaceKind::cloud, &none) == SupportSummary{.blocked = 33, .deferred = 4});
    const Features chat{"chat"};
    const auto only_chat = support_summary(WorkspaceKind::cloud, &chat);
    CHECK(only_chat == SupportSummary{.supported = 6, .blocked = 27, .deferred = 4});
    CHECK(only_chat.text() == "27 blocked");
    const Features all{"chat",   "threadIndex",  "workflows",    "artifacts", "settings",
                       "agents", "customAgents", "customSkills", "customMcps"};
    CHECK(support_summary(WorkspaceKind::cloud, &all) ==
          SupportSummary{.supported = 23, .blocked = 10, .deferred = 4});
    // No other kind asks for features.
    CHECK(support_summary(WorkspaceKind::gateway, &all) == support_summary(WorkspaceKind::gateway));
}

TEST_CASE("catalogue: a summary says what is blocked, else what is read only, else everything") {
    CHECK(SupportSummary{.supported = 3, .read_only = 2, .blocked = 1}.text() == "1 blocked");
    CHECK(SupportSummary{.supported = 3, .read_only = 2, .deferred = 4}.text() == "2 read only");
    CHECK(SupportSummary{.supported = 3, .deferred = 4}.text() == "7 supported");
    CHECK(SupportSummary{}.text() == "support unknown");
    CHECK(SupportSummary{.by_policy = 1}.text() == "support unknown, 1 depends on the Cloud's policy");
}

TEST_CASE("catalogue: each kind of workspace has one authority, with a contract of its own") {
    std::set<std::string_view> words;
    for (const auto kind : all_workspace_kinds) {
        CHECK(words.insert(to_string(kind)).second);
        CHECK(find_authority(authority_of(kind)) != nullptr);
    }
    CHECK(words == std::set<std::string_view>{"local", "cloud", "gateway", "paired_desktop"});
    CHECK(authority_of(WorkspaceKind::local) == Authority::desktop_local);
    CHECK(authority_of(WorkspaceKind::cloud) == Authority::cloud_worker);
    CHECK(authority_of(WorkspaceKind::gateway) == Authority::gateway_standalone);
    CHECK(authority_of(WorkspaceKind::paired_desktop) == Authority::desktop_paired);
}
