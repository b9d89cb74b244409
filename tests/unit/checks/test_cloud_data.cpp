#include "checks/cloud_schema_facts.hpp"
#include "checks/registry.hpp"
#include "rules/cloud_server.hpp"
#include "rules/secret_names.hpp"
#include "support/fake_probes.hpp"

#include <catch2/catch.hpp>

#include <set>
#include <string>
#include <vector>

using namespace cowork;
using namespace cowork::checks;
using test::FakeWorld;

namespace {

using Rows = std::vector<probes::PostgresRow>;

constexpr std::string_view migrated = "cloud.database.migrated";

void set(FakeWorld& world, const std::string& name, const std::string& value,
         const char* file = ".env.cloud") {
    const std::string key = std::string(rules::cloud_prefix) + name;
    world.config.set(key, Secret(value), {file, 1, 1, key});
    world.present = {.cloud_server = true, .cloud = true};
    rules::learn_secrets(world.redactor, world.config);
}

// "status reason" of a check in that world.
std::string outcome(FakeWorld& world, std::string_view id) {
    const Check* check = find_check(id);
    REQUIRE(check != nullptr);
    const Finding finding = check->run(*world.context());
    CAPTURE(finding.reason_code, finding.summary.str());
    CHECK_FALSE(finding.summary.empty());
    CHECK((finding.status == Status::ready ? finding.reason_code.empty()
                                           : check->reason(finding.reason_code) != nullptr));
    CHECK(finding.summary.str().find("a-password") == std::string::npos);
    return std::string(to_string(finding.status)) + " " + std::string(finding.reason_code);
}

// Answers of a healthy database, in the order of the queries.
Rows tables() {
    Rows rows{{"cloud_schema_migrations", "t", "t", "t", "f"}};
    for (const auto name : cloud_tables) rows.push_back({std::string(name), "t", "t", "t", "t"});
    return rows;
}
Rows ledger() {
    Rows rows;
    for (const auto id : cloud_migrations) rows.push_back({std::string(id), "f", "f"});
    return rows;
}
Rows indexes() {
    Rows rows;
    for (const auto name : cloud_indexes) rows.push_back({std::string(name), "t", "t"});
    return rows;
}
Rows host(const char* most = "100", const char* used = "10") { return {{most, "3", used, "f", "f", "f"}}; }

std::string judged(std::vector<Rows> answers, int version = 170005) {
    FakeWorld world;
    set(world, "CONTROL_PLANE_URL", "postgres://cloud:a-password@127.0.0.1/cloud");
    world.postgres.version = version;
    for (Rows& rows : answers) world.postgres.results.emplace_back(std::move(rows));
    return outcome(world, migrated);
}

Rows changed(Rows rows, std::size_t row, std::size_t column, std::optional<std::string> value) {
    rows.at(row).at(column) = std::move(value);
    return rows;
}
Rows shorter(Rows rows) {
    rows.pop_back();
    return rows;
}

}  // namespace

TEST_CASE("cloud database check: odd answers are no health") {
    CHECK(judged({tables(), ledger(), indexes(), host()}) == "ready ");
    const std::string odd = "unknown database.query-failed";
    CHECK(judged({}) == odd);
    CHECK(judged({Rows{}}) == odd);
    CHECK(judged({shorter(tables()), ledger(), indexes(), host()}) == odd);
    CHECK(judged({Rows{{"x"}}}) == odd);
    CHECK(judged({changed(tables(), 3, 0, std::nullopt)}) == odd);
    CHECK(judged({tables()}) == odd);
    CHECK(judged({tables(), Rows{{"001"}}}) == odd);
    CHECK(judged({tables(), ledger(), Rows{{"x"}}}) == odd);
    CHECK(judged({tables(), ledger(), shorter(indexes()), host()}) == odd);
    CHECK(judged({tables(), ledger(), indexes(), Rows{}}) == odd);
    CHECK(judged({tables(), ledger(), indexes(), Rows{{"1", "2"}}}) == odd);
}

