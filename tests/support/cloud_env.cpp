#include "support/cloud_env.hpp"

#include <array>
#include <map>

namespace cowork::test {

const std::string& strong_cloud_secret(std::size_t which) {
    static const std::array<std::string, 4> secrets{
        "q7Wm2ZxK9vRbT4yHs6LfJ8uPcN3gA5eD1iQoXwMzBtE", "Vh3nB8kLz5QyW1rTx9MfC7jPs4GuA6eHd2iKoRwZmNt",
        "p4XcY9sLq2HnW7vKb6RmT8zJf3GuA5eQd1iMoVwNxBy", "Jr6TzM1xW8kQp5VnC9yLh4BfG7sUa3eRd2iNoKwXmHv"};
    return secrets.at(which);
}

const std::string& cloud_image_digest() {
    static const std::string digest =
        "sha256:3f1c5a9e7b2d4f6081a3c5e7092b4d6f8e1a3c5b7d9f0e2c4a6b8d0f1e3c5a7b";
    return digest;
}

config::Config cloud_env(rules::CloudRole role, rules::CloudTier tier, const CloudChanges& changes) {
    using rules::CloudTier;
    std::map<std::string, std::string> values{{"ROLE", std::string(to_string(role))},
                                              {"DEPLOYMENT_TIER", std::string(to_string(tier))},
                                              {"SECRET_KEY", strong_cloud_secret(0)}};
    if (tier == CloudTier::local) {
        values["HOST"] = "127.0.0.1";
    } else {
        values["AUTH_MODE"] = "oidc";
        values["OBJECT_STORE_KIND"] = "s3";
        values["OBJECT_STORE_BUCKET"] = "cowork-artifacts";
    }
    if (tier != CloudTier::local || role != rules::CloudRole::all_in_one)
        values["CONTROL_PLANE_URL"] = "postgres://cloud:a-password@db.example.org:5432/cloud";
    if (runs_web(role) && tier != CloudTier::local) {
        values["PUBLIC_URL"] = "https://cloud.example.org";
        values["COOKIE_SECRET"] = strong_cloud_secret(1);
        values["OIDC_ISSUER_URL"] = "https://sign-in.example.org";
        values["OIDC_CLIENT_ID"] = "cowork-cloud";
    }
    if (runs_execution(role)) {
        values["WORKER_ID"] = "worker-1";
        values["ISOLATION_IMAGE"] = "registry.example.org/opencode:1";
        values["ISOLATION_IMAGE_SHA256"] = cloud_image_digest();
    }
    if (tier == CloudTier::public_production) {
        values["RUN_MIGRATIONS"] = "false";
        values["RETENTION_SESSION_EVENT_MS"] = "1209600000";
        values["RETENTION_WORKSPACE_EVENT_MS"] = "1209600000";
        if (runs_web(role)) values["SIGNUP_MODE"] = "invite";
        if (runs_web(role)) values["AUTO_PROCESS_COMMANDS"] = "false";
        if (runs_execution(role)) values["CHECKPOINTS_ENABLED"] = "true";
    }
    for (const auto& [name, value] : changes) values[name] = value;
    config::Config config;
    int line = 0;
    for (const auto& [name, value] : values) {
        if (value.empty()) continue;
        const std::string full =
            name.starts_with('=') ? name.substr(1) : std::string(rules::cloud_prefix) + name;
        config.set(full, Secret(value), {"f.env", ++line, 1, full});
    }
    return config;
}

}  // namespace cowork::test
