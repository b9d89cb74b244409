#include "validators/together/together.hpp"

#include <array>

namespace cowork::validators {
namespace {

constexpr std::array rules_table{
    Rule{
        "together.roles-disagree", Severity::error, "roles of one Cloud that disagree about what they share",
        "Web, worker and scheduler work on the same database, objects and keys. Where one has others it sees "
        "no work, finds no artifacts, or cannot read what the others encrypted, and no error says why.",
        "Give all roles the same value, best from one env file."},
    Rule{
        "together.worker-id-shared", Severity::error, "two workers with one id",
        "Workers tell their leases apart by their ids: with the same one each takes the other's work for its "
        "own.",
        "Give each worker an OPEN_COWORK_CLOUD_WORKER_ID of its own."},
    Rule{"together.secret-reused", Severity::warning, "one secret for two purposes",
         "Whoever learns it in one place can use it in the other, and it cannot be replaced in one place "
         "alone.",
         "Generate a secret of its own for each."},
    Rule{"together.env-file-shadowed", Severity::warning, "a setting of an env_file that never arrives",
         "`${NAME:-…}` under `environment` is filled from Compose's own .env file, not from `env_file`, and "
         "wins over it: the container gets the default, or nothing.",
         "Remove the key from `environment`, or set it in the .env file beside the Compose file."},
    Rule{"together.env-misread", Severity::warning, "an env file that Compose reads differently",
         "The file is written for another reader. Compose takes quotes, `$`, `#` or escapes in it otherwise, "
         "and the service gets another value than the one that is meant.",
         "Write the file in Compose's dialect (`--dialect compose`), or with values that need no quotes."},
    Rule{"together.cloud-url", Severity::error, "a gateway that calls its Cloud on the wrong port",
         "The gateway stays not ready, and gives no reason.",
         "Set OPEN_COWORK_CLOUD_BASE_URL to the address that the Cloud listens on."},
    Rule{"together.port-shared", Severity::error, "two services of one machine on one port",
         "The second one does not start: the address is in use.", "Give one of them another port."},
};

}  // namespace

std::span<const Rule> together_rules() { return rules_table; }

}  // namespace cowork::validators
