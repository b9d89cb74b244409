#include "setup/gateway_only.hpp"

#include "envfile/document.hpp"
#include "rules/lenient.hpp"
#include "rules/secret_names.hpp"
#include "rules/standalone_gateway.hpp"
#include "secrets/strength.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace cowork::setup {
namespace {

using rules::gateway_key;

constexpr std::string_view system_runtime_root = "/var/lib/open-cowork/standalone-gateway";

std::optional<std::string_view> variable(const Surroundings& surroundings, std::string_view name) {
    if (surroundings.environment == nullptr) return std::nullopt;
    for (const auto& [key, value] : *surroundings.environment)
        if (key == name && !value.empty()) return value;
    return std::nullopt;
}

// Collects a plan key by key; the first source that has a value wins: option, environment (secrets only),
// existing file, preset.
class Planner {
  public:
    Planner(const GatewayAnswers& answers, const Surroundings& surroundings)
        : answers_(answers), surroundings_(surroundings) {}

    tl::expected<GatewayPlan, std::vector<Error>> plan() {
        gather();
        if (answers_.evaluate) evaluate();
        presets();
        missing();
        if (!problems_.empty()) return tl::unexpected(std::move(problems_));
        judge();
        if (!problems_.empty()) return tl::unexpected(std::move(problems_));
        return std::move(plan_);
    }

  private:
    [[nodiscard]] bool has(std::string_view name) const {
        const PlannedValue* value = plan_.find(gateway_key(name));
        return value != nullptr && !value->value.empty();
    }
    [[nodiscard]] std::string_view text(std::string_view name) const {
        const PlannedValue* value = plan_.find(gateway_key(name));
        return value == nullptr ? std::string_view{} : value->value.reveal();
    }
    void put(const std::string& key, Secret value, Origin origin) {
        std::erase_if(plan_.values, [&](const PlannedValue& planned) { return planned.key == key; });
        plan_.values.push_back({key, std::move(value), rules::is_secret_key(key), origin});
    }
    void put_if_absent(std::string_view name, std::string_view value, Origin origin = Origin::preset) {
        if (!has(name)) put(gateway_key(name), Secret(value), origin);
    }

    void gather() {
        for (const auto& setting : answers_.given) put(setting.key, setting.value.clone(), Origin::option);
        for (const auto& key : rules::gateway_keys()) {
            const std::string full = gateway_key(key.name);
            if (has(key.name)) continue;
            const auto in_environment = key.secret() ? variable(surroundings_, full) : std::nullopt;
            const auto* there =
                surroundings_.existing == nullptr ? nullptr : surroundings_.existing->find(full);
            // The store the operator chose decides: a database URL is not carried into a memory set-up.
            if (key.name == "DATABASE_URL" && rules::is_memory_store(text("STORE"))) continue;
            if (in_environment) {
                put(full, Secret(*in_environment), Origin::environment);
            } else if (there != nullptr && !there->value.empty()) {
                if (key.name == "STORE" && (has("DATABASE_URL") || answers_.evaluate)) continue;
                put(full, there->value.clone(), Origin::existing);
            }
        }
        keep_foreign();
    }

    // Keys of the existing file that are none of the gateway's stay in it.
    void keep_foreign() {
        if (surroundings_.existing == nullptr) return;
        for (const auto& setting : surroundings_.existing->settings())
            if (rules::find_gateway_key(setting.key) == nullptr && plan_.find(setting.key) == nullptr)
                put(setting.key, setting.value.clone(), Origin::existing);
    }

    void evaluate() {
        const bool database_said =
            std::any_of(answers_.given.begin(), answers_.given.end(),
                        [](const auto& setting) { return setting.key == gateway_key("DATABASE_URL"); });
        if (!database_said) {
            std::erase_if(plan_.values,
                          [](const auto& value) { return value.key == gateway_key("DATABASE_URL"); });
            put_if_absent("STORE", "memory");
        }
        if (!has("TELEGRAM_BOT_TOKEN")) {
            if (!has("WEBHOOK_SHARED_SECRET"))
                put(gateway_key("WEBHOOK_SHARED_SECRET"), generate_secret(), Origin::generated);
            put_if_absent("WEBHOOK_DELIVERY_URL", "http://127.0.0.1:8796/deliveries");
        }
        if (!has("RUNTIME_ROOT")) put(gateway_key("RUNTIME_ROOT"), Secret(evaluation_root()), Origin::preset);
        plan_.create_runtime_root = true;
    }

