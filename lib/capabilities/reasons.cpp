#include "capabilities/reasons.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string>

namespace cowork::capabilities {
namespace {

using report::CapabilityKind;
using report::CapabilityStatus;

constexpr bool products = false;
constexpr bool our_own = true;

// The product's first, in the order of its table; then ours, kind by kind.
constexpr std::array rows{
    CapabilityReason{"provider.settings", CapabilityKind::provider, CapabilityStatus::active, products,
                     "the user chose this provider in Desktop's settings", ""},
    CapabilityReason{"provider.default", CapabilityKind::provider, CapabilityStatus::active, products,
                     "nothing is chosen, and the configuration's default provider is used", ""},
    CapabilityReason{"provider.fallback", CapabilityKind::provider, CapabilityStatus::active, products,
                     "the chosen provider is not in the configuration, so its default is used",
                     "choose a provider that is there in Desktop's settings"},
    CapabilityReason{"provider.missing", CapabilityKind::provider, CapabilityStatus::missing, products,
                     "no provider is in force", "choose a provider in Desktop's settings"},
    CapabilityReason{"model.settings", CapabilityKind::model, CapabilityStatus::active, products,
                     "the user chose this model in Desktop's settings", ""},
    CapabilityReason{"model.default", CapabilityKind::model, CapabilityStatus::active, products,
                     "nothing is chosen, and the default model is used", ""},
    CapabilityReason{"model.fallback", CapabilityKind::model, CapabilityStatus::active, products,
                     "the chosen model is not offered, so another one is used",
                     "choose a model that the provider offers in Desktop's settings"},
    CapabilityReason{"model.missing", CapabilityKind::model, CapabilityStatus::missing, products,
                     "no model is in force", "choose a model in Desktop's settings"},
    CapabilityReason{"mcp.configured", CapabilityKind::mcp, CapabilityStatus::active, products,
                     "a tool connection of the configuration that has all it needs", ""},
    CapabilityReason{"mcp.disabled-by-user", CapabilityKind::mcp, CapabilityStatus::disabled, products,
                     "the user, or a variable, has turned the tool connection off",
                     "turn it on in Desktop under Tools & Skills"},
    CapabilityReason{"mcp.awaiting-oauth-opt-in", CapabilityKind::mcp, CapabilityStatus::auth_pending,
                     products, "it signs in with OAuth, and the user has not agreed yet",
                     "connect it in Desktop under Tools & Skills"},
    CapabilityReason{"mcp.not-signed-in-google", CapabilityKind::mcp, CapabilityStatus::auth_pending,
                     products, "it uses the user's Google account, and nobody has signed in",
                     "sign in with Google in Desktop"},
    CapabilityReason{"mcp.not-configured", CapabilityKind::mcp, CapabilityStatus::missing, products,
                     "a credential that it needs is not there",
                     "enter its credentials in Desktop under Tools & Skills"},
    CapabilityReason{"mcp.command-not-installed", CapabilityKind::mcp, CapabilityStatus::missing, products,
                     "the program that it starts is not on this machine",
                     "install the program, or put it on PATH"},
    CapabilityReason{"mcp.invalid", CapabilityKind::mcp, CapabilityStatus::blocked, products,
                     "the entry cannot be used, for instance a remote one without a URL",
                     "correct the entry in the configuration"},
    CapabilityReason{"mcp.custom-stdio-configured", CapabilityKind::mcp, CapabilityStatus::active, products,
                     "a tool connection of the user that starts a program", ""},
    CapabilityReason{"mcp.stdio-policy-blocked", CapabilityKind::mcp, CapabilityStatus::blocked, products,
                     "the policy for programs refuses its command",
                     "start an executable without a shell, package runners with a pinned version"},
    CapabilityReason{"mcp.custom-http-configured", CapabilityKind::mcp, CapabilityStatus::active, products,
                     "a tool connection of the user to a server", ""},
    CapabilityReason{"mcp.url-policy-blocked", CapabilityKind::mcp, CapabilityStatus::blocked, products,
                     "the policy for URLs refuses its address",
                     "use a public https address, or allow the private network for this entry"},
    CapabilityReason{"skill.builtin", CapabilityKind::skill, CapabilityStatus::active, products,
                     "a skill that ships with the application", ""},
    CapabilityReason{"skill.custom", CapabilityKind::skill, CapabilityStatus::active, products,
                     "a skill of the user", ""},
    CapabilityReason{"skill.configured-missing", CapabilityKind::skill, CapabilityStatus::missing, products,
                     "the configuration names a skill that is not there, or cannot be used",
                     "install the skill's bundle, or take it out of the configuration"},
    CapabilityReason{"skill.custom-disabled-by-policy", CapabilityKind::skill, CapabilityStatus::disabled,
                     products, "the organisation's policy turns skills of the user off",
                     "ask whoever manages the organisation's policy"},
    CapabilityReason{"agent.delegation-parent-permission-gated", CapabilityKind::agent,
                     CapabilityStatus::ask_gated, products,
                     "an agent that hands work on never gives more permission than it has", ""},
    CapabilityReason{"plugin.product-mode-unsupported", CapabilityKind::opencode_plugin,
                     CapabilityStatus::unsupported, products,
                     "plugins of OpenCode are not used in these modes of the product", ""},
    CapabilityReason{"plugin.supported", CapabilityKind::opencode_plugin, CapabilityStatus::available,
                     products, "the product supports this use of a plugin", ""},
    CapabilityReason{"plugin.shim", CapabilityKind::opencode_plugin, CapabilityStatus::available, products,
                     "the product supports this use of a plugin through an adapter", ""},
    CapabilityReason{"plugin.private-assumption", CapabilityKind::opencode_plugin,
                     CapabilityStatus::available, products,
                     "the product relies on what OpenCode does not promise", ""},
    CapabilityReason{"plugin.unknown", CapabilityKind::opencode_plugin, CapabilityStatus::available, products,
                     "the product does not say how it treats this use of a plugin", ""},

    CapabilityReason{
        "provider.selection-unknown", CapabilityKind::provider, CapabilityStatus::unknown, our_own,
        "Desktop's settings are encrypted, or the configuration inside the application is not seen",
        "export the diagnostics in Desktop and give them to --snapshot"},
    CapabilityReason{"provider.declared", CapabilityKind::provider, CapabilityStatus::available, our_own,
                     "files declare it, and no server was asked", ""},
    CapabilityReason{"provider.loaded", CapabilityKind::provider, CapabilityStatus::active, our_own,
                     "files declare it, and the server offers it", ""},
    CapabilityReason{"provider.not-loaded", CapabilityKind::provider, CapabilityStatus::missing, our_own,
                     "files declare it, and the server does not offer it",
                     "restart OpenCode, and look at its log if that does not help"},
    CapabilityReason{"provider.not-declared", CapabilityKind::provider, CapabilityStatus::active, our_own,
                     "the server offers it, and no file that can be seen declares it", ""},
    CapabilityReason{"provider.disabled-by-configuration", CapabilityKind::provider,
                     CapabilityStatus::disabled, our_own,
                     "enabled_providers or disabled_providers leaves it out", ""},
    CapabilityReason{"provider.credential-missing", CapabilityKind::provider, CapabilityStatus::auth_pending,
                     our_own, "it is there, and has no credential", "log in to it, or set its key"},
    CapabilityReason{
        "model.selection-unknown", CapabilityKind::model, CapabilityStatus::unknown, our_own,
        "Desktop's settings are encrypted, or the configuration inside the application is not seen",
        "export the diagnostics in Desktop and give them to --snapshot"},
    CapabilityReason{"model.declared", CapabilityKind::model, CapabilityStatus::available, our_own,
                     "files choose it, and no server was asked", ""},
    CapabilityReason{"model.loaded", CapabilityKind::model, CapabilityStatus::active, our_own,
                     "files choose it, and the server uses and offers it", ""},
    CapabilityReason{"model.not-loaded", CapabilityKind::model, CapabilityStatus::missing, our_own,
                     "files choose it, and the server uses another", "restart OpenCode"},
    CapabilityReason{"model.not-offered", CapabilityKind::model, CapabilityStatus::missing, our_own,
                     "it is chosen, and no provider of the server offers it",
                     "choose a model that the server lists, or configure its provider"},
    CapabilityReason{"model.not-declared", CapabilityKind::model, CapabilityStatus::active, our_own,
                     "the server uses it, and no file that can be seen chooses it", ""},
    CapabilityReason{"mcp.choice-unknown", CapabilityKind::mcp, CapabilityStatus::unknown, our_own,
                     "Desktop's settings are encrypted, or its entry depends on what only Desktop knows",
                     "export the diagnostics in Desktop and give them to --snapshot"},
    CapabilityReason{"mcp.custom-disabled-by-policy", CapabilityKind::mcp, CapabilityStatus::disabled,
                     our_own, "the organisation's policy turns tool connections of the user off",
                     "ask whoever manages the organisation's policy"},
    CapabilityReason{"mcp.declared", CapabilityKind::mcp, CapabilityStatus::available, our_own,
                     "files declare it, and no server was asked", ""},
    CapabilityReason{"mcp.loaded", CapabilityKind::mcp, CapabilityStatus::active, our_own,
                     "files declare it, and the server is connected to it", ""},
    CapabilityReason{"mcp.not-loaded", CapabilityKind::mcp, CapabilityStatus::missing, our_own,
                     "files declare it, and the server does not have it", "restart OpenCode"},
    CapabilityReason{"mcp.not-declared", CapabilityKind::mcp, CapabilityStatus::active, our_own,
                     "the server is connected to it, and no file that can be seen declares it", ""},
    CapabilityReason{"mcp.changed-since-start", CapabilityKind::mcp, CapabilityStatus::missing, our_own,
                     "the server has it as it was before its entry was changed", "restart OpenCode"},
    CapabilityReason{"mcp.disabled-by-configuration", CapabilityKind::mcp, CapabilityStatus::disabled,
                     our_own, "its entry says enabled: false", ""},
    CapabilityReason{"mcp.runtime-failure", CapabilityKind::mcp, CapabilityStatus::runtime_failure, our_own,
                     "the server could not connect to it; of its error only the kind is told",
                     "start what it names, or correct its entry; OpenCode's log has the words"},
    CapabilityReason{"mcp.needs-auth", CapabilityKind::mcp, CapabilityStatus::auth_pending, our_own,
                     "it asks to be signed in", "run opencode mcp auth for it"},
    CapabilityReason{"mcp.needs-client-registration", CapabilityKind::mcp, CapabilityStatus::auth_pending,
                     our_own, "it asks for a registered OAuth client", "set its oauth.clientId"},
    CapabilityReason{"mcp.policy-not-enforced", CapabilityKind::mcp, CapabilityStatus::unsupported, our_own,
                     "the server is connected to it, and the product's policy would refuse it",
                     "remove it, or correct its entry so that the policy allows it"},
    CapabilityReason{"skill.bundle-unseen", CapabilityKind::skill, CapabilityStatus::unknown, our_own,
                     "the application's own files cannot be seen, so whether it ships is not known",
                     "name the application's resources directory with --resources"},
    CapabilityReason{"skill.invalid", CapabilityKind::skill, CapabilityStatus::missing, our_own,
                     "its SKILL.md cannot be used", "give it a front matter with a name and a description"},
    CapabilityReason{"skill.declared", CapabilityKind::skill, CapabilityStatus::available, our_own,
                     "a file holds it, and no server was asked", ""},
    CapabilityReason{"skill.loaded", CapabilityKind::skill, CapabilityStatus::active, our_own,
                     "a file holds it, and the server has it", ""},
    CapabilityReason{"skill.not-loaded", CapabilityKind::skill, CapabilityStatus::missing, our_own,
                     "a file holds it, and the server does not have it", "restart OpenCode"},
    CapabilityReason{"skill.not-declared", CapabilityKind::skill, CapabilityStatus::active, our_own,
                     "the server has it, and no file that can be seen holds it", ""},
    CapabilityReason{"agent.declared", CapabilityKind::agent, CapabilityStatus::available, our_own,
                     "files declare it, and no server was asked", ""},
    CapabilityReason{"agent.loaded", CapabilityKind::agent, CapabilityStatus::active, our_own,
                     "files declare it, and the server has it", ""},
    CapabilityReason{"agent.not-loaded", CapabilityKind::agent, CapabilityStatus::missing, our_own,
                     "files declare it, and the server does not have it", "restart OpenCode"},
    CapabilityReason{"agent.not-declared", CapabilityKind::agent, CapabilityStatus::active, our_own,
                     "the server has it, and no file that can be seen declares it", ""},
    CapabilityReason{"agent.disabled-by-configuration", CapabilityKind::agent, CapabilityStatus::disabled,
                     our_own, "its entry says disable: true, or its file is marked as disabled", ""},
    CapabilityReason{"agent.invalid", CapabilityKind::agent, CapabilityStatus::missing, our_own,
                     "its file cannot be used", "correct the front matter of the file"},
    CapabilityReason{"tool.declared", CapabilityKind::tool, CapabilityStatus::available, our_own,
                     "files declare it, and no server was asked", ""},
    CapabilityReason{"tool.loaded", CapabilityKind::tool, CapabilityStatus::active, our_own,
                     "a file holds it, and the server has it", ""},
    CapabilityReason{"tool.not-loaded", CapabilityKind::tool, CapabilityStatus::missing, our_own,
                     "a file holds it, and the server does not have it",
                     "restart OpenCode, and look at its log if that does not help"},
    CapabilityReason{"tool.not-declared", CapabilityKind::tool, CapabilityStatus::active, our_own,
                     "the server has it, and no file that can be seen holds it", ""},
    CapabilityReason{"tool.permission-ask", CapabilityKind::tool, CapabilityStatus::ask_gated, our_own,
                     "the configuration lets agents use it after asking", ""},
    CapabilityReason{"tool.permission-denied", CapabilityKind::tool, CapabilityStatus::disabled, our_own,
                     "the configuration denies it to agents", ""},
    CapabilityReason{"workflow.declared", CapabilityKind::workflow, CapabilityStatus::available, our_own,
                     "files declare the command, and no server was asked", ""},
    CapabilityReason{"workflow.loaded", CapabilityKind::workflow, CapabilityStatus::active, our_own,
                     "files declare the command, and the server has it", ""},
    CapabilityReason{"workflow.not-loaded", CapabilityKind::workflow, CapabilityStatus::missing, our_own,
                     "files declare the command, and the server does not have it", "restart OpenCode"},
    CapabilityReason{"workflow.not-declared", CapabilityKind::workflow, CapabilityStatus::active, our_own,
                     "the server has the command, and no file that can be seen declares it", ""},
    CapabilityReason{"workflow.invalid", CapabilityKind::workflow, CapabilityStatus::missing, our_own,
                     "the command's file cannot be used", "correct the front matter of the file"},
    CapabilityReason{"plugin.declared", CapabilityKind::opencode_plugin, CapabilityStatus::available, our_own,
                     "files declare it, and no server was asked", ""},
    CapabilityReason{"plugin.loaded", CapabilityKind::opencode_plugin, CapabilityStatus::active, our_own,
                     "files declare it, and it is in the server's list; whether its code ran is not told",
                     ""},
    CapabilityReason{"plugin.not-loaded", CapabilityKind::opencode_plugin, CapabilityStatus::missing, our_own,
                     "files declare it, and it is not in the server's list", "restart OpenCode"},
    CapabilityReason{"plugin.not-declared", CapabilityKind::opencode_plugin, CapabilityStatus::active,
                     our_own, "it is in the server's list, and no file that can be seen declares it", ""},
    CapabilityReason{"plugin.file-missing", CapabilityKind::opencode_plugin, CapabilityStatus::missing,
                     our_own, "its file is not there", "install the file, or take the entry out"},
    CapabilityReason{"plugin.disabled-by-configuration", CapabilityKind::opencode_plugin,
                     CapabilityStatus::disabled, our_own,
                     "the server was started with OPENCODE_PURE, which leaves plugins out", ""},
};

constexpr std::array conflicts{
    ConflictReason{"provider.source-conflict-winner", CapabilityKind::provider, products,
                   "the provider in force is not the configuration's default"},
    ConflictReason{"model.source-conflict-winner", CapabilityKind::model, products,
                   "the model in force is not the configuration's default"},
    ConflictReason{"skill.custom-overrides-managed", CapabilityKind::skill, products,
                   "a skill of the user takes the place of one that ships with the application"},
    ConflictReason{"mcp.custom-overrides-builtin", CapabilityKind::mcp, products,
                   "a tool connection of the user takes the place of one of the configuration"},
    ConflictReason{"provider.layer-override", CapabilityKind::provider, our_own,
                   "several layers define the provider; later ones win value by value"},
    ConflictReason{"model.layer-override", CapabilityKind::model, our_own,
                   "several layers choose a model; the last wins"},
    ConflictReason{"mcp.layer-override", CapabilityKind::mcp, our_own,
                   "several layers define the tool connection; later ones win value by value"},
    ConflictReason{"skill.layer-override", CapabilityKind::skill, our_own,
                   "several directories hold a skill of that name; OpenCode keeps one"},
    ConflictReason{"agent.layer-override", CapabilityKind::agent, our_own,
                   "several layers define the agent; later ones win value by value"},
    ConflictReason{"tool.layer-override", CapabilityKind::tool, our_own,
                   "several directories hold a tool of that name; the last wins"},
    ConflictReason{"workflow.layer-override", CapabilityKind::workflow, our_own,
                   "several layers define the command; later ones win value by value"},
    ConflictReason{"plugin.layer-override", CapabilityKind::opencode_plugin, our_own,
                   "several layers name the plugin; the last wins"},
};

}  // namespace

std::span<const CapabilityReason> capability_reasons() { return rows; }

const CapabilityReason* find_capability_reason(std::string_view code) {
    const auto* const found =
        std::find_if(rows.begin(), rows.end(), [&](const auto& row) { return row.code == code; });
    return found == rows.end() ? nullptr : found;
}

std::span<const ConflictReason> conflict_reasons() { return conflicts; }

const ConflictReason* find_conflict_reason(std::string_view code) {
    const auto* const found =
        std::find_if(conflicts.begin(), conflicts.end(), [&](const auto& row) { return row.code == code; });
    return found == conflicts.end() ? nullptr : found;
}

report::CapabilityRow capability_row(std::string_view code, SafeText id, SafeText source,
                                     report::CapabilityPlace place, std::string_view product_mode) {
    const CapabilityReason* reason = find_capability_reason(code);
    if (reason == nullptr) throw std::logic_error("no capability reason " + std::string(code));
    report::CapabilityRow row;
    row.id = std::move(id);
    row.kind = reason->kind;
    row.status = reason->status;
    row.reason_code = reason->code;
    row.source = std::move(source);
    row.place = std::move(place);
    row.product_mode = product_mode;
    row.meaning = reason->meaning;
    row.recovery = reason->recovery;
    return row;
}

report::ConflictRow conflict_row(std::string_view code, SafeText id, SafeText winner,
                                 report::CapabilityPlace winner_place,
                                 std::vector<report::ConflictLoser> losers, std::string_view product_mode) {
    const ConflictReason* reason = find_conflict_reason(code);
    if (reason == nullptr) throw std::logic_error("no conflict reason " + std::string(code));
    report::ConflictRow row;
    row.id = std::move(id);
    row.kind = reason->kind;
    row.reason_code = reason->code;
    row.winner = std::move(winner);
    row.winner_place = std::move(winner_place);
    row.losers = std::move(losers);
    row.product_mode = product_mode;
    row.meaning = reason->meaning;
    return row;
}

}  // namespace cowork::capabilities
