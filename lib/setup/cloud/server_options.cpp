#include "setup/cloud/server.hpp"

#include <array>

namespace cowork::setup {
namespace {

constexpr std::array options{
    Option{"--server", "", "set up the Cloud's own server, not Desktop's connection to it", Takes::nothing},
    Option{"--role", "", "all-in-one, or one or more of web, worker and scheduler; a file each",
           Takes::values},
    Option{"--tier", "DEPLOYMENT_TIER",
           "how much the server demands: local, self_host_beta, private_beta or public_production [local]"},
    Option{"--cloud-url", "PUBLIC_URL", "https origin under which a reverse proxy publishes the Cloud",
           Takes::value, true},
    Option{"--database-url", "CONTROL_PLANE_URL", "postgres://user:password@host:port/database",
           Takes::secret},
    Option{"--root", "ROOT", "directory of local state [/var/lib/open-cowork/cloud]"},
    Option{"--host", "HOST", "address the server listens on [127.0.0.1]; 0.0.0.0 in a container"},
    Option{"--port", "PORT", "port the web server listens on [8787]"},
    Option{"--trusted-proxies", "TRUSTED_PROXY_CIDRS",
           "networks of the reverse proxy, comma separated; its X-Forwarded-For is then believed"},
    Option{"--object-store-kind", "OBJECT_STORE_KIND",
           "where artifacts live: s3, gcs, azure-blob, digitalocean-spaces, minio or filesystem"},
    Option{"--object-store-bucket", "OBJECT_STORE_BUCKET", "the bucket, or the container of azure-blob"},
    Option{"--object-store-region", "OBJECT_STORE_REGION", "region of the bucket"},
    Option{"--object-store-endpoint", "OBJECT_STORE_ENDPOINT",
           "URL of a store that is not the provider's own"},
    Option{"--object-store-prefix", "OBJECT_STORE_PREFIX", "prefix of every object's name"},
    Option{"--object-store-access-key-id", "OBJECT_STORE_ACCESS_KEY_ID",
           "of minio, s3 and digitalocean-spaces, unless the machine has a role", Takes::secret},
    Option{"--object-store-secret-access-key", "OBJECT_STORE_SECRET_ACCESS_KEY", "the secret beside it",
           Takes::secret},
    Option{"--object-store-account-name", "OBJECT_STORE_ACCOUNT_NAME", "account of azure-blob"},
    Option{"--object-store-sas-token", "OBJECT_STORE_SAS_TOKEN", "of azure-blob, unless it has an identity",
           Takes::secret},
    Option{"--object-store-bearer-token", "OBJECT_STORE_BEARER_TOKEN",
           "of gcs, unless the machine has credentials", Takes::secret},
    Option{"--allow-ephemeral-storage", "ALLOW_EPHEMERAL_STORAGE",
           "below public_production: artifacts may live and die with this machine", Takes::nothing},
    Option{"--secret-key", "SECRET_KEY", "encrypts stored secrets; generated when not given",
           Takes::new_secret},
    Option{"--secret-key-ref", "SECRET_KEY_REF",
           "where that key is kept: gcp-sm://, aws-sm:// or azure-kv://, instead of the key"},
    Option{"--cookie-secret", "COOKIE_SECRET", "signs browser sessions; generated when not given",
           Takes::new_secret},
    Option{"--cookie-secret-ref", "COOKIE_SECRET_REF", "where that secret is kept, instead of the secret"},
    Option{"--auth-mode", "AUTH_MODE",
           "who may use the API: oidc, header (a proxy that signs people in), or none on loopback"},
    Option{"--oidc-issuer-url", "OIDC_ISSUER_URL", "https URL of the identity provider"},
    Option{"--oidc-client-id", "OIDC_CLIENT_ID", "the client's id there"},
    Option{"--oidc-client-secret", "OIDC_CLIENT_SECRET", "of a confidential client", Takes::secret},
    Option{"--oidc-client-secret-ref", "OIDC_CLIENT_SECRET_REF", "where that secret is kept"},
    Option{"--header-auth-secret", "HEADER_AUTH_SECRET",
           "what the proxy proves itself with; generated when not given", Takes::new_secret},
    Option{"--header-auth-secret-ref", "HEADER_AUTH_SECRET_REF", "where that secret is kept"},
    Option{"--signup-mode", "SIGNUP_MODE", "who may join: disabled, invite, domain or open"},
    Option{"--allowed-email-domains", "ALLOWED_EMAIL_DOMAINS", "of signup mode domain, comma separated"},
    Option{"--internal-token", "INTERNAL_TOKEN", "opens the scheduler's tick endpoint", Takes::new_secret},
    Option{"--worker-id", "WORKER_ID", "this worker's own name, never shared by two"},
    Option{"--isolation-mode", "EXECUTION_ISOLATION_MODE",
           "how OpenCode runs: sandbox, or in the local tier development-process, unprotected [sandbox]"},
    Option{"--isolation-image", "ISOLATION_IMAGE", "image that the sandbox runs OpenCode in"},
    Option{"--isolation-image-sha256", "ISOLATION_IMAGE_SHA256", "its digest or id, as Docker says it"},
    Option{"--isolation-network-name", "ISOLATION_NETWORK_NAME",
           "internal Docker network of the sandbox; none is reached without"},
    Option{"--isolation-egress-policy-id", "ISOLATION_EGRESS_POLICY_ID",
           "label that says what that network lets out"},
};

}  // namespace

std::span<const Option> cloud_server_options() { return options; }

}  // namespace cowork::setup
