#include "net/host_class.hpp"
#include "rules/channel_gateway.hpp"
#include "rules/lenient.hpp"
#include "setup/assets/parts.hpp"

#include <fmt/format.h>

namespace cowork::setup {
namespace {

using catalogue::Intent;

// The digest that the product's own Compose files pin.
constexpr std::string_view postgres_image =
    "postgres:17-alpine@sha256:742f40ea20b9ff2ff31db5458d127452988a2164df9e17441e191f3b72252193";

// The user of the product's images (node), and of the PostgreSQL image (postgres, on Alpine).
constexpr std::string_view node_user = "1000:1000";
constexpr std::string_view postgres_user = "70:70";
constexpr std::string_view opencode_name = "opencode.internal";
constexpr std::string_view opencode_home = "/var/lib/open-cowork/opencode";

// What every container is held to.
constexpr std::string_view restraints = R"(    init: true
    restart: unless-stopped
    read_only: true
    cap_drop: [ALL]
    security_opt: ["no-new-privileges:true"]
    pids_limit: 4096
)";

std::string key_of(const Facts& facts, std::string_view name) {
    return std::string(facts.prefix) + std::string(name);
}

// PostgreSQL in a container is reached by the same loopback address as the env file names, because the
// gateway shares its network: the URL holds the password, so no other one can be written here.
bool bundles_postgres(const Facts& facts) {
    return facts.intent == Intent::gateway_only && facts.database && facts.database->loopback &&
           !facts.database->tls;
}

// A provider that the gateway refuses as soon as it listens beyond loopback; empty without one.
std::string_view provider_for_loopback(const config::Config& config) {
    const auto view = rules::view_channel_gateway(config);
    const bool demonstration =
        view.self_host &&
        rules::read_boolean(config.text("OPEN_COWORK_GATEWAY_ALLOW_PUBLIC_FAKE_PROVIDER")).value_or(false);
    for (const auto& provider : view.providers)
        if (provider.kind == rules::ChannelKind::cli ||
            (provider.kind == rules::ChannelKind::fake && !demonstration))
            return rules::to_string(provider.kind);
    return {};
}

std::string obstacle(const AssetContext& context, const Facts& facts) {
    if (context.dialect != config::Dialect::portable && context.dialect != config::Dialect::compose)
        return fmt::format(
            "Compose does not read the dialect {} as it is meant; write the env file with --dialect compose",
            config::to_string(context.dialect));
    if (facts.listener.port == 0)
        return fmt::format("{} is 0, which cannot be published", key_of(facts, "PORT"));
    const auto& config = *context.config;
    if (facts.intent == Intent::cloud_gateway) {
        if (rules::trimmed(config.text(key_of(facts, "ADMIN_TOKEN"))).empty())
            return fmt::format("a container listens on all its addresses, for which the gateway demands {}",
                               key_of(facts, "ADMIN_TOKEN"));
        if (const auto kind = provider_for_loopback(config); !kind.empty())
            return fmt::format(
                "a container listens on all its addresses, where the gateway refuses the {} provider", kind);
        const auto cloud = net::parse_url(rules::trimmed(config.text("OPEN_COWORK_CLOUD_BASE_URL")));
        if (cloud && net::classify_host(cloud->host) == net::HostClass::loopback)
            return "OPEN_COWORK_CLOUD_BASE_URL is on this machine's loopback, which a container cannot reach";
    }
    if (facts.database && facts.database->loopback && facts.database->tls)
        return fmt::format("{} is on this machine's loopback, which a container cannot reach",
                           facts.database->key);
    if (facts.intent == Intent::gateway_only && !facts.opencode_here && facts.opencode &&
        net::classify_host(facts.opencode->host) == net::HostClass::loopback)
        return fmt::format("{} is https on this machine's loopback, which a container cannot reach",
                           key_of(facts, "OPENCODE_URL"));
    return {};
}

std::string required(std::string_view variable, std::string_view what) {
    return fmt::format("${{{}:?set it to {}}}", variable, what);
}

// A volume in long form, which has no separator that a path could hold.
std::string volume(std::string_view source, const std::string& quoted_target) {
    return fmt::format("      - {{type: volume, source: {}, target: {}}}\n", source, quoted_target);
}

std::string bound_files(Workbench& bench) {
    std::string lines;
    for (const auto& [key, path] : bench.facts.read_files) {
        const std::string quoted = bench.quote.compose(path, key);
        lines += fmt::format("      - {{type: bind, source: {0}, target: {0}, read_only: true}}\n", quoted);
    }
    return lines;
}

std::string postgres_service(Workbench& bench, const std::string& ports) {
    const DatabaseFacts& database = *bench.facts.database;
    return fmt::format(
        R"(
  # The gateway shares its network, so it listens on loopback alone, and OpenCode cannot reach it.
  postgres:
    image: {image}
    user: "{user}"
{restraints}    command: [postgres, -c, listen_addresses=127.0.0.1, -p, "{port}"]
    environment:
      POSTGRES_USER: {role}
      POSTGRES_DB: {database}
      # The one that {key} holds; used when the volume is empty.
      POSTGRES_PASSWORD: {password}
      POSTGRES_INITDB_ARGS: --auth-host=scram-sha-256 --auth-local=scram-sha-256
    volumes:
      - {{type: volume, source: postgres, target: /var/lib/postgresql/data}}
    tmpfs: [/tmp, "/var/run/postgresql:uid=70,gid=70,mode=0775"]
    shm_size: 128m
    healthcheck:
      test: [CMD, pg_isready, -h, 127.0.0.1, -p, "{port}"]
      interval: 5s
      timeout: 5s
      retries: 20
{ports}    networks: [outside, agents]
)",
        fmt::arg("image", postgres_image), fmt::arg("user", postgres_user),
        fmt::arg("restraints", restraints), fmt::arg("port", database.port),
        fmt::arg("role", bench.quote.compose(database.role, database.key)),
        fmt::arg("database", bench.quote.compose(database.database, database.key)),
        fmt::arg("key", database.key),
        fmt::arg("password", required("OPEN_COWORK_POSTGRES_PASSWORD", "the password in the database URL")),
        fmt::arg("ports", ports));
}

