#include "rules/cloud_judge.hpp"

#include <fmt/format.h>

#include <string>

namespace cowork::rules {

// Who becomes a member by signing in, and who pays: nothing here is refused, so nobody would notice.
void CloudJudge::sign_up() {
    const auto mode = text("SIGNUP_MODE");
    const bool closed = mode == "invite" || mode == "disabled";
    const bool open = mode == "domain" || mode == "open";
    if (mode == "domain" && !set("ALLOWED_EMAIL_DOMAINS"))
        lacks("ALLOWED_EMAIL_DOMAINS",
              "with signup mode domain and no domain everybody who can sign in joins",
              "name the domains, such as example.org, or set the mode to invite", Elsewhere::file);
    email_domains();
    if (!set("ALLOW_SELF_SERVICE_SIGNUP")) return;
    const auto& key = this->key("ALLOW_SELF_SERVICE_SIGNUP");
    if (closed && is_true(key.name))
        add("configuration.lenient-value", key.name,
            fmt::format("{} is true, which the server silently ignores while {} is {}", full(key.name),
                        full("SIGNUP_MODE"), mode),
            "remove the line, or set the mode to domain or open", Status::degraded);
    if (open && read_boolean(text(key.name), service().parsing) == false)
        add("configuration.lenient-value", "SIGNUP_MODE",
            fmt::format("{} is {}, but {} is false, so nobody joins by signing in", full("SIGNUP_MODE"), mode,
                        full(key.name)),
            fmt::format("remove {}, or set the mode to invite", full(key.name)), Status::degraded);
}

// Each is compared with what stands behind the @ of an address.
void CloudJudge::email_domains() {
    for (std::string_view rest = text("ALLOWED_EMAIL_DOMAINS"); !rest.empty();) {
        const auto comma = rest.find(',');
        const auto domain = trimmed(rest.substr(0, comma));
        if (domain.find_first_of("@*/: \t") != std::string_view::npos || domain.starts_with('.'))
            return add("configuration.invalid-value", "ALLOWED_EMAIL_DOMAINS",
                       fmt::format("{} holds an entry that no address ends in, so nobody of it can sign in",
                                   full("ALLOWED_EMAIL_DOMAINS")),
                       "write domains like example.org, separated by commas, without @ and *");
        rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(comma + 1);
    }
}

// A path that does not begin with one slash is replaced, and the identity provider sends browsers astray.
void CloudJudge::callback_path() {
    const auto path = text("OIDC_CALLBACK_PATH");
    if (path.empty() || (path.starts_with('/') && !path.starts_with("//"))) return;
    add("configuration.lenient-value", "OIDC_CALLBACK_PATH",
        fmt::format("{} does not begin with one slash; the server silently uses {} instead, which the "
                    "identity provider does not know",
                    full("OIDC_CALLBACK_PATH"), key("OIDC_CALLBACK_PATH").fallback),
        "write it as /path, the same as at the identity provider");
}

}  // namespace cowork::rules
