#include "validators/opencode/opencode.hpp"

#include <array>

namespace cowork::validators {
namespace {

constexpr std::array rules{
    Rule{"opencode.unknown-key", Severity::error, "a key of the top that OpenCode does not know",
         "OpenCode does not start with it, and the product then has no runtime.",
         "Correct the spelling, or remove the key."},
    Rule{"opencode.ignored-key", Severity::warning, "a key that OpenCode passes over",
         "Below the top OpenCode drops what it does not know without a word, so the setting has no effect.",
         "Correct the spelling, move the key to where it belongs, or remove it."},
    Rule{"opencode.wrong-type", Severity::error, "a value of another type than OpenCode asks for",
         "OpenCode does not start with it; of a tool server whose entry has `enabled`, it drops everything "
         "else instead and never starts the server.",
         "Write the value in the type that is named."},
    Rule{"opencode.wrong-value", Severity::error, "a word or a number that OpenCode does not take",
         "OpenCode does not start with it.", "Write one of the values that are named."},
    Rule{"opencode.missing-key", Severity::error, "an entry without the key that it needs",
         "OpenCode does not start with it; of a tool server whose entry has `enabled`, it drops everything "
         "else instead and never starts the server.",
         "Add the key that is named."},
    Rule{"opencode.deprecated-key", Severity::warning, "a key that a newer one has replaced",
         "OpenCode still reads it, or drops it without a word, and a later version refuses it.",
         "Write the newer key."},
    Rule{"opencode.mcp-command", Severity::warning, "a tool server that Open Cowork would not start",
         "Open Cowork starts no shell, no code from the command line and no program outside its list for a "
         "tool server, because the configuration would then run anything with the agent's rights. OpenCode "
         "itself starts it all the same.",
         "Name the program itself with its arguments, without a shell.",
         "A note for a program that is only missing in Open Cowork's list."},
    Rule{"opencode.mcp-unpinned", Severity::warning, "a tool server from a package without a version",
         "The runner fetches whatever the registry has as the newest at each start, so what runs beside the "
         "agent changes without anybody's doing. Open Cowork refuses it.",
         "Write the version behind the package's name, as in name@1.2.3."},
    Rule{"opencode.mcp-url", Severity::error, "a tool server at an address that Open Cowork refuses",
         "Metadata services hand out the machine's credentials to whoever asks; a private address reaches "
         "what the network protects.",
         "Name a host of the service itself, with https.",
         "A note for loopback and private addresses, which OpenCode itself may well be meant to reach."},
    Rule{"opencode.plain-http", Severity::warning, "an http URL to another machine",
         "Whoever is on the way reads what is sent and writes what the agent gets as tools, instructions or "
         "answers.",
         "Write https.", "An error when a secret goes with it."},
    Rule{"opencode.secret-in-clear", Severity::error, "a secret in the configuration itself",
         "The file is read by every agent and tool that may read the project, is copied with it, and mostly "
         "ends in git.",
         "Write {env:NAME} or {file:PATH} and keep the secret there.",
         "A warning when git ignores the file or it lies outside of any work tree."},
    Rule{"opencode.reference", Severity::error, "a reference that OpenCode does not replace",
         "OpenCode replaces {env:NAME} and {file:PATH} only; anything else goes to the provider as it "
         "stands, and an unreadable name becomes an empty text.",
         "Write {env:NAME} or {file:PATH}."},
    Rule{"opencode.file-missing", Severity::error, "a referenced file that is not there",
         "OpenCode refuses the whole configuration when a {file:PATH} in it leads nowhere.",
         "Create the file, or correct the path: it counts from the configuration's own directory.",
         "A warning for a secret, which may be put there where it is used."},
    Rule{"opencode.file-outside", Severity::note,
         "a referenced file outside of the configuration's directory",
         "OpenCode does not start without the file, and it does not travel with the configuration.",
         "Make sure that the file is there wherever the configuration is used."},
    Rule{"opencode.permission-open", Severity::warning, "everything is allowed without a question",
         "Commands, changes of files or paths outside of the project need no approval, so whatever talks the "
         "agent into something has it done.",
         "Write ask, and allow the patterns that are harmless.", "An error for public_production."},
    Rule{"opencode.permission-order", Severity::error, "a rule that a later one takes back",
         "Of all patterns that match, the last one counts. Before a `*` that says otherwise a pattern has no "
         "effect, so what was to be denied is allowed.",
         "Put `*` first."},
    Rule{"opencode.permission-unknown", Severity::note, "a permission of a tool that does not exist",
         "OpenCode takes any name there, and one that no tool has protects nothing.",
         "Correct the spelling."},
    Rule{"opencode.share-auto", Severity::warning, "every session is published",
         "Sharing copies the whole conversation, with what the agent read, to a public page at the maker of "
         "OpenCode.",
         "Write `manual`, or `disabled`.", "An error for private_beta and public_production."},
    Rule{"opencode.server-public", Severity::error, "the server listens to other machines",
         "Whoever reaches OpenCode's port runs commands as its user; the product asks for loopback or a "
         "private network. `mdns` without a host name listens everywhere too.",
         "Set server.hostname to 127.0.0.1, and let a proxy or the gateway face the network."},
    Rule{"opencode.cors-any", Severity::error, "any web page may talk to the server",
         "A page that somebody opens in a browser can then have OpenCode run commands.",
         "Name the origins that may."},
    Rule{"opencode.plugin-unpinned", Severity::warning, "a plugin without a version",
         "OpenCode installs the newest of it at a start, and a plugin runs with all rights of OpenCode.",
         "Write the exact version behind the name, as in name@1.2.3."},
    Rule{"opencode.autoupdate", Severity::note, "OpenCode replaces itself",
         "The product is tested with one version of OpenCode; another may behave differently from one day "
         "to the next.",
         "Write false, and change the version on purpose."},
    Rule{"opencode.model-form", Severity::error, "a model without its provider",
         "OpenCode takes what stands before the first slash for the provider and finds no such model.",
         "Write provider/model."},
    Rule{"opencode.provider-off", Severity::error, "the chosen model's provider is switched off",
         "The same file chooses a model and leaves its provider out, so no prompt is answered.",
         "Add the provider to enabled_providers, or take it out of disabled_providers."},
};

}  // namespace

std::span<const Rule> opencode_rules() { return rules; }

}  // namespace cowork::validators
