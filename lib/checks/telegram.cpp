#include "checks/telegram.hpp"

#include "checks/json_answers.hpp"
#include "checks/service_target.hpp"
#include "net/endpoint_policy.hpp"
#include "net/host_class.hpp"
#include "net/url.hpp"
#include "rules/lenient.hpp"
#include "secrets/secret.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cctype>
#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>

namespace cowork::checks {
namespace {

using nlohmann::json;

std::string setting(const Context& context, const rules::Service& gateway, std::string_view name) {
    return std::string(rules::trimmed(context.config.text(gateway.full_name(name))));
}

// Digits, a colon, and letters: nothing that could change the path that it becomes a part of.
bool has_shape_of_token(std::string_view token) {
    return token.find(':') != std::string_view::npos &&
           std::all_of(token.begin(), token.end(), [](unsigned char c) {
               return std::isalnum(c) != 0 || c == ':' || c == '_' || c == '-';
           });
}

// The `result` of an answer; null when it is no success.
json result_of(const probes::HttpAnswer& answer) {
    const auto document = answer.status == 200 ? object_of(answer) : std::nullopt;
    if (!document || !true_at(*document, "ok")) return nullptr;
    return document->value("result", json());
}

// A whole number that the server gives, which may be any, brought into what it can mean here.
std::optional<std::int64_t> whole_at(const json& object, std::string_view key, std::int64_t largest) {
    const auto found = object.find(key);
    if (found == object.end() || !found->is_number_integer()) return std::nullopt;
    if (!found->is_number_unsigned()) return std::clamp(found->get<std::int64_t>(), std::int64_t{0}, largest);
    const auto given = found->get<std::uint64_t>();
    return given > static_cast<std::uint64_t>(largest) ? largest : static_cast<std::int64_t>(given);
}

// Whether Telegram met an error in the last hour. A date to come counts: its clock is not ours.
bool failed_lately(const json& info) {
    constexpr std::int64_t year_9999 = 253'402'300'799;
    constexpr std::int64_t hour = 3600;
    const auto when = whole_at(info, "last_error_date", year_9999);
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    return when && now.time_since_epoch().count() - *when <= hour;
}

std::optional<Finding> webhook(Layers& layers, const Context& context, const rules::Service& gateway,
                               const json& info) {
    const std::string url = text_at(info, "url");
    const bool by_webhook = setting(context, gateway, "TELEGRAM_MODE") == "webhook";
    constexpr auto any = std::numeric_limits<std::int64_t>::max();
    if (const auto pending = whole_at(info, "pending_update_count", any))
        layers.evidence("telegram_pending", *pending);
    if (!by_webhook) {
        if (url.empty()) return std::nullopt;
        return layers.broke("telegram", Status::degraded, "telegram.webhook-blocks-polling",
                            "the gateway polls, but a webhook is registered for the bot"_safe);
    }
    if (url.empty())
        return layers.broke("telegram", Status::degraded, "telegram.webhook-missing",
                            "no webhook is registered for the bot"_safe);
    std::string wanted = setting(context, gateway, "TELEGRAM_PUBLIC_URL");
    if (wanted.empty()) wanted = setting(context, gateway, "PUBLIC_URL");
    while (wanted.ends_with('/')) wanted.pop_back();
    const auto here = net::parse_url(wanted + "/webhooks/");
    const auto there = net::parse_url(url);
    if (!here || !there || here->origin() != there->origin() || !there->path.starts_with(here->path))
        return layers.broke(
            "telegram", Status::degraded, "telegram.webhook-other",
            context.redactor.text("the bot's webhook is at {}",
                                  there ? there->origin() : std::string("an unreadable URL")));
    if (!failed_lately(info)) return std::nullopt;
    layers.evidence("telegram_error", context.redactor.clean(text_at(info, "last_error_message")));
    return layers.broke("telegram", Status::degraded, "telegram.webhook-errors",
                        "Telegram could not deliver in the last hour"_safe);
}

// Where the Bot API is; ends the check when the token, which becomes a part of the URL, may not go there.
std::optional<Finding> bot_api(Layers& layers, const Context& context, std::string& base, bool& in_clear) {
    base = context.wishes.telegram_api_url;
    while (base.ends_with('/')) base.pop_back();
    const auto verdict = net::check_service_endpoint(base);
    if (!verdict.ok())
        return layers.broke("telegram", Status::action_required, net::reason_code(verdict.problem),
                            context.redactor.text("the Bot API's URL {}", net::describe(verdict.problem)));
    in_clear = !verdict.url->secure();
    if (in_clear && !stays_private(*verdict.url))
        return layers.broke(
            "telegram", Status::action_required, "endpoint.cleartext-token",
            "the Bot API's URL is http over a public network: the bot's token is not sent"_safe);
    return std::nullopt;
}

}  // namespace

std::optional<Finding> ask_telegram(Layers& layers, const Context& context, const rules::Service& gateway) {
    const std::string token = setting(context, gateway, "TELEGRAM_BOT_TOKEN");
    if (token.empty()) return std::nullopt;
    if (!context.wishes.online) {
        layers.evidence("telegram", "not asked; --online asks"_safe);
        return std::nullopt;
    }
    std::string base;
    bool in_clear = true;
    if (auto broken = bot_api(layers, context, base, in_clear)) return broken;
    if (!has_shape_of_token(token))
        return layers.broke("telegram", Status::action_required, "telegram.token-refused",
                            "the bot's token is none that Telegram could have given"_safe);
    std::array<probes::HttpRequest, 2> asked;
    asked[0].url = base + "/bot" + token + "/getMe";
    asked[1].url = base + "/bot" + token + "/getWebhookInfo";
    for (auto& request : asked) {
        request.ca_file = context.wishes.ca_file;
        // A name that sounds private must be so.
        if (in_clear) request.addresses = net::AddressRule::private_only;
    }
    const auto answers = context.http.fetch(asked, context.probe());
    for (auto& request : asked) cleanse(request.url);
    for (const auto& answer : answers) {
        if (answer.ok()) continue;
        if (context.run.spent())
            return layers.broke("telegram", Status::unknown,
                                context.run.stopped() ? "run.stopped" : "deadline.exceeded",
                                "the run ended before Telegram answered"_safe);
        return layers.broke("telegram", Status::unknown, "telegram.unreachable",
                            "Telegram's Bot API cannot be reached"_safe);
    }
    if (answers[0].status == 401 || answers[0].status == 404)
        return layers.broke("telegram", Status::action_required, "telegram.token-refused",
                            "Telegram does not accept the bot's token"_safe);
    const json me = result_of(answers[0]);
    const json info = result_of(answers[1]);
    if (!me.is_object() || !info.is_object())
        return layers.broke("telegram", Status::unknown, "telegram.odd-answer",
                            context.redactor.text("the Bot API answers status {}", answers[0].status));
    layers.evidence("telegram_bot", context.redactor.clean(text_at(me, "username")));
    return webhook(layers, context, gateway, info);
}

}  // namespace cowork::checks
