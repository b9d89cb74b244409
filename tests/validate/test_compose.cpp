#include "support/asset_context.hpp"
#include "validate/compose_files.hpp"
#include "validators/compose/model.hpp"

#include <set>

// Compose files, beyond the files of each rule.
namespace {

using namespace cowork;
using namespace cowork::test;
using catalogue::Intent;
using Strings = std::vector<std::string>;
const Strings no_findings;

validators::ComposeFile read(const std::string& text) {
    static std::vector<config::YamlStream> kept;
    auto stream = config::YamlStream::parse(text, "compose.yaml");
    REQUIRE(stream);
    kept.push_back(std::move(*stream));
    return validators::read_compose(*kept.back().documents().front(), {});
}

std::string described(const validators::ComposePort& port) {
    if (!port.known) return "unknown";
    return fmt::format("{} {}-{} {}-{}{}", port.address.empty() ? "*" : port.address, port.first, port.last,
                       port.target_first, port.target_last, port.udp ? " udp" : "");
}

const std::string gateway_image = "ghcr.io/example/open-cowork-gateway:1.4.0";
const std::string cloud_image = "ghcr.io/example/open-cowork-cloud:1.4.0";

}  // namespace

TEST_CASE("compose: image names") {
    struct Row {
        const char *text, *repository, *tag, *digest, *name;
    };
    for (const Row& row : std::initializer_list<Row>{
             {"nginx", "nginx", "", "", "nginx"},
             {"nginx:1.27", "nginx", "1.27", "", "nginx"},
             {"localhost:5000/a/nginx", "localhost:5000/a/nginx", "", "", "nginx"},
             {"localhost:5000/nginx:latest", "localhost:5000/nginx", "latest", "", "nginx"},
             {"r.example:5000/nginx@sha256:ab", "r.example:5000/nginx", "", "sha256:ab", "nginx"},
             {"nginx:1@sha256:ab", "nginx", "1", "sha256:ab", "nginx"},
             {"", "", "", "", ""},
             {":", "", "", "", ""},
             {"@", "", "", "", ""}}) {
        INFO(row.text);
        const validators::ComposeImage image = validators::parse_image(row.text);
        CHECK(image.repository == row.repository);
        CHECK(image.tag == row.tag);
        CHECK(image.digest == row.digest);
        CHECK(image.name() == row.name);
    }
}

TEST_CASE("compose: published ports, in both forms") {
    const std::vector<std::pair<std::string, std::string>> rows{
        {"\"8787:8787\"", "* 8787-8787 8787-8787"},
        {"8787", "* 0-0 8787-8787"},
        {"\"127.0.0.1:80:8787/tcp\"", "127.0.0.1 80-80 8787-8787"},
        {"\"127.0.0.1::8787\"", "127.0.0.1 0-0 8787-8787"},
        {"\"[::1]:80:8787/udp\"", "::1 80-80 8787-8787 udp"},
        {"\"::1:80:8787\"", "::1 80-80 8787-8787"},
        {"\"8000-8010:9000-9010\"", "* 8000-8010 9000-9010"},
        {"\"8010-8000:9000\"", "unknown"},
        {"\"99999:80\"", "unknown"},
        {"\"a:b\"", "unknown"},
        {"\"$PORT:80\"", "unknown"},
        {"\"${PORT:-81}:80\"", "* 81-81 80-80"},
        {"\"\"", "unknown"},
        {"{target: 80, published: \"8080-8081\", host_ip: 10.0.0.1, protocol: udp}",
         "10.0.0.1 8080-8081 80-80 udp"},
        {"{target: 80}", "* 0-0 80-80"},
        {"{published: 80}", "unknown"},
        {"[80]", "unknown"},
    };
    for (const auto& [text, expected] : rows) {
        INFO(text);
        const auto file = read("services: {a: {ports: [" + text + "]}}");
        REQUIRE(file.services.front().ports.size() == 1);
        CHECK(described(file.services.front().ports.front()) == expected);
    }
}

TEST_CASE("compose: environment in both forms") {
    for (const char* text : {"services: {a: {environment: {A: x, B: \"${B:-y=z}\", C: , D: 5}}}",
                             "services: {a: {environment: [A=x, \"B=${B:-y=z}\", C, D=5]}}"}) {
        const auto file = read(text);
        const auto& service = file.services.front();
        CHECK(service.variable("A")->value.text() == "x");
        CHECK(service.variable("B")->value.text() == "y=z");
        CHECK_FALSE(service.variable("C")->value.known());
        CHECK(service.variable("C")->inherited);
        CHECK(service.variable("D")->value.text() == "5");
        CHECK(service.variable("E") == nullptr);
    }
}

