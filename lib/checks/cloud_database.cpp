#include "checks/cloud.hpp"
#include "checks/cloud_schema.hpp"
#include "checks/cloud_target.hpp"
#include "checks/database_layers.hpp"
#include "checks/transport_reasons.hpp"
#include "rules/cloud_server.hpp"

#include <array>
#include <string>

namespace cowork::checks {
namespace {

constexpr auto wrong = Status::action_required;
constexpr std::array own_reasons{
    Reason{"database.no-url", Status::unknown,
           "no URL of the Cloud's Postgres is at hand, and the Cloud's own word proves no migration",
           "give a read-only URL with --database-url env:NAME, or accept /readyz with --accept-readyz"},
    Reason{"database.readyz-failing", wrong, "/readyz says that the control plane fails",
           "run the migrator job of the product (cloud:migrate), and look at the server's log"},
    Reason{"database.readyz-unreadable", Status::unknown,
           "/readyz was to be accepted, and cannot be read or tells nothing of the control plane",
           "mend workspace.cloud.sync.reachable first"},
    Reason{"database.in-memory", wrong, "the server keeps its state in memory and forgets it at restart",
           "set OPEN_COWORK_CLOUD_CONTROL_PLANE_URL to a Postgres URL"},
    Reason{"database.url-invalid", wrong, "the database URL cannot be used",
           "write postgres://user:password@host:5432/database; percent-encode special characters"},
    Reason{"database.tls-certificate", wrong, "the certificate of Postgres cannot be verified",
           "name its CA by sslrootcert in the URL or by --ca-file, or renew the certificate"},
    Reason{"database.tables-missing", wrong, "the Cloud's tables are not there, or not all",
           "run the migrator job of the product (cloud:migrate)"},
    Reason{"database.schema-hidden", Status::unknown,
           "the Cloud's tables lie in a schema that this role does not see",
           "use the Cloud's own role, or grant USAGE on the schema to this one"},
    Reason{"database.ledger-missing", wrong,
           "there are tables, but no migration ledger or no baseline in it: the server refuses them",
           "restore the database from a backup, or let the migrator build an empty one",
           catalogue::Safety::destructive},
    Reason{"database.migration-missing", wrong, "a migration of the product has not been applied",
           "run the migrator job of the product (cloud:migrate)"},
    Reason{"database.ledger-edited", Status::degraded,
           "the ledger's times cannot be: a migration before the baseline, or in the future",
           "compare the ledger with a backup; its rows are never to be written by hand"},
    Reason{"database.newer-schema", Status::degraded, "the ledger knows migrations that this cowork does not",
           "use a cowork that knows this version of the product"},
    Reason{"database.index-missing", wrong, "an index that migration 002 builds is not there",
           "run the migrator job of the product (cloud:migrate)"},
    Reason{"database.index-invalid", wrong, "the concurrent build of an index has failed half-way",
           "drop the index while it is quiet, then run the migrator job of the product (cloud:migrate)",
           catalogue::Safety::disruptive},
    Reason{"database.privilege-missing", wrong,
           "the role may not use all of the Cloud's tables; unknown for a URL given by --database-url, "
           "which may be an observer's",
           "grant SELECT, INSERT, UPDATE and DELETE on them, and SELECT on the ledger, to the Cloud's role"},
    Reason{"database.standby", wrong, "the server's URL leads to a standby, in which nothing can be written",
           "use the primary's address, or promote the standby", catalogue::Safety::disruptive},
    Reason{"database.role-too-powerful", Status::degraded,
           "in public_production the server signs in as a superuser or as an owner of its tables",
           "give it a role of its own: OPEN_COWORK_CLOUD_RUNTIME_DATABASE_ROLE of the migrator job"},
    Reason{"database.version-old", Status::degraded, "Postgres is older than 16",
           "plan an upgrade; the product's own deployments run 17", catalogue::Safety::disruptive},
    Reason{"database.connections-low", Status::degraded,
           "fewer than five connections, or fewer than a tenth, are free",
           "raise max_connections, or lower OPEN_COWORK_CLOUD_PG_POOL_MAX"},
};
constexpr auto reasons = joined(database_reasons, own_reasons);

// The Cloud's own word, which the operator has said to accept.
Finding by_readyz(Layers& layers, const Context& context) {
    const auto unreadable = [&](SafeText summary) {
        Finding finding =
            layers.broke("readyz", Status::unknown, "database.readyz-unreadable", std::move(summary));
        finding.because = "workspace.cloud.sync.reachable";
        return finding;
    };
    Layers attempt;
    CloudTarget target;
    if (auto end = cloud_policy(attempt, context, target)) return unreadable(std::move(end->summary));
    const auto answer = context.http.fetch_one(cloud_request(target, context, "/readyz"), context.probe());
    if (auto end = judge_cloud_transport(attempt, context, target, answer, Status::unknown)) {
        const bool run_ended = end->reason_code == "run.stopped" || end->reason_code == "deadline.exceeded";
        return run_ended ? std::move(*end) : unreadable(std::move(end->summary));
    }
    const auto readyz = readyz_of(answer);
    const ReadyzCheck* control_plane = readyz ? readyz->find("control_plane") : nullptr;
    if (control_plane == nullptr) return unreadable("/readyz does not tell of the control plane"_safe);
    layers.evidence("source", "readyz"_safe);
    if (!control_plane->ok)
        return layers.broke("readyz", wrong, "database.readyz-failing",
                            context.redactor.text("the control plane fails: {}", control_plane->detail));
    return layers.ready(context.redactor.text("{} says that its control plane is well", target.where));
}

// Without a database URL: what the settings and the command line say instead.
Finding without_url(Layers& layers, const Context& context, const rules::CloudView& view) {
    if (context.present.cloud_server && !view.configuration_file) {
        const bool local = view.tier == rules::CloudTier::local;
        return layers.broke("policy", local ? Status::degraded : wrong, "database.in-memory",
                            context.redactor.text("{} is not set, so a {} server keeps its state in memory",
                                                  rules::cloud_server().full_name("CONTROL_PLANE_URL"),
                                                  to_string(view.tier)));
    }
    if (context.wishes.accept_readyz) return by_readyz(layers, context);
    return layers.broke("policy", Status::unknown, "database.no-url",
                        "the Cloud's database cannot be looked at from here: no URL of it"_safe);
}

Finding database_migrated(const Context& context) {
    Layers layers;
    const rules::CloudView view = rules::view_cloud(context.config);
    const std::string key = rules::cloud_server().full_name("CONTROL_PLANE_URL");
    if (view.database_url.empty()) return without_url(layers, context, view);

    CloudRoleUse use;
    if (const auto* setting = context.config.find(key)) {
        layers.source(setting->source);
        use.observer = setting->source.file == "--database-url";
    }
    use.production = context.present.cloud_server && view.tier == rules::CloudTier::public_production;
    layers.passed("policy", "the database URL is set"_safe);
    const Secret url(view.database_url);
    probes::PostgresTarget target;
    target.url = &url;
    target.tls = probes::PostgresTls::by_url;
    target.ca_file = context.wishes.ca_file;
    std::optional<Finding> broken;
    const auto session = open_database(layers, context, target, "the Cloud", broken);
    if (!session) return std::move(*broken);
    if ((broken = judge_cloud_schema(layers, context, *session, use))) return std::move(*broken);
    if ((broken = judge_cloud_host(layers, context, *session, use))) return std::move(*broken);
    return layers.ready(context.redactor.text("Postgres {} holds all six migrations of the Cloud",
                                              session->server_version() / 10000));
}

constexpr std::array ready_when{catalogue::Intent::cloud_connect};
constexpr std::array shown_for{catalogue::Intent::full_hybrid};
constexpr std::array docs{std::string_view{"docs/reference/checks.md"}};

constexpr std::array rows{
    Check{
        .id = "cloud.database.migrated",
        .label = "Cloud database migrated",
        .authority = catalogue::Authority::cloud_worker,
        .control_plane = catalogue::ControlPlane::cloud_control_plane,
        .failing = Status::action_required,
        .looks_at =
            "The Cloud's Postgres, read-only: connection, TLS as the URL asks, sign-in, the six rows of the "
            "migration ledger, the tables, the eighteen concurrent indexes and their validity, the role's "
            "privileges, the server's version and its free connections.",
        .docs = docs,
        .needs = {},
        .ready_when = ready_when,
        .also_for = {},
        .reasons = reasons,
        .run = database_migrated,
        .shown_for = shown_for},
};

}  // namespace

std::span<const Check> cloud_database_checks() { return rows; }

}  // namespace cowork::checks
