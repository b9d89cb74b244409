#include "validators/contradictions.hpp"

#include "core/text.hpp"
#include "rules/channel_gateway.hpp"
#include "rules/cloud_server.hpp"
#include "rules/json_shape.hpp"
#include "rules/judge.hpp"
#include "rules/lenient.hpp"
#include "rules/standalone_gateway.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>
#include <unordered_map>
#include <utility>

namespace cowork::validators {
namespace {

// A key that counts only while another one has a certain value.
struct Dependent {
    std::string_view key;        // without the prefix; with a * at the end, every key that begins so
    std::string_view condition;  // the other key
    std::string_view wanted;     // its value, in lower case, or several with | between; `*` for any
    std::string_view otherwise;  // what it is when not set
};

constexpr std::array standalone{
    Dependent{"DATABASE_*", "STORE", "postgres", "postgres"},
    Dependent{"DATABASE_SSL_CA_PATH", "DATABASE_SSL", "true", "false"},
    Dependent{"DATABASE_SSL_CERT_PATH", "DATABASE_SSL", "true", "false"},
    Dependent{"DATABASE_SSL_KEY_PATH", "DATABASE_SSL", "true", "false"},
    Dependent{"TELEGRAM_WEBHOOK_SECRET", "TELEGRAM_MODE", "webhook", "polling"},
    Dependent{"TELEGRAM_PUBLIC_URL", "TELEGRAM_MODE", "webhook", "polling"},
    Dependent{"TRUSTED_PROXY_CIDRS", "TRUST_PROXY_HEADERS", "true", "false"},
    Dependent{"WEBHOOK_PROVIDER_ID", "WEBHOOK_SHARED_SECRET", "*", ""},
    Dependent{"TELEGRAM_*", "TELEGRAM_BOT_TOKEN", "*", ""},
};
constexpr std::array channel{
    Dependent{"TELEGRAM_WEBHOOK_SECRET", "TELEGRAM_MODE", "webhook", "polling"},
    Dependent{"TELEGRAM_PUBLIC_URL", "TELEGRAM_MODE", "webhook", "polling"},
    Dependent{"TRUSTED_PROXY_CIDRS", "TRUST_PROXY_HEADERS", "true", "false"},
    Dependent{"SLACK_SIGNING_SECRET", "SLACK_BOT_TOKEN", "*", ""},
    Dependent{"EMAIL_FROM", "EMAIL_INBOUND_SECRET", "*", ""},
    Dependent{"EMAIL_SMTP_*", "EMAIL_INBOUND_SECRET", "*", ""},
    Dependent{"WEBHOOK_SHARED_SECRET", "WEBHOOK_DELIVERY_URL", "*", ""},
    Dependent{"DISCORD_SHARED_SECRET", "DISCORD_DELIVERY_URL", "*", ""},
    Dependent{"WHATSAPP_SHARED_SECRET", "WHATSAPP_DELIVERY_URL", "*", ""},
    Dependent{"SIGNAL_SHARED_SECRET", "SIGNAL_DELIVERY_URL", "*", ""},
};
// `otherwise` is one of them where a kind that is not set has a finding of its own.
constexpr std::string_view like_s3 = "s3|minio|digitalocean-spaces";
constexpr std::string_view any_bucket = "s3|minio|digitalocean-spaces|gcs|azure-blob";
constexpr std::array cloud{
    Dependent{"OBJECT_STORE_BUCKET", "OBJECT_STORE_KIND", any_bucket, "s3"},
    Dependent{"OBJECT_STORE_ENDPOINT", "OBJECT_STORE_KIND", any_bucket, "s3"},
    Dependent{"OBJECT_STORE_ACCESS_KEY_ID", "OBJECT_STORE_KIND", like_s3, "s3"},
    Dependent{"OBJECT_STORE_SECRET_ACCESS_KEY", "OBJECT_STORE_KIND", like_s3, "s3"},
    Dependent{"OBJECT_STORE_SESSION_TOKEN", "OBJECT_STORE_KIND", like_s3, "s3"},
    Dependent{"OBJECT_STORE_BEARER_TOKEN", "OBJECT_STORE_KIND", "gcs|azure-blob", "gcs"},
    Dependent{"OBJECT_STORE_SAS_TOKEN", "OBJECT_STORE_KIND", "azure-blob", "azure-blob"},
    Dependent{"OBJECT_STORE_ACCOUNT_NAME", "OBJECT_STORE_KIND", "azure-blob", "azure-blob"},
    Dependent{"OTLP_HEADERS", "OTLP_ENDPOINT", "*", ""},
    Dependent{"OIDC_*", "AUTH_MODE", "oidc", "none"},
    Dependent{"HEADER_AUTH_*", "AUTH_MODE", "header", "none"},
    Dependent{"TRUSTED_PROXY_CIDRS", "TRUST_PROXY_HEADERS", "true", "false"},
    Dependent{"ISOLATION_EGRESS_POLICY_ID", "ISOLATION_NETWORK_POLICY", "restricted", "deny-all"},
    Dependent{"ISOLATION_NETWORK_NAME", "ISOLATION_NETWORK_POLICY", "restricted", "deny-all"},
    Dependent{"STRIPE_*", "BILLING_PROVIDER", "stripe", "none"},
    Dependent{"SINGLE_ORG_*", "ORG_MODE", "single-org", "multi-org"},
};

std::span<const Dependent> dependents_of(const rules::Service& service) {
    if (&service == &rules::standalone_gateway()) return standalone;
    if (&service == &rules::channel_gateway()) return channel;
    if (&service == &rules::cloud_server()) return cloud;
    return {};
}

bool matches(std::string_view pattern, std::string_view name) {
    if (pattern.ends_with('*')) return name.starts_with(pattern.substr(0, pattern.size() - 1));
    return name == pattern;
}

class Contradictions {
  public:
    Contradictions(const rules::Service& service, const config::Config& config)
        : service_(service), config_(config) {}

