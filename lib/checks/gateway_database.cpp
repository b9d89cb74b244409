#include "checks/gateway_database.hpp"

#include "checks/context.hpp"
#include "checks/database_layers.hpp"
#include "checks/gateway.hpp"
#include "checks/transport_reasons.hpp"
#include "rules/standalone_gateway.hpp"

#include <array>
#include <optional>
#include <string>
#include <vector>

namespace cowork::checks {
namespace {

using probes::PostgresRow;

constexpr std::array own_reasons{
    Reason{"store.memory", Status::degraded, "the memory store forgets everything at restart",
           "use Postgres before anybody relies on it: cowork setup gateway-only --database-url env:NAME"},
    Reason{"database.url-missing", Status::action_required,
           "the store is Postgres, but no database URL is set",
           "set OPEN_COWORK_STANDALONE_GATEWAY_DATABASE_URL"},
    Reason{"database.url-invalid", Status::action_required, "the database URL cannot be used",
           "write postgres://user:password@host:5432/database; percent-encode special characters"},
    Reason{"database.tls-required", Status::action_required,
           "team and enterprise deployments need verified TLS",
           "set OPEN_COWORK_STANDALONE_GATEWAY_DATABASE_SSL=true"},
    Reason{
        "database.tls-certificate", Status::action_required, "the certificate of Postgres cannot be verified",
        "give the CA file in OPEN_COWORK_STANDALONE_GATEWAY_DATABASE_SSL_CA_PATH, or renew the certificate"},
    Reason{"database.tables-missing", Status::action_required,
           "the gateway's tables are not there, or not all",
           "start the gateway once: it creates them in an empty database"},
    Reason{"database.ledger-missing", Status::action_required,
           "there are tables, but no migration ledger row: the gateway refuses to start on them",
           "restore the database from a backup, or give the gateway an empty one",
           catalogue::Safety::destructive},
    Reason{"database.privilege-missing", Status::action_required,
           "the role may not use all of the gateway's tables",
           "grant SELECT, INSERT, UPDATE and DELETE on them to the role"},
    Reason{"database.no-prompt-identity", Status::action_required,
           "no active identity of role owner, admin or member: nobody may prompt",
           "bootstrap an identity in the gateway"},
    Reason{"database.lease-stale", Status::degraded, "no running gateway holds the daemon lease",
           "start the gateway; after a crash it waits until the old lease has expired"},
};
constexpr auto reasons = joined(database_reasons, own_reasons);

constexpr std::string_view ledger = "standalone_gateway_schema_migrations";
constexpr std::string_view baseline = "0001_standalone_gateway_baseline";
constexpr std::string_view table_prefix = "standalone_gateway_";
// contract/standalone-gateway.md section 5.
constexpr std::array tables{"sessions",           "events",           "jobs",      "daemon_leases",
                            "channel_identities", "channel_bindings", "artifacts", "team_tasks",
                            "audit_events"};
static_assert(tables.size() == 9);

constexpr std::string_view service = "the gateway";

std::optional<Finding> policy(Layers& layers, const Context& context, const rules::GatewayView& view) {
    const bool solo = view.mode == rules::DeploymentMode::solo;
    if (const auto* setting =
            context.config.find(rules::gateway_key(view.memory_store ? "STORE" : "DATABASE_URL")))
        layers.source(setting->source);
    if (view.memory_store) {
        Finding finding = layers.broke(
            "policy", solo ? Status::degraded : Status::action_required, "store.memory",
            context.redactor.text("the memory store forgets all sessions at restart{}",
                                  solo ? "; fine for a trial" : ", which a team deployment must not do"));
        finding.required = !solo;
        return finding;
    }
    if (view.database_url.empty())
        return layers.broke("policy", Status::action_required, "database.url-missing",
                            context.redactor.text("{} is not set", rules::gateway_key("DATABASE_URL")));
    if (!solo && !(view.database_tls && view.database_verify))
        return layers.broke(
            "policy", Status::action_required, "database.tls-required",
            context.redactor.text("a {} deployment needs verified TLS to Postgres", to_string(view.mode)));
    layers.passed("policy",
                  view.database_tls ? "TLS is asked for"_safe : "no TLS, as a solo deployment may"_safe);
    return std::nullopt;
}

// One row a table: whether it is there, and which privileges the role has on it.
constexpr const char* tables_query =
    "SELECT t.name, c.oid IS NOT NULL, "
    "coalesce(has_table_privilege(c.oid, 'SELECT'), false), "
    "coalesce(has_table_privilege(c.oid, 'INSERT') AND has_table_privilege(c.oid, 'UPDATE') "
    "AND has_table_privilege(c.oid, 'DELETE'), false) "
    "FROM unnest(string_to_array($1, ',')) AS t(name) LEFT JOIN pg_class c ON c.oid = to_regclass(t.name)";

std::optional<Finding> schema(Layers& layers, const Context& context, probes::PostgresSession& session) {
    std::string names(ledger);
    for (const char* table : tables) names += "," + std::string(table_prefix) + table;
    const auto rows = session.query(tables_query, {names}, context.probe());
    if (!rows) return database_failed(layers, context, rows.error(), service);

    std::string missing;
    std::string locked;
    std::size_t present = 0;
    bool ledger_present = false;
    for (const PostgresRow& row : *rows) {
        if (row.size() != 4 || !row[0]) return odd_database_answer(layers);
        const std::string& name = *row[0];
        if (!is_true(row[1])) {
            if (name != ledger) missing += (missing.empty() ? "" : ", ") + name;
            continue;
        }
        ledger_present = ledger_present || name == ledger;
        if (name != ledger) ++present;
        // The ledger is only read once it is written.
        if (!is_true(row[2]) || (name != ledger && !is_true(row[3])))
            locked += (locked.empty() ? "" : ", ") + name;
    }
    layers.evidence("tables", static_cast<std::int64_t>(present));
    if (present == 0 && !ledger_present)
        return layers.broke("schema", Status::action_required, "database.tables-missing",
                            "the database has none of the gateway's tables"_safe);
    if (!ledger_present)
        return layers.broke("schema", Status::action_required, "database.ledger-missing",
                            "the gateway's tables are there without their migration ledger"_safe);
    if (!missing.empty())
        return layers.broke("schema", Status::action_required, "database.tables-missing",
                            context.redactor.text("missing: {}", missing));
    if (present != tables.size()) return odd_database_answer(layers);
    if (!locked.empty())
        return layers.broke("privilege", Status::action_required, "database.privilege-missing",
                            context.redactor.text("no full access to: {}", locked));
    layers.passed("schema", context.redactor.text("{} tables, readable and writable for the role", present));
    return std::nullopt;
}

constexpr const char* state_query =
    "SELECT (SELECT count(*) FROM standalone_gateway_schema_migrations WHERE id = $1), "
    "(SELECT count(*) FROM standalone_gateway_schema_migrations), "
    "(SELECT floor(extract(epoch FROM max(expires_at) - now()))::bigint FROM "
    "standalone_gateway_daemon_leases "
    "WHERE lease_id = 'standalone-gateway:daemon'), "
    "(SELECT count(*) FROM standalone_gateway_channel_identities WHERE status = 'active' "
    "AND role IN ('owner', 'admin', 'member'))";

std::optional<Finding> state(Layers& layers, const Context& context, probes::PostgresSession& session) {
    const auto rows = session.query(state_query, {std::string(baseline)}, context.probe());
    if (!rows) return database_failed(layers, context, rows.error(), service);
    if (rows->size() != 1 || rows->front().size() != 4) return odd_database_answer(layers);
    const PostgresRow& row = rows->front();
    layers.evidence("migrations", number(row[1]));
    if (number(row[0]) == 0)
        return layers.broke("ledger", Status::action_required, "database.ledger-missing",
                            context.redactor.text("the migration ledger has no row {}", baseline));
    layers.passed("ledger", context.redactor.text("migrated to {}", baseline));
    layers.evidence("prompt_identities", number(row[3]));
    if (number(row[3]) == 0)
        return layers.broke("authority", Status::action_required, "database.no-prompt-identity",
                            "no active owner, admin or member: nobody may prompt"_safe);
    layers.passed("authority", context.redactor.text("{} identities may prompt", number(row[3])));
    if (!row[2])
        return layers.broke("lease", Status::degraded, "database.lease-stale",
                            "no gateway holds the daemon lease"_safe);
    layers.evidence("lease_seconds_left", number(row[2]));
    if (number(row[2]) < 0)
        return layers.broke("lease", Status::degraded, "database.lease-stale",
                            context.redactor.text("the daemon lease expired {} s ago", -number(row[2])));
    layers.passed("lease", context.redactor.text("held for another {} s", number(row[2])));
    return std::nullopt;
}

Finding database_ready(const Context& context) {
    Layers layers;
    const rules::GatewayView view = rules::view_gateway(context.config);
    std::optional<Finding> broken = policy(layers, context, view);
    if (broken) return std::move(*broken);

    const Secret url(view.database_url);
    const probes::PostgresTarget target = gateway_database(view, url);
    const auto session = open_database(layers, context, target, service, broken);
    if (!session) return std::move(*broken);
    const int version = session->server_version();
    if ((broken = schema(layers, context, *session))) return std::move(*broken);
    if ((broken = state(layers, context, *session))) return std::move(*broken);
    return layers.ready(context.redactor.text(
        "Postgres {} is migrated, and a running gateway holds the lease", version / 10000));
}

constexpr std::array also_for{catalogue::Intent::gateway_only};
constexpr std::array docs{std::string_view{"docs/reference/checks.md"}};

constexpr std::array rows{
    Check{
        .id = "gateway.database.ready",
        .label = "Gateway database ready",
        .authority = catalogue::Authority::gateway_standalone,
        .control_plane = catalogue::ControlPlane::gateway_postgres,
        .failing = Status::action_required,
        .looks_at =
            "Postgres, read-only: connection, TLS as the deployment mode demands, sign-in, the nine tables "
            "and "
            "the role's privileges on them, the migration ledger, the daemon lease, and an identity that may "
            "prompt. With the memory store: that it is one.",
        .docs = docs,
        .needs = {},
        .ready_when = {},
        .also_for = also_for,
        .reasons = reasons,
        .run = database_ready},
};

}  // namespace

probes::PostgresTarget gateway_database(const rules::GatewayView& view, const Secret& url) {
    probes::PostgresTarget target;
    target.url = &url;
    target.tls = !view.database_tls     ? probes::PostgresTls::off
                 : view.database_verify ? probes::PostgresTls::verified
                                        : probes::PostgresTls::required;
    target.ca_file = view.ca_path;
    target.cert_file = view.cert_path;
    target.key_file = view.key_path;
    return target;
}

std::span<const Check> gateway_database_checks() { return rows; }

}  // namespace cowork::checks