TEST_CASE("compose: what setup writes has nothing wrong with it") {
    for (const Intent intent : {Intent::gateway_only, Intent::cloud_gateway})
        for (const config::Dialect dialect : {config::Dialect::portable, config::Dialect::compose})
            for (const Pairs& more : {Pairs{}, Pairs{{"OPEN_COWORK_STANDALONE_GATEWAY_DATABASE_URL",
                                                      "postgres://gateway:c4n4ry@db.example.net/gateway"}}}) {
                const ScratchDirectory scratch;
                AssetCase made = asset_case(intent, intent == Intent::gateway_only ? more : Pairs{});
                made.dialect = dialect;
                made.env_file = scratch / "gateway.env";
                std::ofstream env(made.env_file);
                for (const auto& [key, value] : made.pairs) env << key << '=' << value << '\n';
                env.close();
                std::ofstream(scratch / "compose.yaml") << asset_text(assets_of(made), "compose.yaml");
                for (const bool together : {false, true}) {
                    validators::Request request;
                    request.paths = {scratch / "compose.yaml"};
                    if (together) request.paths.push_back(made.env_file);
                    const auto outcome = validators::validate(request);
                    REQUIRE(outcome);
                    const validators::Checked& compose = outcome->files.front();
                    REQUIRE(compose.kind == validators::Kind::compose);
                    CHECK(compose.failure.str().empty());
                    for (const auto& one : compose.findings) {
                        // The settings of these files are not complete.
                        if (one.rule->id.starts_with("configuration.")) continue;
                        INFO(one.rule->id << " " << one.message.str());
                        CHECK(one.severity == validators::Severity::note);
                    }
                }
            }
}

TEST_CASE("compose: other files with services are not taken for Compose's") {
    const auto kind_of = [](const std::string& text) {
        validators::Request request;
        const ScratchDirectory scratch;
        std::ofstream(scratch / "a.yaml") << text;
        request.paths = {scratch / "a.yaml"};
        return validators::validate(request)->files.front().kind;
    };
    CHECK(kind_of("services:\n  App\\Mailer:\n    arguments: ['@mailer']\n") == validators::Kind::text);
    CHECK(kind_of("services:\n  web:\n    image: {repository: nginx, tag: '1'}\n") == validators::Kind::text);
    CHECK(kind_of("services: [docker]\n") == validators::Kind::text);
    CHECK(kind_of("services:\n  web:\n    build: .\n") == validators::Kind::compose);
}

TEST_CASE("compose: an override completes another file") {
    const Files files{{"compose.yaml", "services:\n  gateway:\n    image: " + gateway_image + "\n"},
                      {"compose.override.yaml",
                       "services:\n  gateway:\n    depends_on: [postgres]\n    environment:\n"
                       "      OPEN_COWORK_GATEWAY_HOST: 0.0.0.0\n"}};
    CHECK(only("compose.", found_in(files)) == no_findings);
}

TEST_CASE("compose: an override that changes no setting changes no judgement") {
    const std::string worker = "services:\n  worker:\n    image: " + cloud_image +
                               "\n    environment:\n      OPEN_COWORK_CLOUD_ROLE: worker\n"
                               "      OPEN_COWORK_CLOUD_DEPLOYMENT_TIER: private_beta\n"
                               "      OPEN_COWORK_CLOUD_EXECUTION_ISOLATION_MODE: sandbox\n"
                               "    volumes: [\"/var/run/docker.sock:/var/run/docker.sock\"]\n";
    const auto socket = [&](const std::string& more) {
        Files files{{"compose.yaml", worker}};
        if (!more.empty()) files["compose.override.yaml"] = "services:\n  worker: " + more + "\n";
        return joined(only("compose.docker-socket", found_in(files)));
    };
    const std::string note = "compose.yaml:8 compose.docker-socket note";
    CHECK(socket("") == note);
    CHECK(socket("{mem_limit: 4g}") == note);
    CHECK(socket("{environment: {LOG: x}}") == note);
    // What it sets anew is not known from the first file, and what an env file sets not at all.
    CHECK(socket("{environment: {OPEN_COWORK_CLOUD_ROLE: web}}") ==
          "compose.yaml:8 compose.docker-socket warning");
    CHECK(socket("{env_file: other.conf}") == note);
    CHECK(socket("{environment: {OPEN_COWORK_CLOUD_EXECUTION_ISOLATION_MODE: process}}") ==
          "compose.yaml:8 compose.docker-socket warning");
}

