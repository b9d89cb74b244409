#include "support/process.hpp"
#include "validate/compose_files.hpp"

// What Compose refuses a file for: the findings are compared with what the real docker-compose says.
namespace {

using namespace cowork;
using namespace cowork::test;

struct Row {
    std::string service;         // what stands below the service
    std::string top;             // and below everything
    std::string rule;            // empty: a right file
    bool told_by_config = true;  // false: docker-compose 1.29 refuses it only when it starts the services
};

const std::vector<Row> rows{
    {"volumes: [\"data:/d\"]", "volumes: {data: {}}", ""},
    {"volumes: [\"./data:/d\", \"/e\"]", "", ""},
    {"volumes: [\"data:/d\"]", "", "compose.undefined-reference"},
    {"volumes: [{type: volume, source: data, target: /d}]", "", "compose.undefined-reference"},
    {"volumes: [{type: volume, target: /d}]", "", ""},
    {"networks: [inside]", "networks: {inside: }", ""},
    {"networks: [default]", "", ""},
    {"networks: {default: }", "", ""},
    {"networks: [inside]", "", "compose.undefined-reference", false},
    {"networks: {inside: {aliases: [x]}}", "", "compose.undefined-reference", false},
    {"secrets: [key]", "secrets: {key: {file: ./k}}", ""},
    {"secrets: [key]", "", "compose.undefined-reference", false},
    {"secrets: [{source: key, target: k}]", "", "compose.undefined-reference", false},
    {"configs: [site]", "configs: {site: {file: ./k}}", ""},
    {"configs: [site]", "", "compose.undefined-reference", false},
    {"ports: [\"80\", \"8080:80\", \"127.0.0.1:8080:80/udp\", \"9000-9001:9000-9001\"]", "", ""},
    {"ports: [\"127.0.0.1:99999:80\"]", "", "compose.invalid-value", false},
    {"ports: [\"http\"]", "", "compose.invalid-value"},
    {"ports: \"80:80\"", "", "compose.invalid-value"},
    {"environment: {A: {b: c}}", "", "compose.invalid-value"},
    {"environment: [{A: b}]", "", "compose.invalid-value"},
    {"environment: {A: 1, B: \"x\", C: }", "", ""},
    {"depends_on: {b: {condition: service_healty}}", "", "compose.invalid-value"},
    {"depends_on: {b: {condition: service_started}}", "", ""},
    {"restart: unless-stopped", "", ""},
    {"restart: \"no\"", "", ""},
    {"restart: \"on-failure:5\"", "", ""},
    {"restart: allways", "", "compose.invalid-value", false},
    {"restart: \"on-failure:many\"", "", "compose.invalid-value"},
};

std::string text_of(const Row& row) {
    return "version: '3.9'\nservices:\n  a:\n    image: example/a:1\n    " + row.service +
           "\n  b:\n    image: example/b:1\n" + (row.top.empty() ? "" : row.top + "\n");
}

ProcessResult docker_compose(const ScratchDirectory& scratch, std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "docker-compose");
    return run_process({std::move(arguments),
                        std::vector<std::string>{"PATH=/usr/local/bin:/usr/bin:/bin",
                                                 "HOME=" + scratch.path(), "LC_ALL=C.UTF-8"},
                        scratch.path()});
}

}  // namespace

TEST_CASE("compose definitions: what Compose refuses is found, and nothing else") {
    for (const Row& row : rows) {
        CAPTURE(row.service, row.top);
        auto found = found_in({{"compose.yaml", text_of(row)}});
        std::erase_if(found, [](const std::string& one) {
            return one.find("undefined-reference") == std::string::npos &&
                   one.find("invalid-value") == std::string::npos;
        });
        CHECK(found.size() == (row.rule.empty() ? 0 : 1));
        if (!found.empty()) CHECK(found.front().find(row.rule + " error") != std::string::npos);
    }
}

TEST_CASE("compose definitions: the real docker-compose refuses the same") {
    const ScratchDirectory scratch;
    if (docker_compose(scratch, {"version"}).exit_code != 0) {
        WARN("docker-compose is not there");
        return;
    }
    for (const Row& row : rows) {
        CAPTURE(row.service, row.top);
        std::ofstream(scratch / "compose.yaml") << text_of(row);
        const auto said = docker_compose(scratch, {"-f", "compose.yaml", "config", "-q"});
        CAPTURE(said.err);
        if (row.told_by_config) CHECK((said.exit_code != 0) == !row.rule.empty());
    }
}
