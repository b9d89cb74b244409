#include "setup/cloud/gateway.hpp"

#include "core/text.hpp"
#include "rules/channel_gateway.hpp"
#include "rules/lenient.hpp"
#include "setup/builder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace cowork::setup {
namespace {

using rules::ChannelKind;

constexpr std::string_view cloud_here = "http://127.0.0.1:8787";
// As the product's Compose files name the service.
constexpr std::string_view cloud_beside_container = "http://open-cowork-cloud:8787";

// What a kind of provider does not start without. `why` ends the sentence "OPTION is missing: ...".
struct Need {
    ChannelKind kind;
    std::string_view key;
    std::string_view why;
};
constexpr std::array needs{
    Need{ChannelKind::telegram, "TELEGRAM_BOT_TOKEN", "the telegram provider needs it; @BotFather gives one"},
    Need{ChannelKind::slack, "SLACK_BOT_TOKEN", "the slack provider needs it; the Slack app's page has it"},
    Need{ChannelKind::slack, "SLACK_SIGNING_SECRET",
         "the slack provider knows Slack's calls by it; the Slack app's page has it"},
    Need{ChannelKind::email, "EMAIL_INBOUND_SECRET",
         "the email provider knows the mail relay's calls by it; it may be 'generate'"},
    Need{ChannelKind::email, "EMAIL_FROM", "the email provider needs the address that replies come from"},
    Need{ChannelKind::email, "EMAIL_SMTP_HOST",
         "the email provider needs the mail server that sends replies"},
    Need{ChannelKind::webhook, "WEBHOOK_DELIVERY_URL", "the webhook provider delivers replies to it"},
    Need{ChannelKind::webhook, "WEBHOOK_SHARED_SECRET",
         "the webhook provider signs with it; it may be 'generate'"},
    Need{ChannelKind::discord, "DISCORD_DELIVERY_URL", "the discord provider delivers replies to it"},
    Need{ChannelKind::discord, "DISCORD_SHARED_SECRET",
         "the discord provider signs with it; it may be 'generate'"},
    Need{ChannelKind::whatsapp, "WHATSAPP_DELIVERY_URL", "the whatsapp provider delivers replies to it"},
    Need{ChannelKind::whatsapp, "WHATSAPP_SHARED_SECRET",
         "the whatsapp provider signs with it; it may be 'generate'"},
    Need{ChannelKind::signal, "SIGNAL_DELIVERY_URL", "the signal provider delivers replies to it"},
    Need{ChannelKind::signal, "SIGNAL_SHARED_SECRET",
         "the signal provider signs with it; it may be 'generate'"},
};

std::string_view flag_of(std::string_view key) {
    const auto options = cloud_gateway_options();
    const auto found =
        std::find_if(options.begin(), options.end(), [&](const Option& o) { return o.key == key; });
    return found->flag;
}

class ChannelPlanner {
  public:
    ChannelPlanner(const Answers& answers, const Surroundings& surroundings)
        : answers_(answers),
          path_(surroundings.output.empty() ? surroundings.place(".env.gateway") : surroundings.output),
          file_(rules::channel_gateway(), cloud_gateway_options(), answers, surroundings, path_) {}

    Planned run() {
        read_mode();
        cloud();
        server();
        choose_providers();
        for (const ChannelKind kind : kinds_) provider(kind);
        auto finished = file_.finish();
        if (!finished) return tl::unexpected(problems());
        Plan plan;
        plan.intent = catalogue::Intent::cloud_gateway;
        plan.notes = file_.take_notes();
        for (Note& note : notes_) plan.notes.push_back(std::move(note));
        for (Note& note : cloud_gateway_notes(*finished)) plan.notes.push_back(std::move(note));
        plan.steps = cloud_gateway_steps(*finished);
        plan.env_files.push_back(std::move(*finished));
        return plan;
    }

  private:
    [[nodiscard]] bool on(std::string_view name) const {
        return rules::read_boolean(file_.text(name)).value_or(false);
    }

