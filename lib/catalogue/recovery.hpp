#pragma once

#include <string_view>

namespace cowork::catalogue {

// What a recovery puts at risk, and who has to do it.
enum class Safety { safe, disruptive, destructive };
enum class Actor {
    operator_,       // who runs the services
    provider_admin,  // who administers the channel: the bot, the workspace, the webhook
    desktop_user,    // who sits at the Desktop
};

constexpr std::string_view to_string(Safety safety) {
    switch (safety) {
        case Safety::safe:
            return "safe";
        case Safety::disruptive:
            return "disruptive";
        case Safety::destructive:
            return "destructive";
    }
    return "safe";
}

constexpr std::string_view to_string(Actor actor) {
    switch (actor) {
        case Actor::operator_:
            return "operator";
        case Actor::provider_admin:
            return "provider_admin";
        case Actor::desktop_user:
            return "desktop_user";
    }
    return "operator";
}

}  // namespace cowork::catalogue
