#include "validate/manifest_report.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace cowork;
using namespace cowork::test;
using validators::Kind;
using Lines = std::vector<std::string>;

// A worker that is given its settings by `sources` and `entries`, and nothing that any other rule minds.
std::string worker(const std::string& sources, const std::string& entries) {
    return fmt::format(R"(apiVersion: apps/v1
kind: Deployment
metadata: {{name: cowork-worker}}
spec:
  selector: {{matchLabels: {{app: worker}}}}
  template:
    metadata: {{labels: {{app: worker}}}}
    spec:
      containers:
        - name: worker
          image: ghcr.io/acme/open-cowork-cloud:1
          envFrom: [{}]
          env:
            - {{name: OPEN_COWORK_CLOUD_ROLE, value: worker}}
            - {{name: OPEN_COWORK_CLOUD_HOST, value: 0.0.0.0}}
{})",
                       sources, entries);
}

std::string entry(const std::string& name, const std::string& value) {
    return fmt::format("            - {{name: OPEN_COWORK_CLOUD_{}, value: \"{}\"}}\n", name, value);
}

const std::string isolation =
    entry("ISOLATION_IMAGE", "opencode:1") +
    entry("ISOLATION_IMAGE_SHA256",
          "sha256:4f1c2a9d0b7e63588c1d92ae47f0b3561e8d7c2f9a04b6d3e5172839c0fa6b1d");
const std::string retention =
    entry("RETENTION_SESSION_EVENT_MS", "1209600000") + entry("RETENTION_WORKSPACE_EVENT_MS", "1209600000");
const std::string production = entry("DEPLOYMENT_TIER", "public_production");

}  // namespace

TEST_CASE("kubernetes: settings that the chart does not render are an error where nothing can hold them") {
    struct Case {
        const char* title;
        std::string sources, entries;
        Lines expected;
    };
    const std::string rule = "kubernetes.settings-not-rendered ";
    for (const Case& one : {
             Case{"all are there", "", production + isolation + retention, {}},
             Case{"nothing could hold them", "", production, {rule + "error 10"}},
             Case{"a Secret that is not here may",
                  "{secretRef: {name: elsewhere}}",
                  production,
                  {rule + "warning 10"}},
             Case{"a ConfigMap that is not here may",
                  "{configMapRef: {name: elsewhere}}",
                  production,
                  {rule + "warning 10"}},
             Case{"a key comes from a Secret that is not here",
                  "",
                  production + retention + entry("ISOLATION_IMAGE", "opencode:1") +
                      "            - {name: OPEN_COWORK_CLOUD_ISOLATION_IMAGE_SHA256, valueFrom: "
                      "{secretKeyRef: "
                      "{name: a, key: b}}}\n",
                  {}},
             Case{"another tier needs no retention", "", isolation, {}},
             Case{"a worker in any tier needs an image", "", "", {rule + "error 10"}},
             Case{"the role is not known",
                  "{secretRef: {name: elsewhere}}",
                  production +
                      "            - {name: OPEN_COWORK_CLOUD_ROLE, valueFrom: {secretKeyRef: {name: a, "
                      "key: b}}}\n",
                  {}},
         }) {
        INFO(one.title);
        CHECK(only(report_of(worker(one.sources, one.entries), Kind::kubernetes), rule) == one.expected);
    }
}

TEST_CASE("kubernetes: a value is judged where it stands") {
    const std::string zero = entry("LIVENESS_PORT", "0");
    CHECK(only(report_of(worker("", isolation + zero), Kind::kubernetes), "configuration.invalid-value") ==
          Lines{"configuration.invalid-value error 18"});
    const std::string map =
        "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: cm}\ndata:\n"
        "  OPEN_COWORK_CLOUD_LIVENESS_PORT: \"0\"\n";
    CHECK(only(report_of(worker("{configMapRef: {name: cm}}", isolation) + map, Kind::kubernetes),
               "configuration.invalid-value") == Lines{"configuration.invalid-value error 23"});
    INFO("another namespace has another ConfigMap");
    const std::string other =
        "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: cm, namespace: b}\ndata:\n"
        "  OPEN_COWORK_CLOUD_LIVENESS_PORT: \"0\"\n";
    CHECK(only(report_of(worker("{configMapRef: {name: cm}}", isolation) + other, Kind::kubernetes),
               "configuration.invalid-value")
              .empty());
}

TEST_CASE("kubernetes: what two roles take from one ConfigMap is told once") {
    std::string text = worker("{configMapRef: {name: cm}}", isolation);
    std::string second = text;
    second.replace(second.find("cowork-worker"), 13, "cowork-second");
    text += "---\n" + second +
            "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: cm}\ndata:\n"
            "  OPEN_COWORK_CLOUD_LIVENESS_PORT: \"0\"\n";
    CHECK(only(report_of(text, Kind::kubernetes), "configuration.invalid-value").size() == 1);
}

