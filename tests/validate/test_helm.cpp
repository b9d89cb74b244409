#include "validate/manifest_report.hpp"
#include "validators/helm/chart.hpp"
#include "validators/helm/values.hpp"
#include "validators/recognise.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace cowork;
using namespace cowork::test;
using validators::HelmValues;
using validators::Kind;
using Lines = std::vector<std::string>;

config::YamlStream yaml(const std::string& text) {
    return config::YamlStream::parse(text, "values.yaml").value();
}

Kind kind_of(const std::string& text) {
    validators::Input input;
    input.path = "values.yaml";
    input.text = text;
    validators::recognise(input, std::nullopt);
    return input.kind;
}

validators::Settings with_defaults(const std::string& text) {
    validators::Settings settings;
    settings.helm_defaults = text;
    settings.helm_defaults_path = "chart/values.yaml";
    return settings;
}

}  // namespace

// As helm merges: https://helm.sh/docs/chart_template_guide/values_files/
TEST_CASE("helm: an overlay is merged over the defaults as Helm does it") {
    const std::string defaults = "a: {b: 1, c: {d: x, e: y}}\nlist: [1, 2]\nflag: true\nempty: {}\n";
    struct Case {
        const char *title, *overlay, *path, *expected;
        bool known = true, written = true;
        int line = 0;
    };
    for (const Case& one : {
             Case{"a scalar replaces", "a:\n  b: 2\n", "a.b", "2", true, true, 2},
             Case{"its siblings stay", "a:\n  b: 2\n", "a.c.d", "x", true, false, 1},
             Case{"maps are merged all the way down", "a:\n  c:\n    d: z\n", "a.c.e", "y", true, false, 2},
             Case{"null removes a default", "a:\n  c: null\n", "a.c.d", "", true, true, 2},
             Case{"so does a key without a value", "flag:\n", "flag", "", true, true, 1},
             Case{"an empty map removes nothing", "a: {}\n", "a.c.d", "x", true, false, 1},
             Case{"a scalar hides a map", "a: off\n", "a.b", "", true, true, 1},
             Case{"a map hides a scalar", "flag: {x: 1}\n", "flag.x", "1", true, true, 1},
             Case{"what is nowhere is absent", "a: {}\n", "a.q", "", true, false, 1},
             Case{"anchors are resolved", "x: &x {b: 7}\na: *x\n", "a.b", "7", true, true, 1},
         }) {
        INFO(one.title);
        const auto over = yaml(one.overlay);
        const auto under = yaml(defaults);
        const auto value = HelmValues(over.documents().front(), under.documents().front()).at(one.path);
        CHECK((value.node == nullptr ? std::string{} : value.node->text) == one.expected);
        CHECK(value.known == one.known);
        CHECK(value.written == one.written);
        CHECK(value.where.line == one.line);
    }
}

TEST_CASE("helm: a list replaces the chart's") {
    const auto over = yaml("list: [3]\n");
    const auto under = yaml("list: [1, 2]\n");
    CHECK(HelmValues(over.documents().front(), under.documents().front()).at("list").node->items.size() == 1);
}

TEST_CASE("helm: without the defaults only what is written is known") {
    const auto over = yaml("a: {b: 0, c: \"\", d: x}\n");
    const HelmValues values(over.documents().front(), nullptr);
    CHECK(values.truth("a.b") == false);
    CHECK(values.truth("a.c") == false);
    CHECK(values.truth("a.d") == true);
    CHECK_FALSE(values.truth("a.e").has_value());
    CHECK_FALSE(values.truth("q.r").has_value());
}

TEST_CASE("helm: a template takes for true what is not empty") {
    struct Case {
        const char* text;
        bool truth;
    };
    for (const Case& one : {Case{"true", true}, Case{"yes", true}, Case{"false", false}, Case{"off", false},
                            Case{"\"false\"", true}, Case{"0", false}, Case{"0.0", false},
                            Case{"\"0\"", true}, Case{"1", true}, Case{"\"\"", false}, Case{"~", false},
                            Case{"[]", false}, Case{"{}", false}, Case{"[0]", true}, Case{"{a: 0}", true}}) {
        INFO(one.text);
        const auto stream = yaml(fmt::format("x: {}\n", one.text));
        CHECK(validators::helm_truth(*stream.documents().front()->find("x")) == one.truth);
    }
}

