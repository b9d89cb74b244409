#include "checks/cloud_schema.hpp"

#include "checks/cloud_schema_facts.hpp"
#include "checks/database_layers.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace cowork::checks {
namespace {

using probes::PostgresRow;
using Rows = std::vector<PostgresRow>;

constexpr std::string_view service = "the Cloud";
constexpr auto wrong = Status::action_required;

// Names for a sentence: the first few, and how many more.
class Names {
  public:
    void add(std::string_view name) {
        if (++count_ <= shown) text_ += (count_ == 1 ? "" : ", ") + std::string(name.substr(0, longest));
    }
    [[nodiscard]] bool empty() const { return count_ == 0; }
    [[nodiscard]] SafeText text(const Context& context) const {
        return count_ <= shown ? context.redactor.text("{}", text_)
                               : context.redactor.text("{} and {} more", text_, count_ - shown);
    }

  private:
    static constexpr std::size_t shown = 6;
    static constexpr std::size_t longest = 63;  // of any name in Postgres; a ledger row could hold anything
    std::size_t count_ = 0;
    std::string text_;
};

// One row a name: the table that this role sees under it, another that it does not see, and its privileges.
constexpr const char* tables_query =
    "SELECT t.name, c.oid IS NOT NULL AND (c.relkind IN ('r', 'p') OR t.name = 'cloud_schema_migrations'), "
    "EXISTS (SELECT FROM pg_class o WHERE o.relname = t.name AND o.relkind IN ('r', 'p')), "
    "coalesce(has_table_privilege(c.oid, 'SELECT'), false), "
    "coalesce(has_table_privilege(c.oid, 'INSERT') AND has_table_privilege(c.oid, 'UPDATE') "
    "AND has_table_privilege(c.oid, 'DELETE'), false) "
    "FROM unnest(string_to_array($1, ',')) AS t(name) LEFT JOIN pg_class c ON c.oid = to_regclass(t.name)";

struct Tables {
    Names missing, locked;
    std::size_t present = 0;
    bool ledger = false;
    bool ledger_readable = false;
    bool hidden = false;  // one that is there, and that this role does not see
};

std::optional<Tables> read_tables(const Rows& rows) {
    Tables tables;
    for (const PostgresRow& row : rows) {
        if (row.size() != 5 || !row[0]) return std::nullopt;
        const bool is_ledger = *row[0] == cloud_ledger;
        if (!is_true(row[1])) {
            tables.hidden = tables.hidden || is_true(row[2]);
            if (!is_ledger) tables.missing.add(*row[0]);
            continue;
        }
        const bool readable = is_true(row[3]);
        if (is_ledger) {
            tables.ledger = true;
            tables.ledger_readable = readable;
            continue;
        }
        ++tables.present;
        if (!readable || !is_true(row[4])) tables.locked.add(*row[0]);
    }
    return tables;
}

std::optional<Finding> judge_tables(Layers& layers, const Tables& tables) {
    layers.evidence("tables", static_cast<std::int64_t>(tables.present));
    if (tables.hidden)
        return layers.broke("schema", Status::unknown, "database.schema-hidden",
                            "the Cloud's tables lie where this role does not see them"_safe);
    if (tables.present == 0 && !tables.ledger)
        return layers.broke("schema", wrong, "database.tables-missing",
                            "the database has none of the Cloud's tables"_safe);
    if (!tables.ledger)
        return layers.broke("schema", wrong, "database.ledger-missing",
                            "the Cloud's tables are there without their migration ledger"_safe);
    return std::nullopt;
}

Finding locked_out(Layers& layers, const CloudRoleUse& use, SafeText summary) {
    return layers.broke("privilege", use.observer ? Status::unknown : wrong, "database.privilege-missing",
                        std::move(summary));
}

// Ids in the ledger, how old each is against the baseline, and whether it lies in the future.
constexpr const char* ledger_query =
    "SELECT m.id, m.applied_at < b.applied_at, m.applied_at > now() + interval '1 minute' "
    "FROM cloud_schema_migrations m LEFT JOIN cloud_schema_migrations b ON b.id = $1 ORDER BY m.id LIMIT 200";

struct Ledger {
    Names missing, unknown, edited;
    std::size_t known = 0;
    bool baseline = false;
};

std::optional<Ledger> read_ledger(const Rows& rows) {
    Ledger ledger;
    std::vector<std::string_view> applied;
    for (const PostgresRow& row : rows) {
        if (row.size() != 3 || !row[0]) return std::nullopt;
        const auto known = std::find(cloud_migrations.begin(), cloud_migrations.end(), *row[0]);
        if (known == cloud_migrations.end()) {
            ledger.unknown.add(*row[0]);
            continue;
        }
        applied.push_back(*known);
        if (is_true(row[1]) || is_true(row[2])) ledger.edited.add(*row[0]);
    }
    for (const std::string_view id : cloud_migrations)
        if (std::find(applied.begin(), applied.end(), id) == applied.end()) ledger.missing.add(id);
    ledger.known = applied.size();
    ledger.baseline = std::find(applied.begin(), applied.end(), cloud_migrations.front()) != applied.end();
    return ledger;
}

std::optional<Finding> judge_ledger(Layers& layers, const Context& context, const Ledger& ledger) {
    layers.evidence("migrations", static_cast<std::int64_t>(ledger.known));
    if (!ledger.baseline)
        return layers.broke(
            "ledger", wrong, "database.ledger-missing",
            context.redactor.text("the migration ledger has no row {}", cloud_migrations.front()));
    if (!ledger.missing.empty())
        return layers.broke("ledger", wrong, "database.migration-missing",
                            context.redactor.text("not applied: {}", ledger.missing.text(context)));
    layers.passed("ledger", context.redactor.text("{} migrations applied", ledger.known));
    return std::nullopt;
}

constexpr const char* indexes_query =
    "SELECT n.name, i.indexrelid IS NOT NULL, coalesce(i.indisvalid AND i.indisready, false) "
    "FROM unnest(string_to_array($1, ',')) AS n(name) "
    "LEFT JOIN pg_index i ON i.indexrelid = to_regclass(n.name)";

std::optional<Finding> judge_indexes(Layers& layers, const Context& context, const Rows& rows) {
    Names missing, invalid;
    for (const PostgresRow& row : rows) {
        if (row.size() != 3 || !row[0]) return odd_database_answer(layers);
        if (!is_true(row[1]))
            missing.add(*row[0]);
        else if (!is_true(row[2]))
            invalid.add(*row[0]);
    }
    if (rows.size() != cloud_indexes.size()) return odd_database_answer(layers);
    if (!missing.empty())
        return layers.broke("indexes", wrong, "database.index-missing",
                            context.redactor.text("missing: {}", missing.text(context)));
    if (!invalid.empty())
        return layers.broke("indexes", wrong, "database.index-invalid",
                            context.redactor.text("not valid: {}", invalid.text(context)));
    layers.passed("indexes", context.redactor.text("{} concurrent indexes, all valid", rows.size()));
    return std::nullopt;
}

// The server's limits and use, and the powers of this role.
constexpr const char* host_query =
    "SELECT current_setting('max_connections'), "
    "current_setting('superuser_reserved_connections')::int "
    "+ coalesce(current_setting('reserved_connections', true), '0')::int, "
    "(SELECT coalesce(sum(numbackends), 0) FROM pg_stat_database), "
    "(SELECT rolsuper FROM pg_roles WHERE rolname = current_user), "
    "EXISTS (SELECT FROM unnest(string_to_array($1, ',')) AS t(name) "
    "JOIN pg_class c ON c.oid = to_regclass(t.name) WHERE pg_has_role(current_user, c.relowner, 'USAGE')), "
    "pg_is_in_recovery()";

std::optional<Finding> judge_connections(Layers& layers, const Context& context, const PostgresRow& row) {
    const std::int64_t most = number(row[0]) - number(row[1]);
    const std::int64_t used = number(row[2]);
    const std::int64_t free = most - used;
    layers.evidence("connections_in_use", used);
    layers.evidence("connections_allowed", most);
    constexpr std::int64_t few = 5;
    if (free < few || free * 10 < most)
        return layers.broke("connections", Status::degraded, "database.connections-low",
                            context.redactor.text("{} of {} connections are in use", used, most));
    layers.passed("connections", context.redactor.text("{} of {} connections are in use", used, most));
    return std::nullopt;
}

}  // namespace

