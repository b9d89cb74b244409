#include "matrix/standalone_world.hpp"

#include <sys/mount.h>

namespace cowork::test::matrix {
namespace {

constexpr auto wrong = Status::action_required;

void in_directory(GatewayWorld& world, const std::vector<std::string>& argv) {
    ProcessOptions options;
    options.argv = argv;
    options.directory = world.scratch.path();
    options.environment = std::vector<std::string>{"PATH=/usr/bin:/bin", "HOME=" + world.scratch.path()};
    const auto result = run_process(std::move(options));
    INFO(result.out << result.err);
    REQUIRE(result.exit_code == 0);
}

// Runs as a user without rights, who owns the env file; the rest is root's.
void as_nobody(GatewayWorld& world) {
    if (!is_root()) {
        world.not_here = "only root can run it as another user";
        return;
    }
    world.ready();
    world.user = nobody;
    REQUIRE(::chmod(world.scratch.path().c_str(), 0755) == 0);
    REQUIRE(::chown(world.env_path().c_str(), nobody, nobody) == 0);
}

void add_env_file_cases(std::vector<GatewayCase>& cases) {
    const auto add = [&](const char* fault, Status status, const char* reason, int exit_code,
                         std::function<void(GatewayWorld&)> breaks) {
        cases.push_back({{"gateway.env_file.private", fault, status, reason, exit_code}, std::move(breaks)});
    };
    add("nothing", Status::ready, "", 0, nullptr);
    add("others can read it", wrong, "env-file.mode", 1, [](GatewayWorld& world) { world.mode = 0644; });
    add("its group can write it", wrong, "env-file.mode", 1, [](GatewayWorld& world) { world.mode = 0620; });
    add("it belongs to another user", wrong, "env-file.owner", 1, [](GatewayWorld& world) {
        world.mode = 0644;
        as_nobody(world);
        if (is_root()) REQUIRE(::chown(world.env_path().c_str(), 0, 0) == 0);
    });
    add("it has two names", wrong, "env-file.not-regular", 1, [](GatewayWorld& world) {
        world.ready();
        REQUIRE(::link(world.env_path().c_str(), (world.scratch / "twin").c_str()) == 0);
    });
    add("it is a symbolic link", wrong, "env-file.not-regular", 1, [](GatewayWorld& world) {
        world.ready();
        REQUIRE(::symlink(world.env_path().c_str(), (world.scratch / "link").c_str()) == 0);
        world.arguments.insert(world.arguments.end(), {"--env-file", world.scratch / "link"});
    });
    add("git tracks it", wrong, "env-file.tracked", 1, [](GatewayWorld& world) {
        world.ready();
        in_directory(world, {"git", "init", "-q"});
        in_directory(world, {"git", "add", "-f", ".env.standalone-gateway"});
    });
    add("git would take it in", wrong, "env-file.not-ignored", 1, [](GatewayWorld& world) {
        in_directory(world, {"git", "init", "-q"});
    });
}

void add_configuration_cases(std::vector<GatewayCase>& cases) {
    const auto add = [&](const char* fault, Status status, const char* reason,
                         std::function<void(GatewayWorld&)> breaks) {
        const int exit_code = status == Status::ready ? 0 : status == Status::degraded ? 4 : 1;
        cases.push_back(
            {{"gateway.configuration.valid", fault, status, reason, exit_code}, std::move(breaks)});
    };
    add("nothing", Status::ready, "", nullptr);
    add("no admin token", wrong, "configuration.missing-key", without("ADMIN_TOKEN"));
    add("a store that is none", wrong, "configuration.invalid-value", setting("STORE", "redis"));
    add("a number that is none", Status::degraded, "configuration.lenient-value",
        setting("RETENTION_JOB_DAYS", "soon"));
    add("a mode that silently becomes solo", wrong, "configuration.lenient-value",
        setting("DEPLOYMENT_MODE", "Team"));
    add("a key that nobody reads", Status::degraded, "configuration.unknown-key", setting("PROT", "8795"));
    add("a line that is no assignment", Status::degraded, "configuration.unreadable-line",
        [](GatewayWorld& world) { world.more_lines = "this is no assignment\n"; });
    add("a placeholder for a secret", wrong, "configuration.placeholder-secret",
        setting("ADMIN_TOKEN", "change-me-please-0123"));
    add("a short secret", wrong, "configuration.short-secret", setting("ADMIN_TOKEN", "short-tok"));
    add("no provider", wrong, "configuration.no-provider", [](GatewayWorld& world) {
        world.values.erase("WEBHOOK_SHARED_SECRET");
        world.values.erase("WEBHOOK_DELIVERY_URL");
    });
    add("deliveries over http", wrong, "configuration.insecure-url",
        setting("WEBHOOK_DELIVERY_URL", "http://hooks.example.com/d"));
    add("a team without TLS to Postgres", wrong, "configuration.tls-required",
        setting("DEPLOYMENT_MODE", "team"));
    for (const auto& [end, words, url] : std::vector<std::tuple<const char*, const char*, const char*>>{
             {"unparseable", "a URL that is none", "http://"},
             {"scheme", "an ftp URL", "ftp://127.0.0.1:4096"},
             {"credentials", "a URL with a password", "http://u:p@127.0.0.1:4096"},
             {"ambiguous-host", "a host that readers take for two", "http://0x7f000001:4096"},
             {"wildcard-host", "a wildcard address", "http://0.0.0.0:4096"},
             {"metadata-host", "cloud metadata", "http://169.254.169.254"},
             {"public-host", "OpenCode at a public address", "http://192.0.2.1:4096"},
             {"private-dns", "OpenCode at a private name without leave", "http://opencode.lan:4096"},
             {"extra-parts", "OpenCode's URL with a path", "http://127.0.0.1:4096/api"}})
        cases.push_back(
            {{"gateway.configuration.valid", words, wrong, kept(std::string("endpoint.") + end), 1},
             setting("OPENCODE_URL", url)});
}

void add_runtime_root_cases(std::vector<GatewayCase>& cases) {
    const auto add = [&](const char* fault, Status status, const char* reason, int exit_code,
                         std::function<void(GatewayWorld&)> breaks) {
        cases.push_back(
            {{"gateway.runtime_root.usable", fault, status, reason, exit_code}, std::move(breaks)});
    };
    add("nothing", Status::ready, "", 0, nullptr);
    add("no runtime root", wrong, "runtime-root.not-set", 1, without("RUNTIME_ROOT"));
    add("a relative path", wrong, "runtime-root.invalid", 1, setting("RUNTIME_ROOT", "work"));
    add("the file system's root", wrong, "runtime-root.invalid", 1, setting("RUNTIME_ROOT", "/tmp/.."));
    add("it does not exist", wrong, "runtime-root.missing", 1,
        [](GatewayWorld& world) { world.values["RUNTIME_ROOT"] = world.scratch / "nowhere"; });
    add("it is a file", wrong, "runtime-root.not-directory", 1,
        [](GatewayWorld& world) { world.values["RUNTIME_ROOT"] = world.scratch.file("plain", ""); });
    add("its owner cannot write into it", wrong, "runtime-root.not-writable", 1,
        [](GatewayWorld& world) { world.values["RUNTIME_ROOT"] = world.scratch.directory("locked", 0500); });
    add("it cannot be looked at", Status::unknown, "runtime-root.unreadable", 3, [](GatewayWorld& world) {
        (void)world.scratch.directory("closed", 0700);
        world.values["RUNTIME_ROOT"] = world.scratch.directory("closed/work");
        as_nobody(world);
    });
    add("it belongs to another user", Status::unknown, "runtime-root.other-owner", 3,
        [](GatewayWorld& world) {
            world.values["RUNTIME_ROOT"] = world.scratch.directory("others", 0755);
            as_nobody(world);
        });
    add("a megabyte is free", Status::degraded, "runtime-root.low-space", 4, [](GatewayWorld& world) {
        world.isolated = true;
        world.through = {"sh", "-c",
                         "mount -t tmpfs -o size=1m,mode=700 small \"$1\" && shift && exec \"$@\"", "sh",
                         world.values["RUNTIME_ROOT"]};
    });
    add("every user can write into it", Status::degraded, "runtime-root.world-writable", 4,
        [](GatewayWorld& world) { world.values["RUNTIME_ROOT"] = world.scratch.directory("open", 0777); });
}

}  // namespace

std::vector<GatewayCase> gateway_host_cases() {
    std::vector<GatewayCase> cases;
    add_env_file_cases(cases);
    add_configuration_cases(cases);
    add_runtime_root_cases(cases);
    return cases;
}

}  // namespace cowork::test::matrix
