#pragma once

#include "checks/context.hpp"
#include "checks/layers.hpp"
#include "rules/service.hpp"

#include <array>
#include <optional>

namespace cowork::checks {

inline constexpr std::array telegram_reasons{
    Reason{"telegram.unreachable", Status::unknown, "Telegram's Bot API cannot be reached from here",
           "check this machine's way to the internet, or leave out --online"},
    Reason{"telegram.odd-answer", Status::unknown, "the Bot API answers in no way that is known",
           "check --telegram-api-url, and a proxy on the way"},
    Reason{"telegram.token-refused", Status::action_required, "Telegram does not accept the bot's token",
           "get the token from BotFather and run setup again", catalogue::Safety::disruptive,
           catalogue::Actor::provider_admin},
    Reason{"telegram.webhook-missing", Status::degraded,
           "the gateway waits for a webhook that Telegram does not know",
           "restart the gateway, which registers it", catalogue::Safety::disruptive},
    Reason{"telegram.webhook-other", Status::degraded,
           "Telegram delivers to another URL than the configured one",
           "restart the gateway, or give another bot to the other one", catalogue::Safety::disruptive,
           catalogue::Actor::provider_admin},
    Reason{"telegram.webhook-blocks-polling", Status::degraded,
           "the gateway polls, but Telegram delivers to a webhook, so polling gets nothing",
           "remove the webhook, or configure webhook mode", catalogue::Safety::disruptive,
           catalogue::Actor::provider_admin},
    Reason{"telegram.webhook-errors", Status::degraded, "Telegram could not deliver in the last hour",
           "see the message in the evidence; check the public URL and its certificate"},
};

// With --online, and a bot configured: asks the Bot API who the bot is and where it delivers. Ends the check
// with what is wrong. The token is part of the URL, as that API wants it.
[[nodiscard]] std::optional<Finding> ask_telegram(Layers& layers, const Context& context,
                                                  const rules::Service& gateway);

}  // namespace cowork::checks
