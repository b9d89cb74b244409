#include "validators/leaks/leaks.hpp"

#include "secrets/hmac.hpp"
#include "secrets/strength.hpp"
#include "validators/json_place.hpp"
#include "validators/leaks/identifiers.hpp"
#include "validators/leaks/manifest.hpp"
#include "validators/leaks/scan.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <set>

namespace cowork::validators {
namespace {

constexpr std::array rules{
    Rule{"leak.cloud-key", Severity::error, "a cloud provider's key in clear",
         "Whoever reads the file, or its history in git, acts as its owner at the provider.",
         "Revoke the key at the provider, and put a reference such as ${NAME} in its place."},
    Rule{"leak.code-host-token", Severity::error, "a token of a code host or package registry in clear",
         "Whoever reads the file, or its history in git, can change code that others run.",
         "Revoke the token, and put a reference such as ${NAME} in its place."},
    Rule{"leak.model-key", Severity::error, "a model provider's key in clear",
         "Whoever reads the file, or its history in git, prompts at its owner's expense.",
         "Revoke the key, and put a reference such as {env:NAME} or ${NAME} in its place."},
    Rule{"leak.chat-token", Severity::error, "a chat service's token in clear",
         "Whoever reads the file, or its history in git, reads and writes as the bot, and so prompts agents.",
         "Revoke the token (Telegram: /revoke at @BotFather), and put a reference in its place."},
    Rule{"leak.payment-key", Severity::error, "a payment service's key in clear",
         "Whoever reads the file, or its history in git, can take or return money.",
         "Roll the key at the service, and put a reference in its place."},
    Rule{"leak.product-token", Severity::error, "a token of Open Cowork in clear",
         "Whoever reads the file, or its history in git, uses the deployment as its holder does.",
         "Revoke the token in the Cloud, issue another, and put a reference in its place."},
    Rule{
        "leak.web-token", Severity::warning, "a JSON web token in clear",
        "Until it expires, whoever reads the file can sign in with it; its content is readable by everybody.",
        "Remove it, and end the session or rotate the key that it belongs to."},
    Rule{"leak.private-key", Severity::error, "a private key",
         "Whoever reads the file, or its history in git, can pretend to be the holder of the certificate.",
         "Make a new pair, revoke the old certificate, and mount the key from where secrets are kept."},
    Rule{"leak.url-password", Severity::error, "a password in a URL",
         "Whoever reads the file, or its history in git, has the account, as with a database's URL.",
         "Change the password, and put a reference such as ${DATABASE_URL} in the URL's place."},
    Rule{"leak.signed-url", Severity::error, "a signed URL",
         "Its signature opens the object to whoever has the URL, until it expires.",
         "Remove the query of the URL; where it is valid for long, rotate the key that signed it."},
    Rule{"leak.authorization", Severity::error, "an Authorization value in clear",
         "Whoever reads the file, or its history in git, can send the same header.",
         "Revoke the credentials, and write $TOKEN or <token> in their place."},
    Rule{"leak.assignment", Severity::error, "a secret in clear under a name that says so",
         "A file for git or for others is the wrong place for a password, token or key.",
         "Replace the secret where it is used, and put a reference such as ${NAME} here.",
         "A warning in a file that git does not have."},
    Rule{"leak.identifier", Severity::warning, "an identifier of the deployment in a public summary",
         "Account numbers, ids and hosts tell strangers whose deployment it is and where to knock.",
         "Write the summary without it; the private evidence keeps it."},
};

// What a file is for, as far as secrets are concerned.
enum class Standing {
    private_file,  // secrets may be there
    kept,          // nobody said that others read it
    published,     // git has it, or will; or it is meant for others
};

// .env.example, gateway.template.env: meant for git. gateway.example.com.env is not.
bool is_pattern_file(std::string_view path) {
    std::string_view name = path.substr(path.rfind('/') + 1);
    for (std::string_view part; !name.empty();) {
        part = name.substr(0, name.find('.'));
        name.remove_prefix(std::min(part.size() + 1, name.size()));
        const bool domain = name.starts_with("com") || name.starts_with("org") || name.starts_with("net");
        if (part == "template" || part == "sample" || (part == "example" && !domain)) return true;
    }
    return false;
}

// Written to be read, though it may begin like an env file.
bool is_page(std::string_view path) {
    return path.ends_with(".md") || path.ends_with(".html") || path.ends_with(".txt");
}

Standing standing_of(const Input& input, const Settings& settings) {
    using Git = FileFacts::Git;
    const Git git = input.facts ? input.facts->git : Git::unknown;
    const bool evidence = input.kind == Kind::load_report || input.kind == Kind::failover_drill ||
                          input.kind == Kind::launch_evidence;
    if (settings.publish || evidence || git == Git::tracked || git == Git::untracked ||
        is_pattern_file(input.path))
        return Standing::published;
    if (git == Git::ignored || (input.kind == Kind::env && !is_page(input.path)))
        return Standing::private_file;
    return Standing::kept;
}

const Secret& salt_of(const Settings& settings) {
    static const Secret of_this_run = generate_secret();
    return settings.fingerprint_salt ? *settings.fingerprint_salt : of_this_run;
}

// The lines of all ranges.
std::set<int> lines_of(const std::vector<TextRange>& ranges) {
    std::set<int> lines;
    for (const TextRange& range : ranges)
        for (int line = range.line; line <= range.end_line; ++line) lines.insert(line);
    return lines;
}

// What its own rules say of a secret, in the words of the kind; one mistake is told once.
constexpr std::array<std::string_view, 4> told_already{"compose.secret-in-clear", "helm.inline-secret",
                                                       "opencode.secret-in-clear", "product.secret-in-clear"};

class Reporter {
  public:
    Reporter(const Input& input, const Settings& settings, Standing standing, Findings& findings)
        : input_(input), settings_(settings), standing_(standing), findings_(findings) {}

