#include "rules/cloud_server.hpp"
#include "secrets/strength.hpp"
#include "setup/cloud/server.hpp"
#include "setup/env_text.hpp"
#include "support/cloud_env.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

using namespace cowork;
using namespace cowork::setup;
using cowork::test::cloud_image_digest;
using cowork::test::strong_cloud_secret;

namespace {

using Said = std::vector<std::pair<std::string, std::string>>;  // option and value; others are for --set
using Files = std::map<std::string, config::Config>;

const std::string database = "postgres://cloud:hunter2-hunter2@db.example.org:5432/cloud";
const std::string managed = "gcp-sm://projects/p/secrets/s/versions/latest";

std::string key(const std::string& name) { return rules::cloud_server().full_name(name); }

Answers answers(const Said& said, bool evaluate = false) {
    Answers result;
    result.evaluate = evaluate;
    result.add("--server", Secret("true"));
    for (const auto& [flag, value] : said) {
        if (flag.starts_with("--")) {
            result.add(flag, Secret(value));
        } else {
            result.set(key(flag), Secret(value));
        }
    }
    return result;
}

config::Config copy(const config::Config& config) {
    config::Config all;
    for (const auto& setting : config.settings()) all.set(setting.key, setting.value.clone(), setting.source);
    return all;
}

struct Where {
    config::Environment environment = {};
    std::string output = {};
    std::string directory = {};
    Files files = {};
};

Planned plan(const Answers& said, const Where& where = {}) {
    const Surroundings surroundings{&where.environment,
                                    false,
                                    where.output,
                                    where.directory,
                                    [&](const std::string& path) -> Result<config::Config> {
                                        const auto found = where.files.find(path);
                                        return found == where.files.end() ? config::Config{}
                                                                          : copy(found->second);
                                    },
                                    {}};
    return plan_cloud_server(said, surroundings);
}

// What a tier needs said, for whichever roles.
Said complete(const std::string& tier) {
    Said said{{"--tier", tier}, {"--database-url", database}};
    if (tier != "local")
        said.insert(said.end(), {{"--cloud-url", "https://cloud.example.org"},
                                 {"--oidc-issuer-url", "https://sign-in.example.org"},
                                 {"--oidc-client-id", "cowork"},
                                 {"--object-store-kind", "s3"},
                                 {"--object-store-bucket", "cowork-artifacts"}});
    said.insert(said.end(), {{"--worker-id", "w-1"},
                             {"--isolation-image", "registry.example.org/opencode:1"},
                             {"--isolation-image-sha256", cloud_image_digest()}});
    return said;
}
Said with(Said said, const Said& more) {
    said.insert(said.end(), more.begin(), more.end());
    return said;
}
Said production(const std::string& roles) { return with(complete("public_production"), {{"--role", roles}}); }

std::string value(const EnvFile& file, const std::string& name) {
    const PlannedValue* planned = file.find(key(name));
    return planned == nullptr ? "(none)" : std::string(planned->value.reveal());
}
Origin origin(const EnvFile& file, const std::string& name) {
    REQUIRE(file.find(key(name)) != nullptr);
    return file.find(key(name))->origin;
}
const EnvFile& file_of(const Plan& plan, const std::string& path) {
    for (const EnvFile& file : plan.env_files)
        if (file.path == path) return file;
    FAIL(path << " is not planned");
    return plan.env_files.front();
}
std::set<std::string> names(const EnvFile& file) {
    std::set<std::string> all;
    for (const PlannedValue& planned : file.values)
        all.insert(planned.key.substr(rules::cloud_prefix.size()));
    return all;
}

// As the files would be read back in a later run.
Files written(const Plan& plan) {
    Files files;
    for (const EnvFile& file : plan.env_files) files[file.path] = file.as_config();
    return files;
}

// The options, variables or files that the problems name.
std::vector<std::string> named(const Planned& planned) {
    std::vector<std::string> all;
    if (planned) return all;
    for (const Error& error : planned.error()) {
        CAPTURE(error.message);
        CHECK(error.code == ErrorCode::usage);
        CHECK(error.message.find("hunter2") == std::string::npos);
        CHECK(error.remedy.find("hunter2") == std::string::npos);
        all.push_back(error.where.file);
    }
    return all;
}

std::string all_text(const Plan& plan) {
    std::string text;
    for (const Step& step : plan.steps) text += step.text + "\n" + step.command + "\n";
    for (const Note& note : plan.notes) text += note.text + "\n" + note.remedy + "\n";
    return text;
}

}  // namespace

