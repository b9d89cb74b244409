#include "validators/compose/compose.hpp"

#include <array>

namespace cowork::validators {
namespace {

constexpr std::string_view by_exposure =
    "An error where sign-in is off, and for what has none of its own (PostgreSQL, OpenCode); a note for a "
    "service with sign-in outside the tier local.";
constexpr std::string_view milder_when_local = "A warning in the tier local.";

constexpr std::array rules_table{
    Rule{"compose.services-required",
         Severity::error,
         "no services",
         "Compose refuses a file without services, and nothing is started.",
         "Add the services, or name the file that has them.",
         {},
         Fix::none,
         "DEPLOY_COMPOSE_SERVICES_REQUIRED"},
    Rule{"compose.unknown-key", Severity::error, "a service's key that Compose does not know",
         "Compose refuses a file with a key that it does not know, so a misspelt one keeps everything from "
         "starting.",
         "Correct the spelling."},
    Rule{"compose.undefined-reference", Severity::error,
         "a volume, network, secret or config that is defined nowhere",
         "Compose refuses a file in which a service uses what the file does not define.",
         "Define it at the top of the file, or correct the name."},
    Rule{"compose.invalid-value", Severity::error, "a value that Compose or Docker does not take",
         "The file is refused, or its container is, and nothing is started.",
         "Write one of the values that there are."},
    Rule{"compose.image-required", Severity::error, "a service without an image",
         "Compose has nothing to start a container from, and refuses the file.",
         "Give the service an image, or a build.",
         "A warning where no service of the file has one: it may be made to add to another file.", Fix::none,
         "DEPLOY_COMPOSE_IMAGE_REQUIRED"},
    Rule{"compose.image-latest", Severity::error, "an image without a fixed version",
         "`latest`, which a missing tag stands for, is another image on the next pull: what runs cannot be "
         "told, repeated or rolled back.",
         "Name a version's tag, best with its @sha256 digest.", milder_when_local, Fix::none,
         "DEPLOY_LATEST_TAG_FORBIDDEN"},
    Rule{"compose.image-digest", Severity::warning, "a production image that is named by its tag alone",
         "A tag can be moved to another image; evidence and rollback name digests.",
         "Add the @sha256 digest of the image that was tested.", "Only in the tier public_production."},
    Rule{"compose.port-exposed", Severity::warning, "a port published beyond this machine",
         "Docker publishes past the host's firewall: whoever reaches the machine reaches the port, without "
         "TLS.",
         "Publish it on 127.0.0.1 and put a reverse proxy with TLS in front, or publish nothing.",
         by_exposure, Fix::none, "DEPLOY_COMPOSE_LOOPBACK_BIND_REQUIRED"},
    Rule{"compose.published-address", Severity::error,
         "OPEN_COWORK_CLOUD_PUBLISHED_ADDR contradicts the published port",
         "The Cloud allows its insecure sign-in because it is told that the port is on loopback; it is not.",
         "Publish the port on the address that OPEN_COWORK_CLOUD_PUBLISHED_ADDR names."},
    Rule{"compose.port-duplicate", Severity::error, "two services on one published port",
         "The second container does not start: the port is taken.", "Give one of them another port."},
    Rule{"compose.port-unserved", Severity::error, "a published port that nothing in the container serves",
         "The container's service listens on another port, so every connection to this one is refused.",
         "Publish the port that the service listens on."},
    Rule{"compose.bind-loopback", Severity::error, "a container whose service listens on loopback",
         "Inside a container loopback is the container's own: neither the published port nor another service "
         "reaches it.",
         "Let the service listen on 0.0.0.0 and keep the published address on 127.0.0.1."},
    Rule{"compose.host-network", Severity::warning, "a container in the host's network",
         "Every port of the service is open on the host's addresses, whatever `ports` says, and it reaches "
         "all "
         "that listens on the host's loopback.",
         "Use Compose's own network and publish what is needed.", "An error where sign-in is off."},
    Rule{"compose.privileged", Severity::error, "a privileged container",
         "It is root on the host: isolation of what agents run means nothing.",
         "Remove `privileged`, and add the single capability that is needed."},
    Rule{"compose.docker-socket", Severity::error, "a container that holds the Docker socket",
         "Whoever speaks to Docker is root on the host; a read-only mount changes nothing about it.",
         "Remove the mount; only a worker whose sandbox starts containers needs it.",
         "A note for a worker whose isolation needs it, a warning for a service that is not the product's."},
    Rule{"compose.sandbox-unreachable", Severity::warning, "a worker whose sandbox has no Docker",
         "A worker runs OpenCode in containers of their own unless told otherwise, and nothing in this file "
         "lets it start any: it never becomes ready.",
         "Mount the Docker socket or set DOCKER_HOST, or choose another isolation.",
         "An error outside the tier local, where isolation is required."},
    Rule{"compose.config-mount-writable",
         Severity::warning,
         "a configuration mounted writable",
         "A service that is taken over can change its own configuration, and that of the others that mount "
         "it.",
         "Mount it read-only (`:ro`, or `read_only: true`).",
         {},
         Fix::none,
         "DEPLOY_CONFIG_MOUNT_READ_ONLY_REQUIRED"},
    Rule{"compose.secret-in-clear", Severity::error, "a secret in the Compose file",
         "Compose files are committed, copied and shown; whoever reads this one has the secret.",
         "Name a variable (`${NAME:?}`) and set it in an env file that stays out of git.",
         "A warning in the tier local, and where git ignores the file."},
    Rule{"compose.secret-default", Severity::warning, "a default for a secret",
         "Where nobody sets the variable the deployment runs with a secret that everybody who has the file "
         "knows, and nothing says so.",
         "Make it required: `${NAME:?set it}`.", "A note in the tier local."},
    Rule{"compose.interpolation-syntax", Severity::error, "not a variable as Compose writes it",
         "Compose refuses the file.",
         "Write `${NAME}`, `${NAME:-default}` or `${NAME:?message}`; a `$` itself "
         "is `$$`."},
    Rule{"compose.interpolation-version", Severity::note, "an expression that Compose 1 reads differently",
         "docker-compose 1.29, which distributions still ship, ends a default at its first `}` and takes "
         "what is "
         "in it literally, and refuses `:+` and `+`: `${A:-${B}}` becomes the text `${B}`.",
         "Use Compose 2 (`docker compose`), or defaults without variables in them."},
    Rule{"compose.interpolation-unset", Severity::warning, "a variable that nothing sets",
         "Compose puts in the empty text, or refuses to start where the variable is required.",
         "Set it in the .env file beside the Compose file, or give it a default."},
    Rule{"compose.interpolation-in-secret", Severity::warning, "a `$` within a secret",
         "Compose takes what follows for a variable: the secret loses a part of itself in silence.",
         "Write `$$` for a `$` that is meant."},
    Rule{"compose.env-file-missing", Severity::error, "an env_file that is not there",
         "Compose refuses to start the service.", "Create the file, or correct the path."},
    Rule{"compose.unknown-dependency", Severity::error, "a service that is not in the file",
         "Compose refuses the file.", "Correct the name, or add the service."},
    Rule{"compose.unhealthy-dependency", Severity::error, "waiting for a health that is never reported",
         "Compose waits for `service_healthy`, but that container has no health check: the start fails.",
         "Add a healthcheck to it, or wait for service_started."},
    Rule{"compose.liveness-port", Severity::warning, "a worker or scheduler without its liveness port",
         "The image's health check asks OPEN_COWORK_CLOUD_LIVENESS_PORT, and without it the container is "
         "unhealthy for ever. 0 does not switch it off: the service refuses it.",
         "Set OPEN_COWORK_CLOUD_LIVENESS_PORT: \"8788\".",
         "An error where another service waits for its health."},
    Rule{"compose.volatile-data", Severity::error, "data in a container without a volume",
         "The data are gone when the container is made anew, which every update of its image does.",
         "Mount a named volume on the directory of the data.",
         "A warning where the tier is not known; nothing in the tier local."},
    Rule{"compose.loopback-peer", Severity::error, "a container that looks for another on its own loopback",
         "localhost and 127.0.0.1 in a container are that container itself; the other service is not there.",
         "Name the other service: its name is its host name."},
    Rule{"compose.unknown-host", Severity::warning, "a host name that no service of the file has",
         "A name without a dot is looked up among the services of the file; one that is not there is never "
         "found.",
         "Use the name of the service."},
    Rule{"compose.peer-port", Severity::error, "a service called on a port that it does not listen on",
         "Between containers the service's own port counts, not the published one.",
         "Use the port that the service listens on."},
    Rule{
        "compose.replicas", Severity::error, "more than one of a service that must be alone",
        "Two gateways with the same credentials both answer, and deliver, each message; two workers with one "
        "id take each other's leases.",
        "Run one, or give each worker a service and an OPEN_COWORK_CLOUD_WORKER_ID of its own."},
};

}  // namespace

std::span<const Rule> compose_rules() { return rules_table; }

}  // namespace cowork::validators
