#include "setup/assets/parts.hpp"
#include "setup/assets/sandbox.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace cowork::setup {
namespace {

constexpr std::string_view state_parent = "/var/lib/";
constexpr std::string_view opencode_unit = "opencode";
constexpr int first_unprivileged_port = 1024;

constexpr std::string_view sysusers_name = "sysusers.d/open-cowork.conf";
constexpr std::string_view tmpfiles_name = "tmpfiles.d/open-cowork.conf";

bool is_below(std::string_view path, std::string_view parent) {
    return path.size() > parent.size() && path.starts_with(parent) && path[parent.size()] == '/';
}

// Whether systemd can make the directory itself: below /var/lib, without parts that it would refuse. Versions
// differ in how they unquote StateDirectory=, so only names that need no quotes count.
bool is_state_directory(std::string_view path) {
    const auto plain = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' ||
               c == '.' || c == '_' || c == '-';
    };
    return path.starts_with(state_parent) && path.size() > state_parent.size() && !path.ends_with('/') &&
           path.find("//") == std::string_view::npos && path.find("/.") == std::string_view::npos &&
           std::all_of(path.begin(), path.end(), plain);
}

// Who owns the runtime root: OpenCode, where a unit of ours starts it.
std::string_view runtime_owner(const Facts& facts) { return facts.opencode_here ? agent_user : service_user; }

// The lines that give the owner's unit its runtime root.
std::string runtime_root_lines(Workbench& bench) {
    const Facts& facts = bench.facts;
    if (facts.runtime_root.empty()) return {};
    if (is_state_directory(facts.runtime_root))
        return fmt::format("StateDirectory={}\nStateDirectoryMode=0770\n",
                           std::string_view(facts.runtime_root).substr(state_parent.size()));
    return fmt::format("{}={}\n", hidden_from_services(facts.runtime_root) ? "BindPaths" : "ReadWritePaths",
                       bench.quote.systemd_word(facts.runtime_root, facts.runtime_root_key));
}

// The gateway's share in a runtime root that OpenCode owns: through the group, and one way only.
std::string shared_root_lines(Workbench& bench) {
    const Facts& facts = bench.facts;
    return fmt::format("SupplementaryGroups={}\n{}={}\n", agent_user,
                       hidden_from_services(facts.runtime_root) ? "BindPaths" : "ReadWritePaths",
                       bench.quote.systemd_word("-" + facts.runtime_root, facts.runtime_root_key));
}

// A file that the service reads may lie where its sandbox has an empty directory.
std::string read_file_lines(Workbench& bench) {
    std::string lines;
    for (const auto& [key, path] : bench.facts.read_files)
        if (hidden_from_services(path))
            lines += fmt::format("BindReadOnlyPaths={}\n", bench.quote.systemd_word(path, key));
    return lines;
}

// A port below 1024 takes one capability; anything else takes none.
std::string capability_lines(int port) {
    if (port <= 0 || port >= first_unprivileged_port) return "CapabilityBoundingSet=\nPrivateUsers=yes\n";
    return "# For its port below "
           "1024.\nCapabilityBoundingSet=CAP_NET_BIND_SERVICE\nAmbientCapabilities=CAP_NET_BIND_SERVICE\n";
}

void add_users(Workbench& bench) {
    std::string lines = fmt::format("u {} - \"Open Cowork services\" /var/lib/open-cowork -\n", service_user);
    if (bench.facts.opencode_here)
        lines +=
            fmt::format("u {} - \"Agents of Open Cowork\" /var/lib/open-cowork/opencode -\n", agent_user);
    bench.add(std::string(sysusers_name), "#", "the users that the services run as", lines,
              fmt::format("sudo install -D -m 0644 {0} /etc/{0} && sudo systemd-sysusers", sysusers_name));
}

// Where StateDirectory= does not reach, systemd-tmpfiles makes the runtime root and gives it to its user.
void add_runtime_root(Workbench& bench) {
    const Facts& facts = bench.facts;
    if (facts.runtime_root.empty() || is_state_directory(facts.runtime_root)) return;
    bench.add(
        std::string(tmpfiles_name), "#", "the directory that OpenCode works in",
        fmt::format("d {0} 0770 {1} {1} -\n",
                    bench.quote.systemd_word(facts.runtime_root, facts.runtime_root_key),
                    runtime_owner(facts)),
        fmt::format("sudo install -D -m 0644 {0} /etc/{0} && sudo systemd-tmpfiles --create", tmpfiles_name));
}

std::string start_command(std::string_view unit) {
    return fmt::format(
        "sudo install -m 0644 {0}.service /etc/systemd/system/ && sudo systemctl daemon-reload && "
        "sudo systemctl enable --now {0}.service",
        unit);
}

std::string identity_lines(std::string_view user) { return fmt::format("User={0}\nGroup={0}\n", user); }