TEST_CASE("cloud server: every role and tier gets a file that the server takes") {
    for (const std::string tier : {"local", "self_host_beta", "private_beta", "public_production"})
        for (const std::string role : {"all-in-one", "web", "worker", "scheduler"}) {
            if (tier == "public_production" && role == "all-in-one") continue;
            CAPTURE(tier, role);
            const auto planned = plan(answers(with(complete(tier), {{"--role", role}})));
            CAPTURE(named(planned));
            REQUIRE(planned);
            REQUIRE(planned->env_files.size() == 1);
            const EnvFile& file = planned->env_files.front();
            CHECK(file.path == ".env.cloud");
            CHECK(value(file, "ROLE") == role);
            CHECK(value(file, "DEPLOYMENT_TIER") == tier);
            CHECK(rules::check_cloud(file.as_config()).empty());
            CHECK(rules::view_cloud(file.as_config()).loopback_bind());
            CHECK_FALSE(strength_problem(value(file, "SECRET_KEY")));
            CHECK(all_text(*planned).find("hunter2") == std::string::npos);
            CHECK(all_text(*planned).find(value(file, "SECRET_KEY")) == std::string::npos);
        }
}

TEST_CASE("cloud server: several roles share their secrets and hold what each needs") {
    const auto planned = plan(answers(production("web,worker,scheduler")));
    CAPTURE(named(planned));
    REQUIRE(planned);
    REQUIRE(planned->env_files.size() == 3);
    const EnvFile& web = file_of(*planned, ".env.cloud.web");
    const EnvFile& worker = file_of(*planned, ".env.cloud.worker");
    const EnvFile& scheduler = file_of(*planned, ".env.cloud.scheduler");
    for (const EnvFile* file : {&web, &worker, &scheduler}) {
        CAPTURE(file->path);
        CHECK(rules::check_cloud(file->as_config()).empty());
        CHECK(value(*file, "SECRET_KEY") == value(web, "SECRET_KEY"));
        CHECK(origin(*file, "SECRET_KEY") == Origin::generated);
    }
    CHECK(value(worker, "COOKIE_SECRET") == value(web, "COOKIE_SECRET"));
    CHECK(value(web, "COOKIE_SECRET") != value(web, "SECRET_KEY"));
    const std::set<std::string> everybody{"ROLE",
                                          "DEPLOYMENT_TIER",
                                          "ROOT",
                                          "HOST",
                                          "CONTROL_PLANE_URL",
                                          "RUN_MIGRATIONS",
                                          "OBJECT_STORE_KIND",
                                          "OBJECT_STORE_BUCKET",
                                          "SECRET_KEY",
                                          "AUTH_MODE",
                                          "RETENTION_SESSION_EVENT_MS",
                                          "RETENTION_WORKSPACE_EVENT_MS"};
    const auto and_more = [&](std::set<std::string> more) {
        more.insert(everybody.begin(), everybody.end());
        return more;
    };
    CHECK(names(web) == and_more({"PORT", "PUBLIC_URL", "COOKIE_SECRET", "OIDC_ISSUER_URL", "OIDC_CLIENT_ID",
                                  "SIGNUP_MODE", "AUTO_PROCESS_COMMANDS"}));
    CHECK(names(worker) == and_more({"LIVENESS_PORT", "PUBLIC_URL", "COOKIE_SECRET", "WORKER_ID",
                                     "CHECKPOINTS_ENABLED", "EXECUTION_ISOLATION_MODE", "ISOLATION_IMAGE",
                                     "ISOLATION_IMAGE_SHA256", "ISOLATION_NETWORK_POLICY"}));
    CHECK(names(scheduler) == and_more({"LIVENESS_PORT"}));
    CHECK(value(worker, "LIVENESS_PORT") != value(scheduler, "LIVENESS_PORT"));
    CHECK(value(web, "RETENTION_SESSION_EVENT_MS") == "1209600000");
    CHECK(value(web, "SIGNUP_MODE") == "invite");
}

