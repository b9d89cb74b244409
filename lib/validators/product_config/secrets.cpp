#include "config/dialect.hpp"
#include "core/text.hpp"
#include "net/url.hpp"
#include "rules/cloud_reference.hpp"
#include "validators/json_secrets.hpp"
#include "validators/product_config/parts.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <string>
#include <unordered_set>

namespace cowork::validators {
namespace {

using Json = nlohmann::ordered_json;
using rules::ReferenceKind;

// Keys that hold a reference, whose secret the server reads from the environment only.
constexpr std::array env_only{std::string_view{"urlRef"}, std::string_view{"credentialsRef"},
                              std::string_view{"apiKeyRef"}, std::string_view{"webhookSecretRef"}};
constexpr std::array references{std::string_view{"clientSecretRef"}, std::string_view{"headerSecretRef"},
                                std::string_view{"cookieSecretRef"}, std::string_view{"credentialRef"},
                                std::string_view{"urlRef"},          std::string_view{"credentialsRef"},
                                std::string_view{"apiKeyRef"},       std::string_view{"webhookSecretRef"}};
// Below these, names like `apiToken` are captions.
constexpr std::array captions{std::string_view{"managedOrgConnectionLabels"}, std::string_view{"strings"},
                              std::string_view{"branding"}, std::string_view{"publicBranding"}};
// Texts that people and models read may well speak of placeholders.
constexpr std::array prose{std::string_view{"instructions"}, std::string_view{"description"},
                           std::string_view{"credentialHelp"}, std::string_view{"prompt"}};

template <std::size_t Size>
bool among(const std::array<std::string_view, Size>& words, std::string_view word) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

class ProductSecrets {
  public:
    ProductSecrets(JsonFindings& found, std::optional<Severity> severity)
        : found_(found), severity_(severity) {
        const Json* allowed = found.document().find("/allowedEnvPlaceholders");
        if (allowed == nullptr || !allowed->is_array()) return;
        for (const Json& name : *allowed)
            if (name.is_string()) allowed_.insert(name.get<std::string>());
    }

    void look(const std::string& pointer, std::string_view name, const Json& value) {
        if (value.is_string()) return text(pointer, name, value.get_ref<const std::string&>());
        if (value.is_object()) {
            for (const auto& [key, member] : value.items())
                if (!among(captions, key)) look(config::child_pointer(pointer, key), key, member);
        } else if (value.is_array()) {
            std::size_t at = 0;
            for (const Json& each : value)
                look(config::child_pointer(pointer, std::to_string(at++)), name, each);
        }
    }

  private:
    void text(const std::string& pointer, std::string_view name, const std::string& text) {
        placeholders(pointer, text);
        if (among(prose, name)) return;
        if (const auto problem = reference_problem(text, true))
            found_.add("product.placeholder", pointer, *problem);
        if (among(references, name)) return reference(pointer, name, text);
        if (is_shell_variable(text) && is_clear_secret(name, "some-secret"))
            found_.add("product.placeholder", pointer,
                       "is a variable as a shell writes it, which stays as it is");
        clear(pointer, name, text);
    }

    void clear(const std::string& pointer, std::string_view name, const std::string& text) {
        // env:NAME is a reference where the server reads one; it names no secret anywhere.
        const bool refers =
            text.starts_with("env:") && config::is_valid_key(std::string_view(text).substr(4));
        const bool secret = !refers && is_clear_secret(name, text);
        const auto passwords = net::passwords_in(text);
        for (const std::string& password : passwords) found_.redactor().learn(password);
        if (secret) found_.redactor().learn(text);
        if (!secret && (passwords.empty() || has_reference(text))) return;
        found_.add("product.secret-in-clear", pointer, "holds a secret in clear", {}, severity_);
    }

    // {env:NAME} of what the file does not allow.
    void placeholders(const std::string& pointer, const std::string& text) {
        constexpr std::string_view opening = "{env:";
        for (auto at = text.find(opening); at != std::string::npos; at = text.find(opening, at + 1)) {
            const auto begin = at + opening.size();
            const auto end = text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_", begin);
            if (end == std::string::npos || end == begin || text[end] != '}') continue;
            listed(pointer, text.substr(begin, end - begin), std::nullopt);
        }
    }
    void listed(const std::string& pointer, const std::string& name, std::optional<Severity> severity) {
        if (allowed_.contains(name)) return;
        found_.add("product.env-not-listed", pointer,
                   fmt::format("uses the variable {}, which allowedEnvPlaceholders does not name", name),
                   fmt::format("add {} to allowedEnvPlaceholders", name), severity);
    }

    void reference(const std::string& pointer, std::string_view name, const std::string& value) {
        const std::string_view text = trimmed(value);
        if (text.empty()) return;
        if (has_reference(text))
            return found_.add("product.secret-ref", pointer,
                              "holds a placeholder, which is replaced before the server looks for the secret",
                              "write env:NAME without braces", Severity::warning);
        const rules::Reference made = rules::parse_reference(text);
        switch (made.kind) {
            case ReferenceKind::environment:
                return listed(pointer, std::string(made.name), Severity::note);
            case ReferenceKind::bare_name:
                return;
            case ReferenceKind::managed:
                if (among(env_only, name))
                    found_.add("product.managed-ref-ignored", pointer,
                               "names a secret manager, where the server reads variables only");
                return;
            case ReferenceKind::malformed:
            case ReferenceKind::nothing:
                found_.redactor().learn(text);
                found_.add("product.secret-ref", pointer, "is no reference of a secret",
                           made.expected.empty() ? std::string{} : fmt::format("write {}", made.expected));
        }
    }

    JsonFindings& found_;
    std::optional<Severity> severity_;
    std::unordered_set<std::string> allowed_;
};

}  // namespace

void check_product_secrets(const Input& input, JsonFindings& found) {
    using Git = FileFacts::Git;
    const bool kept_out =
        input.facts && (input.facts->git == Git::ignored || input.facts->git == Git::outside);
    ProductSecrets(found, kept_out ? std::optional(Severity::warning) : std::nullopt)
        .look("", "", found.document().root());
}

}  // namespace cowork::validators
