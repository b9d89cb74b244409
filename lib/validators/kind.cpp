#include "validators/kind.hpp"

#include <algorithm>

namespace cowork::validators {
namespace {

struct Row {
    Kind kind;
    std::string_view word, described;
};

constexpr std::array rows{
    Row{Kind::env, "env", "an env file"},
    Row{Kind::compose, "compose", "a Compose file"},
    Row{Kind::kubernetes, "kubernetes", "Kubernetes manifests"},
    Row{Kind::helm, "helm", "Helm values"},
    Row{Kind::topology, "topology", "topology profiles or gates"},
    Row{Kind::load_report, "load-report", "a load or soak report"},
    Row{Kind::failover_drill, "failover-drill", "a failover drill"},
    Row{Kind::launch_evidence, "launch-evidence", "a launch evidence manifest"},
    Row{Kind::backup_evidence, "backup-evidence", "backup and restore evidence"},
    Row{Kind::opencode, "opencode", "an OpenCode configuration"},
    Row{Kind::product_config, "product-config", "an Open Cowork configuration"},
    Row{Kind::settings, "settings", "settings of cowork validate"},
    Row{Kind::text, "text", "another text"},
};
static_assert(rows.size() == all_kinds.size());

}  // namespace

std::string_view to_string(Kind kind) {
    return std::find_if(rows.begin(), rows.end(), [&](const Row& row) { return row.kind == kind; })->word;
}

std::string_view described(Kind kind) {
    return std::find_if(rows.begin(), rows.end(), [&](const Row& row) { return row.kind == kind; })
        ->described;
}

std::optional<Kind> parse_kind(std::string_view word) {
    const auto* const found =
        std::find_if(rows.begin(), rows.end(), [&](const Row& row) { return row.word == word; });
    if (found == rows.end()) return std::nullopt;
    return found->kind;
}

}  // namespace cowork::validators