std::optional<Finding> judge_cloud_schema(Layers& layers, const Context& context,
                                          probes::PostgresSession& session, const CloudRoleUse& use) {
    const std::string names = std::string(cloud_ledger) + "," + comma_list(cloud_tables);
    const auto rows = session.query(tables_query, {names}, context.probe());
    if (!rows) return database_failed(layers, context, rows.error(), service);
    const auto tables = read_tables(*rows);
    if (!tables || rows->size() != cloud_tables.size() + 1) return odd_database_answer(layers);
    if (auto broken = judge_tables(layers, *tables)) return broken;
    if (!tables->ledger_readable)
        return locked_out(layers, use, context.redactor.text("the role may not read {}", cloud_ledger));

    const auto entries =
        session.query(ledger_query, {std::string(cloud_migrations.front())}, context.probe());
    if (!entries) return database_failed(layers, context, entries.error(), service);
    const auto ledger = read_ledger(*entries);
    if (!ledger) return odd_database_answer(layers);
    if (auto broken = judge_ledger(layers, context, *ledger)) return broken;
    if (!tables->missing.empty())
        return layers.broke("schema", wrong, "database.tables-missing",
                            context.redactor.text("missing: {}", tables->missing.text(context)));
    layers.passed("schema", context.redactor.text("{} tables", tables->present));

    const auto indexes = session.query(indexes_query, {comma_list(cloud_indexes)}, context.probe());
    if (!indexes) return database_failed(layers, context, indexes.error(), service);
    if (auto broken = judge_indexes(layers, context, *indexes)) return broken;
    if (!tables->locked.empty())
        return locked_out(layers, use,
                          context.redactor.text("no full access to: {}", tables->locked.text(context)));
    layers.passed("privilege", "the role may use every table"_safe);
    if (!ledger->edited.empty())
        return layers.broke(
            "ledger", Status::degraded, "database.ledger-edited",
            context.redactor.text("at a time that cannot be: {}", ledger->edited.text(context)));
    if (!ledger->unknown.empty())
        return layers.broke(
            "ledger", Status::degraded, "database.newer-schema",
            context.redactor.text("not known to this cowork: {}", ledger->unknown.text(context)));
    return std::nullopt;
}