void add_opencode(Workbench& bench) {
    const Facts& facts = bench.facts;
    const std::string key = std::string(facts.prefix) + "OPENCODE_URL";
    const auto host = facts.opencode->host == "localhost" ? std::string("127.0.0.1") : facts.opencode->host;
    // As an argument, so without the brackets of a URL.
    std::string address = bench.quote.host(host, key);
    if (address.starts_with('[')) address = address.substr(1, address.size() - 2);
    bench.add(
        fmt::format("{}.service", opencode_unit), "#", "runs OpenCode, private to this machine",
        fmt::format(
            R"(# It runs the agents' commands: what is allowed here is what an agent may do. Its user is not the gateway's, whose
# environment it could read otherwise.
[Unit]
Description=OpenCode for {title}
Documentation=https://opencode.ai/docs/server
After=network-online.target
Wants=network-online.target
StartLimitIntervalSec=300
StartLimitBurst=10

[Service]
Type=exec
{identity}ExecStart=opencode serve --hostname {address} --port {port}
# Keys of model providers, one KEY=value a line, mode 0600; the service starts without the file too.
EnvironmentFile=-/etc/open-cowork/opencode.env
Environment=HOME=/var/lib/open-cowork/opencode OPENCODE_DISABLE_AUTOUPDATE=1
StateDirectory=open-cowork/opencode
{root}WorkingDirectory={directory}
Restart=on-failure
RestartSec=5
TasksMax=4096

{jit}{sandbox}ProtectHome=tmpfs
CapabilityBoundingSet=
PrivateUsers=yes
SystemCallFilter=~@privileged @resources
{metadata}
[Install]
WantedBy=multi-user.target
)",
            fmt::arg("title", facts.title), fmt::arg("identity", identity_lines(agent_user)),
            fmt::arg("address", address), fmt::arg("port", facts.opencode->port),
            fmt::arg("root", runtime_root_lines(bench)),
            fmt::arg("directory", bench.quote.systemd_line(facts.runtime_root, facts.runtime_root_key)),
            fmt::arg("jit", jit_note), fmt::arg("sandbox", sandbox), fmt::arg("metadata", no_metadata)),
        start_command(opencode_unit));
}

std::string dependencies(const Facts& facts, bool starts_opencode) {
    std::string after = "network-online.target";
    if (facts.database && facts.database->loopback) after += " postgresql.service";
    if (facts.needs_docker) after += " docker.service";
    std::string lines = fmt::format("After={}{}\nWants=network-online.target\n", after,
                                    starts_opencode ? fmt::format(" {}.service", opencode_unit) : "");
    if (starts_opencode) lines += fmt::format("Requires={}.service\n", opencode_unit);
    return lines;
}

// Whoever may talk to Docker is root on this machine, so it is said in the unit.
std::string docker_lines(const Facts& facts) {
    if (!facts.needs_docker) return {};
    return "# Executions run in sandboxes that Docker makes. Access to Docker is as good as root.\n"
           "SupplementaryGroups=docker\n";
}

void add_service(Workbench& bench, bool starts_opencode) {
    const Facts& facts = bench.facts;
    bench.add(
        facts.unit + ".service", "#", fmt::format("runs {}", facts.title),
        fmt::format(
            R"([Unit]
Description={title}
Documentation=https://github.com/joe-broadhead/open-cowork
{dependencies}StartLimitIntervalSec=300
StartLimitBurst=15

[Service]
Type=exec
{identity}{docker}ExecStart=node {option}{install}/{entry}
WorkingDirectory={install}
# systemd reads it as root, so the service's user needs no access to the file.
EnvironmentFile={env_file}
Environment=NODE_ENV=production
{root}Restart=on-failure
# After a crash the lease of the old process lasts up to 30 s; until then a start is refused.
RestartSec=10

{jit}{sandbox}ProtectHome=tmpfs
{capabilities}SystemCallFilter=~@privileged @resources
{read_files}{metadata}
[Install]
WantedBy=multi-user.target
)",
            fmt::arg("title", facts.title), fmt::arg("dependencies", dependencies(facts, starts_opencode)),
            fmt::arg("identity", identity_lines(service_user)), fmt::arg("docker", docker_lines(facts)),
            fmt::arg("option", facts.node_option.empty() ? "" : fmt::format("{} ", facts.node_option)),
            fmt::arg("install", install_root), fmt::arg("entry", facts.entry),
            fmt::arg("env_file", bench.quote.systemd_pattern(bench.context.env_file, "--output")),
            fmt::arg("root", starts_opencode ? shared_root_lines(bench) : runtime_root_lines(bench)),
            fmt::arg("jit", jit_note), fmt::arg("sandbox", sandbox),
            fmt::arg("capabilities", capability_lines(facts.serves_http ? facts.listener.port : 0)),
            fmt::arg("read_files", read_file_lines(bench)), fmt::arg("metadata", no_metadata)),
        start_command(facts.unit));
}

}  // namespace

bool hidden_from_services(std::string_view path) {
    constexpr std::array hidden{"/home", "/root", "/run/user", "/tmp", "/var/tmp"};
    return std::any_of(hidden.begin(), hidden.end(),
                       [&](const char* parent) { return is_below(path, parent); });
}

void add_service_units(Workbench& bench) {
    const Facts& facts = bench.facts;
    if (bench.context.dialect == config::Dialect::compose) {
        bench.left_out.emplace_back(
            "systemd units of the services: systemd does not read the dialect compose; write the env file "
            "with --dialect systemd");
        return;
    }
    add_users(bench);
    add_runtime_root(bench);
    const bool gateway_only = facts.intent == catalogue::Intent::gateway_only;
    if (gateway_only && facts.opencode_here) add_opencode(bench);
    if (gateway_only && !facts.opencode_here)
        bench.left_out.emplace_back(
            "opencode.service: OPENCODE_URL is no http URL on this machine's loopback, so OpenCode runs "
            "elsewhere");
    add_service(bench, gateway_only && facts.opencode_here);
}

}  // namespace cowork::setup
