#include "setup/gateway_only.hpp"

#include "rules/lenient.hpp"
#include "rules/standalone_gateway.hpp"
#include "setup/builder.hpp"

#include <fmt/format.h>

#include <utility>

namespace cowork::setup {
namespace {

constexpr std::string_view system_runtime_root = "/var/lib/open-cowork/standalone-gateway";

std::string evaluation_root(const Surroundings& surroundings) {
    if (surroundings.root) return std::string(system_runtime_root);
    if (const auto data = surroundings.variable("XDG_DATA_HOME"); data && data->starts_with('/'))
        return fmt::format("{}/open-cowork/standalone-gateway", *data);
    if (const auto home = surroundings.variable("HOME"); home && home->starts_with('/'))
        return fmt::format("{}/.local/share/open-cowork/standalone-gateway", *home);
    return std::string(system_runtime_root);
}

// One of the two decides what the other may be: what the operator says now, not what a file holds.
void choose_store(EnvBuilder& file, bool evaluate) {
    if (file.said("DATABASE_URL")) {
        if (!file.said("STORE") && rules::is_memory_store(file.text("STORE"))) file.drop("STORE");
    } else if (evaluate || rules::is_memory_store(file.text("STORE"))) {
        file.drop("DATABASE_URL");
        file.preset("STORE", "memory");
    }
}

void evaluate(EnvBuilder& file, const Surroundings& surroundings) {
    if (!file.has("TELEGRAM_BOT_TOKEN")) {
        file.generate("WEBHOOK_SHARED_SECRET");
        file.preset("WEBHOOK_DELIVERY_URL", "http://127.0.0.1:8796/deliveries");
    }
    file.preset("RUNTIME_ROOT", evaluation_root(surroundings));
}

void preset_telegram(EnvBuilder& file) {
    if (!file.has("TELEGRAM_BOT_TOKEN")) return;
    for (const std::string_view name :
         {"TELEGRAM_MODE", "TELEGRAM_PROVIDER_ID", "TELEGRAM_CHANNEL_BINDING_ID"})
        file.spell_out(name);
    if (file.text("TELEGRAM_MODE") == "webhook" && file.has("PUBLIC_URL"))
        file.preset("TELEGRAM_PUBLIC_URL", std::string(file.text("PUBLIC_URL")));
}

void preset(EnvBuilder& file) {
    file.generate("ADMIN_TOKEN");
    if (file.said("TRUSTED_PROXY_CIDRS")) file.preset("TRUST_PROXY_HEADERS", "true");
    file.preset("OPENCODE_URL", "http://127.0.0.1:4096");
    file.preset("RUNTIME_ROOT", system_runtime_root);
    for (const std::string_view name :
         {"OPENCODE_EXECUTION_TIMEOUT_MS", "HOST", "PORT", "TRUST_PROXY_HEADERS", "DEPLOYMENT_MODE",
          "RETENTION_SESSION_DAYS", "RETENTION_ARTIFACT_DAYS", "RETENTION_AUDIT_DAYS", "RETENTION_JOB_DAYS"})
        file.spell_out(name);
    preset_telegram(file);
    const std::string_view mode = file.text("DEPLOYMENT_MODE");
    const bool verified = mode == "team" || mode == "enterprise" || file.has("DATABASE_SSL_CA_PATH");
    if (verified && file.has("DATABASE_URL")) {
        file.preset("DATABASE_SSL", "true");
        file.preset("DATABASE_SSL_REJECT_UNAUTHORIZED", "true");
    }
}

void missing(EnvBuilder& file) {
    const bool secret = file.has("WEBHOOK_SHARED_SECRET");
    const bool delivery = file.has("WEBHOOK_DELIVERY_URL");
    if (!file.has("TELEGRAM_BOT_TOKEN") && !secret && !delivery)
        file.miss("--telegram-bot-token", "the gateway needs a channel, Telegram or else a signed webhook");
    if (secret && !delivery) file.miss("--webhook-delivery-url", "a webhook needs it beside its secret");
    if (delivery && !secret)
        file.miss("--webhook-shared-secret", "a webhook needs it beside its URL; it may be 'generate'");
    if (file.text("TELEGRAM_MODE") == "webhook") {
        if (!file.has("TELEGRAM_WEBHOOK_SECRET"))
            file.miss("--telegram-webhook-secret", "webhook mode needs it; it may be 'generate'");
        if (!file.has("TELEGRAM_PUBLIC_URL"))
            file.miss("--public-url", "webhook mode needs the https URL that Telegram calls",
                      "TELEGRAM_PUBLIC_URL");
    }
    const std::string store = rules::lowered(file.text("STORE"));
    if (!file.has("DATABASE_URL") &&
        (store.empty() || store == "postgres" || store == "postgresql" || store == "pg"))
        file.miss("--database-url",
                  "the Postgres that keeps sessions; --store memory does without, for a trial");
}

}  // namespace

Planned plan_gateway_only(const Answers& answers, const Surroundings& surroundings) {
    const std::string path =
        surroundings.output.empty() ? surroundings.place(".env.standalone-gateway") : surroundings.output;
    EnvBuilder file(rules::standalone_gateway(), gateway_only_options(), answers, surroundings, path);
    choose_store(file, answers.evaluate);
    if (answers.evaluate) evaluate(file, surroundings);
    preset(file);
    missing(file);
    const std::string runtime_root(file.text("RUNTIME_ROOT"));
    auto finished = file.finish();
    if (!finished) return tl::unexpected(file.take_problems());
    Plan plan;
    plan.intent = catalogue::Intent::gateway_only;
    plan.notes = file.take_notes();
    plan.env_files.push_back(std::move(*finished));
    if (answers.evaluate) plan.directories.push_back({runtime_root, "for OpenCode to work in"});
    return plan;
}

}  // namespace cowork::setup