TEST_CASE("cloud server: public_production means its three roles") {
    const auto planned = plan(answers(complete("public_production")));
    REQUIRE(planned);
    CHECK(planned->env_files.size() == 3);
    CHECK(plan(answers(complete("private_beta")))->env_files.size() == 1);
    // Beside a trial too, which stays what it is.
    const auto trial = plan(answers({}, true));
    REQUIRE(trial);
    const auto beside = plan(answers(complete("public_production")), {.files = written(*trial)});
    REQUIRE(beside);
    CHECK(beside->env_files.size() == 3);
    CHECK(value(beside->env_files[0], "SECRET_KEY") != value(trial->env_files[0], "SECRET_KEY"));
}

TEST_CASE("cloud server: a directory and an output of one's own") {
    const auto several = plan(answers(production("web,worker")), {.directory = "/etc/cowork"});
    REQUIRE(several);
    CHECK(several->env_files[0].path == "/etc/cowork/.env.cloud.web");
    CHECK(several->env_files[1].path == "/etc/cowork/.env.cloud.worker");
    const auto one = plan(answers(production("worker")), {.output = "/etc/cowork/w2.env"});
    REQUIRE(one);
    CHECK(one->env_files[0].path == "/etc/cowork/w2.env");
    CHECK(named(plan(answers(production("web,worker")), {.output = "x.env"})) ==
          std::vector<std::string>{"--output"});
}

TEST_CASE("cloud server: a second run changes nothing and needs nothing said") {
    const auto first = plan(answers(production("web,worker,scheduler")));
    REQUIRE(first);
    for (const Said& said :
         {Said{}, Said{{"--tier", "public_production"}}, production("web,worker,scheduler")}) {
        const auto second = plan(answers(said), {.files = written(*first)});
        CAPTURE(named(second));
        REQUIRE(second);
        REQUIRE(second->env_files.size() == 3);
        for (const EnvFile& file : second->env_files) {
            const EnvFile& before = file_of(*first, file.path);
            CAPTURE(file.path);
            CHECK(names(file) == names(before));
            CHECK(file.absent.empty());
            for (const PlannedValue& planned : file.values) {
                CAPTURE(planned.key);
                CHECK(planned.value.reveal() == before.text(planned.key));
                CHECK(planned.origin != Origin::generated);
                CHECK(planned.origin != Origin::preset);
            }
        }
    }
}

TEST_CASE("cloud server: a role that is added later gets what the others have") {
    const auto web = plan(answers(production("web,scheduler")));
    REQUIRE(web);
    const auto later = plan(answers({{"--role", "worker"},
                                     {"--worker-id", "w-2"},
                                     {"--isolation-image", "registry.example.org/opencode:1"},
                                     {"--isolation-image-sha256", cloud_image_digest()}}),
                            {.output = ".env.cloud.worker", .files = written(*web)});
    CAPTURE(named(later));
    REQUIRE(later);
    const EnvFile& worker = later->env_files.front();
    const EnvFile& first = web->env_files.front();
    for (const std::string name : {"DEPLOYMENT_TIER", "SECRET_KEY", "COOKIE_SECRET", "CONTROL_PLANE_URL",
                                   "OBJECT_STORE_KIND", "OBJECT_STORE_BUCKET", "AUTH_MODE", "PUBLIC_URL"}) {
        CAPTURE(name);
        CHECK(value(worker, name) == value(first, name));
        if (name != "DEPLOYMENT_TIER") CHECK(origin(worker, name) == Origin::existing);
    }
    CHECK(value(worker, "OIDC_CLIENT_ID") == "(none)");
}

