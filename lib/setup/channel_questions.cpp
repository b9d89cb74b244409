#include "setup/questions.hpp"

#include <array>
#include <utility>

namespace cowork::setup {
namespace {

bool has_telegram(const Known& known) { return known.has("--telegram-bot-token"); }
bool is_called_by_telegram(const Known& known) {
    return has_telegram(known) && known.is("--telegram-mode", "webhook");
}

std::vector<Question> cloud() {
    return {
        {.flag = "--mode",
         .ask = "Where does the Cloud run?",
         .help = "The gateway is a client of it.",
         .kind = Kind::choice,
         .choices = {{"remote", "elsewhere"}, {"local", "on this machine"}},
         .fallback = "remote",
         .when = [](const Known& known) { return !known.has("--cloud-url"); }},
        {.flag = "--cloud-url",
         .ask = "What is the URL of the Cloud?",
         .help = "https, or http to this machine.",
         .when = [](const Known& known) { return !known.is("--mode", "local"); }},
        {.flag = "--service-token",
         .ask = "With which token does the gateway call the Cloud?",
         .help = "An admin makes it in Cloud: an API token with the scope gateway.",
         .kind = Kind::secret},
        {.flag = "--provider",
         .ask = "Which channels does the gateway serve?",
         .help = "At least one; of a file that is there its channels stay.",
         .kind = Kind::several,
         .choices = {{"telegram", "a Telegram bot"},
                     {"slack", "a Slack app"},
                     {"email", "mail, by a relay and a mail server"},
                     {"webhook", "your own program"},
                     {"discord", "by a bridge of yours"},
                     {"whatsapp", "by a bridge of yours"},
                     {"signal", "by a bridge of yours"},
                     {"cli", "a command on this machine"},
                     {"fake", "none: for a trial"}},
         .optional = true,
         .unsaid = "telegram, or those of the file"},
    };
}

std::vector<Question> telegram() {
    return {
        {.flag = "--telegram-bot-token",
         .ask = "What is the token of the Telegram bot?",
         .help = "@BotFather gives it. Two programs cannot share one bot.",
         .kind = Kind::secret,
         .when = when_needed("--telegram-bot-token")},
        {.flag = "--telegram-mode",
         .ask = "How do messages come from Telegram?",
         .help = "Polling works behind any firewall.",
         .kind = Kind::choice,
         .choices = {{"polling", "the gateway asks Telegram for them"},
                     {"webhook", "Telegram calls the gateway at a public https URL"}},
         .fallback = "polling",
         .when = has_telegram},
        {.flag = "--public-url",
         .ask = "Under which URL does Telegram call the gateway?",
         .help = "The https URL of the reverse proxy in front of it.",
         .when = is_called_by_telegram},
        {.flag = "--telegram-webhook-secret",
         .ask = "What does Telegram prove its calls with?",
         .help = "A secret of your choice, which the gateway tells Telegram.",
         .kind = Kind::secret,
         .when = is_called_by_telegram},
    };
}

std::vector<Question> slack() {
    return {
        {.flag = "--slack-bot-token",
         .ask = "What is the bot token of the Slack app?",
         .help = "The app's page has it, under OAuth & Permissions.",
         .kind = Kind::secret,
         .when = when_needed("--slack-bot-token")},
        {.flag = "--slack-signing-secret",
         .ask = "What is the signing secret of the Slack app?",
         .help = "The app's page has it, under Basic Information.",
         .kind = Kind::secret,
         .when = when_needed("--slack-signing-secret")},
    };
}

std::vector<Question> email() {
    return {
        {.flag = "--email-inbound-secret",
         .ask = "What does the mail relay prove its calls with?",
         .help = "A secret of your choice, which the relay sends along.",
         .kind = Kind::secret,
         .when = when_needed("--email-inbound-secret")},
        {.flag = "--email-from",
         .ask = "From which address do replies come?",
         .help = "A mail address that the mail server may send from.",
         .when = when_needed("--email-from")},
        {.flag = "--email-smtp-host",
         .ask = "Which mail server sends replies?",
         .help = "Its host name.",
         .when = when_needed("--email-smtp-host")},
        {.flag = "--email-smtp-username",
         .ask = "Which account does the gateway have there?",
         .help = "Some mail servers ask for none.",
         .optional = true,
         .when = [](const Known& known) { return known.has("--email-smtp-host"); }},
        {.flag = "--email-smtp-password",
         .ask = "What is the password of that account?",
         .help = "Sent to the mail server only.",
         .kind = Kind::secret,
         .when = [](const Known& known) { return known.has("--email-smtp-username"); }},
    };
}

// Channels behind a program of the operator's, which all work alike.
struct Bridge {
    std::string_view url, url_ask, secret, secret_ask;
};
constexpr std::array bridges{
    Bridge{"--webhook-delivery-url", "Where does your program receive replies?", "--webhook-shared-secret",
           "What signs the calls of the webhook?"},
    Bridge{"--discord-delivery-url", "Where does the Discord bridge receive replies?",
           "--discord-shared-secret", "What signs the calls of the Discord bridge?"},
    Bridge{"--whatsapp-delivery-url", "Where does the WhatsApp bridge receive replies?",
           "--whatsapp-shared-secret", "What signs the calls of the WhatsApp bridge?"},
    Bridge{"--signal-delivery-url", "Where does the Signal bridge receive replies?", "--signal-shared-secret",
           "What signs the calls of the Signal bridge?"},
};

std::vector<Question> bridged() {
    std::vector<Question> all;
    for (const Bridge& bridge : bridges) {
        all.push_back({.flag = bridge.url,
                       .ask = bridge.url_ask,
                       .help = "An https URL, or http on this machine.",
                       .when = when_needed(bridge.url)});
        all.push_back({.flag = bridge.secret,
                       .ask = bridge.secret_ask,
                       .help = "A secret that both sides share, for both directions.",
                       .kind = Kind::secret,
                       .when = when_needed(bridge.secret)});
    }
    return all;
}

}  // namespace

std::vector<Question> cloud_gateway_questions() {
    std::vector<Question> all;
    for (auto* group : {cloud, telegram, slack, email, bridged})
        for (Question& question : group()) all.push_back(std::move(question));
    return all;
}

}  // namespace cowork::setup