std::string opencode_service(Workbench& bench) {
    const Facts& facts = bench.facts;
    const std::string root = bench.quote.compose(facts.runtime_root, facts.runtime_root_key);
    return fmt::format(
        R"(
  # Runs the agents' commands. No port is published; only the gateway's network reaches it.
  opencode:
    image: {image}
    user: "{user}"
{restraints}    entrypoint: [opencode]
    command: [serve, --hostname, 0.0.0.0, --port, "{port}"]
    environment:
      HOME: {home}
      OPENCODE_DISABLE_AUTOUPDATE: "1"
    working_dir: {root}
    volumes:
{volumes}    tmpfs: [/tmp]
    healthcheck:
      test: [CMD-SHELL, "wget -q -O /dev/null http://127.0.0.1:{port}/global/health || curl -fsS -o /dev/null http://127.0.0.1:{port}/global/health"]
      interval: 10s
      timeout: 5s
      retries: 12
    depends_on:
      directories: {{condition: service_completed_successfully}}
    networks:
      agents: {{aliases: [{name}]}}

  # New volumes belong to root; the services do not run as root.
  directories:
    image: {postgres}
    user: "0:0"
    network_mode: none
    read_only: true
    cap_drop: [ALL]
    cap_add: [CHOWN]
    security_opt: ["no-new-privileges:true"]
    entrypoint: [chown]
    command: ["{user}", "--", {root}, {home}]
    volumes:
{volumes})",
        fmt::arg("image", required("OPENCODE_IMAGE", "an image of OpenCode with its @sha256 digest")),
        fmt::arg("user", node_user), fmt::arg("restraints", restraints),
        fmt::arg("port", facts.opencode->port), fmt::arg("home", opencode_home), fmt::arg("root", root),
        fmt::arg("volumes", volume("runtime", root) + volume("opencode", std::string(opencode_home))),
        fmt::arg("name", opencode_name), fmt::arg("postgres", postgres_image));
}

// What the gateway must hear otherwise in a container than the env file says for this machine.
std::string overrides(const Facts& facts) {
    // Nothing outside reaches it but through the published port, which is on loopback.
    std::string lines = fmt::format("      {}: \"0.0.0.0\"\n", key_of(facts, "HOST"));
    if (facts.intent == Intent::gateway_only && facts.opencode_here)
        lines +=
            fmt::format("      {}: \"http://{}:{}\"\n      {}: \"true\"\n", key_of(facts, "OPENCODE_URL"),
                        opencode_name, facts.opencode->port, key_of(facts, "ALLOW_PRIVATE_DNS"));
    if (facts.intent == Intent::cloud_gateway)
        lines += fmt::format("      {}: \"false\"\n", key_of(facts, "ALLOW_LOOPBACK_OPERATOR_BYPASS"));
    return lines;
}