TEST_CASE("kubernetes: a variable holds a secret, or only talks about one") {
    struct Case {
        const char *name, *value;
        bool secret;
    };
    for (const Case& one : {
             Case{"OPEN_COWORK_CLOUD_INTERNAL_TOKEN", "k9Xw2mQz8vLt4RbN", true},
             Case{"OPEN_COWORK_CLOUD_API_TOKEN_DEFAULT_TTL_MS", "2592000000", false},
             Case{"OPEN_COWORK_CLOUD_API_TOKEN_ALLOWED_SCOPES", "desktop,admin", false},
             Case{"OPEN_COWORK_CLOUD_SECRET_KEY_REF", "gcp-sm://projects/p/secrets/s/versions/1", false},
             Case{"OPEN_COWORK_CLOUD_CONTROL_PLANE_URL", "postgres://u:Vq8mZt2L@db/c", true},
             Case{"OPEN_COWORK_CLOUD_CONTROL_PLANE_URL", "postgres://u%40p.iam@127.0.0.1/c", false},
             Case{"OPEN_COWORK_CLOUD_PUBLIC_BRANDING_JSON", "{}", false},
             Case{"MY_PASSWORD", "k9Xw2mQz8vLt4RbN", true},
             Case{"MY_PASSWORD", "$(FROM_ELSEWHERE)", false},
             Case{"MY_PASSWORD", "", false},
             Case{"MY_PASSWORD_FILE", "/run/secrets/password", false},
             Case{"AWS_ACCESS_KEY_ID", "AKIAEXAMPLEEXAMPLE12", true},
             Case{"USE_TOKEN", "true", false},
             Case{"MY_PASSWORD", "ENC[AES256_GCM,data:9f]", false},
             Case{"MY_PASSWORD", "${PASSWORD}", false},
             Case{"DATABASE_URL", "postgres://u:Vq8mZt2L@db/c", true},
         }) {
        INFO(one.name);
        const std::string text =
            worker("", fmt::format("            - {{name: {}, value: \"{}\"}}\n", one.name, one.value));
        CHECK(only(report_of(text, Kind::kubernetes), "kubernetes.secret-in-env").size() ==
              (one.secret ? 1 : 0));
        const std::string map =
            fmt::format("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a}}\ndata:\n  {}: \"{}\"\n",
                        one.name, one.value);
        CHECK(only(report_of(map, Kind::kubernetes), "kubernetes.secret-in-config-map").size() ==
              (one.secret ? 1 : 0));
    }
}

TEST_CASE("kubernetes: other software is not held to the product's rules") {
    const auto report = report_of(R"(apiVersion: apps/v1
kind: StatefulSet
metadata: {name: postgres}
spec:
  selector: {matchLabels: {app: postgres}}
  template:
    metadata: {labels: {app: postgres}}
    spec:
      containers:
        - name: postgres
          image: postgres
          env: [{name: POSTGRES_PASSWORD, value: k9Xw2mQz8vLt4RbN}]
          volumeMounts: [{name: data, mountPath: /var/lib/postgresql}]
  volumeClaimTemplates: [{metadata: {name: data}}]
---
apiVersion: v1
kind: Service
metadata: {name: postgres}
spec: {selector: {app: postgres}, ports: [{port: 5432}]}
)",
                                  Kind::kubernetes);
    CHECK(only(report, "kubernetes.secret-in-env") == Lines{"kubernetes.secret-in-env warning 12"});
    CHECK(std::none_of(report.begin(), report.end(),
                       [](const std::string& line) { return line.find(" error ") != std::string::npos; }));
    for (const char* rule :
         {"kubernetes.resources", "kubernetes.liveness", "kubernetes.tmp", "kubernetes.mount",
          "kubernetes.service", "kubernetes.network", "kubernetes.selector"})
        CHECK(only(report, rule).empty());
}

TEST_CASE("kubernetes: the tier decides how bad a missing protection is") {
    const auto severity = [](std::optional<rules::CloudTier> tier, const std::string& entries) {
        validators::Settings settings;
        settings.tier = tier;
        return only(report_of(worker("", isolation + entries), Kind::kubernetes, settings),
                    "kubernetes.root-writable");
    };
    CHECK(severity({}, "") == Lines{"kubernetes.root-writable warning 10"});
    CHECK(severity({}, production) == Lines{"kubernetes.root-writable error 10"});
    CHECK(severity(rules::CloudTier::public_production, "") == Lines{"kubernetes.root-writable error 10"});
    CHECK(severity(rules::CloudTier::private_beta, production) ==
          Lines{"kubernetes.root-writable warning 10"});
}

