#include "rules/standalone_gateway.hpp"

#include <array>

namespace cowork::rules {
namespace {

// contract/standalone-gateway.md section 1; the order is that of the product's own env files, then the rest.
constexpr std::array keys{
    GatewayKey{"STORE", KeyKind::store, "postgres", 0, 0,
               "where sessions live: postgres, or memory (lost on restart)"},
    GatewayKey{"DATABASE_URL", KeyKind::database_url, "", 0, 0,
               "postgres://user:password@host:port/database"},
    GatewayKey{"DATABASE_SSL", KeyKind::boolean, "false", 0, 0,
               "TLS to Postgres; team and enterprise need true"},
    GatewayKey{"DATABASE_SSL_REJECT_UNAUTHORIZED", KeyKind::boolean, "true", 0, 0,
               "verify the Postgres certificate; team and enterprise need true"},
    GatewayKey{"DATABASE_SSL_CA_PATH", KeyKind::path, "", 0, 0, "CA file for the Postgres certificate"},
    GatewayKey{"DATABASE_SSL_CERT_PATH", KeyKind::path, "", 0, 0, "client certificate for Postgres"},
    GatewayKey{"DATABASE_SSL_KEY_PATH", KeyKind::path, "", 0, 0, "key of the client certificate"},
    GatewayKey{"ADMIN_TOKEN", KeyKind::secret, "", 0, 0, "opens the operator endpoints"},
    GatewayKey{"OPENCODE_URL", KeyKind::opencode_url, "", 0, 0, "the private OpenCode server"},
    GatewayKey{"ALLOW_PRIVATE_DNS", KeyKind::boolean, "false", 0, 0,
               "allow .internal, .local, .lan and .private names"},
    GatewayKey{"RUNTIME_ROOT", KeyKind::absolute_path, "", 0, 0, "directory in which OpenCode works"},
    GatewayKey{"OPENCODE_EXECUTION_TIMEOUT_MS", KeyKind::integer, "900000", 1000, 86'400'000,
               "longest run of one prompt, milliseconds"},
    GatewayKey{"HOST", KeyKind::bind_host, "127.0.0.1", 0, 0, "address the gateway listens on"},
    GatewayKey{"PORT", KeyKind::port, "8795", 0, 65535, "port the gateway listens on"},
    GatewayKey{"PUBLIC_URL", KeyKind::public_url, "", 0, 0,
               "URL under which a reverse proxy publishes the gateway"},
    GatewayKey{"TRUST_PROXY_HEADERS", KeyKind::boolean, "false", 0, 0,
               "believe X-Forwarded-* of the trusted proxies"},
    GatewayKey{"TRUSTED_PROXY_CIDRS", KeyKind::cidr_list, "", 0, 0,
               "which proxies are trusted, comma separated"},
    GatewayKey{"DEPLOYMENT_MODE", KeyKind::deployment_mode, "solo", 0, 0, "solo, team or enterprise"},
    GatewayKey{"RETENTION_SESSION_DAYS", KeyKind::integer, "90", 1, 3650, "days to keep sessions"},
    GatewayKey{"RETENTION_ARTIFACT_DAYS", KeyKind::integer, "30", 1, 3650, "days to keep artifacts"},
    GatewayKey{"RETENTION_AUDIT_DAYS", KeyKind::integer, "365", 1, 3650, "days to keep audit rows"},
    GatewayKey{"RETENTION_JOB_DAYS", KeyKind::integer, "30", 1, 3650, "days to keep finished jobs"},
    GatewayKey{"TELEGRAM_BOT_TOKEN", KeyKind::secret, "", 0, 0, "from @BotFather"},
    GatewayKey{"TELEGRAM_PROVIDER_ID", KeyKind::provider_id, "telegram", 0, 0,
               "telegram, or telegram- and a name"},
    GatewayKey{"TELEGRAM_CHANNEL_BINDING_ID", KeyKind::name, "telegram", 0, 0,
               "channel binding of the Telegram provider"},
    GatewayKey{"TELEGRAM_MODE", KeyKind::telegram_mode, "polling", 0, 0, "polling or webhook"},
    GatewayKey{"TELEGRAM_PUBLIC_URL", KeyKind::public_url, "", 0, 0,
               "https URL that Telegram calls in webhook mode"},
    GatewayKey{"TELEGRAM_WEBHOOK_SECRET", KeyKind::secret, "", 0, 0,
               "proves that a webhook call came from Telegram"},
    GatewayKey{"WEBHOOK_SHARED_SECRET", KeyKind::secret, "", 0, 0, "signs webhook calls in both directions"},
    GatewayKey{"WEBHOOK_DELIVERY_URL", KeyKind::delivery_url, "", 0, 0, "where replies are delivered"},
    GatewayKey{"WEBHOOK_PROVIDER_ID", KeyKind::provider_id, "webhook", 0, 0,
               "webhook, or webhook- and a name"},
    GatewayKey{"WEBHOOK_CHANNEL_BINDING_ID", KeyKind::name, "webhook", 0, 0,
               "channel binding of the webhook provider"},
    GatewayKey{"CONFIG", KeyKind::path, "", 0, 0, "JSON file of these same keys; the environment wins"},
    GatewayKey{"CONFIG_JSON", KeyKind::json, "", 0, 0, "the same as inline JSON"},
};
static_assert(keys.size() == 34, "the contract names 34 keys");

constexpr std::array groups{
    KeyGroup{"Store", "STORE"},
    KeyGroup{"Operator access", "ADMIN_TOKEN"},
    KeyGroup{"OpenCode", "OPENCODE_URL"},
    KeyGroup{"Gateway server", "HOST"},
    KeyGroup{"Retention", "RETENTION_SESSION_DAYS"},
    KeyGroup{"Telegram", "TELEGRAM_BOT_TOKEN"},
    KeyGroup{"Signed webhook", "WEBHOOK_SHARED_SECRET"},
    KeyGroup{"Configuration file", "CONFIG"},
};

}  // namespace

const Service& standalone_gateway() {
    static const Service service{"standalone-gateway",
                                 "the Standalone Gateway",
                                 "the gateway",
                                 gateway_prefix,
                                 Parsing::lenient,
                                 keys,
                                 groups,
                                 check_gateway};
    return service;
}

std::span<const GatewayKey> gateway_keys() { return keys; }

const GatewayKey* find_gateway_key(std::string_view full_name) {
    return standalone_gateway().find(full_name);
}

std::string gateway_key(std::string_view name) { return std::string(gateway_prefix) + std::string(name); }

}  // namespace cowork::rules
