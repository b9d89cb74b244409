#include "support/places.hpp"
#include "support/scratch_directory.hpp"
#include "validate/compose_files.hpp"

#include <functional>

// A whole production deployment, tests/validate/deployment: nothing is wrong with it, and each fault that is
// put in is found where it stands, and nothing else.
namespace {

using namespace cowork;
using namespace cowork::test;

Files deployment() {
    const auto text = [](const char* name) {
        return content_of(std::string(COWORK_SOURCE_DIR) + "/tests/validate/deployment/" + name);
    };
    return {{"compose.yaml", text("compose.yaml")},
            {"cloud.conf", text("cloud.conf")},
            {".env", text("variables.conf")}};
}

struct Fault {
    const char *file, *text, *instead;
    std::string expected;
};

}  // namespace

TEST_CASE("deployment: nothing is wrong with a right one") { CHECK(joined(found_in(deployment())).empty()); }

TEST_CASE("deployment: each fault is found where it stands, and nothing else") {
    if (validators::find_rule("configuration.missing-key") == nullptr) {
        WARN("the table of service rules is not complete");
        return;
    }
    const char* const cloud = "cloud.conf";
    const char* const compose = "compose.yaml";
    const std::vector<Fault> faults{
        {compose, "OPEN_COWORK_CLOUD_AUTO_PROCESS_COMMANDS: \"false\"", "OPEN_COWORK_CLOUD_LOG_FORMAT: json",
         "compose.yaml:10 configuration.production error"},
        {compose, "OPEN_COWORK_CLOUD_WORKER_ID: worker-1", "OPEN_COWORK_CLOUD_LOG_FORMAT: json",
         "compose.yaml:19 configuration.missing-key error"},
        {compose, "OPEN_COWORK_CLOUD_HOST: 0.0.0.0", "OPEN_COWORK_CLOUD_LOG_FORMAT: json",
         "compose.yaml:10 compose.bind-loopback error"},
        {compose, "http://web:8787", "http://web:80", "compose.yaml:41 compose.peer-port error"},
        {compose, "http://web:8787", "http://worker:8787", "compose.yaml:41 compose.peer-port error"},
        {compose, "http://web:8787", "http://localhost:8787", "compose.yaml:41 compose.loopback-peer error"},
        {compose, "http://web:8787", "http://cloud:8787", "compose.yaml:41 compose.unknown-host warning"},
        {compose, "@postgres:5432/cowork", "@postgress:5432/cowork",
         "compose.yaml:8 compose.unknown-host warning"},
        {compose, "      DOCKER_HOST: tcp://sandbox.example.net:2376\n", "",
         "compose.yaml:19 compose.sandbox-unreachable error"},
        {compose, "volumes: [\"database:/var/lib/postgresql/data\"]", "shm_size: 128m",
         "compose.yaml:47 compose.volatile-data error"},
        {compose, "@sha256:742f40ea20b9ff2ff31db5458d127452988a2164df9e17441e191f3b72252193\n    ports",
         "\n    ports", "compose.yaml:58 compose.image-digest warning"},
        {compose, "OPEN_COWORK_GATEWAY_ADMIN_TOKEN=${GATEWAY_ADMIN_TOKEN:?set it}",
         "OPEN_COWORK_GATEWAY_ADMIN_TOKEN=c9UaXe3BnkR8vWq2ZxN5yTb7LhPm4GfJ",
         "compose.yaml:44 compose.secret-in-clear error"},
        {compose, "${GATEWAY_ADMIN_TOKEN:?set it}", "${GATEWAY_ADMIN_TOKN:?set it}",
         "compose.yaml:44 compose.interpolation-unset warning"},
        {compose, "postgres: {condition: service_healthy}", "postgress: {condition: service_healthy}",
         "compose.yaml:18 compose.unknown-dependency error"},
        {compose, "      test: [CMD-SHELL, \"pg_isready -U cowork\"]", "      interval: 5s",
         "compose.yaml:18 compose.unhealthy-dependency error\n"
         "compose.yaml:31 compose.unhealthy-dependency error"},
        {compose, "    networks: [inside]\n  postgres:",
         "    deploy: {replicas: 2}\n    networks: [inside]\n  postgres:",
         "compose.yaml:46 compose.replicas error"},
        {cloud, "OPEN_COWORK_CLOUD_RETENTION_SESSION_EVENT_MS=1209600000\n", "",
         "compose.yaml:10 configuration.missing-key error\ncompose.yaml:19 configuration.missing-key error\n"
         "compose.yaml:32 configuration.missing-key error"},
        {cloud, "https://cowork.example.org", "http://cowork.example.org",
         "cloud.conf:2 configuration.insecure-url error"},
        {cloud, "COOKIE_SECRET=Xe3BnkR8vWq2ZxN5yTb7LhPm4GfJc9Ua", "COOKIE_SECRET=replace-with-a-secret",
         "cloud.conf:9 configuration.weak-secret error"},
        {".env", "c9UaXe3BnkR8vWq2ZxN5yTb7LhPm4GfJ", "change-me",
         "compose.yaml:44 configuration.placeholder-secret error"},
    };
    for (const Fault& fault : faults) {
        Files files = deployment();
        std::string& text = files[fault.file];
        const auto at = text.find(fault.text);
        INFO(fault.text << " -> " << fault.instead);
        REQUIRE(at != std::string::npos);
        text.replace(at, std::string(fault.text).size(), fault.instead);
        CHECK(joined(found_in(files)) == fault.expected);
    }
}
