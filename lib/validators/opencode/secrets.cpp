#include "net/host_class.hpp"
#include "net/url.hpp"
#include "rules/secret_names.hpp"
#include "validators/json_secrets.hpp"
#include "validators/opencode/parts.hpp"

#include <nlohmann/json.hpp>
#include <unistd.h>

#include <filesystem>

namespace cowork::validators {
namespace {

using Json = nlohmann::ordered_json;

class Secrets {
  public:
    // `directory`: that of the file; empty when it has none.
    Secrets(JsonFindings& found, std::optional<Severity> severity, std::string directory)
        : found_(found), severity_(severity), directory_(std::move(directory)) {}

    // Every text of the document. `local`: below a provider on this machine, which needs no real key.
    void look(const std::string& pointer, std::string_view name, const Json& value, bool local) {
        if (value.is_string()) return text(pointer, name, value.get_ref<const std::string&>(), local);
        if (value.is_object()) {
            for (const auto& [key, member] : value.items())
                look(config::child_pointer(pointer, key), key, member, local || is_local(member));
        } else if (value.is_array()) {
            std::size_t at = 0;
            for (const Json& each : value)
                look(config::child_pointer(pointer, std::to_string(at++)), name, each, local);
        }
    }

  private:
    // A provider whose endpoint is this machine or its own network.
    static bool is_local(const Json& member) {
        if (!member.is_object()) return false;
        const auto url = member.find("baseURL");
        if (url == member.end() || !url->is_string()) return false;
        const auto parsed = net::parse_url(url->get_ref<const std::string&>());
        if (!parsed) return false;
        const auto host = net::classify_host(parsed->host);
        return host != net::HostClass::public_address && host != net::HostClass::public_name;
    }

    void text(const std::string& pointer, std::string_view name, const std::string& text, bool local) {
        if (pointer == "/$schema") return;
        const auto passwords = net::passwords_in(text);
        for (const std::string& password : passwords) found_.redactor().learn(password);
        if (!passwords.empty() && !has_reference(text))
            found_.add("opencode.secret-in-clear", pointer, "holds a password in a URL", {}, severity_);
        missing_file(pointer, name, text);
        if (is_prose(name)) return;
        if (const auto problem = reference_problem(text)) found_.add("opencode.reference", pointer, *problem);
        if (!outside_file(text).empty())
            found_.add("opencode.file-outside", pointer, "takes a file from another directory");
        if (is_shell_variable(text) && is_clear_secret(name, "some-secret"))
            found_.add("opencode.reference", pointer,
                       "is a variable as a shell writes it, which stays as it is");
        if (local || !is_clear_secret(name, text)) return;
        found_.redactor().learn(text);
        found_.add("opencode.secret-in-clear", pointer, "holds a secret in clear", {}, severity_);
    }

    // OpenCode replaces it in every text. Absolute paths, and those of a home, are of the machine that it
    // will run on.
    void missing_file(const std::string& pointer, std::string_view name, std::string_view text) {
        constexpr std::size_t most = 100;  // each asks the file system
        if (directory_.empty()) return;
        for (const std::string_view path : referenced_files(text)) {
            if (path.starts_with('/') || path.starts_with('~') || path.find('\0') != std::string_view::npos)
                continue;
            if (++asked_ > most || ::access((directory_ + "/" + std::string(path)).c_str(), F_OK) == 0)
                continue;
            const bool secret = rules::is_secret_key(name);
            found_.add("opencode.file-missing", pointer, "takes a file that is not there", {},
                       secret ? std::optional(Severity::warning) : std::nullopt);
        }
    }

    // Texts that people and models read may well speak of references.
    static bool is_prose(std::string_view name) {
        return name == "prompt" || name == "description" || name == "template";
    }

    JsonFindings& found_;
    std::optional<Severity> severity_;
    std::string directory_;
    std::size_t asked_ = 0;
};

}  // namespace

void check_opencode_secrets(const Input& input, JsonFindings& found) {
    using Git = FileFacts::Git;
    const bool kept_out =
        input.facts && (input.facts->git == Git::ignored || input.facts->git == Git::outside);
    const std::string directory =
        input.facts ? std::filesystem::path(input.path).parent_path().string() : std::string{};
    Secrets(found, kept_out ? std::optional(Severity::warning) : std::nullopt,
            input.facts && directory.empty() ? "." : directory)
        .look("", "", found.document().root(), false);
}

}  // namespace cowork::validators
