#include "rules/channel_gateway.hpp"

#include <algorithm>
#include <array>

namespace cowork::rules {
namespace {

constexpr long long largest_body = 67'108'864;  // 64 MiB

// contract/cloud.md sections 10.1 and 10.2, in the order of an env file.
constexpr std::array keys{
    Key{"OPEN_COWORK_CLOUD_BASE_URL", KeyKind::service_url, "", 0, 0,
        "the Cloud that the gateway is a client of", "", true},
    Key{"SERVICE_TOKEN", KeyKind::secret, "", 0, 0, "Cloud API token with the scope gateway"},
    Key{"ALLOW_INSECURE_HTTP", KeyKind::boolean, "false", 0, 0,
        "allow http to a Cloud that is not on loopback"},
    Key{"CLOUD_REQUEST_TIMEOUT_MS", KeyKind::integer, "30000", 100, 120'000,
        "longest request to Cloud, milliseconds"},
    Key{"ADMIN_TOKEN", KeyKind::secret, "", 0, 0, "opens the operator endpoints"},
    Key{"ALLOW_LOOPBACK_OPERATOR_BYPASS", KeyKind::boolean, "false", 0, 0,
        "open the operator endpoints to loopback without a token"},
    Key{"HOST", KeyKind::bind_host, "127.0.0.1", 0, 0, "address the gateway listens on"},
    Key{"PORT", KeyKind::port, "8790", 0, 65535, "port the gateway listens on"},
    Key{"PUBLIC_URL", KeyKind::public_url, "", 0, 0,
        "https URL under which a reverse proxy publishes the gateway"},
    Key{"TRUST_PROXY_HEADERS", KeyKind::boolean, "false", 0, 0,
        "believe X-Forwarded-* of the trusted proxies"},
    Key{"TRUSTED_PROXY_CIDRS", KeyKind::cidr_list, "", 0, 0, "which proxies are trusted, comma separated"},
    Key{"MAX_REQUEST_BODY_BYTES", KeyKind::integer, "1048576", 1024, largest_body,
        "largest request body, bytes"},
    Key{"PRODUCT_MODE", KeyKind::choice, "cloud_channel", 0, 0, "who executes: Cloud, always",
        "cloud_channel"},
    Key{"MODE", KeyKind::choice, "self-host", 0, 0, "self-host or managed", "self-host|managed"},
    Key{"LOG_LEVEL", KeyKind::choice, "info", 0, 0, "debug, info, warn, error or silent",
        "debug|info|warn|error|silent"},
    Key{"METRICS_ENABLED", KeyKind::boolean, "true", 0, 0, "serve /metrics to the operator"},
    Key{"DIAGNOSTICS_ENABLED", KeyKind::boolean, "", 0, 0,
        "serve /diagnostics to the operator; true unless the mode is managed"},
    Key{"INSTANCE_ID", KeyKind::name, "", 0, 0, "name of this process; the host's name unless set"},
    Key{"WEBHOOK_DELIVERY_TIMEOUT_MS", KeyKind::integer, "15000", 100, 120'000,
        "longest webhook delivery, milliseconds"},
    Key{"SMTP_TIMEOUT_MS", KeyKind::integer, "30000", 100, 120'000, "longest mail delivery, milliseconds"},
    Key{"SHUTDOWN_DRAIN_TIMEOUT_MS", KeyKind::integer, "10000", 100, 120'000,
        "longest wait for deliveries at the end, milliseconds"},
    Key{"MAX_DELIVERY_CONCURRENCY", KeyKind::integer, "8", 1, 256, "deliveries at a time"},
    Key{"MAX_DELIVERY_QUEUE_DEPTH", KeyKind::integer, "512", 16, 100'000, "deliveries that may wait"},

    Key{"TELEGRAM_BOT_TOKEN", KeyKind::secret, "", 0, 0, "from @BotFather"},
    Key{"TELEGRAM_CHANNEL_BINDING_ID", KeyKind::name, "telegram", 0, 0, "its channel binding in Cloud"},
    Key{"TELEGRAM_MODE", KeyKind::telegram_mode, "polling", 0, 0, "polling or webhook"},
    Key{"TELEGRAM_PUBLIC_URL", KeyKind::public_url, "", 0, 0,
        "https URL that Telegram calls in webhook mode; the public URL unless set"},
    Key{"TELEGRAM_WEBHOOK_SECRET", KeyKind::secret, "", 0, 0,
        "proves that a webhook call came from Telegram"},
    Key{"TELEGRAM_RESPOND_IN_GROUPS", KeyKind::choice, "commands_only", 0, 0,
        "what the bot answers in a group", "commands_only|mentions_and_replies|all"},

    Key{"SLACK_BOT_TOKEN", KeyKind::secret, "", 0, 0, "bot token of the Slack app"},
    Key{"SLACK_SIGNING_SECRET", KeyKind::secret, "", 0, 0, "proves that a call came from Slack"},
    Key{"SLACK_CHANNEL_BINDING_ID", KeyKind::name, "slack", 0, 0, "its channel binding in Cloud"},
    Key{"SLACK_TEAM_ID", KeyKind::name, "", 0, 0, "the Slack workspace"},
    Key{"SLACK_DEFAULT_CHANNEL_ID", KeyKind::name, "", 0, 0, "where to post without a target"},
    Key{"SLACK_API_BASE_URL", KeyKind::service_url, "", 0, 0, "a Slack API other than Slack's own"},

    Key{"EMAIL_INBOUND_SECRET", KeyKind::secret, "", 0, 0, "proves that a call came from the mail relay"},
    Key{"EMAIL_FROM", KeyKind::name, "", 0, 0, "address that replies come from"},
    Key{"EMAIL_SMTP_HOST", KeyKind::name, "", 0, 0, "mail server that sends replies"},
    Key{"EMAIL_SMTP_PORT", KeyKind::port, "", 1, 65535, "its port; 465 with TLS and 25 without unless set"},
    Key{"EMAIL_SMTP_SECURE", KeyKind::boolean, "false", 0, 0,
        "TLS from the first byte; STARTTLS is used without it where the server has it"},
    Key{"EMAIL_SMTP_USERNAME", KeyKind::name, "", 0, 0, "account at the mail server"},
    Key{"EMAIL_SMTP_PASSWORD", KeyKind::credential, "", 0, 0, "its password"},
    Key{"EMAIL_CHANNEL_BINDING_ID", KeyKind::name, "email", 0, 0, "its channel binding in Cloud"},
    Key{"EMAIL_ADDRESS", KeyKind::name, "", 0, 0, "address that users write to"},
    Key{"EMAIL_DOMAIN", KeyKind::name, "", 0, 0, "domain that users write from"},
    Key{"EMAIL_MAX_ATTACHMENT_BYTES", KeyKind::integer, "", 1, largest_body, "largest attachment, bytes"},

    Key{"WEBHOOK_DELIVERY_URL", KeyKind::delivery_url, "", 0, 0, "where replies are delivered"},
    Key{"WEBHOOK_SHARED_SECRET", KeyKind::secret, "", 0, 0, "signs calls in both directions"},
    Key{"WEBHOOK_CHANNEL_BINDING_ID", KeyKind::name, "webhook", 0, 0, "its channel binding in Cloud"},
    Key{"WEBHOOK_DELIVERY_ALLOWED_HOSTS", KeyKind::name, "", 0, 0,
        "hosts that deliveries may go to, comma separated; *.name for all below a name"},
    Key{"WEBHOOK_ALLOW_PRIVATE_DELIVERY", KeyKind::boolean, "false", 0, 0,
        "allow delivery to private addresses"},
    Key{"WEBHOOK_MAX_ATTACHMENT_BYTES", KeyKind::integer, "", 1, largest_body, "largest attachment, bytes"},

    Key{"DISCORD_DELIVERY_URL", KeyKind::delivery_url, "", 0, 0, "the Discord bridge"},
    Key{"DISCORD_SHARED_SECRET", KeyKind::secret, "", 0, 0, "signs calls in both directions"},
    Key{"DISCORD_CHANNEL_BINDING_ID", KeyKind::name, "discord", 0, 0, "its channel binding in Cloud"},
    Key{"DISCORD_WORKSPACE_ID", KeyKind::name, "", 0, 0, "the Discord server"},
    Key{"DISCORD_DELIVERY_ALLOWED_HOSTS", KeyKind::name, "", 0, 0, "hosts that deliveries may go to"},
    Key{"DISCORD_ALLOW_PRIVATE_DELIVERY", KeyKind::boolean, "false", 0, 0,
        "allow delivery to private addresses"},
    Key{"DISCORD_MAX_ATTACHMENT_BYTES", KeyKind::integer, "", 1, largest_body, "largest attachment, bytes"},

    Key{"WHATSAPP_DELIVERY_URL", KeyKind::delivery_url, "", 0, 0, "the WhatsApp bridge"},
    Key{"WHATSAPP_SHARED_SECRET", KeyKind::secret, "", 0, 0, "signs calls in both directions"},
    Key{"WHATSAPP_CHANNEL_BINDING_ID", KeyKind::name, "whatsapp", 0, 0, "its channel binding in Cloud"},
    Key{"WHATSAPP_WORKSPACE_ID", KeyKind::name, "", 0, 0, "the WhatsApp account"},
    Key{"WHATSAPP_DELIVERY_ALLOWED_HOSTS", KeyKind::name, "", 0, 0, "hosts that deliveries may go to"},
    Key{"WHATSAPP_ALLOW_PRIVATE_DELIVERY", KeyKind::boolean, "false", 0, 0,
        "allow delivery to private addresses"},
    Key{"WHATSAPP_MAX_ATTACHMENT_BYTES", KeyKind::integer, "", 1, largest_body, "largest attachment, bytes"},

    Key{"SIGNAL_DELIVERY_URL", KeyKind::delivery_url, "", 0, 0, "the Signal bridge"},
    Key{"SIGNAL_SHARED_SECRET", KeyKind::secret, "", 0, 0, "signs calls in both directions"},
    Key{"SIGNAL_CHANNEL_BINDING_ID", KeyKind::name, "signal", 0, 0, "its channel binding in Cloud"},
    Key{"SIGNAL_WORKSPACE_ID", KeyKind::name, "", 0, 0, "the Signal account"},
    Key{"SIGNAL_DELIVERY_ALLOWED_HOSTS", KeyKind::name, "", 0, 0, "hosts that deliveries may go to"},
    Key{"SIGNAL_ALLOW_PRIVATE_DELIVERY", KeyKind::boolean, "false", 0, 0,
        "allow delivery to private addresses"},
    Key{"SIGNAL_MAX_ATTACHMENT_BYTES", KeyKind::integer, "", 1, largest_body, "largest attachment, bytes"},

    Key{"CLI_ENABLED", KeyKind::boolean, "false", 0, 0, "the local command-line provider"},
    Key{"CLI_CHANNEL_BINDING_ID", KeyKind::name, "cli", 0, 0, "its channel binding in Cloud"},
    Key{"CLI_WORKSPACE_ID", KeyKind::name, "", 0, 0, "its workspace"},

    Key{"ENABLE_FAKE_PROVIDER", KeyKind::boolean, "false", 0, 0,
        "an unauthenticated provider for tests; only where no other is configured"},
    Key{"ALLOW_PUBLIC_FAKE_PROVIDER", KeyKind::boolean, "false", 0, 0,
        "allow the fake provider on an exposed gateway"},
    Key{"FAKE_CHANNEL_BINDING_ID", KeyKind::name, "fake-binding", 0, 0, "its channel binding in Cloud"},
    Key{"FAKE_WORKSPACE_ID", KeyKind::name, "", 0, 0, "its workspace"},

    Key{"PROVIDERS", KeyKind::json, "", 0, 0,
        "JSON array of providers; replaces the keys of single providers"},

    Key{"PUBLIC_BRANDING_JSON", KeyKind::name, "", 0, 0, "names and links that users see, as JSON"},
    Key{"BRAND_NAME", KeyKind::name, "", 0, 0, "product name that users see"},
    Key{"BRAND_SHORT_NAME", KeyKind::name, "", 0, 0, "its short form"},
    Key{"BRAND_LOGO_URL", KeyKind::name, "", 0, 0, "https URL of the logo"},
    Key{"SUPPORT_URL", KeyKind::name, "", 0, 0, "https or mailto link to support"},
    Key{"PRIVACY_URL", KeyKind::name, "", 0, 0, "https link to the privacy page"},
    Key{"SECURITY_URL", KeyKind::name, "", 0, 0, "https link to the security page"},
    Key{"LEGAL_URL", KeyKind::name, "", 0, 0, "https link to the legal page"},

    Key{"CONFIG", KeyKind::path, "", 0, 0, "JSON file of the gateway's settings; the environment wins"},
    Key{"CONFIG_JSON", KeyKind::json, "", 0, 0, "the same as inline JSON"},
    Key{"OPEN_COWORK_CONFIG_PATH", KeyKind::path, "", 0, 0, "the product's shared configuration file", "",
        true},
    Key{"OPEN_COWORK_CONFIG_DIR", KeyKind::path, "", 0, 0, "a directory with one", "", true},
    Key{"OPEN_COWORK_DOWNSTREAM_ROOT", KeyKind::path, "", 0, 0, "a downstream's directory with one", "",
        true},

    // The daemon does not read these: the product's Compose files do.
    Key{"IMAGE", KeyKind::name, "", 0, 0, "Compose: the gateway's image"},
    Key{"PUBLISHED_ADDR", KeyKind::name, "", 0, 0, "Compose: address of the host that is published"},
    Key{"PUBLISHED_PORT", KeyKind::port, "", 1, 65535, "Compose: port of the host that is published"},
};
static_assert(keys.size() == 97, "contract/cloud.md names 94 keys, and Compose reads three more");

constexpr std::array groups{
    KeyGroup{"Cloud", "OPEN_COWORK_CLOUD_BASE_URL"},
    KeyGroup{"Operator access", "ADMIN_TOKEN"},
    KeyGroup{"Server", "HOST"},
    KeyGroup{"Operation", "PRODUCT_MODE"},
    KeyGroup{"Telegram", "TELEGRAM_BOT_TOKEN"},
    KeyGroup{"Slack", "SLACK_BOT_TOKEN"},
    KeyGroup{"Email", "EMAIL_INBOUND_SECRET"},
    KeyGroup{"Webhook", "WEBHOOK_DELIVERY_URL"},
    KeyGroup{"Discord", "DISCORD_DELIVERY_URL"},
    KeyGroup{"WhatsApp", "WHATSAPP_DELIVERY_URL"},
    KeyGroup{"Signal", "SIGNAL_DELIVERY_URL"},
    KeyGroup{"Command line", "CLI_ENABLED"},
    KeyGroup{"Fake provider", "ENABLE_FAKE_PROVIDER"},
    KeyGroup{"Providers as JSON", "PROVIDERS"},
    KeyGroup{"Branding", "PUBLIC_BRANDING_JSON"},
    KeyGroup{"Configuration file", "CONFIG"},
    KeyGroup{"Docker Compose", "IMAGE"},
};

struct KindName {
    ChannelKind kind;
    std::string_view name;
};
constexpr std::array kind_names{
    KindName{ChannelKind::telegram, "telegram"}, KindName{ChannelKind::slack, "slack"},
    KindName{ChannelKind::email, "email"},       KindName{ChannelKind::webhook, "webhook"},
    KindName{ChannelKind::discord, "discord"},   KindName{ChannelKind::whatsapp, "whatsapp"},
    KindName{ChannelKind::signal, "signal"},     KindName{ChannelKind::cli, "cli"},
    KindName{ChannelKind::fake, "fake"},
};
static_assert(kind_names.size() == all_channel_kinds.size());

}  // namespace

const Service& channel_gateway() {
    static const Service service{"channel-gateway",
                                 "the Cloud Channel Gateway",
                                 "the gateway",
                                 channel_gateway_prefix,
                                 Parsing::lenient,
                                 keys,
                                 groups,
                                 check_channel_gateway};
    return service;
}

std::string_view to_string(ChannelKind kind) {
    const auto found = std::find_if(kind_names.begin(), kind_names.end(),
                                    [&](const KindName& row) { return row.kind == kind; });
    return found->name;
}

std::optional<ChannelKind> parse_channel_kind(std::string_view word) {
    for (const KindName& row : kind_names)
        if (row.name == word) return row.kind;
    return std::nullopt;
}

}  // namespace cowork::rules