    void read_mode() {
        const auto mode = answers_.text("--mode");
        local_ =
            mode.empty() ? answers_.evaluate && !file_.has("OPEN_COWORK_CLOUD_BASE_URL") : mode == "local";
        if (!mode.empty() && mode != "local" && mode != "remote")
            file_.refuse("--mode", "--mode is neither remote nor local",
                         "write --mode remote for a Cloud elsewhere, --mode local for one on this machine");
        container_ = answers_.has("--container");
    }

    void cloud() {
        if (local_) local_cloud();
        if (!file_.has("OPEN_COWORK_CLOUD_BASE_URL"))
            file_.miss("--cloud-url",
                       "the Cloud that the gateway is a client of; --mode local for one on this machine");
        if (!file_.has("SERVICE_TOKEN"))
            file_.miss("--service-token",
                       local_ ? "an admin makes it in Cloud, an API token with the scope gateway; a Cloud "
                                "without sign-in takes any long random one, the gateway no placeholder"
                              : "an admin makes it in Cloud, an API token with the scope gateway");
    }

    void local_cloud() {
        const auto url = container_ ? cloud_beside_container : cloud_here;
        if (!file_.has("OPEN_COWORK_CLOUD_BASE_URL")) {
            file_.preset("OPEN_COWORK_CLOUD_BASE_URL", url);
            if (container_) file_.preset("ALLOW_INSECURE_HTTP", "true");
        } else if (!file_.said("OPEN_COWORK_CLOUD_BASE_URL") &&
                   file_.text("OPEN_COWORK_CLOUD_BASE_URL") != url) {
            notes_.push_back({false,
                              "--mode local changes nothing about the Cloud URL that the file has already",
                              fmt::format("to change it: --cloud-url {}", url)});
        }
    }

    void server() {
        file_.generate("ADMIN_TOKEN");
        if (container_) listen_in_container();
        for (const std::string_view name : {"HOST", "PORT", "PRODUCT_MODE", "MODE", "METRICS_ENABLED"})
            file_.spell_out(name);
    }

    // On a container's own loopback nothing outside reaches it, whatever is published.
    void listen_in_container() {
        if (!file_.said("HOST")) return file_.put("HOST", Secret("0.0.0.0"), Origin::preset);
        const auto host = file_.text("HOST");
        if (host.starts_with("127.") || host == "localhost" || host == "::1")
            file_.refuse("--host", "--host names loopback, where nobody reaches a gateway in a container",
                         "leave it out, or leave out --container");
    }

    // Whether a kind is asked for by one of its own options, or by what the file has.
    [[nodiscard]] bool has_part_of(ChannelKind kind) const {
        if (kind == ChannelKind::cli) return on("CLI_ENABLED");
        if (kind == ChannelKind::fake) return on("ENABLE_FAKE_PROVIDER");
        if (kind == ChannelKind::telegram && file_.has("TELEGRAM_WEBHOOK_SECRET")) return true;
        return std::any_of(needs.begin(), needs.end(),
                           [&](const Need& need) { return need.kind == kind && file_.has(need.key); });
    }

    [[nodiscard]] bool named_elsewhere() const {
        const auto names = {"PROVIDERS",
                            "CONFIG",
                            "CONFIG_JSON",
                            "OPEN_COWORK_CONFIG_PATH",
                            "OPEN_COWORK_CONFIG_DIR",
                            "OPEN_COWORK_DOWNSTREAM_ROOT"};
        return std::any_of(names.begin(), names.end(), [&](const char* name) { return file_.has(name); });
    }

    void choose_providers() {
        for (const std::string& word : answers_.all("--provider")) {
            if (const auto kind = rules::parse_channel_kind(word)) {
                kinds_.push_back(*kind);
            } else {
                file_.refuse(
                    "--provider", "--provider names a kind that the gateway does not know",
                    "write one or more of telegram, slack, email, webhook, discord, whatsapp, signal, "
                    "cli and fake");
            }
        }
        const std::vector<ChannelKind> named = kinds_;
        for (const ChannelKind kind : rules::all_channel_kinds)
            if (kind != ChannelKind::fake && has_part_of(kind) && !wanted(kind)) kinds_.push_back(kind);
        if (kinds_.empty() && !named_elsewhere()) nobody_named();
        leave_fake(named);
    }