std::string gateway_service(Workbench& bench, const std::string& ports) {
    const Facts& facts = bench.facts;
    const bool standalone = facts.intent == Intent::gateway_only;
    const bool database = bundles_postgres(facts);
    std::string dependencies;
    if (database) dependencies += "      postgres: {condition: service_healthy, restart: true}\n";
    if (facts.opencode_here) dependencies += "      opencode: {condition: service_healthy}\n";
    std::string volumes = bound_files(bench);
    if (facts.opencode_here)
        volumes =
            volume("runtime", bench.quote.compose(facts.runtime_root, facts.runtime_root_key)) + volumes;
    const std::string network = database     ? "    network_mode: service:postgres\n"
                                : standalone ? ports + "    networks: [outside, agents]\n"
                                             : ports + "    networks: [outside]\n";
    return fmt::format(
        R"yaml(
  gateway:
    image: {image}
    user: "{user}"
{restraints}{command}    env_file: [{env_file}]
    environment:
{overrides}{volumes}    tmpfs: [/tmp]
    healthcheck:
      test: [CMD, node, -e, "fetch('http://127.0.0.1:{port}{ready}').then(r=>process.exit(r.ok?0:1),()=>process.exit(1))"]
      interval: 30s
      timeout: 5s
      start_period: 30s
      retries: 3
{dependencies}{network})yaml",
        fmt::arg("image", required(facts.image_variable, facts.image_remedy)), fmt::arg("user", node_user),
        fmt::arg("restraints", restraints),
        // The product publishes no image of the Standalone Gateway, so its command is not left to the image.
        fmt::arg(
            "command",
            standalone
                ? "    working_dir: /app\n    command: [node, apps/standalone-gateway/dist/main.js, serve]\n"
                : ""),
        fmt::arg("env_file", bench.quote.compose(bench.context.env_file, "--output")),
        fmt::arg("overrides", overrides(facts)),
        fmt::arg("volumes", volumes.empty() ? "" : "    volumes:\n" + volumes),
        fmt::arg("port", facts.listener.port), fmt::arg("ready", facts.ready_path),
        fmt::arg("dependencies", dependencies.empty() ? "" : "    depends_on:\n" + dependencies),
        fmt::arg("network", network));
}

std::string declarations(const Facts& facts) {
    std::string text = "\nnetworks:\n  outside: {}\n";
    if (facts.intent == Intent::gateway_only)
        text += "  # OpenCode's own; it has the internet for the model providers.\n  agents: {}\n";
    std::string volumes;
    if (bundles_postgres(facts)) volumes += "  postgres: {}\n";
    if (facts.opencode_here) volumes += "  runtime: {}\n  opencode: {}\n";
    return volumes.empty() ? text : text + "\nvolumes:\n" + volumes;
}

}  // namespace

void add_compose(Workbench& bench) {
    const Facts& facts = bench.facts;
    if (facts.intent == Intent::cloud_connect) return;  // the product has Compose files for the whole Cloud
    if (const std::string why = obstacle(bench.context, facts); !why.empty()) {
        bench.left_out.push_back("compose.yaml: " + why);
        return;
    }
    const std::string ports = fmt::format("    ports: [\"127.0.0.1:{0}:{0}\"]\n", facts.listener.port);
    std::string services = gateway_service(bench, ports);
    if (facts.intent == Intent::gateway_only && facts.opencode_here) services += opencode_service(bench);
    if (bundles_postgres(facts)) services += postgres_service(bench, ports);
    bench.add("compose.yaml", "#", fmt::format("runs {} in containers", facts.title),
              fmt::format("# Nothing starts until every image is named by its digest; ports are published on "
                          "loopback alone.\n"
                          "# Docker Compose 2.20 or newer.\nname: {}\n\nservices:{}{}",
                          facts.unit, services, declarations(facts)),
              "docker compose -f compose.yaml up -d");
}

}  // namespace cowork::setup
