#include "validate/compose_files.hpp"
#include "validators/findings.hpp"

// What only several files together show.
namespace {

using namespace cowork;
using namespace cowork::test;
using Strings = std::vector<std::string>;
const Strings no_findings;

const std::string gateway = "services:\n  gateway:\n    image: ghcr.io/example/open-cowork-gateway:1.4.0\n";
const std::string good_gateway =
    "OPEN_COWORK_CLOUD_BASE_URL=https://cowork.example.net\n"
    "OPEN_COWORK_GATEWAY_SERVICE_TOKEN=occ_tok_kR8vWq2ZxN5yTb7L_hPm4GfJc9UaXe3BnkR8v\n"
    "OPEN_COWORK_GATEWAY_TELEGRAM_BOT_TOKEN=123456789:kR8vWq2ZxN5yTb7LhPm4GfJc9UaXe3Bn\n";

Strings configuration(const Files& files) { return only("configuration.", found_in(files)); }

}  // namespace

TEST_CASE("together: findings can be taken back") {
    validators::Findings findings("a: 1\n");
    findings.add("file.yaml-syntax", {}, "a", "first");
    findings.add("file.yaml-syntax", {}, "b", "second");
    findings.withdraw(
        [](std::string_view rule, std::string_view key) { return rule == "file.yaml-syntax" && key == "a"; });
    const auto left = findings.take();
    REQUIRE(left.size() == 1);
    CHECK(left.front().key == "b");
}

TEST_CASE("together: .env beside the Compose file gives its variables") {
    const std::string text =
        "services:\n  postgres:\n    image: postgres:${TAG:-latest}\n    volumes: "
        "[\"a:/var/lib/postgresql/data\"]\nvolumes:\n  a:\n";
    CHECK(only("compose.image-latest", found_in({{"compose.yaml", text}})).size() == 1);
    CHECK(only("compose.", found_in({{"compose.yaml", text}, {".env", "TAG=17.5\n"}})) == no_findings);
    CHECK(only("compose.", found_in({{"compose.yaml", text}, {"deploy.conf", "TAG=17.5\n"}})) == no_findings);
    CHECK(only("compose.image-latest", found_in({{"compose.yaml", text}, {"other/.env", "TAG=17.5\n"}}))
              .size() == 1);
    // Which of two counts nobody knows.
    CHECK(only("compose.image-latest",
               found_in({{"compose.yaml", text}, {"a.conf", "TAG=17.5\n"}, {"b.conf", "TAG=16.1\n"}}))
              .size() == 1);
}

TEST_CASE("together: a NetworkPolicy may be in a file of its own") {
    const std::string pods =
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: cloud}\nspec:\n  selector: {matchLabels: "
        "{app: cloud}}\n"
        "  template:\n    metadata: {labels: {app: cloud}}\n    spec:\n      containers:\n"
        "        - {name: web, image: \"ghcr.io/example/open-cowork-cloud:1.4.0\"}\n";
    const std::string policy =
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: cloud}\nspec:\n"
        "  podSelector: {matchLabels: {app: cloud}}\n  ingress: [{from: [{podSelector: {}}]}]\n";
    const std::string other = "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: cloud}\n";
    const auto missing = [](const Files& files) {
        return only("kubernetes.network-policy-missing", found_in(files)).size();
    };
    CHECK(missing({{"deployment.yaml", pods}}) == 1);
    CHECK(missing({{"deployment.yaml", pods}, {"account.yaml", other}}) == 1);
    CHECK(missing({{"deployment.yaml", pods}, {"policy.yaml", policy}}) == 0);
    // One for other pods, or for another namespace, is none.
    std::string elsewhere = policy;
    elsewhere.replace(elsewhere.find("app: cloud}}"), 10, "app: other");
    CHECK(missing({{"deployment.yaml", pods}, {"policy.yaml", elsewhere}}) == 1);
    elsewhere = policy;
    elsewhere.replace(elsewhere.find("name: cloud}"), 11, "name: cloud, namespace: db");
    CHECK(missing({{"deployment.yaml", pods}, {"policy.yaml", elsewhere}}) == 1);
}

TEST_CASE("together: this process's environment counts for nothing") {
    ::setenv("COWORK_TEST_TAG", "17.5", 1);
    CHECK(only("compose.image-latest",
               found_in(
                   {{"compose.yaml", "services:\n  a:\n    image: postgres:${COWORK_TEST_TAG:-latest}\n"}}))
              .size() == 1);
    ::unsetenv("COWORK_TEST_TAG");
}

