#include "rules/product_shape.hpp"

#include "rules/desktop_schema.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <deque>
#include <string>

namespace cowork::rules {
namespace {

using K = ShapeKey;
using Words = std::string_view;

constexpr K is(JsonTypes types, Words shape, Words name) {
    return {.shape = shape, .name = name, .types = types};
}
constexpr K text(Words shape, Words name, TextForm form = TextForm::any) {
    return {.shape = shape, .name = name, .types = json_text, .form = form};
}
constexpr K text_or_null(Words shape, Words name) { return is(json_text | json_null, shape, name); }
constexpr K flag(Words shape, Words name) { return is(json_boolean, shape, name); }
constexpr K texts(Words shape, Words name, TextForm form = TextForm::any) {
    return {.shape = shape, .name = name, .types = json_list, .form = form, .items = json_text};
}
constexpr K names_or_null(Words shape, Words name) {
    return {.shape = shape, .name = name, .types = json_list | json_null, .items = json_text};
}
constexpr K object(Words shape, Words name, Words of = {}) {
    return {.shape = shape, .name = name, .types = json_object, .of = of};
}
constexpr K list(Words shape, Words name, Words of) {
    return {.shape = shape, .name = name, .types = json_list, .of = of, .items = json_object};
}
constexpr K choice(Words shape, Words name, Words words) {
    return {.shape = shape, .name = name, .types = json_text, .choices = words};
}
constexpr K whole(Words shape, Words name, double lowest, double highest = 1e300) {
    return {.shape = shape, .name = name, .types = json_integer, .lowest = lowest, .highest = highest};
}
constexpr K limit(Words shape, Words name) {
    return {.shape = shape, .name = name, .types = json_integer | json_null, .lowest = 1};
}
constexpr K needed(K key) {
    key.needed = true;
    return key;
}

// The quotas that abuse protection and the plans have in common.
constexpr std::array quotas{Words{"maxConcurrentSessionsPerOrg"},
                            Words{"maxConcurrentWorkflowRunsPerOrg"},
                            Words{"maxActiveWorkersPerOrg"},
                            Words{"maxQueuedCommandsPerOrg"},
                            Words{"maxQueueAgeMs"},
                            Words{"maxPromptsPerHour"},
                            Words{"maxWorkflowRunsPerHour"},
                            Words{"maxGatewayPromptsPerHour"},
                            Words{"maxWorkerMinutesPerHour"},
                            Words{"maxGatewayDeliveriesPerHour"},
                            Words{"maxGatewayChannelBindingsPerOrg"},
                            Words{"maxArtifactBytesPerDay"}};
constexpr std::array cloud_features{
    Words{"chat"},      Words{"agents"},   Words{"artifacts"},    Words{"threadIndex"},  Words{"workflows"},
    Words{"webhooks"},  Words{"settings"}, Words{"customSkills"}, Words{"customAgents"}, Words{"customMcps"},
    Words{"knowledge"}, Words{"channels"}, Words{"byok"}};

constexpr std::array rows{
    choice("cloud", "role", "all-in-one|web|worker|scheduler"),
    text("cloud", "defaultProfile", TextForm::name),
    object("cloud", "publicBranding", "public branding"),
    object("cloud", "profiles", "cloud profiles"),
    object("cloud", "auth", "cloud.auth"),
    object("cloud", "storage", "cloud.storage"),
    object("cloud", "runtime", "runtime policy"),
    object("cloud", "projectSources", "project sources"),
    object("cloud", "features", "cloud features"),
    object("cloud", "abuse", "cloud.abuse"),
    object("cloud", "billing", "cloud.billing"),
    object("cloud", "entitlements", "cloud.entitlements"),

    choice("cloud.auth", "mode", "none|header|oidc"),
    text("cloud.auth", "issuerUrl", TextForm::https_url),
    text("cloud.auth", "clientId"),
    text("cloud.auth", "clientSecretRef"),
    text("cloud.auth", "headerSecret"),
    text("cloud.auth", "headerSecretRef"),
    flag("cloud.auth", "headerAllowUnsigned"),
    whole("cloud.auth", "headerMaxSignatureAgeMs", 1000, 3'600'000),
    text("cloud.auth", "callbackPath", TextForm::absolute_path),
    text("cloud.auth", "cookieSecretRef"),
    texts("cloud.auth", "allowedEmailDomains", TextForm::not_empty),
    flag("cloud.auth", "allowSelfServiceSignup"),
    choice("cloud.auth", "signupMode", "disabled|invite|domain|open"),
    object("cloud.auth", "apiTokens", "api tokens"),
    whole("api tokens", "defaultTtlMs", 60'000, 31'536'000'000),
    whole("api tokens", "maxTtlMs", 60'000, 31'536'000'000),
    K{.shape = "api tokens",
      .name = "allowedScopes",
      .types = json_list,
      .choices = "desktop|gateway|admin|operator|worker-internal",
      .items = json_text},

    object("cloud.storage", "controlPlane", "control plane"),
    object("cloud.storage", "objectStore", "object store"),
    choice("control plane", "kind", "local|postgres"),
    text("control plane", "urlRef"),
    choice("object store", "kind", "filesystem|s3|gcs|azure-blob|digitalocean-spaces|minio"),
    text("object store", "bucket"),
    text("object store", "region"),
    text("object store", "endpoint"),
    text("object store", "prefix"),
    text("object store", "credentialsRef"),

    choice("runtime policy", "configSource", "app"),
    choice("runtime policy", "launcher", "node"),
    flag("runtime policy", "allowMachineRuntimeConfig"),
    flag("runtime policy", "allowLocalStdioMcps"),
    flag("runtime policy", "allowHostProjectDirectories"),
    flag("runtime policy", "allowRemoteApprovalResponses"),
    texts("runtime policy", "allowedLocalMcpNames", TextForm::not_empty),
    texts("runtime policy", "allowedHostProjectDirectories", TextForm::not_empty),

    object("cloud profiles", "*", "cloud profile"),
    text("cloud profile", "label"),
    text("cloud profile", "description"),
    texts("cloud profile", "agents", TextForm::not_empty),
    texts("cloud profile", "tools", TextForm::not_empty),
    texts("cloud profile", "mcps", TextForm::not_empty),
    object("cloud profile", "features", "cloud features"),
    object("cloud profile", "runtime", "runtime policy"),
    is(json_object | json_null, "cloud profile", "defaultProjectSource"),

    object("project sources", "git", "git sources"),
    object("project sources", "uploadedSnapshots", "snapshot sources"),
    object("project sources", "managedWorkspaces", "switch"),
    flag("git sources", "enabled"),
    texts("git sources", "allowedHosts", TextForm::not_empty),
    texts("git sources", "allowedRepositories", TextForm::not_empty),
    flag("git sources", "allowFileUrls"),
    flag("snapshot sources", "enabled"),
    whole("snapshot sources", "maxFiles", 1),
    whole("snapshot sources", "maxBytes", 1),
    flag("switch", "enabled"),

    flag("cloud.abuse", "enabled"),
    object("cloud.abuse", "httpRateLimit", "rate limit"),
    object("cloud.abuse", "authBackoff", "auth backoff"),
    flag("rate limit", "enabled"),
    whole("rate limit", "windowMs", 1),
    whole("rate limit", "maxRequests", 1),
    flag("auth backoff", "enabled"),
    whole("auth backoff", "windowMs", 1),
    whole("auth backoff", "maxFailures", 1),
    whole("auth backoff", "backoffMs", 1),

    flag("cloud.billing", "enabled"),
    choice("cloud.billing", "provider", "none|stub|stripe"),
    text("cloud.billing", "defaultPlanKey", TextForm::name),
    object("cloud.billing", "plans", "plans"),
    object("cloud.billing", "stripe", "stripe"),
    object("plans", "*", "plan"),
    text("plan", "label"),
    text("plan", "stripePriceId"),
    object("plan", "entitlements", "plan entitlements"),
    object("plan entitlements", "features", "cloud features"),
    names_or_null("plan entitlements", "allowedProfiles"),
    names_or_null("plan entitlements", "allowedProviders"),
    flag("plan entitlements", "allowNewSessions"),
    flag("plan entitlements", "allowPrompts"),
    flag("plan entitlements", "allowWorkers"),
    text("stripe", "apiKeyRef"),
    text("stripe", "webhookSecretRef"),
    text("stripe", "defaultPriceId"),
    text("stripe", "successUrl", TextForm::base_url),
    text("stripe", "cancelUrl", TextForm::base_url),
    text("stripe", "portalReturnUrl", TextForm::base_url),
    flag("cloud.entitlements", "enabled"),
    choice("cloud.entitlements", "provider", "none|stripe|custom"),

    text("public branding", "productName", TextForm::not_empty),
    text("public branding", "shortName", TextForm::not_empty),
    text("public branding", "description"),
    text("public branding", "logoUrl", TextForm::https_url),
    text("public branding", "faviconUrl", TextForm::https_url),
    text("public branding", "ogImageUrl", TextForm::https_url),
    text("public branding", "supportUrl", TextForm::https_or_mail),
    text("public branding", "privacyUrl", TextForm::https_url),
    text("public branding", "securityUrl", TextForm::https_url),
    text("public branding", "legalUrl", TextForm::https_url),
    object("public branding", "theme"),
    object("public branding", "dashboard"),
    object("public branding", "managedOrgConnectionLabels"),

    object("gateway", "branding", "public branding"),
    object("gateway", "server", "gateway.server"),
    choice("gateway", "productMode", "cloud_channel|standalone|hybrid"),
    choice("gateway", "mode", "self-host|managed"),
    object("gateway", "logging", "gateway.logging"),
    object("gateway", "metrics", "switch"),
    object("gateway", "diagnostics", "switch"),
    object("gateway", "timeouts", "gateway.timeouts"),
    list("gateway", "providers", "gateway.providers[]"),
    // Of the environment only: product.gateway-cloud says so.
    K{"gateway", "cloud"},
    choice("gateway.logging", "level", "debug|info|warn|error|silent"),
    text("gateway.server", "host", TextForm::not_empty),
    whole("gateway.server", "port", 0, 65535),
    text_or_null("gateway.server", "publicBaseUrl"),
    text_or_null("gateway.server", "adminToken"),
    flag("gateway.server", "allowLoopbackOperatorBypass"),
    whole("gateway.server", "maxRequestBodyBytes", 1024, 67'108'864),
    flag("gateway.server", "trustProxyHeaders"),
    texts("gateway.server", "trustedProxyCidrs", TextForm::not_empty),
    whole("gateway.timeouts", "webhookDeliveryMs", 100, 120'000),
    whole("gateway.timeouts", "smtpMs", 100, 120'000),
    whole("gateway.timeouts", "shutdownDrainMs", 100, 120'000),
    K{"gateway.timeouts", "cloudRequestMs"},
    text("gateway.providers[]", "id", TextForm::name),
    needed(choice("gateway.providers[]", "kind",
                  "fake|telegram|slack|email|webhook|discord|whatsapp|signal|cli")),
    flag("gateway.providers[]", "enabled"),
    needed(text("gateway.providers[]", "channelBindingId", TextForm::name)),
    text_or_null("gateway.providers[]", "externalWorkspaceId"),
    text_or_null("gateway.providers[]", "defaultAgent"),
    object("gateway.providers[]", "credentials", "texts"),
    object("gateway.providers[]", "settings"),
    text("texts", "*"),

    flag("updates", "enabled"),
    text("updates", "manualFallbackUrl", TextForm::base_url),
    object("updates", "releaseSource"),
    flag("telemetry", "enabled"),
    text("telemetry", "endpoint", TextForm::https_url),
    object("telemetry", "headers", "texts"),
    object("telemetry", "adoption", "telemetry.adoption"),
    flag("telemetry.adoption", "enabled"),
    text("telemetry.adoption", "endpoint", TextForm::https_url),
    object("telemetry.adoption", "headers", "texts"),
    flag("compaction", "auto"),
    flag("compaction", "prune"),
    whole("compaction", "reserved", 0),
    object("compaction", "agent"),
    text("i18n", "locale"),
    object("i18n", "strings", "texts"),
    is(json_list, "toolTrace", "rules"),
    is(json_list, "toolTrace", "additionalRules"),
    object("builtInAgents", "build", "built-in agent"),
    object("builtInAgents", "plan", "built-in agent"),
    object("builtInAgents", "general", "built-in agent"),
    object("builtInAgents", "explore", "built-in agent"),
    flag("built-in agent", "disable"),
    flag("built-in agent", "hidden"),
    text("built-in agent", "description"),
    text("built-in agent", "instructions"),
    text("built-in agent", "color"),
    text("built-in agent", "model"),
    text("built-in agent", "variant"),
    K{.shape = "built-in agent", .name = "temperature", .types = json_number, .lowest = 0},
    K{.shape = "built-in agent", .name = "top_p", .types = json_number, .lowest = 0, .highest = 1},
    whole("built-in agent", "steps", 1),
    object("built-in agent", "options"),

    text("auth.googleOAuth", "clientId"),
    text("auth.googleOAuth", "clientSecret"),
    texts("auth.googleOAuth", "scopes"),
    object("providers.custom", "*", "custom provider"),
    text("custom provider", "npm"),
    text("custom provider", "name"),
    text("custom provider", "description"),
    text("custom provider", "defaultModel"),
    text("custom provider", "smallModel"),
    object("custom provider", "options"),
    object("custom provider", "models"),
    is(json_list, "custom provider", "credentials"),
    object("providers.descriptors", "*", "provider descriptor"),
    choice("provider descriptor", "runtime", "builtin|custom"),
    choice("provider descriptor", "runtimeActivation", "implicit|config"),
    text("provider descriptor", "name"),
    text("provider descriptor", "description"),
    text("provider descriptor", "defaultModel"),
    text("provider descriptor", "smallModel"),
    object("provider descriptor", "options"),
    is(json_list, "provider descriptor", "credentials"),
    is(json_list, "provider descriptor", "models"),
    object("provider descriptor", "dynamicCatalog"),
};

// What an element of a list cannot do without.
constexpr std::array needed_keys{
    std::pair{Words{"tools[]"}, Words{"id"}},           std::pair{Words{"tools[]"}, Words{"name"}},
    std::pair{Words{"tools[]"}, Words{"description"}},  std::pair{Words{"tools[]"}, Words{"kind"}},
    std::pair{Words{"skills[]"}, Words{"name"}},        std::pair{Words{"skills[]"}, Words{"description"}},
    std::pair{Words{"skills[]"}, Words{"badge"}},       std::pair{Words{"skills[]"}, Words{"sourceName"}},
    std::pair{Words{"mcps[]"}, Words{"name"}},          std::pair{Words{"mcps[]"}, Words{"type"}},
    std::pair{Words{"mcps[]"}, Words{"description"}},   std::pair{Words{"mcps[]"}, Words{"authMode"}},
    std::pair{Words{"agents[]"}, Words{"name"}},        std::pair{Words{"agents[]"}, Words{"description"}},
    std::pair{Words{"agents[]"}, Words{"instructions"}}};

K converted(const LayerKey& key) {
    K made{.shape = key.parent, .name = key.name, .choices = key.choices, .needed = key.needed};
    switch (key.type) {
        case LayerType::boolean:
            made.types = json_boolean;
            break;
        case LayerType::number:
            made.types = json_number;
            break;
        case LayerType::text:
        case LayerType::choice:
            made.types = json_text;
            break;
        case LayerType::text_or_null:
            made.types = json_text | json_null;
            break;
        case LayerType::version:
            made.types = json_integer;
            made.lowest = made.highest = 1;
            break;
        case LayerType::object:
            made.types = json_object;
            break;
        case LayerType::list:
            made.types = json_list;
            break;
        case LayerType::texts:
            made.types = json_list;
            made.items = json_text;
            break;
        case LayerType::base_url:
            made.types = json_text;
            made.form = TextForm::base_url;
            break;
        case LayerType::label:
            made.types = json_text;
            made.form = TextForm::not_empty;
            break;
    }
    return made;
}

// The rows of Desktop's table and those above, kept for good.
class Table {
  public:
    Table() {
        all_.insert(all_.end(), rows.begin(), rows.end());
        for (const LayerKey& key : layer_keys()) all_.push_back(converted(key));
        for (const Words name : quotas) {
            all_.push_back(limit("cloud.abuse", name));
            all_.push_back(limit("plan entitlements", name));
        }
        for (const Words name : cloud_features) all_.push_back(flag("cloud features", name));
        for (K& key : all_) finish(key);
    }
    [[nodiscard]] std::span<const K> all() const { return all_; }

  private:
    // A block of Desktop's table hangs where its path says.
    void finish(K& key) {
        const std::pair<Words, Words> place{key.shape, key.name};
        key.needed =
            key.needed || std::find(needed_keys.begin(), needed_keys.end(), place) != needed_keys.end();
        const bool holds = (key.types & (json_object | json_list)) != 0 && key.items == json_anything;
        if (!holds || !key.of.empty()) return;
        const bool elements = (key.types & json_list) != 0;
        std::string path =
            key.shape.empty() ? std::string(key.name) : fmt::format("{}.{}", key.shape, key.name);
        if (elements) path += "[]";
        if (std::none_of(all_.begin(), all_.end(), [&](const K& one) { return one.shape == path; })) return;
        key.of = paths_.emplace_back(std::move(path));
        if (elements) key.items = json_object;
    }

    std::vector<K> all_;
    std::deque<std::string> paths_;
};

}  // namespace

const JsonShape& product_shape() {
    static const auto* const table = new Table;
    static const auto* const shape = new JsonShape(table->all());
    return *shape;
}

}  // namespace cowork::rules
