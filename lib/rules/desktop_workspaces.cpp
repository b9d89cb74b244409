#include "rules/desktop_workspaces.hpp"

#include "core/json_depth.hpp"
#include "core/text.hpp"
#include "core/timestamp.hpp"
#include "rules/desktop_urls.hpp"
#include "secrets/digest.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <set>

namespace cowork::rules {
namespace {

using Json = nlohmann::json;

constexpr std::size_t id_digits = 16;

std::string_view prefix_of(RemoteKind kind) { return kind == RemoteKind::cloud ? "cloud:" : "gateway:"; }

bool is_id(std::string_view text, RemoteKind kind) {
    const auto prefix = prefix_of(kind);
    if (!text.starts_with(prefix) || text.size() != prefix.size() + id_digits) return false;
    return text.find_first_not_of("0123456789abcdef", prefix.size()) == std::string_view::npos;
}

// Keys by which Desktop knows that a row holds what belongs into the credential file.
bool is_token_like(std::string_view key) {
    constexpr std::array words{"token", "secret", "password", "credential", "authorization", "apikey"};
    std::string plain;
    for (const char c : lowered(key))
        if (c != '_' && c != '-') plain += c;
    return std::any_of(words.begin(), words.end(),
                       [&](const char* word) { return plain.find(word) != std::string::npos; });
}

bool is_text(const Json& row, const char* key) {
    const auto member = row.find(key);
    return member != row.end() && member->is_string() &&
           !trimmed(member->get_ref<const std::string&>()).empty();
}

// Desktop takes a row whatever its lastSyncedAt is, so only a time counts as one.
std::string synced_at(const Json& row) {
    const auto member = row.find("lastSyncedAt");
    if (member == row.end() || !member->is_string()) return {};
    const auto& text = member->get_ref<const std::string&>();
    return parse_timestamp(text) ? text : std::string{};
}

class Judge {
  public:
    explicit Judge(RemoteKind kind) : kind_(kind) {}

    WorkspaceFile run(std::string_view text) {
        const Json rows = too_deep(text) ? Json() : Json::parse(text, nullptr, false);
        if (!rows.is_array()) {
            add(WorkspaceTrouble::file, "the file is no JSON list, so Desktop puts it aside");
            return std::move(file_);
        }
        if (rows.size() > most_workspaces)
            add(WorkspaceTrouble::row,
                fmt::format("the file has more than {} rows; the rest is not looked at", most_workspaces));
        for (std::size_t i = 0; i < std::min(rows.size(), most_workspaces); ++i)
            row(fmt::format("row {}", i + 1), rows[i]);
        return std::move(file_);
    }

  private:
    void add(WorkspaceTrouble trouble, std::string message) {
        constexpr std::size_t most = 20;
        if (file_.problems.size() < most) file_.problems.push_back({trouble, std::move(message)});
    }

    void row(const std::string& name, const Json& value) {
        if (!value.is_object()) return add(WorkspaceTrouble::row, name + " is not an object");
        for (const auto& [key, member] : value.items())
            if (is_token_like(key))
                return add(WorkspaceTrouble::row, name + " has a key for a credential, so Desktop drops it");
        for (const char* key : {"id", "baseUrl", "label"})
            if (!is_text(value, key))
                return add(WorkspaceTrouble::row, fmt::format("{} has no {}", name, key));
        const std::string id = value["id"].get<std::string>();
        const auto url = cloud_base_url(value["baseUrl"].get_ref<const std::string&>());
        if (!url) return add(WorkspaceTrouble::row, fmt::format("{}: its URL {}", name, url.error()));
        if (!is_id(id, kind_))
            return add(WorkspaceTrouble::id,
                       fmt::format("{}: its id is not {} and 16 hexadecimal digits", name, prefix_of(kind_)));
        if (id != workspace_id(kind_, *url))
            return add(WorkspaceTrouble::id, fmt::format("{}: the id {} is another URL's", name, id));
        // The id is made from the URL, so one of the two is enough.
        if (!ids_.insert(id).second)
            return add(WorkspaceTrouble::twice, fmt::format("{}: {} is there twice", name, id));
        file_.workspaces.push_back({id, *url, value["label"].get<std::string>(), synced_at(value)});
    }

    RemoteKind kind_;
    WorkspaceFile file_;
    std::set<std::string> ids_;
};

}  // namespace

WorkspaceFile judge_workspaces(std::string_view text, RemoteKind kind) { return Judge(kind).run(text); }

std::string workspace_id(RemoteKind kind, std::string_view base_url) {
    return std::string(prefix_of(kind)) + sha256_hex(base_url).substr(0, id_digits);
}

}  // namespace cowork::rules