std::optional<Finding> judge_cloud_host(Layers& layers, const Context& context,
                                        probes::PostgresSession& session, const CloudRoleUse& use) {
    const auto rows = session.query(host_query, {std::string(cloud_ledger) + "," + comma_list(cloud_tables)},
                                    context.probe());
    if (!rows) return database_failed(layers, context, rows.error(), service);
    if (rows->size() != 1 || rows->front().size() != 6) return odd_database_answer(layers);
    const PostgresRow& row = rows->front();
    layers.evidence("standby", is_true(row[5]));
    if (is_true(row[5]) && !use.observer)
        return layers.broke("host", wrong, "database.standby",
                            "that Postgres is a standby, in which the Cloud cannot write"_safe);
    const bool powerful = is_true(row[3]) || is_true(row[4]);
    layers.evidence("role_is_superuser", is_true(row[3]));
    layers.evidence("role_owns_tables", is_true(row[4]));
    // Elsewhere the product's own examples sign in as the owner.
    if (powerful && use.production && !use.observer)
        return layers.broke(
            "privilege", Status::degraded, "database.role-too-powerful",
            context.redactor.text("the role {}",
                                  is_true(row[3]) ? "is a superuser" : "owns the Cloud's tables"));
    if (auto broken = judge_connections(layers, context, row)) return broken;
    constexpr int oldest = 160000;
    if (session.server_version() < oldest)
        return layers.broke("version", Status::degraded, "database.version-old",
                            context.redactor.text("Postgres {} is older than {}",
                                                  session.server_version() / 10000, oldest / 10000));
    return std::nullopt;
}

}  // namespace cowork::checks
