#include "setup/gateway_only.hpp"

#include <array>

namespace cowork::setup {
namespace {

// The flags that the product's own helper has keep their names.
constexpr std::array options{
    GatewayOption{"--telegram-bot-token", "TELEGRAM_BOT_TOKEN", "Telegram bot token from @BotFather", true},
    GatewayOption{"--admin-token", "ADMIN_TOKEN", "opens the operator endpoints; generated when not given",
                  true, true},
    GatewayOption{"--opencode-url", "OPENCODE_URL", "the private OpenCode server [http://127.0.0.1:4096]"},
    GatewayOption{"--runtime-root", "RUNTIME_ROOT",
                  "directory in which OpenCode works [/var/lib/open-cowork/standalone-gateway]"},
    GatewayOption{"--database-url", "DATABASE_URL", "postgres://user:password@host:port/database", true},
    GatewayOption{"--store", "STORE", "postgres, or memory: nothing survives a restart"},
    GatewayOption{"--webhook-shared-secret", "WEBHOOK_SHARED_SECRET",
                  "signs webhook calls in both directions", true, true},
    GatewayOption{"--webhook-delivery-url", "WEBHOOK_DELIVERY_URL",
                  "where replies are delivered: https, or loopback"},
    GatewayOption{"--telegram-mode", "TELEGRAM_MODE", "polling or webhook [polling]"},
    GatewayOption{"--telegram-webhook-secret", "TELEGRAM_WEBHOOK_SECRET",
                  "proves that a webhook call came from Telegram", true, true},
    GatewayOption{"--public-url", "PUBLIC_URL",
                  "https URL under which a reverse proxy publishes the gateway"},
    GatewayOption{"--deployment-mode", "DEPLOYMENT_MODE", "solo, team or enterprise [solo]"},
    GatewayOption{"--host", "HOST", "address the gateway listens on [127.0.0.1]"},
    GatewayOption{"--port", "PORT", "port the gateway listens on [8795]"},
    GatewayOption{"--allow-private-dns", "ALLOW_PRIVATE_DNS",
                  "allow .internal, .local, .lan and .private names", false, false, true},
};

}  // namespace

std::span<const GatewayOption> gateway_options() { return options; }

}  // namespace cowork::setup