TEST_CASE("together: settings are judged as the container sees them") {
    if (validators::find_rule("configuration.missing-key") == nullptr) {
        WARN("the table of service rules is not complete");
        return;
    }
    SECTION("what the Compose file sets is not missing from the env file") {
        CHECK(configuration({{"compose.yaml", gateway + "    env_file: [gateway.conf]\n"},
                             {"gateway.conf", good_gateway}}) ==
              Strings{"compose.yaml:2 configuration.missing-key error"});
        CHECK(configuration(
                  {{"compose.yaml", gateway + "    env_file: [gateway.conf]\n    environment:\n"
                                              "      OPEN_COWORK_GATEWAY_ADMIN_TOKEN: ${ADMIN:?set it}\n"},
                   {"gateway.conf", good_gateway}}) == no_findings);
    }
    SECTION("what stands in the env file is told there, once") {
        const std::string admin = "OPEN_COWORK_GATEWAY_ADMIN_TOKEN=replace-with-a-token\n";
        CHECK(configuration({{"compose.yaml", gateway + "    env_file: [gateway.conf]\n"},
                             {"gateway.conf", good_gateway + admin}}) ==
              Strings{"gateway.conf:4 configuration.placeholder-secret error"});
    }
    SECTION("an env file that lacks what others set is forgiven") {
        const std::string part =
            "OPEN_COWORK_GATEWAY_LOG_LEVEL=info\nOPEN_COWORK_GATEWAY_METRICS_ENABLED=true\n";
        CHECK_FALSE(configuration({{"part.conf", part}}).empty());
        CHECK(configuration({{"compose.yaml", gateway + "    env_file: [part.conf, gateway.conf]\n"
                                                        "    environment:\n      - "
                                                        "OPEN_COWORK_GATEWAY_ADMIN_TOKEN=${ADMIN:?set it}\n"},
                             {"part.conf", part},
                             {"gateway.conf", good_gateway}}) == no_findings);
    }
    SECTION("an env file that was not given leaves open what is missing") {
        CHECK(configuration({{"compose.yaml", gateway + "    env_file: [../elsewhere.conf]\n"}}).empty());
    }
    SECTION("what depends on an unknown variable is not judged, the rest is") {
        const std::string unknown = gateway +
                                    "    environment:\n"
                                    "      OPEN_COWORK_CLOUD_BASE_URL: $CLOUD_URL\n"
                                    "      OPEN_COWORK_GATEWAY_SERVICE_TOKEN: ${TOKEN:?}\n"
                                    "      OPEN_COWORK_GATEWAY_ADMIN_TOKEN: ${ADMIN}\n"
                                    "      OPEN_COWORK_GATEWAY_PUBLIC_URL: ${PUBLIC_URL}\n"
                                    "      OPEN_COWORK_GATEWAY_TELEGRAM_BOT_TOKEN: ${BOT:-change-me}\n"
                                    "      OPEN_COWORK_GATEWAY_MODE: managd\n";
        CHECK(joined(configuration({{"compose.yaml", unknown}})) ==
              "compose.yaml:9 configuration.placeholder-secret error\n"
              "compose.yaml:10 configuration.lenient-value warning");
    }
    SECTION(".env values are judged where they are used") {
        const std::string text = gateway +
                                 "    environment:\n"
                                 "      OPEN_COWORK_CLOUD_BASE_URL: https://cowork.example.net\n"
                                 "      OPEN_COWORK_GATEWAY_SERVICE_TOKEN: ${TOKEN}\n"
                                 "      OPEN_COWORK_GATEWAY_ADMIN_TOKEN: ${ADMIN}\n"
                                 "      OPEN_COWORK_GATEWAY_TELEGRAM_BOT_TOKEN: ${BOT}\n";
        CHECK(configuration({{"compose.yaml", text},
                             {".env",
                              "TOKEN=occ_tok_kR8vWq2ZxN5yTb7L_hPm4GfJc9UaXe3BnkR8v\nADMIN=short\n"
                              "BOT=123456789:kR8vWq2ZxN5yTb7LhPm4GfJc9UaXe3Bn\n"}}) ==
              Strings{"compose.yaml:7 configuration.short-secret error"});
    }
}

TEST_CASE("together: a job with the server's image is not judged as a server") {
    const std::string text =
        "services:\n  migrate:\n    image: ghcr.io/example/open-cowork-cloud:1.4.0\n"
        "    command: [pnpm, \"cloud:migrate:start\"]\n    environment:\n"
        "      OPEN_COWORK_CLOUD_CONTROL_PLANE_URL: ${MIGRATOR_URL:?}\n"
        "      OPEN_COWORK_CLOUD_DEPLOYMENT_TIER: public_production\n";
    CHECK(only("configuration.", found_in({{"compose.yaml", text}})) == no_findings);
    CHECK(only("compose.sandbox", found_in({{"compose.yaml", text}})) == no_findings);
}

TEST_CASE("together: a Compose file on standard input has no neighbours") {
    validators::Request request;
    request.paths = {"-"};
    request.standard_input = gateway + "    env_file: [missing.conf]\n    depends_on: [cloud]\n";
    const auto outcome = validators::validate(request);
    REQUIRE(outcome);
    REQUIRE(outcome->files.size() == 1);
    CHECK(outcome->files.front().failure.str().empty());
    REQUIRE(outcome->files.front().findings.size() == 1);
    CHECK(outcome->files.front().findings.front().rule->id == "compose.unknown-dependency");
}

TEST_CASE("together: an env_file is not looked for through a symbolic link") {
    const ScratchDirectory scratch;
    std::filesystem::create_directories(scratch / "here");
    std::filesystem::create_directory_symlink("/nowhere", scratch / "here/link");
    std::ofstream(scratch / "here/compose.yaml") << gateway + "    env_file: [link/a.conf, gone/a.conf]\n";
    validators::Request request;
    request.paths = {scratch / "here"};
    const auto outcome = validators::validate(request);
    REQUIRE(outcome);
    std::size_t missing = 0;
    for (const auto& file : outcome->files)
        for (const auto& one : file.findings) missing += one.rule->id == "compose.env-file-missing" ? 1U : 0U;
    CHECK(missing == 1);
}