TEST_CASE("compose: an override with image and ports leaves the address to the other file") {
    const std::string ports =
        "services:\n  gateway:\n    image: ghcr.io/example/open-cowork-standalone-gateway:1.4.0\n"
        "    ports: [\"127.0.0.1:8796:8795\"]\n";
    const std::string host = "    environment:\n      OPEN_COWORK_STANDALONE_GATEWAY_HOST: ";
    CHECK(only("compose.bind", found_in({{"compose.yaml", ports + host + "0.0.0.0\n"},
                                         {"compose.override.yaml", ports}})) == no_findings);
    CHECK(joined(only("compose.bind", found_in({{"compose.yaml", ports}}))) ==
          "compose.yaml:2 compose.bind-loopback error");
    CHECK(joined(only("compose.bind", found_in({{"compose.yaml", ports + host + "0.0.0.0\n"},
                                                {"compose.override.yaml", ports + host + "127.0.0.1\n"}}))) ==
          "compose.override.yaml:6 compose.bind-loopback error");
}

TEST_CASE("compose: of a URL with an unknown password the host and the port are judged") {
    struct Row {
        std::string url, expected;
    };
    for (const Row& row : std::vector<Row>{
             {"postgres://cowork:${PASSWORD:?}@localhost:5432/cowork",
              "compose.yaml:5 compose.loopback-peer error"},
             {"postgres://cowork:$PASSWORD@127.0.0.1/${NAME}", "compose.yaml:5 compose.loopback-peer error"},
             {"postgres://cowork:${PASSWORD:?}@db:5432/cowork",
              "compose.yaml:5 compose.unknown-host warning"},
             {"postgres://cowork:${PASSWORD:?}@postgres:5433/cowork",
              "compose.yaml:5 compose.peer-port error"},
             {"postgres://${USER:?}:${PASSWORD:?}@postgres:5432/cowork", ""},
             // A host or a port that is not known can be any.
             {"postgres://cowork@${DATABASE_HOST}:5432/cowork", ""},
             {"postgres://cowork@local${REST}:5432/cowork", ""},
             {"postgres://cowork@postgres:54${REST}/cowork", ""},
             {"${DATABASE_URL:?}", ""},
         }) {
        CAPTURE(row.url);
        const std::string text = "services:\n  cloud:\n    image: " + cloud_image +
                                 "\n    environment:\n      OPEN_COWORK_CLOUD_CONTROL_PLANE_URL: \"" +
                                 row.url + "\"\n  postgres:\n    image: postgres:16\n";
        std::vector<std::string> found;
        for (const char* rule : {"compose.loopback-peer", "compose.unknown-host", "compose.peer-port"})
            for (const auto& one : only(rule, found_in({{"compose.yaml", text}}))) found.push_back(one);
        CHECK(joined(found) == row.expected);
    }
    // As an item of a list, too.
    CHECK(joined(only(
              "compose.loopback",
              found_in({{"compose.yaml", "services:\n  cloud:\n    image: " + cloud_image +
                                             "\n    environment:\n      - OPEN_COWORK_CLOUD_"
                                             "CONTROL_PLANE_URL=postgres://u:${P:?}@localhost/x\n"}}))) ==
          "compose.yaml:5 compose.loopback-peer error");
}

TEST_CASE("compose: extra hosts and links make known the names that they name") {
    const auto unknown = [&](const std::string& more) {
        return only("compose.unknown-host",
                    found_in({{"compose.yaml",
                               "services:\n  cloud:\n    image: " + cloud_image +
                                   "\n    environment:\n      OPEN_COWORK_CLOUD_CONTROL_PLANE_URL: "
                                   "postgres://u@db:5432/x\n" +
                                   more}}))
            .size();
    };
    CHECK(unknown("") == 1);
    CHECK(unknown("    extra_hosts: [\"host.docker.internal:host-gateway\"]\n") == 1);
    CHECK(unknown("    extra_hosts: [\"db:10.0.0.5\"]\n") == 0);
    CHECK(unknown("    extra_hosts: [\"db=10.0.0.5\"]\n") == 0);
    CHECK(unknown("    extra_hosts: {db: 10.0.0.5}\n") == 0);
    CHECK(unknown("    extra_hosts: {db2: 10.0.0.5}\n") == 1);
    CHECK(unknown("    extra_hosts: [\"${NAME}:10.0.0.5\"]\n") == 0);
    CHECK(unknown("    external_links: [\"other_postgres:db\"]\n") == 0);
    CHECK(unknown("    external_links: [\"other_postgres:mydb\"]\n") == 1);
}