    [[nodiscard]] std::string evaluation_root() const {
        if (surroundings_.root) return std::string(system_runtime_root);
        if (const auto data = variable(surroundings_, "XDG_DATA_HOME"); data && data->starts_with('/'))
            return fmt::format("{}/open-cowork/standalone-gateway", *data);
        if (const auto home = variable(surroundings_, "HOME"); home && home->starts_with('/'))
            return fmt::format("{}/.local/share/open-cowork/standalone-gateway", *home);
        return std::string(system_runtime_root);
    }

    void presets() {
        if (!has("ADMIN_TOKEN")) put(gateway_key("ADMIN_TOKEN"), generate_secret(), Origin::generated);
        put_if_absent("OPENCODE_URL", "http://127.0.0.1:4096");
        put_if_absent("RUNTIME_ROOT", system_runtime_root);
        for (const std::string_view name :
             {"OPENCODE_EXECUTION_TIMEOUT_MS", "HOST", "PORT", "TRUST_PROXY_HEADERS", "DEPLOYMENT_MODE",
              "RETENTION_SESSION_DAYS", "RETENTION_ARTIFACT_DAYS", "RETENTION_AUDIT_DAYS",
              "RETENTION_JOB_DAYS"})
            put_if_absent(name, rules::find_gateway_key(gateway_key(name))->fallback);
        if (has("TELEGRAM_BOT_TOKEN")) {
            put_if_absent("TELEGRAM_MODE", "polling");
            put_if_absent("TELEGRAM_PROVIDER_ID", "telegram");
            put_if_absent("TELEGRAM_CHANNEL_BINDING_ID", "telegram");
            if (text("TELEGRAM_MODE") == "webhook" && has("PUBLIC_URL"))
                put_if_absent("TELEGRAM_PUBLIC_URL", text("PUBLIC_URL"));
        }
        const std::string_view mode = text("DEPLOYMENT_MODE");
        if ((mode == "team" || mode == "enterprise") && has("DATABASE_URL")) {
            put_if_absent("DATABASE_SSL", "true");
            put_if_absent("DATABASE_SSL_REJECT_UNAUTHORIZED", "true");
        }
        plan_.runtime_root = std::string(text("RUNTIME_ROOT"));
        in_file_order();
    }

    void in_file_order() {
        const auto place = [](const PlannedValue& value) -> std::ptrdiff_t {
            const auto keys = rules::gateway_keys();
            const auto* key = rules::find_gateway_key(value.key);
            return key == nullptr ? static_cast<std::ptrdiff_t>(keys.size()) : key - keys.data();
        };
        std::stable_sort(plan_.values.begin(), plan_.values.end(),
                         [&](const auto& a, const auto& b) { return place(a) < place(b); });
    }

    void miss(std::string_view flag, std::string why) {
        problems_.push_back({ErrorCode::usage,
                             fmt::format("{} is missing: {}", flag, why),
                             {},
                             {std::string(flag), 0, 0, {}}});
    }

    void missing() {
        const bool secret = has("WEBHOOK_SHARED_SECRET");
        const bool delivery = has("WEBHOOK_DELIVERY_URL");
        if (!has("TELEGRAM_BOT_TOKEN") && !secret && !delivery)
            miss("--telegram-bot-token", "the gateway needs a channel, Telegram or else a signed webhook");
        if (secret && !delivery) miss("--webhook-delivery-url", "a webhook needs it beside its secret");
        if (delivery && !secret)
            miss("--webhook-shared-secret", "a webhook needs it beside its URL; it may be 'generate'");
        if (text("TELEGRAM_MODE") == "webhook") {
            if (!has("TELEGRAM_WEBHOOK_SECRET"))
                miss("--telegram-webhook-secret", "webhook mode needs it; it may be 'generate'");
            if (!has("TELEGRAM_PUBLIC_URL"))
                miss("--public-url", "webhook mode needs the https URL that Telegram calls");
        }
        const std::string store = rules::lowered(rules::trimmed(text("STORE")));
        if (!has("DATABASE_URL") &&
            (store.empty() || store == "postgres" || store == "postgresql" || store == "pg"))
            miss("--database-url",
                 "the Postgres that keeps sessions; --store memory does without, for a trial");
    }

