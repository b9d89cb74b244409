#include "rules/cloud_reference.hpp"

#include "config/dialect.hpp"
#include "core/text.hpp"
#include "net/url.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

namespace cowork::rules {
namespace {

constexpr std::string_view vault_suffix = ".vault.azure.net";
// Not as a whole: a redactor takes it for a reference that somebody uses.
constexpr std::string_view gcp_form = "projects/PROJECT/secrets/NAME/versions/VERSION behind gcp-sm://";
constexpr std::string_view aws_form = "NAME behind aws-sm://";
constexpr std::string_view azure_form = "VAULT/secrets/NAME behind azure-kv://";
constexpr std::string_view https_form = "/secrets/NAME behind https://VAULT.vault.azure.net";

std::vector<std::string_view> parts_of(std::string_view path) {
    std::vector<std::string_view> parts;
    while (!path.empty()) {
        const auto slash = path.find('/');
        if (slash != 0) parts.push_back(path.substr(0, slash));
        path = slash == std::string_view::npos ? std::string_view{} : path.substr(slash + 1);
    }
    return parts;
}

// 3 to 24 letters, digits and single dashes, the first a letter, the last no dash.
bool is_vault_name(std::string_view name) {
    const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    return name.size() >= 3 && name.size() <= 24 && letter(name.front()) && name.back() != '-' &&
           name.find("--") == std::string_view::npos &&
           std::all_of(name.begin(), name.end(), [&](char c) { return letter(c) || digit(c) || c == '-'; });
}

bool is_gcp(std::string_view rest) {
    // No part may be empty here, so a doubled slash does not pass as one.
    const auto parts = parts_of(rest);
    return rest.find("//") == std::string_view::npos && !rest.ends_with('/') && parts.size() == 6 &&
           parts[0] == "projects" && parts[2] == "secrets" && parts[4] == "versions" &&
           rest.find_first_of("?# ") == std::string_view::npos;
}

bool has_region(std::string_view rest) {
    const auto query = rest.find('?');
    for (auto text = query == std::string_view::npos ? std::string_view{} : rest.substr(query + 1);
         !text.empty();) {
        const auto end = text.find('&');
        const auto parameter = text.substr(0, end);
        if (parameter.starts_with("region=") && parameter.size() > 7) return true;
        text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    }
    return false;
}

bool is_azure(std::string_view rest) {
    const auto parts = parts_of(rest);
    return rest.find_first_of("?#@ ") == std::string_view::npos && (parts.size() == 3 || parts.size() == 4) &&
           is_vault_name(parts[0]) && parts[1] == "secrets";
}

bool is_vault_address(std::string_view text) {
    const auto url = net::parse_url(text);
    if (!url || url->scheme != "https" || url->has_userinfo || url->has_fragment) return false;
    if (!url->host.ends_with(vault_suffix)) return false;
    const auto vault = std::string_view(url->host).substr(0, url->host.size() - vault_suffix.size());
    const auto parts = parts_of(url->path);
    const auto query = text.find('?');
    const bool only_version =
        query == std::string_view::npos || (text.substr(query + 1).starts_with("api-version=") &&
                                            text.find('&', query) == std::string_view::npos);
    return is_vault_name(vault) && (parts.size() == 2 || parts.size() == 3) && parts[0] == "secrets" &&
           only_version;
}

Reference managed_if(bool right, std::string_view expected) {
    if (right) return {ReferenceKind::managed, {}, {}, false};
    return {ReferenceKind::malformed, {}, expected, false};
}

}  // namespace

Reference parse_reference(std::string_view text) {
    const auto after = [&](std::string_view scheme) { return text.substr(scheme.size()); };
    if (text.starts_with("env:")) {
        const auto name = after("env:");
        if (!config::is_valid_key(name)) return {ReferenceKind::malformed, {}, "env:NAME", false};
        return {ReferenceKind::environment, name, {}, false};
    }
    if (text.starts_with("gcp-sm://")) return managed_if(is_gcp(after("gcp-sm://")), gcp_form);
    if (text.starts_with("aws-sm://")) {
        const auto rest = after("aws-sm://");
        const bool named = !rest.empty() && rest.front() != '?' && rest.front() != '/';
        Reference reference = managed_if(named, aws_form);
        reference.needs_region = named && !has_region(rest);
        return reference;
    }
    if (text.starts_with("azure-kv://")) return managed_if(is_azure(after("azure-kv://")), azure_form);
    if (text.starts_with("https://")) return managed_if(is_vault_address(text), https_form);
    if (config::is_valid_key(text)) return {ReferenceKind::bare_name, text, {}, false};
    return {};
}

}  // namespace cowork::rules
