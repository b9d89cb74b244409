#include "rules/cloud_server.hpp"

#include <array>

namespace cowork::rules {
namespace {

constexpr long long longest_timer = 2'147'483'647;         // beyond it a timer of Node fires at once
constexpr long long safe_integer = 9'007'199'254'740'991;  // beyond it JavaScript loses whole numbers
constexpr long long longest_watch = 86'400'000;

constexpr Key text(std::string_view name, std::string_view fallback, std::string_view meaning,
                   KeyKind kind = KeyKind::name) {
    return {name, kind, fallback, 0, 0, meaning};
}
constexpr Key secret(std::string_view name, KeyKind kind, std::string_view meaning) {
    return {name, kind, "", 0, 0, meaning};
}
constexpr Key reference(std::string_view name, std::string_view meaning) {
    return {name, KeyKind::secret_reference, "", 0, 0, meaning};
}
constexpr Key flag(std::string_view name, std::string_view fallback, std::string_view meaning) {
    return {name, KeyKind::boolean, fallback, 0, 0, meaning};
}
constexpr Key words(std::string_view name, std::string_view fallback, std::string_view meaning,
                    std::string_view choices, KeyKind kind = KeyKind::choice) {
    return {name, kind, fallback, 0, 0, meaning, choices};
}
constexpr Key number(std::string_view name, std::string_view fallback, long long lowest, long long highest,
                     std::string_view meaning, KeyKind kind = KeyKind::integer) {
    return {name, kind, fallback, lowest, highest, meaning};
}
constexpr Key timer(std::string_view name, std::string_view fallback, std::string_view meaning) {
    return number(name, fallback, 1, longest_timer, meaning);
}
constexpr Key window(std::string_view name, std::string_view meaning) {
    return number(name, "", 1, safe_integer, meaning);
}
// 0 means no limit.
constexpr Key quota(std::string_view name, std::string_view fallback, std::string_view meaning) {
    return number(name, fallback, 0, safe_integer, meaning);
}
constexpr Key link(std::string_view name, std::string_view meaning) {
    return text(name, "", meaning, KeyKind::service_url);
}

// contract/cloud.md sections 5, 8 and 9.
constexpr std::array keys{
    words("ROLE", "all-in-one", "what this process does", "all-in-one|web|worker|scheduler"),
    words("DEPLOYMENT_TIER", "local", "how much the server demands of its settings",
          "local|self_host_beta|private_beta|public_production"),
    text("PROFILE", "full", "a profile of the configuration file"),
    text("ROOT", ".open-cowork-cloud", "directory of local state", KeyKind::path),
    words("ORG_MODE", "multi-org", "one organisation, or many", "multi-org|single-org"),
    text("SINGLE_ORG_ID", "default", "the id of the one organisation"),
    text("SINGLE_ORG_NAME", "Default Organization", "its name"),

    text("HOST", "0.0.0.0", "address the server listens on", KeyKind::bind_host),
    number("PORT", "8787", 0, 65535, "port the server listens on", KeyKind::port),
    text("PUBLISHED_ADDR", "", "address under which Compose publishes the port"),
    text("PUBLIC_URL", "", "origin under which browsers reach the server", KeyKind::public_url),
    text("CORS_ORIGIN", "", "an origin whose pages may call the API", KeyKind::public_url),
    flag("TRUST_PROXY_HEADERS", "false", "believe X-Forwarded-For of the trusted proxies"),
    text("TRUSTED_PROXY_CIDRS", "", "which proxies are trusted, comma separated", KeyKind::cidr_list),
    number("MAX_CONNECTIONS", "10000", 1, safe_integer, "open HTTP connections"),
    number("LIVENESS_PORT", "", 1, 65535, "port of /livez in a worker or scheduler"),

    secret("CONTROL_PLANE_URL", KeyKind::database_url, "postgres://user:password@host:port/database"),
    flag("RUN_MIGRATIONS", "true", "migrate the database on start; public_production needs false"),
    number("PG_POOL_MAX", "10", 1, 10'000, "connections to Postgres", KeyKind::silent_integer),
    number("PG_STATEMENT_TIMEOUT_MS", "30000", 0, longest_timer, "one statement; 0 for no limit",
           KeyKind::silent_integer),
    number("PG_IDLE_TX_TIMEOUT_MS", "120000", 0, longest_timer, "an idle transaction; 0 for no limit",
           KeyKind::silent_integer),
    number("PG_CONNECTION_TIMEOUT_MS", "10000", 1, longest_timer, "opening a connection",
           KeyKind::silent_integer),
    number("PG_IDLE_TIMEOUT_MS", "30000", 1, longest_timer, "an unused connection", KeyKind::silent_integer),
    number("PG_LOCK_TIMEOUT_MS", "0", 0, longest_timer, "waiting for a lock; 0 for no limit",
           KeyKind::silent_integer),
    text("PG_APP_NAME", "open-cowork-cloud", "name of the connections in Postgres"),
    text("RUNTIME_DATABASE_ROLE", "", "of the migrator job: the role that it creates for the server"),
    text("RUNTIME_DATABASE_PRINCIPAL", "", "of the migrator job: the login that may use that role"),

    words("OBJECT_STORE_KIND", "filesystem", "where artifacts live",
          "filesystem|minio|s3|digitalocean-spaces|gcs|azure-blob"),
    text("OBJECT_STORE_BUCKET", "", "bucket, or container of azure-blob"),
    text("OBJECT_STORE_REGION", "us-east-1", "region of the bucket"),
    link("OBJECT_STORE_ENDPOINT", "URL of a store that is not the provider's own"),
    text("OBJECT_STORE_PREFIX", "", "prefix of every object's name"),
    secret("OBJECT_STORE_ACCESS_KEY_ID", KeyKind::credential, "of minio, s3 and digitalocean-spaces"),
    secret("OBJECT_STORE_SECRET_ACCESS_KEY", KeyKind::credential, "of minio, s3 and digitalocean-spaces"),
    secret("OBJECT_STORE_SESSION_TOKEN", KeyKind::credential, "of temporary credentials"),
    secret("OBJECT_STORE_BEARER_TOKEN", KeyKind::credential, "of gcs and azure-blob"),
    secret("OBJECT_STORE_SAS_TOKEN", KeyKind::credential, "of azure-blob"),
    text("OBJECT_STORE_ACCOUNT_NAME", "", "account of azure-blob"),
    flag("ALLOW_EPHEMERAL_STORAGE", "false", "silence the warning that state is lost on restart"),
    words("ARTIFACT_DIRECT_UPLOAD_MODE", "off", "browsers upload to the store itself", "off|enabled",
          KeyKind::silent_choice),
    number("ARTIFACT_DIRECT_UPLOAD_CLEANUP_BATCH_SIZE", "100", 1, 100, "uploads removed in one sweep",
           KeyKind::silent_integer),
    number("ARTIFACT_DIRECT_UPLOAD_CLEANUP_INTERVAL_MS", "60000", 1, longest_watch, "between two sweeps",
           KeyKind::silent_integer),

    secret("SECRET_KEY", KeyKind::strong_secret, "encrypts stored secrets"),
    reference("SECRET_KEY_REF", "where that key is kept"),
    secret("SECRET_KEY_PREVIOUS", KeyKind::credential, "retired keys, comma separated"),
    reference("SECRET_KEY_PREVIOUS_REF", "where retired keys are kept, comma separated"),
    secret("COOKIE_SECRET", KeyKind::strong_secret, "signs browser sessions"),
    reference("COOKIE_SECRET_REF", "where that secret is kept"),
    flag("COOKIE_SECURE", "true", "send cookies over https only"),
    secret("INTERNAL_TOKEN", KeyKind::secret, "opens the scheduler's tick endpoint"),
    reference("INTERNAL_TOKEN_REF", "the variable that holds that token"),

    words("AUTH_MODE", "none", "who may use the API", "none|header|oidc", KeyKind::silent_choice),
    flag("ALLOW_INSECURE_AUTH", "false", "for demonstrations on loopback: no check of who may reach it"),
    link("OIDC_ISSUER_URL", "the identity provider"),
    text("OIDC_CLIENT_ID", "", "the client's id there, and the tokens' audience"),
    secret("OIDC_CLIENT_SECRET", KeyKind::credential, "of a confidential client"),
    reference("OIDC_CLIENT_SECRET_REF", "where that secret is kept"),
    text("OIDC_CALLBACK_PATH", "/auth/callback", "path that the provider sends browsers back to"),
    words("SIGNUP_MODE", "", "who may join an organisation", "disabled|invite|domain|open"),
    flag("ALLOW_SELF_SERVICE_SIGNUP", "", "the first sign-in creates a membership"),
    text("ALLOWED_EMAIL_DOMAINS", "", "of signup mode domain, comma separated"),
    secret("HEADER_AUTH_SECRET", KeyKind::strong_secret, "proves that a header came from the proxy"),
    reference("HEADER_AUTH_SECRET_REF", "where that secret is kept"),
    flag("HEADER_AUTH_ALLOW_UNSIGNED", "false", "take unsigned identity headers, for a demonstration"),
    number("HEADER_AUTH_MAX_SIGNATURE_AGE_MS", "300000", 1, safe_integer, "how old a signature may be"),
    number("API_TOKEN_DEFAULT_TTL_MS", "7776000000", 1, safe_integer, "life of a token, unless asked"),
    number("API_TOKEN_MAX_TTL_MS", "31536000000", 1, safe_integer, "longest life of a token"),
    text("API_TOKEN_ALLOWED_SCOPES", "desktop,gateway,admin,operator", "scopes that tokens may have",
         KeyKind::scope_list),

    flag("AUTO_PROCESS_COMMANDS", "true", "run commands in the web process; public_production needs false"),
    flag("CHECKPOINTS_ENABLED", "false", "keep workspaces in the object store, for another worker"),
    text("WORKER_ID", "", "this worker's own name, never shared by two", KeyKind::worker_id),
    timer("WORKER_POLL_MS", "1000", "between two looks for work"),
    text("SCHEDULER_ID", "", "this scheduler's name"),
    timer("SCHEDULER_POLL_MS", "", "between two looks for due workflows; as the worker's, unless set"),
    timer("SHUTDOWN_GRACE_MS", "30000", "time to finish on stop"),
    number("WORKER_SESSION_CONCURRENCY", "4", 1, 32, "sessions at a time", KeyKind::clamped_integer),
    number("WORKER_MAX_COMMANDS_PER_SESSION_PER_TICK", "50", 1, 10'000, "commands of one session in a row",
           KeyKind::clamped_integer),
    number("WORKER_MAX_LEASES", "4096", 1, safe_integer, "sessions that the worker may hold"),
    number("RUNTIME_CACHE_MAX_ENTRIES", "100", 1, safe_integer, "OpenCode processes kept"),
    timer("RUNTIME_CACHE_IDLE_TTL_MS", "1800000", "life of an unused one"),
    number("RUNTIME_ADMISSION_QUEUE_MAX_ENTRIES", "100", 1, safe_integer, "starts that may wait"),
    timer("RUNTIME_ADMISSION_TIMEOUT_MS", "30000", "how long a start may wait"),
    timer("RUNTIME_PROVISION_TIMEOUT_MS", "120000", "how long a start may take"),
    timer("RUNTIME_TEARDOWN_TIMEOUT_MS", "30000", "how long a stop may take"),

    words("EXECUTION_ISOLATION_MODE", "sandbox", "how OpenCode runs: in a container, or unprotected",
          "sandbox|development-process|external-provider"),
    words("ISOLATION_ENGINE", "docker", "the container engine; the server runs docker only",
          "docker|apple-container"),
    text("ISOLATION_IMAGE", "", "image that OpenCode runs in"),
    text("ISOLATION_IMAGE_SHA256", "", "digest of that image", KeyKind::image_digest),
    text("ISOLATION_IMAGE_SIGNATURE", "", "signature of that image"),
    text("ISOLATION_OPENCODE_BIN", "/app/node_modules/.pnpm/node_modules/.bin/opencode",
         "OpenCode in that image"),
    words("ISOLATION_NETWORK_POLICY", "deny-all", "what OpenCode may reach", "deny-all|restricted"),
    text("ISOLATION_NETWORK_NAME", "", "the Docker network of the restricted policy"),
    text("ISOLATION_EGRESS_POLICY_ID", "", "the label that says what this network lets out"),
    number("ISOLATION_MEMORY_LIMIT_BYTES", "2147483648", 1, safe_integer, "memory of a container"),
    text("ISOLATION_CPU_LIMIT", "2", "processors of a container", KeyKind::positive_number),
    number("ISOLATION_PIDS_LIMIT", "512", 1, safe_integer, "processes in a container"),

    words("PROGRESS_WATCHDOG_MODE", "off", "watch for runs that stand still", "off|observe|enforce",
          KeyKind::silent_choice),
    number("PROGRESS_WATCHDOG_SUSPECT_MS", "120000", 1000, longest_watch, "silence that is suspect",
           KeyKind::silent_integer),
    number("PROGRESS_WATCHDOG_STALLED_MS", "300000", 2000, longest_watch, "silence that means standstill",
           KeyKind::silent_integer),
    number("PROGRESS_WATCHDOG_SWEEP_MS", "5000", 250, longest_watch, "between two looks",
           KeyKind::silent_integer),
    number("PROGRESS_WATCHDOG_MAX_ENTRIES", "100", 1, 10'000, "runs watched", KeyKind::silent_integer),
    number("PROGRESS_WATCHDOG_MAX_SNAPSHOT_ENTRIES", "50", 1, 100, "runs that /progressz lists",
           KeyKind::silent_integer),
    text("PROGRESS_WATCHDOG_OBSERVE_EVIDENCE_REF", "", "of mode enforce: what observing showed"),
    text("PROGRESS_WATCHDOG_OPERATOR_OWNER", "", "of mode enforce: who answers for it"),
    words("PROGRESS_WATCHDOG_ROLLBACK_MODE", "", "of mode enforce: what to go back to", "off|observe",
          KeyKind::silent_choice),

    timer("RETENTION_INTERVAL_MS", "3600000", "between two sweeps"),
    number("RETENTION_BATCH_SIZE", "500", 1, safe_integer, "rows removed at a time"),
    number("RETENTION_MAX_BATCHES", "20", 1, safe_integer, "batches in one sweep"),
    window("RETENTION_SESSION_EVENT_MS", "how long to keep session events; for ever, unless set"),
    window("RETENTION_WORKSPACE_EVENT_MS", "how long to keep workspace events"),
    window("RETENTION_AUDIT_EVENT_MS", "how long to keep the audit trail"),
    window("RETENTION_USAGE_EVENT_MS", "how long to keep usage events"),
    window("RETENTION_CHANNEL_DELIVERY_MS", "how long to keep finished deliveries"),
    window("RETENTION_CHANNEL_INTERACTION_MS", "how long to keep expired interactions"),
    number("RETENTION_STALE_THROTTLE_MS", "3600000", 1, safe_integer, "how long to keep rate-limit rows"),
    timer("CONCURRENCY_RECONCILE_MS", "", "between two recounts of the running sessions; off, unless set"),

    flag("ABUSE_ENABLED", "", "enforce the limits of this group"),
    quota("MAX_CONCURRENT_SESSIONS_PER_ORG", "100", "0 for no limit"),
    quota("MAX_CONCURRENT_WORKFLOW_RUNS_PER_ORG", "50", "0 for no limit"),
    quota("MAX_ACTIVE_WORKERS_PER_ORG", "20", "0 for no limit"),
    quota("MAX_QUEUED_COMMANDS_PER_ORG", "1000", "0 for no limit"),
    quota("MAX_QUEUE_AGE_MS", "1800000", "0 for no limit"),
    quota("MAX_PROMPTS_PER_HOUR", "600", "0 for no limit"),
    quota("MAX_WORKFLOW_RUNS_PER_HOUR", "200", "0 for no limit"),
    quota("MAX_GATEWAY_PROMPTS_PER_HOUR", "300", "0 for no limit"),
    quota("MAX_WORKER_MINUTES_PER_HOUR", "1200", "0 for no limit"),
    quota("MAX_GATEWAY_DELIVERIES_PER_HOUR", "1000", "0 for no limit"),
    quota("MAX_GATEWAY_CHANNEL_BINDINGS_PER_ORG", "25", "0 for no limit"),
    quota("MAX_ARTIFACT_BYTES_PER_DAY", "10737418240", "0 for no limit"),
    flag("HTTP_RATE_LIMIT_ENABLED", "", "limit requests"),
    number("HTTP_RATE_LIMIT_WINDOW_MS", "60000", 1, safe_integer, "the time they are counted in"),
    number("HTTP_RATE_LIMIT_MAX_REQUESTS", "600", 1, safe_integer, "requests in that time"),
    flag("AUTH_BACKOFF_ENABLED", "", "block an address after failed sign-ins"),
    number("AUTH_BACKOFF_WINDOW_MS", "60000", 1, safe_integer, "the time they are counted in"),
    number("AUTH_BACKOFF_MAX_FAILURES", "10", 1, safe_integer, "failures in that time"),
    number("AUTH_BACKOFF_MS", "60000", 1, safe_integer, "how long it is blocked"),

    number("MAX_SSE_CONNECTIONS_PER_ORG", "200", 1, safe_integer, "event streams at a time"),
    timer("SSE_POLL_INTERVAL_MS", "1000", "between two looks for events"),
    flag("SSE_PG_NOTIFY", "false", "let Postgres wake the event streams"),
    timer("SSE_NOTIFY_BACKSTOP_POLL_MS", "15000", "between two looks where Postgres wakes them"),
    timer("SSE_MAX_LIFETIME_MS", "1800000", "life of an event stream"),

    text("SERVICE_NAME", "open-cowork-cloud", "name in logs and metrics"),
    text("SERVICE_VERSION", "", "version in logs and metrics"),
    words("LOG_FORMAT", "json", "how logs are written", "json|pretty|silent"),
    link("OTLP_ENDPOINT", "base URL of an OpenTelemetry collector, without the path"),
    secret("OTLP_HEADERS", KeyKind::json, "JSON object of headers for the collector"),
    number("OTLP_FLUSH_INTERVAL_MS", "30000", 0, longest_timer, "between two exports; 0 for none"),
    number("OTLP_MAX_QUEUE_SIZE", "1000", 1, safe_integer, "records that may wait"),

    flag("BILLING_ENABLED", "false", "enforce subscriptions"),
    words("BILLING_PROVIDER", "none", "who bills", "none|stub|stripe", KeyKind::silent_choice),
    text("BILLING_DEFAULT_PLAN", "", "plan of new organisations"),
    secret("STRIPE_API_KEY", KeyKind::credential, "from Stripe"),
    reference("STRIPE_API_KEY_REF", "the variable that holds that key"),
    secret("STRIPE_WEBHOOK_SECRET", KeyKind::credential, "from Stripe"),
    reference("STRIPE_WEBHOOK_SECRET_REF", "the variable that holds that secret"),
    text("STRIPE_PRICE_ID", "", "price of the default plan"),
    link("STRIPE_SUCCESS_URL", "page after a purchase"),
    link("STRIPE_CANCEL_URL", "page after a cancelled purchase"),
    link("STRIPE_PORTAL_RETURN_URL", "page after the billing portal"),
    flag("ENTITLEMENTS_ENABLED", "false", "let plans limit features"),
    words("ENTITLEMENTS_PROVIDER", "none", "who knows the plans", "none|stripe|custom",
          KeyKind::silent_choice),

    text("PUBLIC_BRANDING_JSON", "", "JSON object of the whole branding", KeyKind::json),
    text("BRAND_NAME", "", "name of the product"),
    text("BRAND_SHORT_NAME", "", "its short name"),
    link("BRAND_LOGO_URL", "https URL of a logo"),
    text("SUPPORT_URL", "", "link in the footer"),
    link("PRIVACY_URL", "link in the footer"),
    link("SECURITY_URL", "link in the footer"),
    link("LEGAL_URL", "link in the footer"),

    text("KNOWLEDGE_MCP_PATH", "", "where the knowledge server's script lies", KeyKind::path),
    // Found in the product's examples; the server does not read them, which the rules say.
    secret("DATABASE_URL", KeyKind::database_url, "not read by the server: see CONTROL_PLANE_URL"),
    reference("OTLP_HEADERS_REF", "not read by the server: see OTLP_HEADERS"),
    text("IMAGE", "", "not read by the server: the image that Compose starts"),
    text("PUBLISHED_PORT", "", "not read by the server: the port that Compose publishes"),
    Key{"OPEN_COWORK_CONFIG_PATH", KeyKind::path, "", 0, 0, "the configuration file", {}, true},
    Key{"OPEN_COWORK_CONFIG_DIR", KeyKind::path, "", 0, 0, "a directory with configuration files", {}, true},
    Key{"OPEN_COWORK_DOWNSTREAM_ROOT",
        KeyKind::path,
        "",
        0,
        0,
        "a directory with the distributor's files",
        {},
        true},
    // The last, so that their short names mean the keys with the prefix.
    Key{"HOST", KeyKind::bind_host, "", 0, 0, "wins over OPEN_COWORK_CLOUD_HOST", {}, true},
    Key{"PORT", KeyKind::port, "", 0, 65535, "wins over OPEN_COWORK_CLOUD_PORT", {}, true},
};

constexpr std::array groups{
    KeyGroup{"Role", "ROLE"},
    KeyGroup{"Server", "HOST"},
    KeyGroup{"Postgres", "CONTROL_PLANE_URL"},
    KeyGroup{"Object store", "OBJECT_STORE_KIND"},
    KeyGroup{"Secrets", "SECRET_KEY"},
    KeyGroup{"Sign-in", "AUTH_MODE"},
    KeyGroup{"Execution", "AUTO_PROCESS_COMMANDS"},
    KeyGroup{"Execution isolation", "EXECUTION_ISOLATION_MODE"},
    KeyGroup{"Progress watchdog", "PROGRESS_WATCHDOG_MODE"},
    KeyGroup{"Retention", "RETENTION_INTERVAL_MS"},
    KeyGroup{"Limits", "ABUSE_ENABLED"},
    KeyGroup{"Event streams", "MAX_SSE_CONNECTIONS_PER_ORG"},
    KeyGroup{"Observability", "SERVICE_NAME"},
    KeyGroup{"Billing", "BILLING_ENABLED"},
    KeyGroup{"Branding", "PUBLIC_BRANDING_JSON"},
    KeyGroup{"Files", "KNOWLEDGE_MCP_PATH"},
};

}  // namespace

const Service& cloud_server() {
    static const Service service{
        "cloud", "Open Cowork Cloud", "the server", cloud_prefix, Parsing::strict, keys, groups, check_cloud};
    return service;
}

}  // namespace cowork::rules
