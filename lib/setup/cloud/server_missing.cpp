#include "setup/cloud/server_missing.hpp"

namespace cowork::setup {
namespace {

using rules::CloudRole;
using rules::CloudTier;

class Missing {
  public:
    Missing(EnvBuilder& env, CloudRole role, CloudTier tier) : env_(env), role_(role), tier_(tier) {}

    void all() {
        if (!env_.has("CONTROL_PLANE_URL") && (!local() || role_ != CloudRole::all_in_one))
            env_.miss("--database-url",
                      "the Postgres that keeps the Cloud's state, and in which its roles meet");
        store();
        sign_in();
        if (runs_execution(role_)) isolation();
    }

  private:
    [[nodiscard]] bool production() const { return tier_ == CloudTier::public_production; }
    [[nodiscard]] bool local() const { return tier_ == CloudTier::local; }

    void store() {
        const bool kind = env_.has("OBJECT_STORE_KIND");
        const bool disk = env_.effective("OBJECT_STORE_KIND") == "filesystem";
        const bool may_be_disk =
            local() || (!production() && env_.effective("ALLOW_EPHEMERAL_STORAGE") == "true");
        if (!kind && (env_.has("OBJECT_STORE_BUCKET") || !may_be_disk)) {
            env_.miss("--object-store-kind",
                      production()
                          ? "where artifacts live: public_production wants a bucket"
                          : "where artifacts live; --allow-ephemeral-storage keeps them on this machine",
                      "OBJECT_STORE_KIND");
        }
        if (!env_.has("OBJECT_STORE_BUCKET") && (kind ? !disk : !may_be_disk))
            env_.miss("--object-store-bucket", "the bucket, or the container of azure-blob");
        if (!kind || disk) return;
        const auto kind_said = env_.text("OBJECT_STORE_KIND");
        if ((kind_said == "minio" || kind_said == "digitalocean-spaces") &&
            !env_.has("OBJECT_STORE_ENDPOINT"))
            env_.miss("--object-store-endpoint", "the URL under which that store is reached");
    }

    void sign_in() {
        const auto mode = env_.text("AUTH_MODE");
        const bool web = runs_web(role_);
        if (mode.empty() && !local() && (web || production()))
            env_.miss("--auth-mode",
                      "who may use the API: oidc, or header behind a proxy that signs people in");
        if (web && !local() && !env_.has("PUBLIC_URL"))
            env_.miss("--cloud-url", "the https origin that browsers use");
        if (!web || mode != "oidc") return;
        if (!env_.has("OIDC_ISSUER_URL"))
            env_.miss("--oidc-issuer-url", "sign-in by OIDC needs the identity provider");
        if (!env_.has("OIDC_CLIENT_ID"))
            env_.miss("--oidc-client-id", "sign-in by OIDC needs the client's id there");
    }

    void isolation() {
        if (env_.effective("EXECUTION_ISOLATION_MODE") != "sandbox") return;
        if (!env_.has("WORKER_ID")) env_.miss("--worker-id", "the worker's own name, never shared by two");
        if (!env_.has("ISOLATION_IMAGE"))
            env_.miss("--isolation-image", "the image that the sandbox runs OpenCode in");
        if (!env_.has("ISOLATION_IMAGE_SHA256"))
            env_.miss("--isolation-image-sha256", "the digest of that image, which the server compares");
        if (env_.text("ISOLATION_NETWORK_POLICY") != "restricted") return;
        if (!env_.has("ISOLATION_NETWORK_NAME"))
            env_.miss("--isolation-network-name", "the Docker network that the restricted policy allows");
        if (!env_.has("ISOLATION_EGRESS_POLICY_ID"))
            env_.miss("--isolation-egress-policy-id", "the label that says what that network lets out");
    }

    EnvBuilder& env_;
    CloudRole role_;
    CloudTier tier_;
};

}  // namespace

void miss_cloud_settings(EnvBuilder& env, CloudRole role, CloudTier tier) { Missing(env, role, tier).all(); }

}  // namespace cowork::setup
