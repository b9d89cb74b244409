#include "net/endpoint_policy.hpp"
#include "rules/channel_gateway_delivery.hpp"
#include "rules/channel_gateway_providers.hpp"
#include "rules/judge.hpp"
#include "rules/lenient.hpp"
#include "secrets/strength.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

namespace cowork::rules {
namespace {

constexpr long long largest_attachment = 67'108'864;  // 64 MiB

bool is_name_char(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// An address as SMTP carries it, without a display name, by the gateway's own grammar.
bool is_mail_address(std::string_view text) {
    const auto at = text.find('@');
    if (at == std::string_view::npos || at == 0 || text.find('@', at + 1) != std::string_view::npos)
        return false;
    const auto local = text.substr(0, at);
    const auto domain = text.substr(at + 1);
    constexpr std::string_view marks = "!#$%&'*+-./=?^_`{|}~";
    if (local.starts_with('.') || local.ends_with('.')) return false;
    if (!std::all_of(local.begin(), local.end(),
                     [&](char c) { return is_name_char(c) || marks.find(c) != std::string_view::npos; }))
        return false;
    const auto last_dot = domain.rfind('.');
    if (last_dot == std::string_view::npos || domain.size() - last_dot < 3) return false;
    for (std::string_view rest = domain;; rest = rest.substr(rest.find('.') + 1)) {
        const auto label = rest.substr(0, rest.find('.'));
        if (label.empty() || label.starts_with('-') || label.ends_with('-')) return false;
        if (!std::all_of(label.begin(), label.end(), [](char c) { return is_name_char(c) || c == '-'; }))
            return false;
        if (label.size() == rest.size()) return true;
    }
}

// The address of `Name <address>`, which the gateway takes at its start and then cannot send from.
bool is_mail_address_with_name(std::string_view text) {
    const auto open = text.rfind('<');
    return open != std::string_view::npos && text.ends_with('>') &&
           is_mail_address(trimmed(text.substr(open + 1, text.size() - open - 2)));
}

// As the product tells that a credential is a secret: by its name.
bool looks_secret(std::string_view name) {
    std::string word = lowered(name);
    std::erase_if(word, [](char c) { return c == '_' || c == '-'; });
    constexpr std::array parts{"token",  "secret",     "password", "credential",
                               "apikey", "privatekey", "accesskey"};
    return std::any_of(parts.begin(), parts.end(),
                       [&](const char* part) { return word.find(part) != std::string::npos; });
}

// A provider's id: its kind, or the kind, a dash and more.
bool is_provider_id(ChannelKind kind, std::string_view id) {
    const std::string_view word = to_string(kind);
    if (kind == ChannelKind::fake || id == word) return true;
    const bool characters = std::all_of(id.begin(), id.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    });
    return characters && id.size() <= 64 && id.starts_with(word) && id.substr(word.size()).starts_with('-');
}

class ProviderJudge {
  public:
    ProviderJudge(const ChannelProvider& provider, long long largest_body,
                  std::vector<ProviderProblem>& problems)
        : provider_(provider), largest_body_(largest_body), problems_(problems) {}

    void judge() {
        identity();
        credentials();
        switch (provider_.kind) {
            case ChannelKind::telegram:
                return telegram();
            case ChannelKind::slack:
                return slack();
            case ChannelKind::email:
                return email();
            case ChannelKind::webhook:
            case ChannelKind::discord:
            case ChannelKind::whatsapp:
            case ChannelKind::signal:
                return bridge();
            case ChannelKind::cli:
            case ChannelKind::fake:
                return;
        }
    }

  private:
    void add(std::string_view reason, std::string_view field, std::string message, std::string remedy,
             Status status = Status::action_required) {
        problems_.push_back({reason, provider_.key_of(field), std::move(message), std::move(remedy), status});
    }

    void need(std::string_view field, std::string_view why, std::string remedy) {
        if (provider_.text(field).empty())
            add("configuration.missing-key", field,
                fmt::format("{} is not set; {}", provider_.label(field), why), std::move(remedy));
    }

    void lenient(std::string_view field, std::string_view expected, std::string_view instead) {
        add("configuration.lenient-value", field,
            fmt::format("{} is not {}; the gateway silently uses {} instead", provider_.label(field),
                        expected, instead),
            fmt::format("set it to {}, or remove it", expected), Status::degraded);
    }

