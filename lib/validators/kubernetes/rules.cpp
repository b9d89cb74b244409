#include "validators/kubernetes/kubernetes.hpp"

#include <array>

namespace cowork::validators {
namespace {

constexpr std::string_view hardened =
    "An error in public_production, a note for software that is not the product's.";
constexpr std::string_view others = "A warning for software that is not the product's.";

constexpr Rule rule(std::string_view id, Severity severity, std::string_view title,
                    std::string_view rationale, std::string_view fix, std::string_view tiers = {},
                    std::string_view product_code = {}) {
    return {id, severity, title, rationale, fix, tiers, Fix::none, product_code};
}

constexpr std::array table{
    // objects
    rule("kubernetes.incomplete-object", Severity::error, "a document that is no whole manifest",
         "Kubernetes refuses an object without apiVersion, kind or name, and with it the rest of the apply.",
         "Add what is missing, or remove the document."),
    rule("kubernetes.duplicate-object", Severity::error, "an object that stands twice",
         "Both are applied one after the other, so the later one replaces the earlier in silence.",
         "Remove one, or give it another name or namespace.", {}, "DEPLOY_DUPLICATE_OBJECT_IDENTITY"),
    rule("kubernetes.quoted-number", Severity::error, "a text where Kubernetes wants a number",
         "The API server refuses the object.", "Write the number without quotes."),
    rule("kubernetes.removed-version", Severity::error, "a version that Kubernetes has no more",
         "The API server knows no such object, and refuses it.", "Write the version that took its place."),
    rule("kubernetes.unquoted-value", Severity::error, "a number or boolean where Kubernetes wants a text",
         "Values of env, ConfigMaps and Secrets are texts; Kubernetes refuses an unquoted 8787 or true.",
         "Put the value between quotation marks.", others),
    rule("kubernetes.secret-in-manifest", Severity::warning, "a Secret with its values in clear",
         "Whoever reads the file, its history or a backup of it has the secrets; data is only base64.",
         "Keep the values in a secret manager and let an operator such as External Secrets or Sealed Secrets "
         "make the Secret.",
         "An error when git tracks the file or would pick it up, a note on standard input and in a file that "
         "git ignores."),
    rule("kubernetes.secret-in-config-map", Severity::error, "a secret in a ConfigMap",
         "ConfigMaps are shown to everybody who may look at the namespace, and are not encrypted at rest.",
         "Move the key to a Secret.", others),

    // pods
    rule("kubernetes.runs-as-root", Severity::warning, "a container that may run as root",
         "A break-out from a container that runs as root is root on the node.",
         "Set runAsNonRoot: true in the securityContext of the pod or of the container.", hardened,
         "DEPLOY_POD_NON_ROOT_REQUIRED"),
    rule("kubernetes.seccomp-unset", Severity::warning, "no seccomp profile",
         "Without one, a container may use every system call of the node's kernel.",
         "Set seccompProfile.type: RuntimeDefault in the securityContext of the pod or of the container.",
         hardened, "DEPLOY_SECCOMP_REQUIRED"),
    rule("kubernetes.selector-mismatch", Severity::error, "a workload that does not select its own pods",
         "Kubernetes refuses a Deployment, StatefulSet or DaemonSet whose selector does not match the labels "
         "of its template.",
         "Make selector.matchLabels a part of template.metadata.labels.", others),
    rule(
        "kubernetes.worker-replicas", Severity::error, "several workers that cannot share their work",
        "A session moves from worker to worker through checkpoints in a shared object store, and each worker "
        "needs a name of its own; without these, sessions are lost or two workers fight for one.",
        "Turn checkpoints on, use an object store that all reach, mount no volume of a single node, and take "
        "WORKER_ID from metadata.name."),
    rule("kubernetes.gateway-replicas", Severity::warning, "several replicas of a channel gateway",
         "Streams and replay protection live in the process, so two replicas deliver messages twice and "
         "accept each other's replays.",
         "Run one replica for each set of channel bindings."),
    rule("kubernetes.worker-grace", Severity::warning, "a worker that is killed before it has finished",
         "Kubernetes kills a pod after terminationGracePeriodSeconds; what runs then is lost.",
         "Set terminationGracePeriodSeconds to at least 30, and to no less than the worker's own "
         "SHUTDOWN_GRACE_MS."),

    // containers
    rule("kubernetes.image-missing", Severity::error, "a container without an image",
         "Kubernetes refuses it.", "Name the image, with its digest.", others),
    rule("kubernetes.image-latest", Severity::warning, "an image of no fixed version",
         "`latest`, or no tag at all, is another program after every push, on some nodes and not on others.",
         "Pin the release's tag, or better its digest.", hardened, "DEPLOY_LATEST_TAG_FORBIDDEN"),
    rule("kubernetes.image-not-pinned", Severity::warning, "an image without a digest",
         "A tag can be moved to another image; only a digest names what was tested.",
         "Write the image as name@sha256:digest.", hardened, "DEPLOY_IMAGE_IMMUTABLE_REQUIRED"),
    rule("kubernetes.image-digest", Severity::error, "a digest that is none",
         "Kubernetes refuses an image whose digest is not sha256: and 64 hexadecimal digits in lower case.",
         "Write the digest that the registry tells.", others),
    rule("kubernetes.root-writable", Severity::warning, "a root file system that can be written",
         "Whoever breaks in can change the program that runs.",
         "Set readOnlyRootFilesystem: true, and mount an emptyDir at /tmp.", hardened,
         "DEPLOY_CONTAINER_READ_ONLY_ROOT_REQUIRED"),
    rule("kubernetes.capabilities-kept", Severity::warning, "Linux capabilities that are not dropped",
         "The product needs none, and each is a way out of the container.",
         "Set capabilities.drop: [ALL] in the container's securityContext.", hardened,
         "DEPLOY_CAPABILITIES_DROP_ALL_REQUIRED"),
    rule("kubernetes.privileged", Severity::warning, "a container with the node's rights",
         "A privileged container, or one in the node's namespaces, is as good as root on the node.",
         "Remove privileged, allowPrivilegeEscalation, hostNetwork, hostPID and hostIPC.", hardened),
    rule("kubernetes.resources-missing", Severity::warning, "resources that are not asked for or not limited",
         "Without requests a pod is put where there is no room; without limits it starves its neighbours.",
         "Set cpu, memory and ephemeral-storage in both resources.requests and resources.limits.",
         "An error in public_production. Not looked at in software that is not the product's.",
         "DEPLOY_RESOURCES_REQUIRED"),

    // volumes
    rule("kubernetes.tmp-missing", Severity::error, "a read-only container without a /tmp",
         "The product writes temporary files, and fails where it cannot.", "Mount an emptyDir at /tmp.", {},
         "DEPLOY_TMP_MOUNT_REQUIRED"),
    rule("kubernetes.tmp-read-only", Severity::error, "a /tmp that cannot be written",
         "The product writes temporary files, and fails where it cannot.",
         "Mount an emptyDir at /tmp, without readOnly.", {}, "DEPLOY_TMP_MOUNT_WRITABLE_REQUIRED"),
    rule("kubernetes.mount-without-volume", Severity::error, "a mount of a volume that the pod does not have",
         "Kubernetes refuses the pod.", "Add the volume, or correct its name.", others,
         "DEPLOY_TMP_VOLUME_REQUIRED"),

    // probes
    rule("kubernetes.liveness-probe-missing", Severity::warning, "no liveness probe",
         "A process that hangs is never restarted.",
         "Add a livenessProbe: /livez of Cloud, /health of a gateway.",
         "An error in public_production. Not looked at in Jobs, in init containers and in software that is "
         "not the product's.",
         "DEPLOY_LIVENESS_PROBE_REQUIRED"),
    rule("kubernetes.readiness-probe-missing", Severity::warning, "no readiness probe",
         "Requests are sent to a process that cannot serve them yet.",
         "Add a readinessProbe: /readyz of Cloud's web role, /livez of its other roles, /ready of a gateway.",
         "An error in public_production. Not looked at in Jobs, in init containers and in software that is "
         "not the product's.",
         "DEPLOY_READINESS_PROBE_REQUIRED"),
    rule("kubernetes.probe-port", Severity::error, "a probe of a port where nothing listens",
         "The probe never succeeds: the pod is restarted for ever, or never gets a request.",
         "Probe the port that the service listens on.", {}, "DEPLOY_PROBE_PORT_INVALID"),
    rule("kubernetes.probe-path", Severity::error, "a probe of a path that the service does not have",
         "The service answers 404, so the probe never succeeds.",
         "Probe /livez and /readyz of Cloud's web role, /livez of its worker and scheduler, /health and "
         "/ready "
         "of a gateway."),
    rule("kubernetes.bind-loopback", Severity::error, "a service that only its own pod can reach",
         "Probes and Services come to the address of the pod; on 127.0.0.1 nothing hears them. The image of "
         "Cloud listens there unless it is told otherwise.",
         "Set the service's HOST to 0.0.0.0."),

    // environment
    rule("kubernetes.duplicate-env-name", Severity::error, "a variable that is set twice",
         "The last one wins, so whoever edits the first changes nothing.",
         "Remove all but the one that counts.", others, "DEPLOY_DUPLICATE_ENV_NAME"),
    rule("kubernetes.secret-in-env", Severity::error, "a secret in clear in a container's variables",
         "Everybody who may look at the workload reads it, and it stays in the history of its revisions.",
         "Put it in a Secret and take it by valueFrom.secretKeyRef.", others,
         "DEPLOY_SECRET_ENV_REF_REQUIRED"),
    rule("kubernetes.no-secret-source", Severity::warning, "a service that is given no Secret",
         "The product needs secrets; without a Secret they are missing, or stand in clear somewhere.",
         "Add envFrom with a secretRef.", {}, "DEPLOY_SECRET_ENV_FROM_REQUIRED"),
    rule("kubernetes.configmap-key-missing", Severity::error, "a key that its ConfigMap does not have",
         "Kubernetes does not start the container: CreateContainerConfigError.",
         "Add the key to the ConfigMap, or mark the reference optional.", others,
         "DEPLOY_CONFIGMAP_KEY_REQUIRED"),
    rule("kubernetes.secret-key-missing", Severity::error, "a key that its Secret does not have",
         "Kubernetes does not start the container: CreateContainerConfigError.",
         "Add the key to the Secret, or mark the reference optional.", others),
    rule(
        "kubernetes.settings-not-rendered", Severity::error, "settings that the chart does not render",
        "The product's chart passes every check of its own without RETENTION_* and ISOLATION_*, and then the "
        "service refuses to start, or its worker never gets ready.",
        "Add the keys to the Secret that the chart takes by cloud.existingSecret, or by an overlay of the "
        "rendered manifests.",
        "A warning where a Secret or ConfigMap that is not among the manifests may hold them."),
    rule("kubernetes.metrics-off", Severity::note, "what cowork smoke reads is off",
         "The chart's default switches the gateway's metrics and diagnostics off; then smoke and dashboards "
         "have nothing to look at.",
         "Set gateway.metrics.enabled and gateway.diagnostics.enabled to true, with an admin token."),

    // network
    rule("kubernetes.service-selector-missing", Severity::warning, "a Service without a selector",
         "It leads nowhere unless somebody keeps its endpoints by hand.", "Give it the labels of the pods.",
         {}, "DEPLOY_SERVICE_SELECTOR_REQUIRED"),
    rule("kubernetes.service-no-workload", Severity::error, "a Service that selects no pod",
         "It has no endpoints: every request is refused.",
         "Make its selector a part of the labels of the pods.",
         "A warning where nothing tells that it is the product's.", "DEPLOY_SERVICE_WORKLOAD_REQUIRED"),
    rule("kubernetes.service-target-port", Severity::error, "a Service to a port where nothing listens",
         "Every request is refused.", "Name a port of the container.", others,
         "DEPLOY_SERVICE_TARGET_PORT_REQUIRED"),
    rule("kubernetes.ingress-no-tls", Severity::warning, "an Ingress without TLS",
         "Tokens and cookies of browsers cross the network in clear.",
         "Add tls with the hosts and the Secret of the certificate.",
         "An error in public_production; a note where an annotation leaves TLS to the load balancer.",
         "DEPLOY_INGRESS_TLS_REQUIRED"),
    rule("kubernetes.ingress-tls-host", Severity::warning, "a host that no certificate of the Ingress covers",
         "Browsers get the certificate of another host, and refuse it.", "Add the host to an entry of tls.",
         "An error in public_production.", "DEPLOY_INGRESS_TLS_HOST_REQUIRED"),
    rule("kubernetes.ingress-backend", Severity::error, "an Ingress to a port that its Service does not have",
         "Every request is answered with 503.", "Name a port of the Service."),
    rule("kubernetes.network-policy-missing", Severity::note, "pods without a NetworkPolicy",
         "Everything in the cluster may reach them.", "Add a NetworkPolicy that selects them.",
         "A warning in public_production.", "DEPLOY_NETWORK_POLICY_DEFAULT_DENY_REQUIRED"),
    rule("kubernetes.network-policy-ingress-open", Severity::note, "a NetworkPolicy that lets everybody in",
         "A rule without from, or with an empty selector, is as good as none.",
         "Name the namespace and the pods of the ingress controller.",
         "A warning in public_production, which the chart refuses to render.",
         "DEPLOY_NETWORK_POLICY_INGRESS_PEER_REQUIRED"),
    rule("kubernetes.network-policy-egress-open", Severity::note, "a NetworkPolicy that lets everything out",
         "Who breaks into the pod can send its data anywhere.",
         "Name addresses and ports of Postgres, the object store, DNS and the providers.",
         "A warning in public_production.", "DEPLOY_NETWORK_POLICY_DEFAULT_DENY_REQUIRED"),
    rule(
        "kubernetes.network-policy-egress-closed", Severity::warning, "pods that may reach nothing",
        "The product needs at least DNS, and Postgres and the object store or Cloud; the chart closes all of "
        "it in public_production until networkPolicy.egress.allow has entries.",
        "Allow what it needs in networkPolicy.egress.allow, or in a NetworkPolicy of your own.", {},
        "DEPLOY_NETWORK_POLICY_EGRESS_ALLOW_REQUIRED"),
};

}  // namespace

std::span<const Rule> kubernetes_rules() { return table; }

}  // namespace cowork::validators
