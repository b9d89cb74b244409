#include "validators/helm/helm.hpp"

#include <array>

namespace cowork::validators {
namespace {

constexpr std::string_view refused = "Helm refuses to render the chart, or the service refuses to start.";

constexpr Rule rule(std::string_view id, Severity severity, std::string_view title,
                    std::string_view rationale, std::string_view fix, std::string_view tiers = {},
                    std::string_view product_code = {}) {
    return {id, severity, title, rationale, fix, tiers, Fix::none, product_code};
}

constexpr std::array table{
    // how Helm reads them
    rule("helm.unknown-key", Severity::warning, "a key that the chart does not have",
         "Helm ignores it in silence, so what it should change stays as it is.",
         "Correct its name, or remove it.",
         "Without --helm-defaults only slips at the top of the file are found."),
    rule("helm.type-mismatch", Severity::error, "a value of another kind than the chart's default",
         "Helm warns and goes on; the templates then fail on it, or render something else.",
         "Give it the kind that the chart's default has."),
    rule("helm.null-removes-default", Severity::warning, "an empty key that removes the chart's defaults",
         "A key without a value is null, and null removes the default with all that is below it; templates "
         "that read it then fail.",
         "Remove the key, or write what it should change below it."),
    rule("helm.quoted-boolean", Severity::error, "a boolean between quotation marks",
         "To a template every text that is not empty is true, and so is \"false\".",
         "Remove the quotation marks."),
    rule("helm.several-documents", Severity::warning, "several documents in a file of values",
         "Helm reads the first and ignores the others in silence.", "Put all values into one document."),
    rule("helm.defaults-mismatch", Severity::note, "values that --helm-defaults is not for",
         "Each file is judged over the same defaults; for values of another chart they say nothing.",
         "Give the values.yaml of the chart that the file is for."),

    // images
    rule("helm.image-repository", Severity::error, "no repository to take the image from",
         "Kubernetes refuses an image without a name.", "Set image.repository.", {},
         "DEPLOY_IMAGE_REPOSITORY_REQUIRED"),
    rule("helm.image-latest", Severity::error, "the tag latest",
         "The chart refuses it, because it is another program after every push.",
         "Pin the release's tag, or better its digest.", {}, "DEPLOY_LATEST_TAG_FORBIDDEN"),
    rule("helm.image-unpinned", Severity::error, "neither tag nor digest",
         "The chart refuses to take whatever is the latest.", "Set image.digest, or image.tag."),
    rule("helm.image-digest", Severity::error, "a digest that is none",
         "The chart refuses a digest that is not sha256: and 64 hexadecimal digits in lower case.",
         "Write the digest that the registry tells."),

    // pods
    rule("helm.runs-as-root", Severity::error, "pods that may run as root",
         "A break-out from a container that runs as root is root on the node.",
         "Leave podSecurityContext.runAsNonRoot at true.", {}, "DEPLOY_POD_NON_ROOT_REQUIRED"),
    rule("helm.seccomp-unset", Severity::error, "no seccomp profile",
         "Without one, a container may use every system call of the node's kernel.",
         "Leave podSecurityContext.seccompProfile.type at RuntimeDefault.", {}, "DEPLOY_SECCOMP_REQUIRED"),
    rule("helm.root-writable", Severity::error, "a root file system that can be written",
         "Whoever breaks in can change the program that runs.",
         "Leave containerSecurityContext.readOnlyRootFilesystem at true.", {},
         "DEPLOY_CONTAINER_READ_ONLY_ROOT_REQUIRED"),
    rule("helm.capabilities-kept", Severity::error, "Linux capabilities that are not dropped",
         "The product needs none, and each is a way out of the container. A list replaces the chart's.",
         "Leave ALL in containerSecurityContext.capabilities.drop.", {},
         "DEPLOY_CAPABILITIES_DROP_ALL_REQUIRED"),
    rule("helm.resources-missing", Severity::error, "resources that are not asked for or not limited",
         "The chart refuses a role without cpu, memory and ephemeral-storage in requests and limits.",
         "Set what is missing.", "Needs --helm-defaults.", "DEPLOY_ROLE_RESOURCES_REQUIRED"),

    // service, ingress, network
    rule("helm.port-invalid", Severity::error, "a port that is none",
         "Kubernetes refuses a port that is not a whole number from 1 to 65535.",
         "Set a number from 1 to 65535.", {}, "DEPLOY_SERVICE_PORT_INVALID"),
    rule("helm.ingress-no-tls", Severity::warning, "an ingress without TLS",
         "Tokens and cookies of browsers cross the network in clear.",
         "Add ingress.tls with the hosts and the Secret of the certificate.",
         "An error in public_production; a note where an annotation leaves TLS to the load balancer.",
         "DEPLOY_INGRESS_TLS_REQUIRED"),
    rule("helm.ingress-tls-host", Severity::warning, "a host that no certificate of the ingress covers",
         "Browsers get the certificate of another host, and refuse it.",
         "Add the host to an entry of ingress.tls.", "An error in public_production.",
         "DEPLOY_INGRESS_TLS_HOST_REQUIRED"),
    rule(
        "helm.network-policy-ingress", Severity::error, "a NetworkPolicy that lets everybody in",
        "The chart refuses peers without a selector, an empty selector, which means all, and no peers at all "
        "where everybody is not to be let in.",
        "Name the namespace and the pods of the ingress controller.", {},
        "DEPLOY_NETWORK_POLICY_INGRESS_PEER_REQUIRED"),
    rule("helm.network-policy-egress", Severity::error, "an exception for the way out that is not narrow",
         "The chart refuses an entry of networkPolicy.egress.allow without addresses or without ports.",
         "Set both to and ports.", {}, "DEPLOY_NETWORK_POLICY_EGRESS_ALLOW_REQUIRED"),

    // secrets
    rule("helm.inline-secret", Severity::warning, "a secret among the values",
         "Values go to git, and Helm keeps them in the release's history, readable by all who may read "
         "Secrets "
         "of the namespace.",
         "Keep it in a Secret, and name that in existingSecret.",
         "An error in public_production and in a public gateway, where the chart refuses it, and in a file "
         "that git tracks or would pick up."),
    rule("helm.placeholder-secret", Severity::error, "a placeholder where a secret belongs",
         "The chart refuses secrets that begin with replace-with, change-me, example- or demo-.",
         "Generate the secret, and keep it in the Secret that existingSecret names."),

    // Cloud
    rule("helm.auth-incomplete", Severity::error, "sign-in by OIDC without its provider",
         "The chart refuses cloud.auth.mode oidc without issuer and client id.",
         "Set cloud.auth.oidcIssuerUrl and cloud.auth.oidcClientId."),
    rule("helm.auth-none", Severity::error, "no sign-in",
         "The chart refuses cloud.auth.mode none unless it is said that this is meant, and once more where "
         "the "
         "public could reach it.",
         "Set cloud.auth.mode to oidc or header."),
    rule("helm.public-production", Severity::error, "what public_production refuses",
         "The chart refuses to render public_production without what makes it safe, and the services refuse "
         "to start.",
         "Set what is named, or choose another cloud.deploymentTier."),
    rule("helm.control-plane-missing", Severity::error, "roles without a common database",
         "Worker and scheduler find their work in Postgres; the chart refuses them without.",
         "Name a Secret with OPEN_COWORK_CLOUD_CONTROL_PLANE_URL in cloud.existingSecret."),
    rule(
        "helm.cloud-sql-proxy", Severity::error, "a Cloud SQL proxy that cannot work",
        "The chart refuses a proxy without an instance, beyond loopback, or with both its listeners on one "
        "port.",
        "Set cloudSqlProxy.instanceConnectionName, leave the address at 127.0.0.1, and give the health check "
        "a port of its own."),
    rule("helm.capacity-not-positive", Severity::error, "a capacity that is not positive", refused,
         "Set a number above 0.", {}, "DEPLOY_POSITIVE_CAPACITY_REQUIRED"),
    rule("helm.worker-liveness-probe", Severity::error, "a worker that is never restarted",
         "A worker that hangs keeps its sessions.", "Leave roles.worker.livenessProbe.periodSeconds above 0.",
         {}, "DEPLOY_WORKER_LIVENESS_PROBE_REQUIRED"),
    rule("helm.worker-grace", Severity::error, "a worker that is killed before it has finished",
         "The chart refuses less than 30 s for commands to finish.",
         "Set roles.worker.terminationGracePeriodSeconds to 30 or more."),
    rule("helm.worker-replicas", Severity::error, "several workers that cannot share their work",
         "The chart refuses several workers without checkpoints in a shared object store, or with a volume.",
         "Turn checkpoints on, name a bucket, and leave roles.worker.persistence off."),
    rule("helm.liveness-port-zero", Severity::warning, "a port of 0 that does not switch off",
         "The product's documentation takes 0 for off; the chart takes it for its default, 8788, and the "
         "service itself refuses to start with 0.",
         "Remove the key."),
    rule("helm.settings-not-rendered", Severity::error, "settings that the chart does not render",
         "The chart renders neither RETENTION_* nor ISOLATION_IMAGE*. public_production refuses to start "
         "without the first, and a worker without the second, although Helm and the product's validators "
         "find nothing.",
         "Put the keys into the Secret that cloud.existingSecret names; once they are there, allow the rule "
         "in this file with that reason.",
         "A warning where cloud.existingSecret is set, or not known."),

    // gateway
    rule("helm.gateway-loopback", Severity::error, "a gateway that listens on its pod's loopback",
         "The chart renders gateway.host as it is; neither the ingress nor the service reaches a loopback "
         "address in the "
         "pod.",
         "Leave gateway.host at 0.0.0.0."),
    rule("helm.gateway-product-mode", Severity::error, "a product mode that the chart does not deploy",
         "The chart refuses any other than cloud_channel.", "Remove gateway.productMode."),
    rule("helm.gateway-replicas", Severity::error, "several replicas of a gateway",
         "Streams and replay protection live in the process; the chart refuses a second one.",
         "Run one release for each set of channel bindings."),
    rule("helm.gateway-incomplete", Severity::error, "a gateway without what it needs to start",
         "The chart refuses it; with a shared configuration file the chart does not look, but the gateway "
         "takes Cloud's URL and its service token from the environment only.",
         "Set gateway.cloudBaseUrl, and name a Secret with the tokens in gateway.existingSecret."),
    rule("helm.gateway-exposed", Severity::error, "a public gateway without its protection",
         "The chart refuses a gateway that others reach without a pinned image and a NetworkPolicy.",
         "Set image.digest, networkPolicy.enabled and networkPolicy.ingress.from."),
    rule("helm.gateway-public-url", Severity::error, "a public URL that is none",
         "The chart refuses a public URL that is not https or names loopback, and an ingress without one.",
         "Set gateway.publicUrl to the https URL of the ingress."),
    rule("helm.gateway-bypass", Severity::error, "operator endpoints without a token",
         "The chart refuses the loopback bypass with any exposure, and with a host that is not loopback.",
         "Leave gateway.allowLoopbackOperatorBypass off, and set an admin token."),
    rule("helm.gateway-provider", Severity::error, "a channel provider that lacks something",
         "The chart refuses it, because the gateway would.", "Set what is named."),
    rule("helm.metrics-off", Severity::note, "what cowork smoke reads is off",
         "The chart's default switches the gateway's metrics and diagnostics off; then smoke and dashboards "
         "have nothing to look at.",
         "Set gateway.metrics.enabled and gateway.diagnostics.enabled to true."),
};

}  // namespace

std::span<const Rule> helm_rules() { return table; }

}  // namespace cowork::validators
