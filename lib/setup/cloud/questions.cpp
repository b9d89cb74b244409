#include "setup/questions.hpp"

#include <utility>

namespace cowork::setup {
namespace {

using Needed = std::function<bool(const Known&)>;

bool is_server(const Known& known) { return known.is("--server", "true"); }
bool is_desktop(const Known& known) { return !is_server(known); }
bool is_local(const Known& known) { return !known.has("--tier") || known.is("--tier", "local"); }

Needed of_server(Needed needed) {
    return [needed = std::move(needed)](const Known& known) { return is_server(known) && needed(known); };
}
Needed of_server(std::string_view flag) { return of_server(when_needed(flag)); }

bool may_be_ephemeral(const Known& known) {
    return !known.is("--tier", "public_production") &&
           (known.blamed("--object-store-kind") || known.has("--allow-ephemeral-storage"));
}
// Stores that are reached with a pair of keys.
bool takes_keys(const Known& known) {
    return known.is("--object-store-kind", "s3") || known.is("--object-store-kind", "minio") ||
           known.is("--object-store-kind", "digitalocean-spaces");
}
bool has_access_key(const Known& known) { return known.has("--object-store-access-key-id"); }
bool signs_in_with_oidc(const Known& known) { return known.is("--auth-mode", "oidc"); }

std::vector<Question> desktop_half() {
    return {
        {.flag = "--cloud-url",
         .ask = "What is the URL of the organisation's Cloud?",
         .help = "The address that people open it with: https, or http to this machine.",
         .when = is_desktop},
        {.flag = "--label",
         .ask = "What does Desktop call it?",
         .help = "A short name for the workspace switcher.",
         .unsaid = "its host",
         .when = is_desktop},
        {.flag = "--enable-cloud",
         .ask = "Turn on Cloud workspaces in Desktop?",
         .help = "Its configuration turns them off.",
         .kind = Kind::yes_no,
         .when = [](const Known& known) { return is_desktop(known) && known.blamed("--enable-cloud"); }},
    };
}

std::vector<Question> server_basics() {
    return {
        {.flag = "--tier",
         .ask = "What is the server for?",
         .help = "The more people depend on it, the more the server demands.",
         .kind = Kind::choice,
         .choices = {{"local", "this machine alone"},
                     {"self_host_beta", "a team that hosts it itself"},
                     {"private_beta", "invited organisations"},
                     {"public_production", "everybody: a process a role, a bucket, no shortcuts"}},
         .fallback = "local",
         .when = is_server},
        {.flag = "--role",
         .ask = "Which roles are set up here?",
         .help = "Each role but all-in-one is a process with a file of its own.",
         .kind = Kind::several,
         .choices = {{"all-in-one", "everything in one process"},
                     {"web", "serves browsers and the API"},
                     {"worker", "runs the agents"},
                     {"scheduler", "starts what is due, and cleans up"}},
         .optional = true,
         .unsaid = "as the tier needs, or the files say",
         .when = is_server},
        {.flag = "--database-url",
         .ask = "What is the URL of the Cloud's database?",
         .help = "postgres://user:password@host:port/database",
         .kind = Kind::secret,
         .when = of_server("--database-url")},
        {.flag = "--auth-mode",
         .ask = "How do people sign in?",
         .help = "Without sign-in the server is for one person on this machine.",
         .kind = Kind::choice,
         .choices = {{"oidc", "with an identity provider"},
                     {"header", "at a proxy in front, which tells who it is"},
                     {"none", "not at all"}},
         .when = of_server("--auth-mode")},
        {.flag = "--cloud-url",
         .ask = "Under which https origin do browsers find the Cloud?",
         .help = "The address of the reverse proxy in front of it.",
         .when = [](const Known& known) { return is_server(known) && known.blamed("--cloud-url"); },
         .key = "PUBLIC_URL"},
        {.flag = "--oidc-issuer-url",
         .ask = "What is the URL of the identity provider?",
         .help = "The issuer: https, as its discovery document spells it.",
         .when = of_server("--oidc-issuer-url")},
        {.flag = "--oidc-client-id",
         .ask = "Which client id does the Cloud have there?",
         .help = "The identity provider shows it when the client is registered.",
         .when = of_server("--oidc-client-id")},
        {.flag = "--oidc-client-secret",
         .ask = "Which secret does that client have?",
         .help = "A public client has none.",
         .kind = Kind::secret,
         .optional = true,
         .when = of_server(signs_in_with_oidc)},
    };
}

std::vector<Question> server_store() {
    return {
        {.flag = "--allow-ephemeral-storage",
         .ask = "May artifacts live on this machine, and be lost with it?",
         .help = "What threads produce: files, images, exports. Otherwise they need a bucket.",
         .kind = Kind::yes_no,
         .when = of_server(may_be_ephemeral)},
        {.flag = "--object-store-kind",
         .ask = "Which kind of bucket do artifacts live in?",
         .help = "What threads produce: files, images, exports.",
         .kind = Kind::choice,
         .choices = {{"s3", "Amazon S3"},
                     {"gcs", "Google Cloud Storage"},
                     {"azure-blob", "Azure Blob Storage"},
                     {"digitalocean-spaces", "DigitalOcean Spaces"},
                     {"minio", "a MinIO of your own"}},
         .when = of_server("--object-store-kind")},
        {.flag = "--object-store-bucket",
         .ask = "Which bucket?",
         .help = "Its name; for azure-blob the container's.",
         .when = of_server("--object-store-bucket")},
        {.flag = "--object-store-endpoint",
         .ask = "Under which URL is the store reached?",
         .help = "The endpoint without the bucket.",
         .when = of_server("--object-store-endpoint")},
        {.flag = "--object-store-account-name",
         .ask = "Which storage account?",
         .help = "The account of azure-blob.",
         .when = of_server("--object-store-account-name")},
        {.flag = "--object-store-access-key-id",
         .ask = "Which access key id?",
         .help = "Not needed where the machine has a role that may use the bucket.",
         .kind = Kind::secret,
         .optional = true,
         .when = of_server(takes_keys)},
        {.flag = "--object-store-secret-access-key",
         .ask = "Which secret belongs to that access key?",
         .help = "The provider shows it once, when the key is made.",
         .kind = Kind::secret,
         .when = of_server(has_access_key)},
    };
}  // NOLINT(clang-analyzer-cplusplus.NewDeleteLeaks): it loses sight of what a list's std::function owns

std::vector<Question> server_execution() {
    return {
        {.flag = "--isolation-mode",
         .ask = "How does OpenCode run?",
         .help = "Only the local tier may run it without a sandbox.",
         .kind = Kind::choice,
         .choices = {{"sandbox", "in a container of its own"},
                     {"development-process", "as a plain process: for developing only"}},
         .fallback = "sandbox",
         .when = of_server([](const Known& known) {
             return is_local(known) && (known.blamed("--isolation-image") || known.has("--isolation-mode"));
         })},
        {.flag = "--worker-id",
         .ask = "What is this worker called?",
         .help = "A name that no other worker has.",
         .when = of_server("--worker-id")},
        {.flag = "--isolation-image",
         .ask = "Which image does the sandbox run OpenCode in?",
         .help = "As Docker names it.",
         .when = of_server("--isolation-image")},
        {.flag = "--isolation-image-sha256",
         .ask = "What is the digest of that image?",
         .help = "As Docker says it; the server compares it.",
         .when = of_server("--isolation-image-sha256")},
        {.flag = "--isolation-network-name",
         .ask = "Which Docker network may the sandbox use?",
         .help = "An internal one that lets out only what it should.",
         .when = of_server("--isolation-network-name")},
        {.flag = "--isolation-egress-policy-id",
         .ask = "Which label says what that network lets out?",
         .help = "The server looks for it on the network.",
         .when = of_server("--isolation-egress-policy-id")},
    };
}  // NOLINT(clang-analyzer-cplusplus.NewDeleteLeaks): it loses sight of what a list's std::function owns

}  // namespace

std::vector<Question> cloud_connect_questions() {
    std::vector<Question> all{
        {.flag = "--server",
         .ask = "Set up the Cloud's own server on this machine?",
         .help = "No connects Desktop to a Cloud that is there.",
         .kind = Kind::yes_no},
    };
    for (auto* half : {desktop_half, server_basics, server_store, server_execution})
        for (Question& question : half()) all.push_back(std::move(question));
    return all;
}

}  // namespace cowork::setup
