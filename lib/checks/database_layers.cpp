#include "checks/database_layers.hpp"

#include <algorithm>
#include <cstdlib>

namespace cowork::checks {
namespace {

using probes::PostgresFailure;
using probes::PostgresLayer;

struct FailureRow {
    PostgresLayer layer;
    std::string_view name;  // of the layer in the report
    Status status;
    std::string_view reason;
    std::string_view words;  // completes "Postgres ..."
};

constexpr std::array failure_rows{
    FailureRow{PostgresLayer::url, "policy", Status::action_required, "database.url-invalid",
               "has a URL that cannot be used"},
    FailureRow{PostgresLayer::name, "name", Status::offline, "database.name-not-found",
               "has a host name that does not resolve"},
    FailureRow{PostgresLayer::refused, "connect", Status::offline, "database.connection-refused",
               "refuses connections: nothing listens there"},
    FailureRow{PostgresLayer::unreachable, "connect", Status::offline, "database.unreachable",
               "cannot be reached over the network"},
    FailureRow{PostgresLayer::connect_timeout, "connect", Status::offline, "database.connect-timeout",
               "does not accept a connection in time"},
    FailureRow{PostgresLayer::tls_missing, "tls", Status::action_required, "database.tls-missing",
               "offers no TLS, which is asked for"},
    FailureRow{PostgresLayer::tls_certificate, "tls", Status::action_required, "database.tls-certificate",
               "shows a certificate that cannot be verified"},
    FailureRow{PostgresLayer::tls_handshake, "tls", Status::action_required, "database.tls-handshake",
               "does not complete a TLS handshake"},
    FailureRow{PostgresLayer::not_postgres, "protocol", Status::offline, "database.not-postgres",
               "does not answer: another service listens there"},
    FailureRow{PostgresLayer::silent, "protocol", Status::offline, "database.silent",
               "accepts the connection but does not answer"},
    FailureRow{PostgresLayer::auth, "auth", Status::action_required, "database.auth-failed",
               "refuses the user or the password"},
    FailureRow{PostgresLayer::database, "database", Status::action_required, "database.missing",
               "has no such database"},
    FailureRow{PostgresLayer::busy, "connect", Status::offline, "database.busy", "has no connection left"},
    FailureRow{PostgresLayer::starting, "connect", Status::offline, "database.starting",
               "is starting or stopping"},
    FailureRow{PostgresLayer::privilege, "privilege", Status::action_required, "database.privilege-missing",
               "does not let the role read what belongs to"},
    FailureRow{PostgresLayer::missing, "schema", Status::action_required, "database.tables-missing",
               "lacks a table of"},
    FailureRow{PostgresLayer::query, "query", Status::unknown, "database.query-failed",
               "refuses a read-only query"},
    FailureRow{PostgresLayer::stopped, "query", Status::unknown, "run.stopped",
               "was not asked: the run was stopped"},
};

const FailureRow& row_of(PostgresLayer layer) {
    for (const FailureRow& row : failure_rows)
        if (row.layer == layer) return row;
    return failure_rows.back();
}

// Whether the words of that row go on with the service's name.
bool about_tables(PostgresLayer layer) {
    return layer == PostgresLayer::privilege || layer == PostgresLayer::missing;
}

bool waited(PostgresLayer layer) {
    return layer == PostgresLayer::silent || layer == PostgresLayer::connect_timeout ||
           layer == PostgresLayer::name || layer == PostgresLayer::stopped;
}

}  // namespace

Finding database_failed(Layers& layers, const Context& context, const PostgresFailure& failure,
                        std::string_view service) {
    if (waited(failure.layer) && context.run.spent())
        return layers.broke("query", Status::unknown,
                            context.run.stopped() ? "run.stopped" : "deadline.exceeded",
                            "the run ended before Postgres answered"_safe);
    const FailureRow& row = row_of(failure.layer);
    if (!failure.sqlstate.empty()) layers.evidence("sqlstate", context.redactor.clean(failure.sqlstate));
    if (!failure.detail.empty()) layers.evidence("detail", context.redactor.clean(failure.detail));
    return layers.broke(row.name, row.status, row.reason,
                        about_tables(failure.layer)
                            ? context.redactor.text("Postgres {} {}", row.words, service)
                            : context.redactor.text("Postgres {}", row.words));
}

Finding odd_database_answer(Layers& layers) {
    return layers.broke("query", Status::unknown, "database.query-failed",
                        "Postgres answers another shape than the query asks for"_safe);
}

std::unique_ptr<probes::PostgresSession> open_database(Layers& layers, const Context& context,
                                                       const probes::PostgresTarget& target,
                                                       std::string_view service,
                                                       std::optional<Finding>& broken) {
    auto session = context.postgres.connect(target, context.probe());
    if (!session) {
        broken = database_failed(layers, context, session.error(), service);
        return nullptr;
    }
    const int version = (*session)->server_version();
    layers.evidence("server_version", context.redactor.text("{}.{}", version / 10000, version % 10000));
    layers.evidence("tls", (*session)->tls());
    layers.passed("connect",
                  context.redactor.text("Postgres {}, signed in{}", version / 10000,
                                        (*session)->tls() ? " over TLS" : ""),
                  (*session)->connect_time());
    return std::move(*session);
}

bool is_true(const std::optional<std::string>& value) { return value == "t"; }

std::int64_t number(const std::optional<std::string>& value) {
    constexpr std::int64_t bound = 1'000'000'000'000;  // keeps negation and sums far from overflow
    return value ? std::clamp<std::int64_t>(std::strtoll(value->c_str(), nullptr, 10), -bound, bound) : 0;
}

}  // namespace cowork::checks
