#include "setup/gateway_only.hpp"

#include <array>

namespace cowork::setup {
namespace {

// The flags that the product's own helper has keep their names.
constexpr std::array options{
    Option{"--telegram-bot-token", "TELEGRAM_BOT_TOKEN", "Telegram bot token from @BotFather", Takes::secret},
    Option{"--admin-token", "ADMIN_TOKEN", "opens the operator endpoints; generated when not given",
           Takes::new_secret},
    Option{"--opencode-url", "OPENCODE_URL", "the private OpenCode server [http://127.0.0.1:4096]"},
    Option{"--runtime-root", "RUNTIME_ROOT",
           "directory in which OpenCode works [/var/lib/open-cowork/standalone-gateway]"},
    Option{"--database-url", "DATABASE_URL", "postgres://user:password@host:port/database", Takes::secret},
    Option{"--database-ca", "DATABASE_SSL_CA_PATH",
           "CA file of the database's certificate, which is then verified; team and enterprise always do"},
    Option{"--store", "STORE", "postgres, or memory: nothing survives a restart"},
    Option{"--webhook-shared-secret", "WEBHOOK_SHARED_SECRET", "signs webhook calls in both directions",
           Takes::new_secret},
    Option{"--webhook-delivery-url", "WEBHOOK_DELIVERY_URL",
           "where replies are delivered: https, or loopback"},
    Option{"--telegram-mode", "TELEGRAM_MODE", "polling or webhook [polling]"},
    Option{"--telegram-webhook-secret", "TELEGRAM_WEBHOOK_SECRET",
           "proves that a webhook call came from Telegram", Takes::new_secret},
    Option{"--public-url", "PUBLIC_URL", "https URL under which a reverse proxy publishes the gateway"},
    Option{"--trusted-proxies", "TRUSTED_PROXY_CIDRS",
           "networks of the reverse proxy, comma separated; its X-Forwarded-For is then believed"},
    Option{"--deployment-mode", "DEPLOYMENT_MODE", "solo, team or enterprise [solo]"},
    Option{"--host", "HOST", "address the gateway listens on [127.0.0.1]"},
    Option{"--port", "PORT", "port the gateway listens on [8795]"},
    Option{"--allow-private-dns", "ALLOW_PRIVATE_DNS", "allow .internal, .local, .lan and .private names",
           Takes::nothing},
};

}  // namespace

std::span<const Option> gateway_only_options() { return options; }

}  // namespace cowork::setup
