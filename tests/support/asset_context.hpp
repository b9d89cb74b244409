#pragma once

#include "setup/assets/assets.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

namespace cowork::test {

using Pairs = std::vector<std::pair<std::string, std::string>>;

inline Pairs with(Pairs pairs, const Pairs& more) {
    for (const auto& [key, value] : more) {
        std::erase_if(pairs, [&, name = key](const auto& pair) { return pair.first == name; });
        pairs.emplace_back(key, value);
    }
    return pairs;
}

inline config::Config config_of(const Pairs& pairs) {
    config::Config config;
    for (const auto& [key, value] : pairs) config.set(key, Secret(value), {"test.env", 1, 1, key});
    return config;
}

// What a complete env file of each kind holds. The secrets are canaries: found in an asset, they are a leak.
inline Pairs standalone_pairs() {
    const std::string p = "OPEN_COWORK_STANDALONE_GATEWAY_";
    return {{p + "STORE", "postgres"},
            {p + "DATABASE_URL", "postgres://gateway_role:c4n4ry+Db%2FPass@127.0.0.1:5432/gateway_db"},
            {p + "ADMIN_TOKEN", "c4n4ry-admin-token-of-the-gateway"},
            {p + "OPENCODE_URL", "http://127.0.0.1:4096"},
            {p + "RUNTIME_ROOT", "/var/lib/open-cowork/standalone-gateway"},
            {p + "HOST", "127.0.0.1"},
            {p + "PORT", "8795"},
            {p + "PUBLIC_URL", "https://gateway.test"},
            {p + "TELEGRAM_BOT_TOKEN", "123456:c4n4ry-telegram-bot-token-0123456789"},
            {p + "TELEGRAM_WEBHOOK_SECRET", "c4n4ry-telegram-webhook-secret"},
            {p + "WEBHOOK_SHARED_SECRET", "c4n4ry-webhook-shared-secret"},
            {p + "WEBHOOK_DELIVERY_URL", "https://user:c4n4ry-delivery@example.test/hook"},
            {p + "CONFIG_JSON", "{\"ADMIN_TOKEN\":\"c4n4ry-inline-json\"}"}};
}

inline Pairs channel_pairs() {
    const std::string p = "OPEN_COWORK_GATEWAY_";
    return {{"OPEN_COWORK_CLOUD_BASE_URL", "https://cloud.test"},
            {p + "SERVICE_TOKEN", "c4n4ry-service-token-of-the-gateway"},
            {p + "ADMIN_TOKEN", "c4n4ry-admin-token-of-the-gateway"},
            {p + "PUBLIC_URL", "https://gateway.test"},
            {p + "TELEGRAM_BOT_TOKEN", "123456:c4n4ry-telegram-bot-token-0123456789"},
            {p + "TELEGRAM_WEBHOOK_SECRET", "c4n4ry-telegram-webhook-secret"},
            {p + "SLACK_SIGNING_SECRET", "c4n4ry-slack-signing"},
            {p + "EMAIL_SMTP_PASSWORD", "c4n4ry-smtp-password"}};
}

inline Pairs cloud_pairs() {
    const std::string p = "OPEN_COWORK_CLOUD_";
    return {{p + "ROLE", "web"},
            {p + "DEPLOYMENT_TIER", "self_host_beta"},
            {p + "PUBLIC_URL", "https://cloud.test"},
            {p + "ROOT", "/var/lib/open-cowork/cloud"},
            {p + "CONTROL_PLANE_URL", "postgres://cloud_role:c4n4ry-control-plane@127.0.0.1:5432/cloud_db"},
            {p + "SECRET_KEY", "c4n4ry-secret-key-of-the-cloud"},
            {p + "COOKIE_SECRET", "c4n4ry-cookie-secret-of-the-cloud"},
            {p + "INTERNAL_TOKEN", "c4n4ry-internal-token"},
            {p + "OBJECT_STORE_SECRET_ACCESS_KEY", "c4n4ry-object-store"}};
}

inline Pairs pairs_of(catalogue::Intent intent) {
    if (intent == catalogue::Intent::cloud_gateway) return channel_pairs();
    return intent == catalogue::Intent::cloud_connect ? cloud_pairs() : standalone_pairs();
}

// An env file as make_assets() sees it. Keeps the configuration that the context points to.
struct AssetCase {
    catalogue::Intent intent = catalogue::Intent::gateway_only;
    Pairs pairs = standalone_pairs();
    config::Dialect dialect = config::Dialect::portable;
    std::string env_file = "/etc/open-cowork/gateway.env";
    std::string program = "/usr/local/bin/cowork";
    config::Config config = config_of(pairs);

    [[nodiscard]] setup::AssetContext context() const {
        return {intent, env_file, dialect, &config, program};
    }
};

inline AssetCase asset_case(catalogue::Intent intent, const Pairs& more = {}) {
    AssetCase made{intent, with(pairs_of(intent), more)};
    made.config = config_of(made.pairs);
    return made;
}

inline std::vector<setup::Asset> assets_of(const AssetCase& asset_case) {
    auto made = setup::make_assets(asset_case.context());
    if (!made) FAIL(made.error().message << "; " << made.error().remedy);
    return std::move(*made);
}

// The text of one asset, empty when there is none.
inline std::string asset_text(const std::vector<setup::Asset>& assets, const std::string& name) {
    const auto found =
        std::find_if(assets.begin(), assets.end(), [&](const auto& asset) { return asset.name == name; });
    return found == assets.end() ? std::string{} : found->text;
}

}  // namespace cowork::test