    void boolean(std::string_view field) {
        const auto value = provider_.text(field);
        if (!value.empty() && !read_boolean(value)) lenient(field, "true or false", "false");
    }

    void identity() {
        if (!is_provider_id(provider_.kind, provider_.id))
            problems_.push_back(
                {"configuration.invalid-value", provider_.key,
                 fmt::format("{}: id is neither {} nor {}- and a name in lower case", provider_.place,
                             to_string(provider_.kind), to_string(provider_.kind)),
                 fmt::format("set it to {} or for example {}-team", to_string(provider_.kind),
                             to_string(provider_.kind))});
        if (provider_.binding.empty())
            problems_.push_back({"configuration.missing-key", provider_.key,
                                 fmt::format("{}: channelBindingId is not set", provider_.place),
                                 "set it to the id of the channel binding in Cloud"});
    }

    void credentials() {
        for (const ProviderField& field : provider_.fields) {
            const auto value = trimmed(field.value.reveal());
            if (!field.credential || value.empty() || !looks_secret(field.name)) continue;
            if (is_placeholder(value)) {
                add("configuration.placeholder-secret", field.name,
                    fmt::format("{} is still a placeholder", field.label), "replace it by a real secret");
            } else if (value.size() < shortest_secret && field.name != "smtpPassword") {
                // The password of a mail account is the mail server's to judge.
                add("configuration.short-secret", field.name,
                    fmt::format("{} has fewer than {} characters", field.label, shortest_secret),
                    "replace it by a longer one");
            }
        }
    }

    void telegram() {
        need("botToken", "the telegram provider needs it", "take it from @BotFather");
        const auto groups = provider_.text("respondInGroups");
        if (!groups.empty() && groups != "commands_only" && groups != "mentions_and_replies" &&
            groups != "all")
            lenient("respondInGroups", "commands_only, mentions_and_replies or all", "commands_only");
        const auto mode = provider_.text("mode");
        if (mode == "webhook") return telegram_webhook();
        if (!mode.empty() && mode != "polling")
            add("configuration.invalid-value", "mode",
                fmt::format("{} is neither polling nor webhook; the gateway refuses to start",
                            provider_.label("mode")),
                "set it to polling or webhook");
    }

    void telegram_webhook() {
        need("webhookSecret", "webhook mode needs it", "set it, or use polling mode");
        if (!is_telegram_secret(provider_.text("webhookSecret")))
            add("configuration.invalid-value", "webhookSecret",
                fmt::format("{} has characters that Telegram does not take",
                            provider_.label("webhookSecret")),
                "use 16 to 256 letters, digits, _ and -");
        const auto url = provider_.text("publicBaseUrl");
        if (url.empty())
            return add("configuration.missing-key", "publicBaseUrl",
                       fmt::format("{} is not set; webhook mode needs it, or {}",
                                   provider_.label("publicBaseUrl"), "OPEN_COWORK_GATEWAY_PUBLIC_URL"),
                       "set it to the https URL of the reverse proxy, or use polling mode");
        // The gateway's own public URL is judged as such.
        if (provider_.key_of("publicBaseUrl") != "PUBLIC_URL") public_url("publicBaseUrl");
    }

    void public_url(std::string_view field) {
        const auto verdict = net::check_service_endpoint(provider_.text(field));
        const std::string label = provider_.label(field);
        constexpr std::string_view remedy = "set it to the https URL of the reverse proxy";
        if (!verdict.ok()) {
            add(net::reason_code(verdict.problem), field,
                fmt::format("{} {}", label, net::describe(verdict.problem)), std::string(remedy));
        } else if (!verdict.url->secure()) {
            add("configuration.insecure-url", field, fmt::format("{} is not an https URL", label),
                std::string(remedy));
        } else if (is_channel_loopback(verdict.url->host)) {
            add("configuration.invalid-value", field,
                fmt::format("{} names loopback, which nobody else can reach", label), std::string(remedy));
        }
    }

    void slack() {
        need("botToken", "the slack provider needs it", "take it from the Slack app's page");
        need("signingSecret", "the slack provider needs it to know Slack's calls",
             "it is the Signing Secret among the App Credentials of the Slack app's page");
        const auto url = provider_.text("apiBaseUrl");
        if (url.empty()) return;
        const auto verdict = net::check_service_endpoint(url);
        if (!verdict.ok())
            add(net::reason_code(verdict.problem), "apiBaseUrl",
                fmt::format("{} {}", provider_.label("apiBaseUrl"), net::describe(verdict.problem)),
                "remove it to use Slack's own API");
    }