TEST_CASE("cloud database check: what Postgres says, and what it means") {
    CHECK(judged({changed(tables(), 5, 1, "f")}) == "unknown database.schema-hidden");
    CHECK(judged({changed(changed(tables(), 5, 1, "f"), 5, 2, "f"), ledger()}) ==
          "action_required database.tables-missing");
    CHECK(judged({changed(changed(tables(), 0, 1, "f"), 0, 2, "f")}) ==
          "action_required database.ledger-missing");
    CHECK(judged({changed(tables(), 0, 3, "f")}) == "action_required database.privilege-missing");
    CHECK(judged({changed(tables(), 9, 4, "f"), ledger(), indexes(), host()}) ==
          "action_required database.privilege-missing");
    CHECK(judged({tables(), Rows{}}) == "action_required database.ledger-missing");
    CHECK(judged({tables(), shorter(ledger())}) == "action_required database.migration-missing");
    CHECK(judged({tables(), changed(ledger(), 2, 1, "t"), indexes()}) == "degraded database.ledger-edited");
    // Without a baseline there is nothing to compare with: NULL.
    CHECK(judged({tables(), changed(ledger(), 2, 1, std::nullopt), indexes(), host()}) == "ready ");
    CHECK(judged({tables(), ledger(), changed(indexes(), 17, 1, "f")}) ==
          "action_required database.index-missing");
    CHECK(judged({tables(), ledger(), changed(indexes(), 17, 2, "f")}) ==
          "action_required database.index-invalid");
    CHECK(judged({tables(), ledger(), indexes(), host()}, 150018) == "degraded database.version-old");
    CHECK(judged({tables(), ledger(), indexes(), changed(host(), 0, 5, "t")}) ==
          "action_required database.standby");
}

TEST_CASE("cloud database check: free connections") {
    const std::string low = "degraded database.connections-low";
    CHECK(judged({tables(), ledger(), indexes(), host("20", "12")}) == "ready ");
    CHECK(judged({tables(), ledger(), indexes(), host("20", "13")}) == low);
    CHECK(judged({tables(), ledger(), indexes(), host("103", "90")}) == "ready ");
    CHECK(judged({tables(), ledger(), indexes(), host("103", "91")}) == low);
    CHECK(judged({tables(), ledger(), indexes(), host("many", "")}) == low);
    CHECK(judged({tables(), ledger(), indexes(), host("-9223372036854775808", "9223372036854775807")}) ==
          low);
}

TEST_CASE("cloud database check: the URL decides on TLS, and a URL for looking on how much is asked") {
    FakeWorld world;
    set(world, "CONTROL_PLANE_URL", "postgres://cloud:a-password@127.0.0.1/cloud", "--database-url");
    world.postgres.version = 170005;
    world.postgres.results = {tables(), ledger(), indexes(), changed(host(), 0, 5, "t")};
    CHECK(outcome(world, migrated) == "ready ");  // a standby is enough to look at
    CHECK(world.postgres.asked_tls == std::vector{probes::PostgresTls::by_url});
    FakeWorld reader;
    set(reader, "CONTROL_PLANE_URL", "postgres://cloud:a-password@127.0.0.1/cloud", "--database-url");
    reader.postgres.results = {changed(tables(), 9, 4, "f"), ledger(), indexes(), host()};
    CHECK(outcome(reader, migrated) == "unknown database.privilege-missing");
}

TEST_CASE("cloud operations checks: no rows, odd rows and failures are no health") {
    for (const std::string_view id : {"cloud.workers.alive", "cloud.scheduler.alive", "cloud.commands.queue",
                                      "cloud.deliveries.dead_letters"}) {
        CAPTURE(id);
        for (const Rows& rows : std::vector<Rows>{{}, {{"1"}}, {{"1", "1", "1", "1", "1", "1", "1"}}}) {
            FakeWorld world;
            set(world, "CONTROL_PLANE_URL", "postgres://cloud:a-password@127.0.0.1/cloud");
            world.postgres.results = {rows};
            CHECK(outcome(world, id) == "unknown operations.database-unreadable");
        }
        for (const auto layer : {probes::PostgresLayer::auth, probes::PostgresLayer::silent,
                                 probes::PostgresLayer::missing, probes::PostgresLayer::url}) {
            FakeWorld world;
            set(world, "CONTROL_PLANE_URL", "postgres://cloud:a-password@127.0.0.1/cloud");
            world.postgres.connect_failure = {layer, "", "postgres://cloud:a-password@127.0.0.1"};
            CHECK(outcome(world, id) == "unknown operations.database-unreadable");
        }
    }
}

TEST_CASE("cloud checks of settings: where there are none, nothing is required") {
    FakeWorld world;
    world.present = {.cloud = true};
    for (const std::string_view id : {"cloud.configuration.valid", "cloud.retention.configured"}) {
        const Finding finding = find_check(id)->run(*world.context());
        CHECK(finding.reason_code == "configuration.not-here");
        CHECK(finding.required == false);
    }
    CHECK(find_check("cloud.env_file.private")->run(*world.context()).required == false);
    CHECK(outcome(world, migrated) == "unknown database.no-url");
    set(world, "ROLE", "web");
    CHECK(find_check("cloud.configuration.valid")->run(*world.context()).required == true);
}

TEST_CASE("cloud schema: every name once") {
    CHECK(std::set<std::string_view>(cloud_tables.begin(), cloud_tables.end()).size() == cloud_tables.size());
    CHECK(std::set<std::string_view>(cloud_indexes.begin(), cloud_indexes.end()).size() ==
          cloud_indexes.size());
    CHECK(comma_list(std::vector<std::string>{"a", "b"}) == "a,b");
}
