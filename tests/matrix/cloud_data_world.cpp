#include "matrix/cloud_data_world.hpp"

namespace cowork::test::matrix {

RealPostgres& cloud_postgres() {
    static const std::unique_ptr<RealPostgres> server = [] {
        RealPostgresOptions options;
        options.version = PostgresVersion::seventeen;
        options.settings = {"log_statement=all", "log_line_prefix='%a|'"};
        auto made = std::make_unique<RealPostgres>(std::move(options));
        made->create_cloud_schema();
        made->create_role("cloud", cloud_role_password, "SELECT, INSERT, UPDATE, DELETE");
        made->exec(
            "REVOKE INSERT, UPDATE, DELETE ON cloud_schema_migrations FROM cloud;"
            "CREATE ROLE reader LOGIN PASSWORD '" +
            cloud_role_password + "'; GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader;");
        return made;
    }();
    return *server;
}

CloudDataWorld::CloudDataWorld(bool with_database) {
    path = "cloud-connect";
    secrets = {cloud_role_password, strong_cloud_secret(0), strong_cloud_secret(1)};
    if (!with_database) return;
    static int number = 0;
    database = "case" + std::to_string(++number);
    cloud_postgres().clone_database("gateway", database);
    sql("INSERT INTO cloud_worker_heartbeats VALUES ('worker-1', 'worker', '[]', now()), "
        "('scheduler-1', 'scheduler', '[]', now())");
    url = url_as("cloud", cloud_role_password);
}

CloudDataWorld::~CloudDataWorld() {
    try {
        if (!database.empty())
            (void)cloud_postgres().exec("DROP DATABASE " + database + " WITH (FORCE)", "postgres");
    } catch (const std::exception&) {
        // The server ends with the tests, and takes it along.
    }
}

void CloudDataWorld::observe(const std::string& as) {
    server_settings = false;
    arguments.insert(arguments.end(), {"--database-url", "env:OBSERVER_URL"});
    environment["OBSERVER_URL"] = url_as(as, cloud_role_password);
}

FakeCloud& CloudDataWorld::over_http(const std::string& scope) {
    server_settings = false;
    FakeCloudOptions options;
    options.scopes = {scope};
    const auto cloud = serve(std::make_shared<FakeCloud>(options));
    arguments.insert(arguments.end(), {"--cloud-url", cloud->url()});
    if (!scope.empty()) environment["OPEN_COWORK_CLOUD_TOKEN"] = options.token;
    secrets.push_back(options.token);
    return *cloud;
}

void CloudDataWorld::prepare() {
    if (!server_settings) return;
    CloudChanges all{{"CONTROL_PLANE_URL", url},
                     {"RETENTION_SESSION_EVENT_MS", "1209600000"},
                     {"RETENTION_WORKSPACE_EVENT_MS", "1209600000"}};
    all.insert(all.end(), changes.begin(), changes.end());
    const config::Config config = cloud_env(role, tier, all);
    std::string text;
    for (const auto& setting : config.settings())
        text += setting.key + "=" + std::string(setting.value.reveal()) + "\n";
    (void)scratch.file(".env.cloud", text + more_lines);
}

}  // namespace cowork::test::matrix