    // Every rule of the gateway, and the silently replaced values too: setup writes nothing that needs
    // mending.
    void judge() {
        const config::Config config = plan_.as_config({});
        for (const rules::Violation& violation : rules::check_gateway(config)) {
            const std::string said_by = origin_of(violation.key);
            problems_.push_back(
                {ErrorCode::usage,
                 // Not `--admin-token: NAME`, which reads like a secret and its value, and would be redacted.
                 said_by.empty() ? violation.message : fmt::format("{} ({})", violation.message, said_by),
                 violation.remedy,
                 {said_by, 0, 0, violation.key}});
        }
    }

    // The option, variable or file that a key's value came from.
    [[nodiscard]] std::string origin_of(const std::string& key) const {
        for (const auto& setting : answers_.given)
            if (setting.key == key) return setting.source.place();
        const PlannedValue* planned = plan_.find(key);
        if (planned != nullptr && planned->origin == Origin::environment) return "environment";
        if (planned != nullptr && planned->origin == Origin::existing)
            if (const auto* setting = surroundings_.existing->find(key)) return setting->source.place();
        return {};
    }

    const GatewayAnswers& answers_;
    const Surroundings& surroundings_;
    GatewayPlan plan_;
    std::vector<Error> problems_;
};

struct Group {
    std::string_view title;
    std::string_view first_key;  // the group begins at this key of the table
};
constexpr std::array groups{
    Group{"Store", "STORE"},
    Group{"Operator access", "ADMIN_TOKEN"},
    Group{"OpenCode", "OPENCODE_URL"},
    Group{"Gateway server", "HOST"},
    Group{"Retention", "RETENTION_SESSION_DAYS"},
    Group{"Telegram", "TELEGRAM_BOT_TOKEN"},
    Group{"Signed webhook", "WEBHOOK_SHARED_SECRET"},
    Group{"Configuration file", "CONFIG"},
};

// The last group whose first key stands at or before this key in the table.
std::string_view group_of(const PlannedValue& value) {
    const auto* key = rules::find_gateway_key(value.key);
    if (key == nullptr) return "Other keys";
    std::string_view title;
    for (const Group& group : groups)
        if (rules::find_gateway_key(gateway_key(group.first_key)) <= key) title = group.title;
    return title;
}

}  // namespace

std::string_view to_string(Origin origin) {
    switch (origin) {
        case Origin::option:
            return "option";
        case Origin::environment:
            return "environment";
        case Origin::existing:
            return "existing file";
        case Origin::generated:
            return "generated";
        case Origin::preset:
            return "default";
    }
    return "default";
}

const PlannedValue* GatewayPlan::find(std::string_view full_name) const {
    const auto found =
        std::find_if(values.begin(), values.end(), [&](const auto& value) { return value.key == full_name; });
    return found == values.end() ? nullptr : &*found;
}

config::Config GatewayPlan::as_config(const std::string& file) const {
    config::Config config;
    for (const PlannedValue& value : values)
        config.set(value.key, value.value.clone(), {file, 0, 0, value.key});
    return config;
}

tl::expected<GatewayPlan, std::vector<Error>> plan_gateway(const GatewayAnswers& answers,
                                                           const Surroundings& surroundings) {
    return Planner(answers, surroundings).plan();
}

Result<Secret> render_gateway(const GatewayPlan& plan, config::Dialect dialect, const std::string& file_name,
                              std::string_view version) {
    envfile::Document document(dialect, file_name);
    std::string_view open_group;
    for (const PlannedValue& value : plan.values) {
        if (const auto group = group_of(value); group != open_group) {
            document.group(group);
            open_group = group;
        }
        document.assign(value.key, value.value.clone());
    }
    return document.render(version);
}

}  // namespace cowork::setup
