#include "core/text.hpp"
#include "net/url.hpp"
#include "rules/lenient.hpp"
#include "rules/secret_names.hpp"
#include "secrets/strength.hpp"
#include "validators/compose/checks.hpp"
#include "validators/compose/parts.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <set>
#include <utility>

namespace cowork::validators {
namespace {

using config::YamlNode;

bool names_something_else(std::string_view key) {
    constexpr std::array<std::string_view, 10> endings{"_FILE", "_PATH", "_REF", "_DIR", "_NAME",
                                                       "_ID",   "_URL",  "_MS",  "_TTL", "_HOST"};
    return std::any_of(endings.begin(), endings.end(),
                       [&](std::string_view end) { return key.ends_with(end); });
}

// Whether the name says so in words: TOKENIZER_MODEL and MAX_TOKENS name no secret.
bool says_secret(std::string_view key) {
    constexpr std::array<std::string_view, 13> words{
        "_TOKEN_",       "_SECRET_",      "_PASSWORD_",     "_PASSWD_",  "_PASSPHRASE_",
        "_CREDENTIAL_",  "_CREDENTIALS_", "_APIKEY_",       "_API_KEY_", "_ACCESS_KEY_",
        "_PRIVATE_KEY_", "_SECRET_KEY_",  "_AUTHORIZATION_"};
    std::string name = "_" + lowered(key) + "_";
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return std::any_of(words.begin(), words.end(),
                       [&](std::string_view word) { return name.find(word) != std::string::npos; });
}

// A path, or what asks to be filled in.
bool is_no_value(std::string_view text) {
    constexpr std::size_t shortest = 4;
    return text.size() < shortest || text.starts_with('/') || text.starts_with("./") ||
           (text.starts_with('<') && text.ends_with('>'));
}

bool has_password(std::string_view text) {
    std::vector<std::string> passwords = net::passwords_in(text);
    const bool found =
        std::any_of(passwords.begin(), passwords.end(), [](const std::string& one) { return !one.empty(); });
    for (std::string& one : passwords) cleanse(one);
    return found;
}

// Whether a text that stands in the file is a secret that its reader could use. A placeholder of the
// product's is judged by the service's rules; any other is the password that the service then has.
bool is_secret(std::string_view key, std::string_view text) {
    text = trimmed(text);
    if (text.empty() || (is_placeholder(text) && rules::find_key(key) != nullptr)) return false;
    if (has_password(text)) return true;
    if (!rules::is_secret_key(key) || key.ends_with("_ACCESS_KEY_ID")) return false;
    if (const rules::Key* known = rules::find_key(key))
        return known->kind != rules::KeyKind::json && known->kind != rules::KeyKind::database_url;
    return says_secret(key) && !names_something_else(key) && !is_no_value(text) &&
           !rules::read_boolean(text, rules::Parsing::strict) && !rules::read_integer(text);
}

class Looking {
  public:
    Looking(bool mild, Findings& findings) : mild_(mild), findings_(findings) {}

    void variables(std::string_view service, std::string_view part, const YamlNode* node) {
        std::vector<ComposeVariable> found;
        const ComposeVariables none;
        read_variables(node, ComposeReader(none), found);
        for (const ComposeVariable& one : found) variable(service, part, one);
    }

  private:
    void variable(std::string_view service, std::string_view part, const ComposeVariable& one) {
        // Services that share an anchor share the place, which is told once.
        if (one.inherited || !is_secret(one.key, one.value.text()) ||
            !seen_.emplace(one.where.line, one.where.column).second)
            return;
        findings_.redactor().learn(one.value.text());
        const std::string key = fmt::format("services.{}.{}.{}", service, part, one.key);
        if (one.value.value.literal)
            findings_.add(
                "compose.secret-in-clear", one.where, key,
                fmt::format("{} of the service {} is a secret that stands in the file", one.key, service), {},
                mild_ ? std::optional(Severity::warning) : std::nullopt);
        else if (one.value.value.defaulted)
            findings_.add("compose.secret-default", one.where, key,
                          fmt::format("{} of the service {} has a default that everybody with the file knows",
                                      one.key, service),
                          {}, mild_ ? std::optional(Severity::note) : std::nullopt);
    }

    bool mild_;
    std::set<std::pair<int, int>> seen_;
    Findings& findings_;
};

// The tier that the file names for a Cloud server in clear, or --tier.
bool is_local(const YamlNode& services, const Settings& settings) {
    const std::string key = rules::cloud_server().full_name("DEPLOYMENT_TIER");
    std::optional<std::string> named;
    std::size_t left = most_compose_services;
    for (const YamlNode::Member& service : services.members) {
        if (left-- == 0) break;
        const YamlNode* environment = service.value->find("environment");
        const YamlNode* tier = environment == nullptr ? nullptr : environment->find(key);
        if (tier == nullptr || !tier->is_scalar()) continue;
        if (named && *named != tier->text) return false;
        named = tier->text;
    }
    if (named) return *named == "local";
    return settings.tier == rules::CloudTier::local;
}

}  // namespace

void check_compose_secrets(const Input& input, const Settings& settings, const YamlNode& document,
                           Findings& findings) {
    const YamlNode* services = document.find("services");
    if (services == nullptr) return;
    const bool ignored = input.facts && input.facts->git == FileFacts::Git::ignored;
    Looking looking(ignored || is_local(*services, settings), findings);
    std::size_t left = most_compose_services;
    for (const YamlNode::Member& service : services->members) {
        if (left-- == 0) return;
        looking.variables(service.name(), "environment", service.value->find("environment"));
        looking.variables(service.name(), "build.args", service.value->at({"build", "args"}));
    }
}

}  // namespace cowork::validators