TEST_CASE("helm: values of the product's charts are told from those of others") {
    struct Case {
        const char* text;
        Kind kind;
    };
    for (const Case& one : {
             Case{"cloud: {deploymentTier: local}\n", Kind::helm},
             Case{"roles: {worker: {sessionConcurrency: 2}}\n", Kind::helm},
             Case{"image: {repository: eu.gcr.io/acme/open-cowork-gateway}\n", Kind::helm},
             Case{"gateway: {cloudBaseUrl: https://a}\n", Kind::helm},
             Case{"gateway: {enabled: true, gateway: {cloudBaseUrl: https://a}}\n", Kind::helm},
             Case{"gateway: {enabled: true, servers: []}\n", Kind::text},
             Case{"image: {repository: nginx}\nservice: {port: 80}\n", Kind::text},
             Case{"cloud: {provider: aws}\n", Kind::text},
             Case{"roles: {worker: {replicas: 2}}\n", Kind::text},
             Case{"roles: [web]\ncloud: x\n", Kind::text},
             Case{"on: push\njobs: {a: {steps: []}}\n", Kind::text},
             Case{"", Kind::text},
             Case{"services: {a: {image: b}}\n", Kind::compose},
         }) {
        INFO(one.text);
        CHECK(kind_of(one.text) == one.kind);
    }
}

TEST_CASE("helm: each file is judged over defaults of its own chart only") {
    const auto cloud = with_defaults("cloud: {deploymentTier: local, existingSecret: \"\"}\n");
    CHECK(report_of("gateway: {cloudBaseUrl: https://a.acme.io}\n", Kind::helm, cloud) ==
          Lines{"helm.defaults-mismatch note 1"});
    CHECK(report_of("gateway: {cloudBaseUrl: https://a.acme.io}\n", Kind::helm, with_defaults("[")) ==
          Lines{"helm.defaults-mismatch note 1"});
    CHECK(only(report_of("cloud: {deploymentTyre: local}\n", Kind::helm, cloud), "helm.unknown-key") ==
          Lines{"helm.unknown-key warning 1"});
}

// What upstream's own examples have, and what their charts refuse only without the defaults.
TEST_CASE("helm: an overlay alone is blamed for nothing that it does not say") {
    CHECK(report_of(R"(image: {repository: eu.gcr.io/acme/open-cowork-cloud, tag: v0.9.2, digest: ""}
cloud:
  auth: {mode: oidc, apiTokenDefaultTtlMs: 2592000000}
  checkpoints: {enabled: true}
  objectStore: {kind: gcs, bucket: acme}
roles:
  web: {replicas: 2, resources: {limits: {cpu: "1"}}}
  worker: {replicas: 2, persistence: {enabled: false}}
ingress:
  enabled: true
  annotations: {networking.gke.io/managed-certificates: cowork}
  tls: []
networkPolicy: {ingress: {allowAllSourcesForLocalOnly: false}}
)",
                    Kind::helm) == Lines{"helm.ingress-no-tls note 12"});
}

TEST_CASE("helm: the chart's default is named where it is to blame") {
    validators::Request request;
    request.paths = {"-"};
    request.standard_input = "gateway: {existingSecret: a, metrics: {enabled: true}}\n";
    request.kind = Kind::helm;
    request.settings = with_defaults(
        "gateway: {cloudBaseUrl: https://a.acme.io, existingSecret: \"\", metrics: {enabled: false}, "
        "diagnostics: "
        "{enabled: false}}\n");
    const auto outcome = validators::validate(request);
    const auto& findings = outcome.value().files.front().findings;
    const auto found = std::find_if(findings.begin(), findings.end(), [](const validators::Finding& one) {
        return one.key == "gateway.diagnostics.enabled";
    });
    REQUIRE(found != findings.end());
    CHECK(found->message.str().find("the chart's default, in chart/values.yaml") != std::string::npos);
    CHECK(found->where.line == 1);
}