    [[nodiscard]] bool wanted(ChannelKind kind) const {
        return std::find(kinds_.begin(), kinds_.end(), kind) != kinds_.end();
    }

    void nobody_named() {
        if (answers_.evaluate || has_part_of(ChannelKind::fake)) {
            kinds_.push_back(ChannelKind::fake);
        } else if (answers_.all("--provider").empty()) {
            file_.miss("--telegram-bot-token",
                       "the gateway needs a provider, Telegram or else --provider KIND");
        }
    }

    // Beside another provider the gateway ignores fake: it must not stay in a file that gets one.
    void leave_fake(const std::vector<ChannelKind>& named) {
        const bool asked_for = std::find(named.begin(), named.end(), ChannelKind::fake) != named.end() ||
                               file_.said("ENABLE_FAKE_PROVIDER");
        if (!asked_for && !wanted(ChannelKind::fake) && !kinds_.empty() && on("ENABLE_FAKE_PROVIDER"))
            file_.drop("ENABLE_FAKE_PROVIDER");
    }

    void provider(ChannelKind kind) {
        if (kind == ChannelKind::fake) turn_on("ENABLE_FAKE_PROVIDER");
        if (kind == ChannelKind::cli) turn_on("CLI_ENABLED");
        for (const Need& need : needs)
            if (need.kind == kind && !file_.has(need.key)) file_.miss(flag_of(need.key), need.why);
        std::string binding = fmt::format("{}_CHANNEL_BINDING_ID", rules::to_string(kind));
        std::transform(binding.begin(), binding.end(), binding.begin(),
                       [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
        file_.spell_out(binding);
        if (kind == ChannelKind::telegram) telegram();
    }

    // A file that is there may say false, as the product's own helper writes it.
    void turn_on(std::string_view name) {
        if (!on(name)) file_.put(name, Secret("true"), Origin::preset);
    }

    void telegram() {
        file_.spell_out("TELEGRAM_MODE");
        if (file_.text("TELEGRAM_MODE") != "webhook") return;
        if (!file_.has("TELEGRAM_WEBHOOK_SECRET"))
            file_.miss("--telegram-webhook-secret", "webhook mode needs it; it may be 'generate'");
        if (!file_.has("TELEGRAM_PUBLIC_URL") && !file_.has("PUBLIC_URL"))
            file_.miss("--public-url", "webhook mode needs the https URL that Telegram calls",
                       "TELEGRAM_PUBLIC_URL");
    }

    [[nodiscard]] std::vector<Error> problems() {
        std::vector<Error> found = file_.take_problems();
        for (Error& error : found) name_option(error);
        // A kind that is no kind has been told; that no provider is left is its consequence.
        const bool told = std::count_if(found.begin(), found.end(), [](const Error& error) {
                              return error.where.file == "--provider";
                          }) > 1;
        if (told)
            std::erase_if(found, [](const Error& error) {
                return error.where.file == "--provider" && error.message.starts_with("no channel provider");
            });
        return found;
    }

    // A key without an option of its own, and the lack of any provider.
    static void name_option(Error& error) {
        if (!error.where.file.empty()) return;
        const auto* key = rules::channel_gateway().find(error.where.key);
        const bool provider =
            key == nullptr || key->name == "ENABLE_FAKE_PROVIDER" || key->name == "CLI_ENABLED";
        error.where.file = provider ? "--provider" : fmt::format("--set {}", key->name);
        error.message += fmt::format(" ({})", error.where.file);
    }

    const Answers& answers_;
    std::string path_;
    EnvBuilder file_;
    bool local_ = false;
    bool container_ = false;
    std::vector<ChannelKind> kinds_;
    std::vector<Note> notes_;
};

}  // namespace

Planned plan_cloud_gateway(const Answers& answers, const Surroundings& surroundings) {
    return ChannelPlanner(answers, surroundings).run();
}

}  // namespace cowork::setup
