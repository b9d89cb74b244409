#include "setup/questions.hpp"

namespace cowork::setup {
namespace {

bool keeps_in_postgres(const Known& known) { return !known.is("--store", "memory"); }
bool has_telegram(const Known& known) { return known.has("--telegram-bot-token"); }
bool lacks_telegram(const Known& known) { return !has_telegram(known); }
bool is_called_by_telegram(const Known& known) {
    return has_telegram(known) && known.is("--telegram-mode", "webhook");
}

}  // namespace

std::vector<Question> gateway_only_questions() {
    return {
        {.flag = "--store",
         .ask = "Where does the gateway keep its threads?",
         .help = "Whoever serves people needs PostgreSQL.",
         .kind = Kind::choice,
         .choices = {{"postgres", "in a PostgreSQL database of its own"},
                     {"memory", "nowhere: for a trial, nothing survives a restart"}},
         .fallback = "postgres"},
        {.flag = "--database-url",
         .ask = "What is the URL of that database?",
         .help = "postgres://user:password@host:port/database",
         .kind = Kind::secret,
         .when = keeps_in_postgres},
        {.flag = "--telegram-bot-token",
         .ask = "What is the token of the Telegram bot?",
         .help = "@BotFather gives it. Without a bot, messages come through a signed webhook.",
         .kind = Kind::secret,
         .optional = true},
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
        {.flag = "--webhook-shared-secret",
         .ask = "What signs the calls of the webhook?",
         .help = "A secret that your program and the gateway share, for both directions.",
         .kind = Kind::secret,
         .when = lacks_telegram},
        {.flag = "--webhook-delivery-url",
         .ask = "Where does your program receive replies?",
         .help = "An https URL, or http on this machine.",
         .when = lacks_telegram},
        {.flag = "--opencode-url",
         .ask = "Where does the private OpenCode listen?",
         .help = "It runs the agents: on this machine or in a private network, never public.",
         .fallback = "http://127.0.0.1:4096"},
        {.flag = "--runtime-root",
         .ask = "In which directory does OpenCode work?",
         .help = "An absolute path that the gateway's user can write to.",
         .fallback = "/var/lib/open-cowork/standalone-gateway"},
        {.flag = "--deployment-mode",
         .ask = "Who uses the gateway?",
         .help = "More people means stricter rules: a database with TLS, for one.",
         .kind = Kind::choice,
         .choices = {{"solo", "one person"}, {"team", "a team"}, {"enterprise", "an organisation"}},
         .fallback = "solo"},
    };
}

}  // namespace cowork::setup