TEST_CASE("helm: a subchart's values are judged as its own") {
    const auto report = report_of(R"(cloud: {deploymentTier: self_host_beta}
gateway:
  enabled: true
  image: {tag: latest}
  gateway: {adminToken: change-me-now}
)",
                                  Kind::helm);
    CHECK(report == Lines{"helm.image-latest error 4", "helm.placeholder-secret error 5"});
}

TEST_CASE("helm: cipher texts and references are no secrets in clear") {
    CHECK(report_of("cloud: {secretKey: \"ENC[AES256_GCM,data:9f]\", internalToken: ref+vault://a/b}\n",
                    Kind::helm)
              .empty());
}

TEST_CASE("helm: keys that only keep anchors are nobody's business") {
    const std::string text =
        "_small: &small {cpu: 1}\nx-more: 1\nglobal: {a: 1}\ncloud: {deploymentTier: local}\n";
    const auto defaults = with_defaults("cloud: {deploymentTier: local}\n");
    CHECK(only(report_of(text, Kind::helm, defaults), "helm.unknown-key").empty());
}

TEST_CASE("helm: --tier counts where the values name none") {
    validators::Settings settings;
    settings.tier = rules::CloudTier::public_production;
    CHECK(only(report_of("cloud: {cookieSecure: false}\n", Kind::helm, settings), "helm.public-production") ==
          Lines{"helm.public-production error 1"});
    CHECK(only(report_of("cloud: {cookieSecure: false, deploymentTier: local}\n", Kind::helm, settings),
               "helm.public-production")
              .empty());
}

TEST_CASE("helm: a value that the service refuses is told at the value") {
    CHECK(report_of("cloud:\n  deploymentTier: demo\n", Kind::helm) ==
          Lines{"configuration.invalid-value error 2"});
    // What the server takes for no sign-in at all, silently.
    CHECK(
        only(report_of("cloud:\n  deploymentTier: public_production\n  auth:\n    mode: OIDC\n", Kind::helm),
             "configuration.open-access") == Lines{"configuration.open-access error 4"});
    CHECK(
        only(report_of("cloud:\n  deploymentTier: public_production\n  auth:\n    mode: oidc\n", Kind::helm),
             "configuration.")
            .empty());
    // Also when the token that it is for is in a Secret.
    CHECK(only(report_of("gateway:\n  existingSecret: x\n  cloudBaseUrl: https://c.example.org\n  "
                         "telegram:\n    mode: hook\n",
                         Kind::helm),
               "configuration.")
              .size() == 1);
    CHECK(only(report_of("gateway:\n  existingSecret: x\n  cloudBaseUrl: https://c.example.org\n  "
                         "telegram:\n    mode: polling\n",
                         Kind::helm),
               "configuration.")
              .empty());
}

TEST_CASE("helm: no shape of values breaks it") {
    for (const char* text :
         {"cloud: [1]\nroles: 2\n", "cloud: {auth: [], objectStore: ~}\nroles: {worker: []}\n",
          "gateway: {telegram: 1, email: []}\nimage: []\n", "- 1\n", "5\n", "? [a]\n: b\n",
          "ingress: {enabled: true, tls: {}, hosts: 1}\nnetworkPolicy: {ingress: {from: [1, ~]}}\n",
          "image: {tag: {}, digest: []}\nreplicaCount: []\n"}) {
        INFO(text);
        CHECK(only(report_of(text, Kind::helm), "failure").empty());
        CHECK(only(report_of(text, Kind::helm, with_defaults("cloud: {deploymentTier: local}\n")), "failure")
                  .empty());
        CHECK(only(report_of("cloud: {deploymentTier: local}\n", Kind::helm, with_defaults(text)), "failure")
                  .empty());
    }
}