TEST_CASE("cloud server: another Cloud's files are left alone") {
    // A trial of the whole Cloud beside it, and roles of another tier.
    const auto trial = plan(answers({}, true));
    REQUIRE(trial);
    const auto beta = plan(answers(with(complete("private_beta"), {{"--role", "web,scheduler"}})));
    REQUIRE(beta);
    for (const Plan* other : {&*trial, &*beta}) {
        const auto planned =
            plan(answers(production("worker")), {.output = "w.env", .files = written(*other)});
        CAPTURE(named(planned));
        REQUIRE(planned);
        CHECK(origin(planned->env_files[0], "SECRET_KEY") == Origin::generated);
    }
}

TEST_CASE("cloud server: files that contradict each other are refused until it is said which is right") {
    const auto first = plan(answers(production("web,worker")));
    REQUIRE(first);
    const auto contradicting = [&] {
        Files files = written(*first);
        files[".env.cloud.worker"].set(key("SECRET_KEY"), Secret(strong_cloud_secret(3)),
                                       {".env.cloud.worker", 7, 1, key("SECRET_KEY")});
        return files;
    };
    const auto refused = plan(answers({}), {.files = contradicting()});
    CHECK(named(refused) == std::vector<std::string>{"--secret-key"});
    CHECK_THAT(refused.error()[0].message, Catch::Contains(".env.cloud.web") &&
                                               Catch::Contains(".env.cloud.worker") &&
                                               !Catch::Contains(strong_cloud_secret(3)));
    const auto mended = plan(answers({{"--secret-key", strong_cloud_secret(2)}}), {.files = contradicting()});
    REQUIRE(mended);
    for (const EnvFile& file : mended->env_files) CHECK(value(file, "SECRET_KEY") == strong_cloud_secret(2));
}

TEST_CASE("cloud server: what is missing is named at once with its option") {
    struct Row {
        Said said;
        std::vector<std::string> missing;
    };
    const Said nothing;
    for (const Row& row : std::vector<Row>{
             {nothing, {"--isolation-image", "--isolation-image-sha256"}},
             {{{"--role", "web"}}, {"--database-url"}},
             {{{"--role", "scheduler"}}, {"--database-url"}},
             {{{"--tier", "self_host_beta"}, {"--role", "web"}},
              {"--database-url", "--object-store-kind", "--object-store-bucket", "--auth-mode",
               "--cloud-url"}},
             {{{"--tier", "self_host_beta"},
               {"--role", "web"},
               {"--database-url", database},
               {"--allow-ephemeral-storage", "true"},
               {"--auth-mode", "oidc"},
               {"--cloud-url", "https://cloud.example.org"}},
              {"--oidc-issuer-url", "--oidc-client-id"}},
             {{{"--tier", "private_beta"}, {"--role", "worker"}},
              {"--database-url", "--object-store-kind", "--object-store-bucket", "--worker-id",
               "--isolation-image", "--isolation-image-sha256"}},
             {{{"--tier", "public_production"}, {"--role", "scheduler"}},
              {"--database-url", "--object-store-kind", "--object-store-bucket", "--auth-mode"}},
             {{{"--tier", "public_production"}},
              {"--database-url", "--object-store-kind", "--object-store-bucket", "--auth-mode", "--cloud-url",
               "--worker-id", "--isolation-image", "--isolation-image-sha256"}},
             {{{"--isolation-mode", "development-process"},
               {"--object-store-kind", "minio"},
               {"--object-store-bucket", "b"}},
              {"--object-store-endpoint"}},
             {{{"--isolation-mode", "development-process"}, {"--object-store-bucket", "b"}},
              {"--object-store-kind"}},
             {with(complete("local"), {{"--role", "worker"}, {"--isolation-network-name", "n"}}),
              {"--isolation-egress-policy-id"}},
         }) {
        const auto planned = plan(answers(row.said));
        CAPTURE(row.said);
        CHECK(named(planned) == row.missing);
    }
}

