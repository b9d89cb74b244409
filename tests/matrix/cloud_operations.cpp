#include "matrix/cloud_data_world.hpp"
#include "matrix/groups.hpp"
#include "support/ports.hpp"
#include "support/require_service.hpp"

namespace cowork::test::matrix {
namespace {

using Breaks = std::function<void(CloudDataWorld&)>;

Breaks after(std::string sql) {
    return [sql = std::move(sql)](CloudDataWorld& world) { world.sql(sql); };
}

// A command of session s1, unless another is named.
std::string command(const std::string& id, const std::string& status, const std::string& age,
                    const std::string& session = "s1") {
    return "INSERT INTO cloud_session_commands VALUES ('" + id + "', 't1', '" + session + "', '" + status +
           "', 0, now() - interval '" + age + "');";
}
std::string delivery(const std::string& id, const std::string& status, const std::string& due_since) {
    return "INSERT INTO cloud_channel_deliveries VALUES ('" + id + "', '" + status + "', now() - interval '" +
           due_since + "', now() - interval '1 day', now());";
}
const std::string old_heartbeats =
    "UPDATE cloud_worker_heartbeats SET last_seen_at = now() - interval '2 hours';";

// Of all four checks.
void add_shared(std::vector<DataCase>& cases, std::string_view check, const char* table) {
    const auto add = [&](const char* fault, const char* reason, Breaks breaks) {
        cases.push_back({{check, fault, Status::unknown, reason, 3}, std::move(breaks)});
    };
    cases.push_back({{check, "nothing", Status::ready, "", 0}, nullptr});
    add("no URL and no token", "operations.no-source",
        [](CloudDataWorld& world) { world.server_settings = false; });
    add("nothing listens", "operations.database-unreadable", [](CloudDataWorld& world) {
        world.url =
            "postgres://cloud:" + cloud_role_password + "@127.0.0.1:" + std::to_string(free_port()) + "/x";
    });
    add("a wrong password", "operations.database-unreadable",
        [](CloudDataWorld& world) { world.url = world.url_as("cloud", "another-password"); });
    add("the table is gone", "operations.database-unreadable", after(std::string("DROP TABLE ") + table));
    add("the role may not read the table", "operations.database-unreadable",
        after(std::string("REVOKE ALL ON ") + table + " FROM cloud"));
}

Breaks over_http(std::function<void(FakeCloud&)> change, std::string scope = "operator") {
    return [change = std::move(change), scope = std::move(scope)](CloudDataWorld& world) {
        FakeCloud& cloud = world.over_http(scope);
        if (change) change(cloud);
    };
}
Breaks told(std::function<void(FakeCloudOptions&)> change) {
    return over_http([change = std::move(change)](FakeCloud& cloud) { cloud.update(change); });
}
Breaks answering(CannedAnswer answer) {
    return over_http(
        [answer = std::move(answer)](FakeCloud& cloud) { cloud.override_path("/api/diagnostics", answer); });
}

// Of the checks that look into the Cloud's diagnostics where there is no database URL.
void add_diagnostics(std::vector<DataCase>& cases, std::string_view check) {
    const auto add = [&](const char* fault, const char* reason, Breaks breaks) {
        cases.push_back({{check, fault, Status::unknown, reason, 3}, std::move(breaks)});
    };
    constexpr const char* unreadable = "operations.diagnostics-unreadable";
    cases.push_back(
        {{check, "nothing, by the Cloud's diagnostics", Status::ready, "", 0}, over_http(nullptr)});
    cases.push_back(
        {{check, "nothing, by the diagnostics of a Cloud without sign-in", Status::ready, "", 0},
         over_http([](FakeCloud& cloud) { cloud.update([](FakeCloudOptions& o) { o.open = true; }); }, "")});
    add("a Cloud with sign-in, and no token", "operations.no-source", over_http(nullptr, ""));
    add("a token without the scope operator", unreadable, over_http(nullptr, "desktop"));
    add("diagnostics answer 401", unreadable, answering({.status = 401, .body = R"({"error":"no"})"}));
    add("diagnostics answer 500", unreadable, answering({.status = 500}));
    add("a web page", unreadable, answering({.content_type = "text/html", .body = "<!doctype html>"}));
    add("diagnostics without content", unreadable, answering({.body = "{}"}));
    add("deep diagnostics", unreadable, answering({.body = std::string(100'000, '[')}));
    add("diagnostics of odd types", unreadable,
        answering({.body = R"({"runtime":{"heartbeats":[{"role":"worker","ageMs":"1"},7]},)"
                           R"("gateway":{"deliveriesByStatus":{"dead":-1},"deliverySampleLimit":200}})"}));
    add("the Cloud is down", unreadable, [](CloudDataWorld& world) {
        world.server_settings = false;
        world.arguments.insert(world.arguments.end(),
                               {"--cloud-url", "http://127.0.0.1:" + std::to_string(free_port())});
    });
}

void add_told_liveness(std::vector<DataCase>& cases) {
    constexpr std::string_view workers = "cloud.workers.alive";
    constexpr std::string_view scheduler = "cloud.scheduler.alive";
    add_diagnostics(cases, workers);
    add_diagnostics(cases, scheduler);
    const auto add = [&](std::string_view check, const char* fault, Status status, const char* reason,
                         int exit_code, std::map<std::string, long long> heartbeats) {
        cases.push_back({{check, fault, status, reason, exit_code},
                         told([heartbeats](FakeCloudOptions& o) { o.heartbeats = heartbeats; })});
    };
    constexpr long long hour = 3'600'000;
    add(workers, "the diagnostics show an old heartbeat", Status::unknown, "workers.idle", 3,
        {{"worker", hour}});
    add(workers, "the diagnostics show no worker", Status::unknown, "workers.never-seen", 3,
        {{"scheduler", 437}});
    add(scheduler, "the diagnostics show an old heartbeat", Status::action_required, "scheduler.stale", 1,
        {{"worker", 437}, {"scheduler", hour}});
    add(scheduler, "the diagnostics show no scheduler", Status::action_required, "scheduler.never-seen", 1,
        {{"worker", 437}});
    add(scheduler, "the diagnostics show a heartbeat of the future", Status::unknown, "scheduler.clock-ahead",
        3, {{"scheduler", -hour}});
}

void add_told_deliveries(std::vector<DataCase>& cases) {
    constexpr std::string_view letters = "cloud.deliveries.dead_letters";
    add_diagnostics(cases, letters);
    cases.push_back(
        {{letters, "the diagnostics count one that was given up", Status::degraded, "deliveries.dead", 4},
         told([](FakeCloudOptions& o) {
             o.deliveries = {{"dead", 1}};
         })});
    cases.push_back(
        {{letters, "the diagnostics tell of the last 200 only", Status::unknown, "deliveries.sample", 3},
         told([](FakeCloudOptions& o) {
             o.deliveries = {{"sent", 200}};
         })});
}

void add_liveness(std::vector<DataCase>& cases) {
    constexpr std::string_view workers = "cloud.workers.alive";
    constexpr std::string_view scheduler = "cloud.scheduler.alive";
    add_shared(cases, workers, "cloud_worker_heartbeats");
    add_shared(cases, scheduler, "cloud_worker_heartbeats");
    const auto add = [&](std::string_view check, const char* fault, Status status, const char* reason,
                         int exit_code, std::string sql) {
        cases.push_back({{check, fault, status, reason, exit_code}, after(std::move(sql))});
    };
    constexpr auto wrong = Status::action_required;
    const std::string ahead = "UPDATE cloud_worker_heartbeats SET last_seen_at = now() + interval '1 hour'";
    add(workers, "an old heartbeat, and a session held by its worker", Status::ready, "", 0,
        old_heartbeats +
            "INSERT INTO cloud_worker_leases VALUES ('t1', 's1', 'worker-1', 'x', "
            "(extract(epoch FROM now()) * 1000 + 20000)::bigint, 1)");
    add(workers, "an old heartbeat, and a managed worker just heard of", Status::ready, "", 0,
        old_heartbeats + "INSERT INTO cloud_managed_worker_heartbeats VALUES ('m1', now())");
    add(workers, "old heartbeats, and a command that waits", wrong, "workers.silent", 1,
        old_heartbeats + command("c1", "pending", "5 minutes"));
    add(workers, "no heartbeat, and a command that waits", wrong, "workers.silent", 1,
        "DELETE FROM cloud_worker_heartbeats;" + command("c1", "pending", "5 minutes"));
    add(workers, "an expired lease is no sign of life", wrong, "workers.silent", 1,
        old_heartbeats + command("c1", "pending", "5 minutes") +
            "INSERT INTO cloud_worker_leases VALUES ('t1', 's1', 'worker-1', 'x', 1000, 1)");
    add(workers, "a heartbeat of the future", Status::unknown, "workers.clock-ahead", 3, ahead);
    add(workers, "an old heartbeat, and nothing to do", Status::unknown, "workers.idle", 3, old_heartbeats);
    add(workers, "no heartbeat, and nothing to do", Status::unknown, "workers.never-seen", 3,
        "DELETE FROM cloud_worker_heartbeats");
    add(workers, "only the scheduler's heartbeat is fresh", Status::unknown, "workers.never-seen", 3,
        "DELETE FROM cloud_worker_heartbeats WHERE role = 'worker'");
    add(scheduler, "no heartbeat", wrong, "scheduler.never-seen", 1, "DELETE FROM cloud_worker_heartbeats");
    add(scheduler, "an old heartbeat", wrong, "scheduler.stale", 1, old_heartbeats);
    add(scheduler, "a heartbeat of the future", Status::unknown, "scheduler.clock-ahead", 3, ahead);
}

void add_queues(std::vector<DataCase>& cases) {
    constexpr std::string_view queue = "cloud.commands.queue";
    constexpr std::string_view letters = "cloud.deliveries.dead_letters";
    add_shared(cases, queue, "cloud_session_commands");
    add_shared(cases, letters, "cloud_channel_deliveries");
    const auto add = [&](std::string_view check, const char* fault, Status status, const char* reason,
                         int exit_code, std::string sql) {
        cases.push_back({{check, fault, status, reason, exit_code}, after(std::move(sql))});
    };
    add(queue, "commands that were just sent, and old ones that are done", Status::ready, "", 0,
        command("c1", "pending", "5 seconds") + command("c2", "acked", "9 days", "s2") +
            command("c3", "failed", "9 days", "s3"));
    add(queue, "an old command behind a running one of its session", Status::ready, "", 0,
        command("c1", "running", "30 minutes") + command("c2", "pending", "20 minutes"));
    add(queue, "an old command that is put off", Status::ready, "", 0,
        command("c1", "pending", "30 minutes") +
            "UPDATE cloud_session_commands SET available_at = now() + interval '1 minute'");
    add(queue, "a command waits for two minutes", Status::degraded, "queue.slow", 4,
        command("c1", "pending", "2 minutes"));
    add(queue, "a command waits for an hour", Status::action_required, "queue.stuck", 1,
        command("c1", "pending", "1 hour") + command("c2", "running", "2 hours", "s2"));
    add(letters, "deliveries that are on their way", Status::ready, "", 0,
        delivery("d1", "pending", "3 seconds") + delivery("d2", "sent", "9 days"));
    add(letters, "one that was given up", Status::degraded, "deliveries.dead", 4,
        delivery("d1", "dead", "9 days"));
    add(letters, "one that nobody takes", Status::degraded, "deliveries.waiting", 4,
        delivery("d1", "pending", "1 hour"));
}

const std::vector<DataCase>& cases() {
    static const std::vector<DataCase> all = [] {
        std::vector<DataCase> made;
        add_liveness(made);
        add_queues(made);
        add_told_liveness(made);
        add_told_deliveries(made);
        for (DataCase& one : made)
            one.breaks = [check = one.row.check, breaks = one.breaks](CloudDataWorld& world) {
                world.look_at(check);
                if (breaks) breaks(world);
            };
        return made;
    }();
    return all;
}

}  // namespace

std::vector<Row> cloud_operations_rows() { return rows_of(cases()); }

TEST_CASE("kill matrix: what the Cloud's Postgres says of its work", "[data]") {
    if (!require_service(RealPostgres::available(PostgresVersion::seventeen), "PostgreSQL 17")) return;
    run_cases(cases(), [] { return std::make_unique<CloudDataWorld>(); });
}

TEST_CASE("kill matrix: doctor leaves the Cloud's database as it is, row by row", "[data]") {
    if (!require_service(RealPostgres::available(PostgresVersion::seventeen), "PostgreSQL 17")) return;
    CloudDataWorld world;
    const auto digest = [&] {
        return cloud_postgres().exec(
            "SELECT md5(string_agg(relname || query_to_xml('SELECT * FROM ' || quote_ident(relname), true, "
            "false, '')::text, ',' ORDER BY relname)) FROM pg_class "
            "WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' "
            "UNION ALL SELECT md5(string_agg(relname || relkind::text, ',' ORDER BY oid)) FROM pg_class",
            world.database);
    };
    const auto before = digest();
    REQUIRE(before.size() == 2);
    (void)world.doctor();
    (void)world.doctor({"--strict", "-v"});
    CHECK(digest() == before);
}

// The last of the group: whatever doctor asked the server in all the cases before it was a read.
TEST_CASE("kill matrix: the Cloud's Postgres saw nothing but reads", "[data]") {
    if (!require_service(RealPostgres::available(PostgresVersion::seventeen), "PostgreSQL 17")) return;
    CloudDataWorld world;
    (void)world.doctor();
    std::istringstream log(cloud_postgres().log());
    int reads = 0;
    for (std::string line; std::getline(log, line);) {
        if (!line.starts_with("cowork-doctor|LOG:")) continue;
        const auto at = line.find(": ", line.find("LOG:") + 6);
        if (at == std::string::npos) continue;
        const std::string statement = line.substr(at + 2);
        INFO(line);
        CHECK((statement.starts_with("SELECT ") || statement.starts_with("WITH beats AS (SELECT ")));
        ++reads;
    }
    CHECK(reads >= 8);
}

}  // namespace cowork::test::matrix