TEST_CASE("compose: a password that everybody knows is one all the same") {
    const auto clear = [](const std::string& password) {
        return only("compose.secret-in-clear",
                    found_in({{"compose.yaml",
                               "services:\n  db:\n    image: postgres:16\n    environment:\n"
                               "      POSTGRES_PASSWORD: " +
                                   password + "\n"}}))
            .size();
    };
    CHECK(clear("hunter22") == 1);
    CHECK(clear("change-me") == 1);
    CHECK(clear("${POSTGRES_PASSWORD:?}") == 0);
}

TEST_CASE("compose: the tier decides") {
    const std::string text = "services:\n  postgres:\n    image: postgres\n    ports: [\"5432:5432\"]\n";
    const auto with = [&](std::optional<rules::CloudTier> tier) {
        validators::Settings settings;
        settings.tier = tier;
        return joined(only("compose.", found_in({{"compose.yaml", text}}, settings)));
    };
    CHECK(with(rules::CloudTier::local) ==
          "compose.yaml:3 compose.image-latest warning\n"
          "compose.yaml:4 compose.port-exposed warning");
    CHECK(with(rules::CloudTier::private_beta) ==
          "compose.yaml:2 compose.volatile-data error\n"
          "compose.yaml:3 compose.image-latest error\n"
          "compose.yaml:4 compose.port-exposed error");
    CHECK(with(std::nullopt) ==
          "compose.yaml:2 compose.volatile-data warning\n"
          "compose.yaml:3 compose.image-latest error\n"
          "compose.yaml:4 compose.port-exposed error");
}

TEST_CASE("compose: no secret of the file is in a finding") {
    const std::string secret = "kR8vWq2ZxN5yTb7LhPm4GfJc9UaXe3Bn";
    const ScratchDirectory scratch;
    std::ofstream(scratch / "compose.yaml")
        << "services:\n  " << secret << ":\n    image: " << cloud_image << "\n    environment:\n"
        << "      OPEN_COWORK_CLOUD_SECRET_KEY: " << secret
        << "\n      OPEN_COWORK_CLOUD_COOKIE_SECRET: " << secret
        << "\n      OPEN_COWORK_CLOUD_CONTROL_PLANE_URL: postgres://a:" << secret << "@localhost/" << secret
        << "\n";
    validators::Request request;
    request.paths = {scratch.path()};
    const auto outcome = validators::validate(request);
    REQUIRE(outcome);
    CHECK(outcome->files.front().findings.size() > 3);
    for (const auto& one : outcome->files.front().findings) {
        INFO(one.rule->id);
        CHECK((one.key + one.message.str() + one.remedy.str()).find(secret) == std::string::npos);
    }
}

TEST_CASE("compose: hostile files end soon and without a defect") {
    const auto many = [](const std::string& head, const std::function<std::string(int)>& line, int count) {
        std::string text = head;
        for (int i = 0; i < count; ++i) text += line(i);
        return text;
    };
    const std::string image = "image: " + cloud_image;
    const std::vector<std::string> texts{
        many(
            "services:\n", [&](int i) { return fmt::format("  s{}: {{{}}}\n", i, image); }, 20'000),
        many(
            "services:\n  a:\n    " + image + "\n    environment:\n",
            [](int i) { return fmt::format("      OPEN_COWORK_CLOUD_X{}: ${{A:-b}}\n", i); }, 30'000),
        many(
            "services:\n  a:\n    " + image + "\n    ports:\n",
            [](int) { return std::string("      - 1-60000:1-60000\n"); }, 20'000),
        many(
            "services:\n  a:\n    " + image + "\n    depends_on:\n",
            [](int i) { return fmt::format("      - s{}\n", i); }, 30'000),
        many(
            "services:\n  a:\n    " + image + "\n    env_file:\n",
            [](int i) { return fmt::format("      - s{}\n", i); }, 30'000),
        many(
            "services:\n  a: &a\n    " + image + "\n    volumes: [x:/etc/open-cowork]\n",
            [](int i) { return fmt::format("  s{}: *a\n", i); }, 20'000),
        many(
            "services:\n  a:\n    " + image + "\n", [](int i) { return fmt::format("    keyy{}: x\n", i); },
            20'000),
        std::string("services: {a: {image: [x], environment: [[a], {b: c}], ports: {a: b}, volumes: x, ") +
            "depends_on: [{}], env_file: {a: b}, deploy: x, healthcheck: [x], networks: [a], profiles: x}, "
            "b: [], c: }\n",
        "services:\n  ? a\n  : {image: !!binary aGVsbG8=}\n",
    };
    for (const std::string& text : texts) {
        INFO(text.substr(0, 120));
        const auto start = std::chrono::steady_clock::now();
        CHECK(found_in({{"compose.yaml", text}}).size() < 1100);
        CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds{20});
    }
}