    std::vector<rules::Violation> find() {
        // A configuration file may set what the environment leaves out.
        const bool file = !text("CONFIG").empty() || !config_.text("OPEN_COWORK_CONFIG_PATH").empty() ||
                          !config_.text("OPEN_COWORK_CONFIG_DIR").empty() ||
                          !config_.text("OPEN_COWORK_DOWNSTREAM_ROOT").empty();
        std::unordered_map<std::string_view, const config::Setting*> secrets;
        for (const config::Setting& setting : config_.settings()) {
            const rules::Key* key = service_.find(setting.key);
            if (key == nullptr || trimmed(setting.value.reveal()).empty()) continue;
            if (!file) dependent(setting, *key);
            reference(setting, *key);
            repeated(setting, *key, secrets);
            if (key->name == "STORE") memory_store(setting);
        }
        return std::move(found_);
    }

  private:
    [[nodiscard]] std::string_view text(std::string_view name) const {
        return trimmed(config_.text(service_.full_name(name)));
    }
    void add(std::string_view rule, const config::Setting& setting, std::string message, std::string remedy) {
        found_.push_back(
            {rule, Status::degraded, setting.key, std::move(message), std::move(remedy), setting.source});
    }

    void dependent(const config::Setting& setting, const rules::Key& key) {
        for (const Dependent& one : dependents_of(service_)) {
            if (!matches(one.key, key.name)) continue;
            const std::string_view given = text(one.condition);
            const std::string value = lowered(given.empty() ? one.otherwise : given);
            if (holds(one, value) || refused(one, value)) continue;
            const std::string condition = service_.full_name(one.condition);
            const bool any = one.wanted == "*";
            const std::string wanted = rules::listed(rules::words_of(one.wanted));
            add("configuration.ignored-key", setting,
                any ? fmt::format("{} has no effect while {} is not set", setting.key, condition)
                    : fmt::format("{} has no effect while {} is not {}", setting.key, condition, wanted),
                any ? fmt::format("set {}, or remove the line", condition)
                    : fmt::format("set {} to {}, or remove the line", condition, wanted));
            return;
        }
    }

    [[nodiscard]] bool holds(const Dependent& one, std::string_view value) const {
        if (one.wanted == "*") return !value.empty();
        if (one.condition == "STORE") return !rules::is_memory_store(value);
        if (one.wanted == "true") return rules::read_boolean(value, service_.parsing).value_or(false);
        const auto words = rules::words_of(one.wanted);
        return std::find(words.begin(), words.end(), value) != words.end();
    }

    // What the service does not take as the other key's value has its own finding.
    [[nodiscard]] bool refused(const Dependent& one, std::string_view value) const {
        const rules::Key* key = service_.find(service_.full_name(one.condition));
        if (key == nullptr || key->kind != rules::KeyKind::choice) return false;
        const auto words = rules::choices_of(*key);
        return std::find(words.begin(), words.end(), value) == words.end();
    }

    // For a trial on one machine it is what was meant; a team's threads are not to go with the process.
    void memory_store(const config::Setting& setting) {
        const std::string_view mode = text("DEPLOYMENT_MODE");
        if (&service_ != &rules::standalone_gateway() || (mode != "team" && mode != "enterprise")) return;
        if (!rules::is_memory_store(trimmed(setting.value.reveal()))) return;
        add("configuration.ephemeral-storage", setting,
            fmt::format("{} keeps every thread in memory, so that a restart loses them, and {} is {}",
                        setting.key, service_.full_name("DEPLOYMENT_MODE"), mode),
            "set it to postgres, and DATABASE_URL to a database");
    }

    // Of a secret and its reference the secret counts.
    void reference(const config::Setting& setting, const rules::Key& key) {
        if (key.kind != rules::KeyKind::secret_reference || !key.name.ends_with("_REF")) return;
        const std::string_view name = key.name.substr(0, key.name.size() - 4);
        if (text(name).empty()) return;
        add("configuration.ignored-key", setting,
            fmt::format("{} has no effect beside {}, which holds the secret itself", setting.key,
                        service_.full_name(name)),
            "remove one of the two");
    }

    void repeated(const config::Setting& setting, const rules::Key& key,
                  std::unordered_map<std::string_view, const config::Setting*>& secrets) {
        constexpr std::size_t a_secret = 8;
        const std::string_view value = trimmed(setting.value.reveal());
        const bool plain = key.kind == rules::KeyKind::secret || key.kind == rules::KeyKind::strong_secret ||
                           key.kind == rules::KeyKind::credential;
        if (!plain || value.size() < a_secret) return;
        const auto [before, fresh] = secrets.emplace(value, &setting);
        // The service itself compares these two where it matters to it.
        const bool judged =
            setting.key.ends_with("COOKIE_SECRET") || before->second->key.ends_with("COOKIE_SECRET");
        if (fresh || judged) return;
        add("configuration.repeated-secret", setting,
            fmt::format("{} is the same secret as {}", setting.key, before->second->key),
            "replace one of the two by a generated one");
    }

    const rules::Service& service_;
    const config::Config& config_;
    std::vector<rules::Violation> found_;
};

}  // namespace

std::vector<rules::Violation> contradictions_in(const rules::Service& service, const config::Config& config) {
    return Contradictions(service, config).find();
}

}  // namespace cowork::validators