TEST_CASE("cloud server: a wrong answer names its option") {
    struct Row {
        Said said;
        std::string option;
        std::string word;
    };
    for (const Row& row : std::vector<Row>{
             {{{"--role", "api"}}, "--role", "all-in-one, web, worker and scheduler"},
             {{{"--role", "all-in-one,web"}}, "--role", "all-in-one alone"},
             {{{"--tier", "demo"}}, "--tier", "public_production"},
             {{{"--tier", "public_production"}, {"--role", "all-in-one"}}, "--role", "web,worker,scheduler"},
             {with(complete("local"), {{"--host", "0.0.0.0"}}), "--auth-mode", "beyond loopback"},
             {with(complete("private_beta"), {{"--host", "http://x"}}), "--host", "neither an address"},
             {with(complete("local"), {{"--port", "99999"}}), "--port", "0 to 65535"},
             {with(complete("local"), {{"--worker-id", "-w"}}), "--worker-id", "letter or digit"},
             {with(complete("local"), {{"--isolation-mode", "none"}}), "--isolation-mode", "sandbox"},
             {with(complete("private_beta"), {{"--isolation-mode", "development-process"}}),
              "--isolation-mode", "local tier"},
             {with(complete("local"), {{"--isolation-image-sha256", "abc"}}), "--isolation-image-sha256",
              "64"},
             {with(complete("private_beta"), {{"--auth-mode", "none"}, {"--host", "0.0.0.0"}}), "--auth-mode",
              "oidc or header"},
             {with(complete("private_beta"), {{"--cloud-url", "cloud.example.org"}}), "--cloud-url",
              "absolute URL"},
             {with(production("web"), {{"--cloud-url", "https://10.0.0.1"}}), "--cloud-url", "its network"},
             {with(production("web"), {{"--cloud-url", "http://cloud.example.org"}}), "--cloud-url", "https"},
             {with(production("web"), {{"--signup-mode", "all"}}), "--signup-mode", "invite"},
             {with(production("web"), {{"--secret-key", "short"}}), "--secret-key", "32 bytes"},
             {with(production("web"),
                   {{"--cookie-secret", strong_cloud_secret(0)}, {"--secret-key", strong_cloud_secret(0)}}),
              "--cookie-secret", "the same"},
             {with(production("web"), {{"--object-store-kind", "filesystem"}}), "--object-store-kind",
              "bucket"},
             {with(production("web"), {{"--object-store-kind", "ftp"}}), "--object-store-kind", "s3"},
             {with(production("web"), {{"--object-store-access-key-id", "AK"}}),
              "--object-store-secret-access-key", "together"},
             {with(production("web"), {{"--database-url", "mysql://u:hunter2@h/d"}}), "--database-url",
              "postgres://"},
             {with(production("web"), {{"--trusted-proxies", "10.0.0.0/40"}}), "--trusted-proxies",
              "network"},
             {with(production("web"), {{"RUN_MIGRATIONS", "true"}}), "--set RUN_MIGRATIONS", "needs false"},
             {with(production("web"), {{"AUTO_PROCESS_COMMANDS", "true"}}), "--set AUTO_PROCESS_COMMANDS",
              "needs false"},
             {with(production("worker"), {{"CHECKPOINTS_ENABLED", "false"}}), "--set CHECKPOINTS_ENABLED",
              "needs true"},
             {with(production("scheduler"), {{"RETENTION_SESSION_EVENT_MS", "0"}}),
              "--set RETENTION_SESSION_EVENT_MS", "whole number"},
             {with(production("scheduler"), {{"RETENTION_STALE_THROTTLE_MS", "0"}}),
              "--set RETENTION_STALE_THROTTLE_MS", "remove the line"},
             {with(production("web"), {{"COOKIE_SECURE", "false"}}), "--set COOKIE_SECURE", "needs true"},
             {with(production("web"), {{"--secret-key-ref", "vault:x"}}), "--secret-key-ref",
              "neither env:NAME"},
             {with(production("web"), {{"--secret-key-ref", "env:NOT_THERE"}}), "--secret-key-ref",
              "not set here"},
         }) {
        CAPTURE(row.said);
        const auto planned = plan(answers(row.said));
        CHECK(named(planned) == std::vector<std::string>{row.option});
        if (!planned)
            CHECK_THAT(planned.error()[0].message + " " + planned.error()[0].remedy,
                       Catch::Contains(row.word));
    }
}

