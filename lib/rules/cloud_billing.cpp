#include "rules/cloud_judge.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cowork::rules {

void CloudJudge::billing() {
    half_switched("BILLING_ENABLED", "BILLING_PROVIDER", "billing");
    half_switched("ENTITLEMENTS_ENABLED", "ENTITLEMENTS_PROVIDER", "limits by plan");
    if (!runs_web(view_.role) || !is_true("BILLING_ENABLED") || text("BILLING_PROVIDER") != "stripe") return;
    if (!material("STRIPE_API_KEY").present())
        lacks("STRIPE_API_KEY", "nobody can subscribe without, and what needs a subscription is refused",
              "set it to the key from Stripe", Elsewhere::file);
    if (!material("STRIPE_WEBHOOK_SECRET").present())
        lacks("STRIPE_WEBHOOK_SECRET",
              "the server refuses Stripe's calls without, so no subscription becomes active",
              "set it to the signing secret of Stripe's endpoint", Elsewhere::file);
}

// The switch and the provider count together only. A configuration file may hold the other one, and a switch
// that says false is meant so.
void CloudJudge::half_switched(std::string_view flag, std::string_view provider, std::string_view what) {
    const auto named = text(provider);
    const auto words = choices_of(key(provider));
    const bool somebody = named != "none" && std::find(words.begin(), words.end(), named) != words.end();
    if (view_.configuration_file || (set(provider) && !somebody && named != "none")) return;
    if (is_true(flag) && !somebody)
        add("configuration.lenient-value", flag,
            fmt::format("{} is true, but {} names nobody, so the server silently has no {}", full(flag),
                        full(provider), what),
            fmt::format("set {}, or remove the line", full(provider)), Status::degraded);
    if (!set(flag) && somebody)
        add("configuration.lenient-value", provider,
            fmt::format("{} names somebody, but {} is not set, so the server silently has no {}",
                        full(provider), full(flag), what),
            fmt::format("set {} to true, or remove the line", full(flag)), Status::degraded);
}

}  // namespace cowork::rules
