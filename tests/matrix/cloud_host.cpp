#include "matrix/cloud_data_world.hpp"
#include "matrix/groups.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

namespace cowork::test::matrix {
namespace {

using rules::CloudRole;
using rules::CloudTier;
using Breaks = std::function<void(CloudDataWorld&)>;

constexpr std::string_view configuration = "cloud.configuration.valid";
constexpr std::string_view env_file = "cloud.env_file.private";
constexpr std::string_view retention = "cloud.retention.configured";

struct Faulty {
    CloudRole role;
    CloudTier tier;
    const char* name;
    std::string value;
    const char* reason;
    Status status = Status::action_required;
};

// "PORT of web in self_host_beta: invalid-value"
std::string faulty_words(const Faulty& one) {
    const std::string reason = one.reason;
    return std::string(one.name) + " of " + std::string(to_string(one.role)) + " in " +
           std::string(to_string(one.tier)) + ": " + reason.substr(reason.find('.') + 1);
}

void add_configuration(std::vector<DataCase>& cases) {
    constexpr auto worse = Status::degraded;
    constexpr auto whole = CloudRole::all_in_one;
    constexpr auto web = CloudRole::web;
    constexpr auto worker = CloudRole::worker;
    constexpr auto local = CloudTier::local;
    constexpr auto beta = CloudTier::self_host_beta;
    constexpr auto production = CloudTier::public_production;
    cases.push_back({{configuration, "nothing", Status::ready, "", 0}, nullptr});
    cases.push_back(
        {{configuration, "nothing, in public_production", Status::ready, "", 0}, [](CloudDataWorld& world) {
             world.role = CloudRole::web;
             world.tier = CloudTier::public_production;
         }});
    cases.push_back({{configuration, "cowork's own keys beside the server's", Status::ready, "", 0},
                     [](CloudDataWorld& world) {
                         world.more_lines = "OPEN_COWORK_CLOUD_URL=https://cloud.example.org\n";
                         world.environment["OPEN_COWORK_CLOUD_TOKEN"] = "occ_tok_0123456789abcdef";
                     }});
    cases.push_back(
        {{configuration, "no settings of the server", Status::unknown, "configuration.not-here", 3},
         [](CloudDataWorld& world) { world.server_settings = false; }});
    cases.push_back(
        {{configuration, "a line that is no assignment", worse, "configuration.unreadable-line", 4},
         [](CloudDataWorld& world) { world.more_lines = "this is no assignment\n"; }});
    cases.push_back({{configuration, "one secret for two purposes", worse, "configuration.shared-secret", 4},
                     [](CloudDataWorld& world) {
                         world.role = CloudRole::web;
                         world.tier = CloudTier::self_host_beta;
                         world.set("COOKIE_SECRET", strong_cloud_secret(0));
                     }});
    for (const Faulty& one : std::vector<Faulty>{
             {worker, local, "WORKER_ID", "", "configuration.missing-key"},
             {web, beta, "PORT", "65536", "configuration.invalid-value"},
             {web, beta, "PG_POOL_MAX", "many", "configuration.lenient-value", worse},
             {web, beta, "PUBLIC_URI", "x", "configuration.unknown-key", worse},
             {web, beta, "PUBLISHED_PORT", "8787", "configuration.unread-key", worse},
             {whole, local, "SECRET_KEY", "change-me-for-local-use-before-it-is-real",
              "configuration.placeholder-secret", worse},
             {worker, local, "SECRET_KEY", "short", "configuration.short-secret", worse},
             {web, production, "SECRET_KEY", std::string(44, 'a'), "configuration.weak-secret"},
             {web, beta, "INTERNAL_TOKEN_REF", "aws-sm://x?region=y", "configuration.ignored-reference"},
             {web, beta, "INTERNAL_TOKEN_REF", "env:NOT_THERE", "configuration.unresolved-reference"},
             {web, beta, "CORS_ORIGIN", "http://app.example.org", "configuration.insecure-url"},
             {web, beta, "COOKIE_SECURE", "false", "configuration.insecure-cookie"},
             {web, beta, "CORS_ORIGIN", "*", "configuration.open-access"},
             {web, production, "OBJECT_STORE_KIND", "filesystem", "configuration.ephemeral-storage"},
             {worker, beta, "EXECUTION_ISOLATION_MODE", "development-process", "configuration.isolation"},
             {web, production, "RUN_MIGRATIONS", "true", "configuration.production"},
             {web, beta, "PUBLIC_URL", "https://cloud.example.org/base", "endpoint.extra-parts"},
             {web, beta, "PUBLIC_URL", "https://u:p@cloud.example.org", "endpoint.credentials"},
             {whole, local, "OIDC_ISSUER_URL", "nowhere", "endpoint.unparseable"},
             {whole, local, "OIDC_ISSUER_URL", "ftp://sign-in.example.org", "endpoint.scheme"},
             {whole, local, "OIDC_ISSUER_URL", "https://0x7f000001", "endpoint.ambiguous-host"},
             {whole, local, "OIDC_ISSUER_URL", "https://0.0.0.0", "endpoint.wildcard-host"},
             {whole, local, "OIDC_ISSUER_URL", "http://169.254.169.254", "endpoint.metadata-host"},
         }) {
        const bool degraded = one.status == worse;
        cases.push_back({{configuration, faulty_words(one), one.status, one.reason, degraded ? 4 : 1},
                         [one](CloudDataWorld& world) {
                             world.role = one.role;
                             world.tier = one.tier;
                             world.set(one.name, one.value);
                         }});
    }
}

// Changes the env file once it is written.
Breaks on_file(std::function<void(const CloudDataWorld&, const std::string& path)> change) {
    return [change = std::move(change)](CloudDataWorld& world) {
        world.ready();
        change(world, world.scratch / ".env.cloud");
    };
}

void git(const CloudDataWorld& world, const std::vector<std::string>& arguments) {
    ProcessOptions options;
    options.argv = {"git", "-c", "user.name=t", "-c", "user.email=t@example.org"};
    options.argv.insert(options.argv.end(), arguments.begin(), arguments.end());
    options.directory = world.scratch.path();
    REQUIRE(run_process(std::move(options)).exit_code == 0);
}

void add_env_file(std::vector<DataCase>& cases) {
    const auto add = [&](const char* fault, Status status, const char* reason, int exit_code, Breaks breaks) {
        cases.push_back({{env_file, fault, status, reason, exit_code}, std::move(breaks)});
    };
    constexpr auto wrong = Status::action_required;
    add("nothing", Status::ready, "", 0, nullptr);
    add("the file of a gateway is not looked at", Status::ready, "", 0, [](CloudDataWorld& world) {
        world.ready();
        world.arguments.insert(world.arguments.end(), {"--env-file", ".env.cloud", "--env-file", "other"});
        (void)world.scratch.file("other", "OPEN_COWORK_STANDALONE_GATEWAY_PORT=1\n", 0644);
    });
    add("it belongs to another user", wrong, "env-file.owner", 1, [](CloudDataWorld& world) {
        if (!is_root()) {
            world.not_here = "only root can run it as another user";
            return;
        }
        world.ready();
        constexpr uid_t nobody = 65534;
        world.user = nobody;
        REQUIRE(::chmod(world.scratch.path().c_str(), 0755) == 0);
        REQUIRE(::chmod((world.scratch / ".env.cloud").c_str(), 0644) == 0);
    });
    add("others can read it", wrong, "env-file.mode", 1,
        on_file([](const CloudDataWorld&, const std::string& path) { ::chmod(path.c_str(), 0644); }));
    add("a symbolic link", wrong, "env-file.not-regular", 1,
        on_file([](const CloudDataWorld& world, const std::string& path) {
            std::filesystem::rename(path, world.scratch / "real");
            std::filesystem::create_symlink("real", path);
        }));
    add("a second name", wrong, "env-file.not-regular", 1,
        on_file([](const CloudDataWorld& world, const std::string& path) {
            std::filesystem::create_hard_link(path, world.scratch / "real");
        }));
    add("git tracks it", wrong, "env-file.tracked", 1,
        on_file([](const CloudDataWorld& world, const std::string&) {
            git(world, {"init", "-q"});
            git(world, {"add", "-f", ".env.cloud"});
        }));
    add("git would take it in", wrong, "env-file.not-ignored", 1,
        on_file([](const CloudDataWorld& world, const std::string&) {
            git(world, {"init", "-q"});
        }));
}

void add_retention(std::vector<DataCase>& cases) {
    const auto add = [&](const char* fault, Status status, const char* reason, int exit_code, Breaks breaks) {
        cases.push_back({{retention, fault, status, reason, exit_code}, std::move(breaks)});
    };
    add("nothing", Status::ready, "", 0, nullptr);
    add("no settings of the server", Status::unknown, "configuration.not-here", 3,
        [](CloudDataWorld& world) { world.server_settings = false; });
    add("events are kept for ever", Status::degraded, "retention.not-set", 4,
        [](CloudDataWorld& world) { world.set("RETENTION_WORKSPACE_EVENT_MS", ""); });
    add("a time of 0", Status::degraded, "retention.not-set", 4,
        [](CloudDataWorld& world) { world.set("RETENTION_SESSION_EVENT_MS", "0"); });
    add("events are kept for ever in public_production", Status::action_required, "retention.not-set", 1,
        [](CloudDataWorld& world) {
            world.role = CloudRole::web;
            world.tier = CloudTier::public_production;
            world.set("RETENTION_SESSION_EVENT_MS", "");
        });
}

const std::vector<DataCase>& cases() {
    static const std::vector<DataCase> all = [] {
        std::vector<DataCase> made;
        add_configuration(made);
        add_env_file(made);
        add_retention(made);
        for (DataCase& one : made)
            one.breaks = [check = one.row.check, breaks = one.breaks](CloudDataWorld& world) {
                world.look_at(check);
                world.url = "postgres://cloud:" + cloud_role_password + "@127.0.0.1:9/cloud";
                if (breaks) breaks(world);
            };
        return made;
    }();
    return all;
}

}  // namespace

std::vector<Row> cloud_host_rows() { return rows_of(cases()); }

TEST_CASE("kill matrix: the Cloud server's settings and files", "[data]") {
    run_cases(cases(), [] { return std::make_unique<CloudDataWorld>(false); });
}

}  // namespace cowork::test::matrix
