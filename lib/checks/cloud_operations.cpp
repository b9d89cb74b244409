#include "checks/cloud_operations.hpp"

#include "checks/cloud_target.hpp"
#include "checks/database_layers.hpp"
#include "checks/json_answers.hpp"
#include "rules/cloud_server.hpp"

#include <nlohmann/json.hpp>

namespace cowork::checks {
namespace {

bool ended_by_run(const Finding& finding) {
    return finding.reason_code == "run.stopped" || finding.reason_code == "deadline.exceeded";
}

// A database that cannot be asked is one trouble, and cloud.database.migrated names it.
Finding unreadable(Layers& layers, const Context& context, const probes::PostgresFailure& failure) {
    Layers attempt;
    Finding found = database_failed(attempt, context, failure, "the Cloud");
    if (ended_by_run(found)) return found;
    Finding finding =
        layers.broke("database", Status::unknown, "operations.database-unreadable", std::move(found.summary));
    finding.because = "cloud.database.migrated";
    return finding;
}

Finding unreadable_diagnostics(Layers& layers, SafeText summary, std::string_view because = {}) {
    Finding finding =
        layers.broke("diagnostics", Status::unknown, "operations.diagnostics-unreadable", std::move(summary));
    finding.because = because;
    return finding;
}

}  // namespace

bool has_cloud_database(const Context& context) {
    return !rules::view_cloud(context.config).database_url.empty();
}

std::optional<probes::PostgresRow> ask_cloud_database(Layers& layers, const Context& context,
                                                      const std::string& sql,
                                                      const std::vector<std::string>& parameters,
                                                      std::size_t columns, std::optional<Finding>& broken) {
    const Secret url(rules::view_cloud(context.config).database_url);
    probes::PostgresTarget target;
    target.url = &url;
    target.tls = probes::PostgresTls::by_url;
    target.ca_file = context.wishes.ca_file;
    const auto session = context.postgres.connect(target, context.probe());
    if (!session) {
        broken = unreadable(layers, context, session.error());
        return std::nullopt;
    }
    layers.passed("connect",
                  context.redactor.text("signed in to Postgres {}", (*session)->server_version() / 10000),
                  (*session)->connect_time());
    auto rows = (*session)->query(sql, parameters, context.probe());
    if (!rows) {
        broken = unreadable(layers, context, rows.error());
        return std::nullopt;
    }
    if (rows->size() != 1 || rows->front().size() != columns) {
        broken = unreadable(layers, context, {});
        return std::nullopt;
    }
    layers.evidence("source", "postgres"_safe);
    return std::move(rows->front());
}

Finding no_operations_source(Layers& layers) {
    return layers.broke("policy", Status::unknown, "operations.no-source",
                        "nothing to look into: no database URL and no operator's token"_safe);
}

std::optional<nlohmann::json> ask_cloud_diagnostics(Layers& layers, const Context& context,
                                                    std::optional<Finding>& broken) {
    constexpr std::string_view reachable = "workspace.cloud.sync.reachable";
    Layers attempt;
    CloudTarget target;
    if (auto end = cloud_policy(attempt, context, target)) {
        broken = end->reason_code == "cloud.not-set-up"
                     ? no_operations_source(layers)
                     : unreadable_diagnostics(layers, std::move(end->summary), reachable);
        return std::nullopt;
    }
    // Without a token too: a Cloud without sign-in tells everybody.
    const auto answer = context.http.fetch_one(
        cloud_request(target, context, "/api/diagnostics", target.token), context.probe());
    if (auto end = judge_cloud_transport(attempt, context, target, answer, Status::unknown)) {
        broken = ended_by_run(*end) ? std::move(*end)
                                    : unreadable_diagnostics(layers, std::move(end->summary), reachable);
        return std::nullopt;
    }
    if (target.token == nullptr && (answer.status == 401 || answer.status == 403)) {
        broken = no_operations_source(layers);
        return std::nullopt;
    }
    if (answer.status != 200) {
        broken = unreadable_diagnostics(
            layers, context.redactor.text("the Cloud answers status {} to /api/diagnostics", answer.status),
            answer.status == 401 ? "workspace.cloud.authenticated" : "");
        return std::nullopt;
    }
    auto document = object_of(answer);
    if (!document) {
        broken = odd_diagnostics(layers);
        return std::nullopt;
    }
    layers.passed("diagnostics", context.redactor.text("{} shows its diagnostics", target.where));
    layers.evidence("source", "diagnostics"_safe);
    return document;
}

Finding odd_diagnostics(Layers& layers) {
    return unreadable_diagnostics(layers, "the diagnostics have another shape than the Cloud's"_safe);
}

}  // namespace cowork::checks