    void email() {
        need("inboundSecret", "the email provider needs it to know the mail relay's calls",
             "set it to a long random secret");
        need("from", "the email provider needs it", "set it to an address such as gateway@example.com");
        need("smtpHost", "the email provider needs it", "set it to the mail server that sends replies");
        if (provider_.enabled) sender();
        boolean("smtpSecure");
        smtp_port();
        attachments();
    }

    void sender() {
        const auto from = provider_.text("from");
        if (from.empty() || is_mail_address(from)) return;
        constexpr std::string_view remedy = "write an address alone, such as gateway@example.com";
        if (is_mail_address_with_name(from))
            return add("configuration.invalid-value", "from",
                       fmt::format("{} has a display name: the gateway starts, but sends it to the mail "
                                   "server as part of the address",
                                   provider_.label("from")),
                       std::string(remedy), Status::degraded);
        add("configuration.invalid-value", "from",
            fmt::format("{} is not a mail address; the gateway refuses to start", provider_.label("from")),
            std::string(remedy));
    }

    void smtp_port() {
        const auto text = provider_.text("smtpPort");
        if (text.empty()) return;
        const auto port = read_integer(text);
        if (!port) return lenient("smtpPort", "a whole number from 1 to 65535", "25, or 465 with TLS,");
        if (*port < 1 || *port > 65535)
            add("configuration.invalid-value", "smtpPort",
                fmt::format("{} is no port", provider_.label("smtpPort")),
                "set it to a whole number from 1 to 65535, usually 465 or 587");
    }

    void attachments() {
        const auto text = provider_.text("maxAttachmentBytes");
        if (text.empty()) return;
        const std::string label = provider_.label("maxAttachmentBytes");
        const auto bytes = read_integer(text);
        if (!bytes || *bytes < 1 || *bytes > largest_attachment)
            return add("configuration.invalid-value", "maxAttachmentBytes",
                       fmt::format("{} is not a whole number from 1 to {}; the gateway refuses to start",
                                   label, largest_attachment),
                       "correct it, or remove it");
        if (*bytes > largest_body_)
            add("configuration.invalid-value", "maxAttachmentBytes",
                fmt::format("{} is more than a request may hold ({}); the gateway refuses to start", label,
                            largest_body_),
                "lower it, or raise OPEN_COWORK_GATEWAY_MAX_REQUEST_BODY_BYTES");
    }

    void bridge() {
        const std::string_view kind = to_string(provider_.kind);
        need("sharedSecret", fmt::format("the {} provider needs it to sign calls", kind),
             "set it to a long random secret that the other side has too");
        need("deliveryUrl", fmt::format("the {} provider needs it", kind),
             "set it to the https URL that takes replies");
        boolean("allowPrivateDelivery");
        attachments();
        const auto url = provider_.text("deliveryUrl");
        if (!provider_.enabled || url.empty()) return;
        const bool allow_private = read_boolean(provider_.text("allowPrivateDelivery")).value_or(false);
        if (auto problem = delivery_problem(url, provider_.text("deliveryUrlAllowedHosts"), allow_private))
            add(problem->reason, "deliveryUrl",
                fmt::format("{} {}", provider_.label("deliveryUrl"), problem->what),
                std::move(problem->remedy));
    }

    const ChannelProvider& provider_;
    long long largest_body_;
    std::vector<ProviderProblem>& problems_;
};

}  // namespace

std::vector<ProviderProblem> judge_providers(const std::vector<ChannelProvider>& providers,
                                             long long largest_body) {
    std::vector<ProviderProblem> problems;
    std::set<std::string_view> ids;
    for (const ChannelProvider& provider : providers) {
        ProviderJudge(provider, largest_body, problems).judge();
        if (!ids.insert(provider.id).second)
            problems.push_back({"configuration.invalid-value", provider.key,
                                fmt::format("{} has the id of another provider; the gateway refuses to start",
                                            provider.describe()),
                                "give each provider an id of its own"});
    }
    return problems;
}

}  // namespace cowork::rules