TEST_CASE("cloud server: references take the place of secrets") {
    const auto kept = plan(answers(with(production("web,worker,scheduler"),
                                        {{"--secret-key-ref", managed}, {"--cookie-secret-ref", managed}})));
    CAPTURE(named(kept));
    REQUIRE(kept);
    for (const EnvFile& file : kept->env_files) {
        CAPTURE(file.path);
        CHECK(value(file, "SECRET_KEY_REF") == managed);
        CHECK(value(file, "SECRET_KEY") == "(none)");
        CHECK(value(file, "COOKIE_SECRET") == "(none)");
    }
    // From a secret in the file to a reference, and back.
    const auto inlined = plan(answers(production("web")));
    REQUIRE(inlined);
    const auto moved = plan(answers({{"--secret-key-ref", managed}}), {.files = written(*inlined)});
    CAPTURE(named(moved));
    REQUIRE(moved);
    CHECK(moved->env_files[0].absent == std::vector<std::string>{key("SECRET_KEY")});
    CHECK(value(moved->env_files[0], "SECRET_KEY_REF") == managed);
    const auto back = plan(answers({{"--secret-key", strong_cloud_secret(1)}}), {.files = written(*moved)});
    REQUIRE(back);
    CHECK(value(back->env_files[0], "SECRET_KEY_REF") == "(none)");
    CHECK(value(back->env_files[0], "SECRET_KEY") == strong_cloud_secret(1));
}

TEST_CASE("cloud server: sign-in by headers") {
    Said said = production("web,worker,scheduler");
    std::erase_if(said, [](const auto& answer) { return answer.first.starts_with("--oidc"); });
    const auto planned = plan(answers(with(said, {{"--auth-mode", "header"}})));
    CAPTURE(named(planned));
    REQUIRE(planned);
    const std::string secret = value(planned->env_files[0], "HEADER_AUTH_SECRET");
    CHECK_FALSE(strength_problem(secret));
    for (const EnvFile& file : planned->env_files) {
        CHECK(value(file, "AUTH_MODE") == "header");
        CHECK(value(file, "HEADER_AUTH_SECRET") == secret);
    }
    CHECK_THAT(all_text(*planned), Catch::Contains("HEADER_AUTH_SECRET") && !Catch::Contains(secret));
    // Saying the secret says the mode.
    const auto implied = plan(answers(with(said, {{"--header-auth-secret", strong_cloud_secret(2)}})));
    REQUIRE(implied);
    CHECK(value(implied->env_files[1], "HEADER_AUTH_SECRET") == strong_cloud_secret(2));
}

TEST_CASE("cloud server: secrets from the environment go to the roles that read them") {
    const std::string client = key("OIDC_CLIENT_SECRET"), envelope = key("SECRET_KEY");
    const config::Environment environment{{client, "client-hunter2-secret"},
                                          {envelope, strong_cloud_secret(3)}};
    const auto planned = plan(answers(production("web,worker")), {.environment = environment});
    REQUIRE(planned);
    CHECK(value(planned->env_files[0], "OIDC_CLIENT_SECRET") == "client-hunter2-secret");
    CHECK(origin(planned->env_files[0], "OIDC_CLIENT_SECRET") == Origin::environment);
    CHECK(value(planned->env_files[1], "OIDC_CLIENT_SECRET") == "(none)");
    CHECK(value(planned->env_files[1], "SECRET_KEY") == strong_cloud_secret(3));
}

TEST_CASE("cloud server: a key that no planned role reads is kept where it was asked for") {
    const auto one = plan(answers(with(production("web"), {{"WORKER_POLL_MS", "500"}})));
    REQUIRE(one);
    CHECK(value(one->env_files[0], "WORKER_POLL_MS") == "500");
    const auto two = plan(answers(with(production("web,worker"), {{"WORKER_POLL_MS", "500"}})));
    REQUIRE(two);
    CHECK(value(two->env_files[0], "WORKER_POLL_MS") == "(none)");
    CHECK(value(two->env_files[1], "WORKER_POLL_MS") == "500");
}

