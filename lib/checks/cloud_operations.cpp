#include "checks/cloud_operations.hpp"

#include "checks/database_layers.hpp"
#include "rules/cloud_server.hpp"

namespace cowork::checks {
namespace {

// A database that cannot be asked is one trouble, and cloud.database.migrated names it.
Finding unreadable(Layers& layers, const Context& context, const probes::PostgresFailure& failure) {
    Layers attempt;
    Finding found = database_failed(attempt, context, failure, "the Cloud");
    if (found.reason_code == "run.stopped" || found.reason_code == "deadline.exceeded") return found;
    Finding finding =
        layers.broke("database", Status::unknown, "operations.database-unreadable", std::move(found.summary));
    finding.because = "cloud.database.migrated";
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

}  // namespace cowork::checks
