#include "validators/product_config/product_config.hpp"

#include <array>

namespace cowork::validators {
namespace {

constexpr std::string_view by_tier = "An error for private_beta and public_production.";

constexpr std::array rules{
    Rule{"product.unknown-key", Severity::error, "a key that Open Cowork does not know",
         "With one bad key Open Cowork ignores all of its configuration and runs on what is built in.",
         "Correct the spelling, or remove the key."},
    Rule{"product.wrong-type", Severity::error, "a value of another type than Open Cowork asks for",
         "With one bad value Open Cowork ignores all of its configuration and runs on what is built in.",
         "Write the value in the type that is named."},
    Rule{"product.wrong-value",
         Severity::error,
         "a word, a number or a URL that Open Cowork does not take",
         "With one bad value Open Cowork ignores all of its configuration and runs on what is built in.",
         "Write one of the values that are named.",
         {},
         Fix::none,
         "DEPLOY_PRIVATE_BETA_ENTITLEMENT_INVALID"},
    Rule{"product.missing-key", Severity::error, "an entry without the key that it needs",
         "Lists are taken from one file as a whole, so no other file adds the key, and Open Cowork ignores "
         "all "
         "of its configuration.",
         "Add the key that is named."},
    Rule{"product.env-not-listed", Severity::error, "a variable that allowedEnvPlaceholders does not name",
         "Open Cowork reads no variable that the same file does not allow, and ignores all of its "
         "configuration instead.",
         "Add the name to allowedEnvPlaceholders of this file.",
         "A note for env:NAME, which the Cloud reads all the same and only the product's own check refuses.",
         Fix::none, "DEPLOY_PRIVATE_BETA_ENV_NOT_ALLOWLISTED"},
    Rule{"product.placeholder", Severity::error, "a placeholder that Open Cowork does not replace",
         "Only {env:NAME} in capitals and {file:PATH} are replaced; anything else is used as it stands.",
         "Write {env:NAME} or {file:PATH}."},
    Rule{"product.secret-in-clear", Severity::error, "a secret in the configuration itself",
         "The file is copied to every machine and into images, and mostly ends in git.",
         "Write {env:NAME}, and name the variable in allowedEnvPlaceholders.",
         "A warning when git ignores the file or it lies outside of any work tree.", Fix::none,
         "DEPLOY_PRIVATE_BETA_SECRET_REF_REQUIRED"},
    Rule{"product.secret-ref", Severity::error, "a reference of a secret that leads nowhere",
         "The server looks up what the reference names. What is none of its forms names nothing, or a "
         "variable that does not exist, so there is no secret.",
         "Write env:NAME, or the reference of a secret manager.",
         "A warning for a placeholder, which is replaced before the server looks.", Fix::none,
         "DEPLOY_PRIVATE_BETA_SECRET_REF_REQUIRED"},
    Rule{"product.managed-ref-ignored", Severity::error, "a secret manager's reference where none is read",
         "Here the server reads variables only. A reference to a secret manager becomes nothing, without a "
         "word: no database, no object store, no billing.",
         "Write env:NAME, and have the platform put the secret into that variable."},
    Rule{"product.self-signup", Severity::warning, "anybody may sign up",
         "Whoever reaches the Cloud gets an account, and with it agents that run on its machines.",
         "Set allowSelfServiceSignup to false and signupMode to invite or domain.", by_tier, Fix::none,
         "DEPLOY_PRIVATE_BETA_SELF_SIGNUP_FORBIDDEN"},
    Rule{"product.machine-config", Severity::warning,
         "agents of the Cloud take the machine's own configuration",
         "Tool servers, providers and keys of the machine then belong to every user's agents.",
         "Set allowMachineRuntimeConfig to false.", by_tier, Fix::none,
         "DEPLOY_PRIVATE_BETA_MACHINE_CONFIG_FORBIDDEN"},
    Rule{"product.host-access", Severity::warning, "agents of the Cloud reach into its machines",
         "Directories, programs and file URLs of the host are then open to every user's agents.",
         "Switch it off, or name the few that are meant in allowedHostProjectDirectories and "
         "allowedLocalMcpNames.",
         by_tier},
    Rule{"product.header-unsigned", Severity::warning, "identity headers are believed without a signature",
         "Whoever reaches the server past the proxy is whoever he says.",
         "Set headerAllowUnsigned to false, and sign the headers.", by_tier},
    Rule{"product.auth-none", Severity::warning, "no sign-in for a Cloud of that tier",
         "Everybody who reaches the Cloud is its owner.", "Set cloud.auth.mode to oidc or header.",
         "Only with --tier; an error for public_production."},
    Rule{"product.storage-local", Severity::warning, "storage that is gone with the machine",
         "A Cloud of that tier has to keep its state in PostgreSQL and in a provider's object store. The "
         "environment may still say so instead of this file.",
         "Write postgres, and a provider's object store.",
         "Only with --tier; a note below public_production."},
    Rule{
        "product.unknown-profile", Severity::warning, "a profile that is defined nowhere",
        "The Cloud does not start with a default profile that no file defines; a plan that allows an unknown "
        "profile allows nothing.",
        "Define the profile in cloud.profiles, or correct its name."},
    Rule{"product.unknown-plan", Severity::warning, "a default plan that is defined nowhere",
         "New organisations get a plan without entitlements.",
         "Define the plan in cloud.billing.plans, or correct its name."},
    Rule{"product.gateway-tls",
         Severity::error,
         "a public address of the gateway without TLS",
         "Messages, tokens and webhooks cross the network in clear, and the gateway refuses the address.",
         "Write the https address under which others reach it.",
         {},
         Fix::none,
         "DEPLOY_PRIVATE_BETA_GATEWAY_TLS_REQUIRED"},
    Rule{"product.gateway-cloud", Severity::error, "a setting of the gateway that only its environment has",
         "The gateway does not start with it, so that nobody's file can send its service token elsewhere.",
         "Remove it, and set OPEN_COWORK_CLOUD_BASE_URL, OPEN_COWORK_GATEWAY_SERVICE_TOKEN and "
         "OPEN_COWORK_GATEWAY_CLOUD_REQUEST_TIMEOUT_MS in the environment."},
    Rule{
        "product.gateway-admin-token", Severity::error, "operator endpoints without an admin token",
        "A gateway that listens to other machines and has metrics or diagnostics on needs the token; without "
        "it Open Cowork ignores all of its configuration.",
        "Set gateway.server.adminToken to {env:NAME}, or listen on 127.0.0.1."},
    Rule{"product.gateway-provider", Severity::error, "a channel that must not face other machines",
         "The fake channel takes messages from anybody. With it on a public address Open Cowork ignores all "
         "of its configuration.",
         "Remove the channel, or listen on 127.0.0.1."},
    Rule{"product.webhook-secret", Severity::error, "a webhook without its shared secret",
         "Anybody could then speak to the agents; Open Cowork ignores all of its configuration instead.",
         "Set credentials.sharedSecret to {env:NAME}."},
    Rule{"product.gateway-mode", Severity::warning, "a product mode that the Cloud Channel Gateway refuses",
         "The gateway that reads this file starts as cloud_channel only.",
         "Write cloud_channel, or leave the key out."},
    Rule{"product.duplicate-name", Severity::warning, "two entries of one name",
         "One of them takes the other's place, and not always the same.", "Give each a name of its own.",
         "An error for the gateway's providers, with which it does not start."},
    Rule{"product.default-provider", Severity::error, "a default provider that is not available",
         "Open Cowork ignores all of its configuration when the default is none of the available ones.",
         "Add it to providers.available, or name another."},
    Rule{"product.plain-http", Severity::warning, "an http URL to another machine",
         "Whoever is on the way reads what is sent and writes what comes back.", "Write https."},
};

}  // namespace

std::span<const Rule> product_config_rules() { return rules; }

}  // namespace cowork::validators