    void tell() {
        const ManifestLeaks manifests = leaks_in_manifests(input_);
        const std::set<int> settled = lines_of(manifests.settled);
        const std::set<int> told = findings_.lines_with(told_already);
        for (const Leak& leak : scan_for_leaks(input_.text)) {
            const TextRange where = findings_.index().range(leak.begin, leak.end);
            if (settled.contains(where.line)) continue;
            if (leak.rule == "leak.assignment" && told.contains(where.line)) continue;
            add(leak.rule, where, leak.what, leak.key,
                std::string_view(input_.text).substr(leak.begin, leak.end - leak.begin), false);
        }
        for (const ManifestLeak& leak : manifests.found)
            if (!lines_.contains(leak.where.line))
                add(leak.rule, leak.where, leak.what, leak.key, leak.value, leak.encoded);
    }

  private:
    void add(std::string_view rule, const TextRange& where, std::string_view what, const std::string& key,
             std::string_view value, bool encoded) {
        constexpr std::size_t most_learned = 64;
        constexpr std::size_t shown = 8;
        lines_.insert(where.line);
        if (learned_++ < most_learned) findings_.redactor().learn(value);
        const bool assigned = rule == "leak.assignment";
        findings_.add(
            rule, where, key,
            fmt::format("{}{} (fingerprint {})",
                        assigned ? fmt::format("the value of {} is a secret", key) : std::string(what),
                        encoded ? " in base64, which hides nothing" : " in clear",
                        hmac_sha256_hex(salt_of(settings_), {value}).substr(0, shown)),
            {}, assigned && standing_ == Standing::kept ? std::optional(Severity::warning) : std::nullopt);
    }

    const Input& input_;
    const Settings& settings_;
    Standing standing_;
    Findings& findings_;
    std::set<int> lines_;
    std::size_t learned_ = 0;
};

// The summaries of launch evidence are written to be published.
void find_identifiers(const Input& input, Findings& findings) {
    if (input.kind != Kind::launch_evidence || !input.json) return;
    const auto& root = input.json->root();
    const auto items = root.find("requiredEvidence");
    if (items == root.end() || !items->is_array()) return;
    for (std::size_t i = 0; i < items->size(); ++i) {
        const std::string pointer = fmt::format("/requiredEvidence/{}/publicRedactedSummary", i);
        const auto* const summary = input.json->find(pointer);
        if (summary == nullptr || !summary->is_string()) continue;
        for (const Identifier& found : identifiers_in(summary->get_ref<const std::string&>()))
            findings.add("leak.identifier", json_place(*input.json, findings.index(), pointer),
                         config::dotted(pointer), fmt::format("the public summary has {}", found.what));
    }
}

}  // namespace

std::span<const Rule> leak_rules() { return rules; }

void find_leaks(const Input& input, const Settings& settings, Findings& findings) {
    const Standing standing = standing_of(input, settings);
    find_identifiers(input, findings);
    if (standing != Standing::private_file) Reporter(input, settings, standing, findings).tell();
}

}  // namespace cowork::validators
