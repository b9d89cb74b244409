#include "setup/cloud/gateway.hpp"

#include <array>

namespace cowork::setup {
namespace {

// The flags that the product's own helper has keep their names.
constexpr std::array options{
    Option{"--mode", "", "remote for a Cloud elsewhere, local for one on this machine [remote]"},
    Option{"--cloud-url", "OPEN_COWORK_CLOUD_BASE_URL",
           "base URL of the Cloud [local: http://127.0.0.1:8787]", Takes::value, true},
    Option{"--service-token", "SERVICE_TOKEN", "API token of Cloud with the scope gateway", Takes::secret},
    Option{"--allow-insecure-http", "ALLOW_INSECURE_HTTP", "allow http to a Cloud beyond loopback",
           Takes::nothing},
    Option{"--provider", "",
           "telegram, slack, email, webhook, discord, whatsapp, signal, cli or fake; repeatable, and "
           "implied by the options of a provider",
           Takes::values},
    Option{"--admin-token", "ADMIN_TOKEN", "opens the operator endpoints; generated when not given",
           Takes::new_secret},
    Option{"--public-url", "PUBLIC_URL", "https URL under which a reverse proxy publishes the gateway"},
    Option{"--host", "HOST", "address the gateway listens on [127.0.0.1]"},
    Option{"--port", "PORT", "port the gateway listens on [8790]"},
    Option{"--container", "", "the gateway runs in a container: it listens on all addresses in there",
           Takes::nothing},

    Option{"--telegram-bot-token", "TELEGRAM_BOT_TOKEN", "Telegram bot token from @BotFather", Takes::secret},
    Option{"--telegram-mode", "TELEGRAM_MODE", "polling or webhook [polling]"},
    Option{"--telegram-webhook-secret", "TELEGRAM_WEBHOOK_SECRET",
           "proves that a webhook call came from Telegram", Takes::new_secret},
    Option{"--telegram-channel-binding-id", "TELEGRAM_CHANNEL_BINDING_ID", "its binding in Cloud [telegram]"},
    Option{"--telegram-respond-in-groups", "TELEGRAM_RESPOND_IN_GROUPS",
           "commands_only, mentions_and_replies or all [commands_only]"},

    Option{"--slack-bot-token", "SLACK_BOT_TOKEN", "bot token of the Slack app", Takes::secret},
    Option{"--slack-signing-secret", "SLACK_SIGNING_SECRET", "signing secret of the Slack app",
           Takes::secret},
    Option{"--slack-channel-binding-id", "SLACK_CHANNEL_BINDING_ID", "its binding in Cloud [slack]"},
    Option{"--slack-team-id", "SLACK_TEAM_ID", "the Slack workspace"},

    Option{"--email-inbound-secret", "EMAIL_INBOUND_SECRET", "proves that a call came from the mail relay",
           Takes::new_secret},
    Option{"--email-from", "EMAIL_FROM", "address that replies come from"},
    Option{"--email-smtp-host", "EMAIL_SMTP_HOST", "mail server that sends replies"},
    Option{"--email-smtp-port", "EMAIL_SMTP_PORT", "its port [465 with TLS, else 25]"},
    Option{"--email-smtp-secure", "EMAIL_SMTP_SECURE", "TLS from the first byte", Takes::nothing},
    Option{"--email-smtp-username", "EMAIL_SMTP_USERNAME", "account at the mail server"},
    Option{"--email-smtp-password", "EMAIL_SMTP_PASSWORD", "its password", Takes::secret},
    Option{"--email-channel-binding-id", "EMAIL_CHANNEL_BINDING_ID", "its binding in Cloud [email]"},

    Option{"--webhook-delivery-url", "WEBHOOK_DELIVERY_URL",
           "where replies are delivered: https, or localhost"},
    Option{"--webhook-shared-secret", "WEBHOOK_SHARED_SECRET", "signs webhook calls in both directions",
           Takes::new_secret},
    Option{"--webhook-channel-binding-id", "WEBHOOK_CHANNEL_BINDING_ID", "its binding in Cloud [webhook]"},
    Option{"--webhook-allow-private-delivery", "WEBHOOK_ALLOW_PRIVATE_DELIVERY",
           "allow delivery to private addresses", Takes::nothing},

    Option{"--discord-delivery-url", "DISCORD_DELIVERY_URL", "the Discord bridge: https, or localhost"},
    Option{"--discord-shared-secret", "DISCORD_SHARED_SECRET", "signs its calls in both directions",
           Takes::new_secret},
    Option{"--discord-channel-binding-id", "DISCORD_CHANNEL_BINDING_ID", "its binding in Cloud [discord]"},
    Option{"--discord-allow-private-delivery", "DISCORD_ALLOW_PRIVATE_DELIVERY",
           "allow delivery to private addresses", Takes::nothing},

    Option{"--whatsapp-delivery-url", "WHATSAPP_DELIVERY_URL", "the WhatsApp bridge: https, or localhost"},
    Option{"--whatsapp-shared-secret", "WHATSAPP_SHARED_SECRET", "signs its calls in both directions",
           Takes::new_secret},
    Option{"--whatsapp-channel-binding-id", "WHATSAPP_CHANNEL_BINDING_ID", "its binding in Cloud [whatsapp]"},
    Option{"--whatsapp-allow-private-delivery", "WHATSAPP_ALLOW_PRIVATE_DELIVERY",
           "allow delivery to private addresses", Takes::nothing},

    Option{"--signal-delivery-url", "SIGNAL_DELIVERY_URL", "the Signal bridge: https, or localhost"},
    Option{"--signal-shared-secret", "SIGNAL_SHARED_SECRET", "signs its calls in both directions",
           Takes::new_secret},
    Option{"--signal-channel-binding-id", "SIGNAL_CHANNEL_BINDING_ID", "its binding in Cloud [signal]"},
    Option{"--signal-allow-private-delivery", "SIGNAL_ALLOW_PRIVATE_DELIVERY",
           "allow delivery to private addresses", Takes::nothing},

    Option{"--cli-channel-binding-id", "CLI_CHANNEL_BINDING_ID", "its binding in Cloud [cli]"},
    Option{"--fake-channel-binding-id", "FAKE_CHANNEL_BINDING_ID", "its binding in Cloud [fake-binding]"},
};

}  // namespace

std::span<const Option> cloud_gateway_options() { return options; }

}  // namespace cowork::setup