TEST_CASE("kubernetes: a probe is compared with where the service listens") {
    const auto probed = [](const std::string& port, const std::string& entries) {
        return only(report_of(worker("", isolation + entries +
                                             "          livenessProbe: {httpGet: {path: /livez, port: " +
                                             port + "}}\n"),
                              Kind::kubernetes),
                    "kubernetes.probe-port")
            .size();
    };
    const std::string liveness = entry("LIVENESS_PORT", "8788");
    CHECK(probed("8788", liveness) == 0);
    CHECK(probed("8787", liveness) == 1);
    CHECK(probed("http", liveness) == 1);
    INFO("a port that comes from elsewhere is not known");
    CHECK(probed("9000",
                 "            - {name: OPEN_COWORK_CLOUD_LIVENESS_PORT, valueFrom: {configMapKeyRef: "
                 "{name: a, key: b}}}\n") == 0);
}

TEST_CASE("kubernetes: lists, empty documents and JSON are read as kubectl reads them") {
    const Lines expected{"kubernetes.service-selector-missing warning 1"};
    CHECK(report_of(R"({"apiVersion":"v1","kind":"List","items":[{"apiVersion":"v1","kind":"Service",)"
                    R"("metadata":{"name":"x"},"spec":{"ports":[{"port":80}]}}]})",
                    Kind::kubernetes) == expected);
    CHECK(report_of("---\n# Source: chart/templates/empty.yaml\n---\n---\n", Kind::kubernetes).empty());
    CHECK(report_of("apiVersion: v1\nkind: Config\nclusters: []\n", Kind::kubernetes).empty());
    CHECK(report_of("apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n", Kind::kubernetes)
              .empty());
}

TEST_CASE("kubernetes: a patch of Kustomize is no whole manifest") {
    CHECK(report_of(R"(apiVersion: apps/v1
kind: Deployment
metadata: {name: cowork-web}
spec: {template: {spec: {containers: [{name: open-cowork-cloud, resources: {limits: {cpu: 1}}}]}}}
)",
                    Kind::kubernetes)
              .empty());
}

TEST_CASE("kubernetes: a Secret is as bad as the place that it is kept in") {
    const std::string secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ndata: {token: c2VjcmV0}\n";
    CHECK(report_of(secret, Kind::kubernetes) == Lines{"kubernetes.secret-in-manifest note 4"});
    for (const char* none : {"", "ENC[AES256_GCM,data:9f]", "<path:secret/data/a#b>", "ref+vault://a/b"}) {
        INFO(none);
        CHECK(report_of(fmt::format("apiVersion: v1\nkind: Secret\nmetadata: {{name: a}}\ndata: {{token: "
                                    "\"{}\"}}\n",
                                    none),
                        Kind::kubernetes)
                  .empty());
    }
}

TEST_CASE("kubernetes: no shape of a manifest breaks it") {
    for (const char* text : {
             "apiVersion: v1\nkind: [Deployment]\n",
             "apiVersion: apps/v1\nkind: Deployment\nspec: 1\n",
             "apiVersion: apps/v1\nkind: Deployment\nmetadata: []\nspec: {template: {spec: {containers: {a: "
             "b}}}}\n",
             "apiVersion: apps/v1\nkind: Deployment\nspec: {template: {spec: {containers: [1, [], {}, "
             "~]}}}\n",
             "apiVersion: apps/v1\nkind: Deployment\nspec: {template: {spec: {volumes: [a], containers: "
             "[{image: "
             "open-cowork-cloud, env: [1, {}, {name: {}}, {name: a, valueFrom: [b]}], envFrom: [1, "
             "{secretRef: a}], "
             "volumeMounts: [x, {}], ports: [1], livenessProbe: 3, securityContext: []}]}}}\n",
             "apiVersion: v1\nkind: Service\nspec: {selector: [a], ports: [1, {targetPort: {}}]}\n",
             "apiVersion: networking.k8s.io/v1\nkind: Ingress\nspec: {tls: [1], rules: [1, {host: [a]}]}\n",
             "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nspec: {ingress: [1, ~], egress: [[]], "
             "podSelector: 1}\n",
             "apiVersion: v1\nkind: List\nitems: {kind: List}\n",
             "apiVersion: v1\nkind: Secret\ndata: [1]\nstringData: a\n",
             "apiVersion: v1\nkind: ConfigMap\ndata: [1]\n",
         }) {
        INFO(text);
        CHECK(only(report_of(text, Kind::kubernetes), "failure").empty());
    }
}

TEST_CASE("kubernetes: many objects cost no more than their number") {
    std::string text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: cm}\ndata:\n";
    for (int i = 0; i < 20000; ++i) text += fmt::format("  KEY_{}: a\n", i);
    for (int i = 0; i < 2000; ++i) {
        std::string one = worker("{configMapRef: {name: cm}}", "");
        one.replace(one.find("cowork-worker"), 13, fmt::format("worker-{}", i));
        text += "---\n" + one;
        text += fmt::format(
            "---\napiVersion: v1\nkind: Service\nmetadata: {{name: s{}}}\nspec: {{selector: {{app: x}}}}\n",
            i);
    }
    CHECK(only(report_of(text, Kind::kubernetes), "failure").empty());
}