TEST_CASE("cloud server: --evaluate needs nothing and hides nothing") {
    const auto planned = plan(answers({}, true), {.environment = {{"HOME", "/home/me"}}});
    CAPTURE(named(planned));
    REQUIRE(planned);
    const EnvFile& file = planned->env_files.front();
    CHECK(file.path == ".env.cloud");
    CHECK(rules::check_cloud(file.as_config()).empty());
    CHECK(value(file, "ROLE") == "all-in-one");
    CHECK(value(file, "HOST") == "127.0.0.1");
    CHECK(value(file, "AUTH_MODE") == "none");
    CHECK(value(file, "EXECUTION_ISOLATION_MODE") == "development-process");
    CHECK(value(file, "ROOT") == "/home/me/.local/share/open-cowork/cloud");
    REQUIRE(planned->directories.size() == 1);
    CHECK(planned->directories[0].path == "/home/me/.local/share/open-cowork/cloud");
    const bool told = std::any_of(planned->notes.begin(), planned->notes.end(), [](const Note& note) {
        return !note.ok && note.text.find("unprotected") != std::string::npos;
    });
    CHECK(told);
    CHECK_THAT(all_text(*planned), Catch::Contains("nothing survives a restart"));
    // With an image it is isolated.
    const auto isolated = plan(answers(
        {{"--isolation-image", "opencode:1"}, {"--isolation-image-sha256", cloud_image_digest()}}, true));
    REQUIRE(isolated);
    CHECK(value(isolated->env_files[0], "EXECUTION_ISOLATION_MODE") == "sandbox");
    CHECK_THAT(all_text(*isolated), !Catch::Contains("unprotected"));
    CHECK(named(plan(answers({{"--tier", "private_beta"}}, true))) == std::vector<std::string>{"--evaluate"});
    CHECK(named(plan(answers({{"--role", "web"}}, true))) == std::vector<std::string>{"--evaluate"});
}

TEST_CASE("cloud server: one file is not made the file of another role") {
    const auto worker = plan(answers(production("worker")));
    REQUIRE(worker);
    const auto refused = plan(answers(production("web")), {.files = written(*worker)});
    CHECK(named(refused) == std::vector<std::string>{"--role"});
    CHECK_THAT(refused.error()[0].message, Catch::Contains(".env.cloud is the file of role worker"));
}

TEST_CASE("cloud server: the steps that only a person can take") {
    const auto planned = plan(
        answers(with(production("web,worker,scheduler"), {{"--isolation-network-name", "cowork net"},
                                                          {"--isolation-egress-policy-id", "egress-1"}})));
    CAPTURE(named(planned));
    REQUIRE(planned);
    const std::string network =
        "docker network create --internal --label open-cowork.isolation=true --label "
        "'open-cowork.egress_policy=egress-1' 'cowork net'";
    const std::string text = all_text(*planned);
    for (const std::string& word : std::vector<std::string>{
             "pnpm cloud:migrate:start", "login that may change the schema",
             "https://cloud.example.org/auth/callback", "http://127.0.0.1:8787", network, "another WORKER_ID",
             ".env.cloud.web", ".env.cloud.worker", ".env.cloud.scheduler"})
        CHECK_THAT(text, Catch::Contains(word));
    CHECK(value(planned->env_files[1], "ISOLATION_NETWORK_POLICY") == "restricted");
    CHECK_THAT(all_text(*plan(answers(complete("private_beta")))), !Catch::Contains("cloud:migrate"));
}

TEST_CASE("cloud server: what cowork does not know stays in a file") {
    Files files;
    files[".env.cloud"].set("HOST", Secret("127.0.0.1"), {".env.cloud", 1, 1, "HOST"});
    files[".env.cloud"].set("AWS_REGION", Secret("eu-west-1"), {".env.cloud", 2, 1, "AWS_REGION"});
    const auto planned = plan(answers(complete("local")), {.files = std::move(files)});
    REQUIRE(planned);
    const EnvFile& file = planned->env_files.front();
    CHECK(file.find("AWS_REGION") != nullptr);
    REQUIRE(file.find("HOST") != nullptr);
    CHECK(file.find("HOST")->origin == Origin::existing);
    const auto text = render_new(file, config::Dialect::portable, "0.0.0");
    REQUIRE(text);
    CHECK(text->reveal().find("\nHOST=127.0.0.1\n") != std::string::npos);
}
