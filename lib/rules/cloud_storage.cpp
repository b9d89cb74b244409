#include "core/text.hpp"
#include "rules/cloud_judge.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace cowork::rules {
namespace {

bool is_s3_like(std::string_view kind) {
    return kind == "minio" || kind == "s3" || kind == "digitalocean-spaces";
}

// A role of Postgres as the migrator takes it.
bool is_database_role(std::string_view name) {
    const auto lower = [](char c) { return c >= 'a' && c <= 'z'; };
    return !name.empty() && name.size() <= 63 && (lower(name.front()) || name.front() == '_') &&
           std::all_of(name.begin(), name.end(),
                       [&](char c) { return lower(c) || c == '_' || (c >= '0' && c <= '9'); });
}

}  // namespace

void CloudJudge::storage() {
    object_store();
    direct_upload();
    migrator();
    if (!production_tier()) lasting_storage();
}

void CloudJudge::object_store() {
    const std::string_view kind = view_.object_store;
    if (kind == "filesystem") {
        if (set("OBJECT_STORE_BUCKET") && !set("OBJECT_STORE_KIND"))
            lacks("OBJECT_STORE_KIND",
                  "the bucket that is named is not used, and artifacts go to a directory",
                  "set it to the kind of the bucket", Elsewhere::file);
        return;
    }
    if (!set("OBJECT_STORE_BUCKET") && !production_tier())
        lacks("OBJECT_STORE_BUCKET", fmt::format("{} refuses to start without", kind),
              "set it to the bucket's name", Elsewhere::file);
    object_store_credentials(kind);
    // Without one the request goes to AWS, which knows neither.
    if ((kind == "digitalocean-spaces" || kind == "minio") && !set("OBJECT_STORE_ENDPOINT"))
        lacks("OBJECT_STORE_ENDPOINT", fmt::format("{} is reached by its own URL", kind),
              "set it to the store's URL", Elsewhere::file);
}

void CloudJudge::object_store_credentials(std::string_view kind) {
    constexpr std::array parts{
        std::string_view{"OBJECT_STORE_ACCESS_KEY_ID"}, std::string_view{"OBJECT_STORE_SECRET_ACCESS_KEY"},
        std::string_view{"OBJECT_STORE_SESSION_TOKEN"}, std::string_view{"OBJECT_STORE_BEARER_TOKEN"},
        std::string_view{"OBJECT_STORE_SAS_TOKEN"},     std::string_view{"OBJECT_STORE_ACCOUNT_NAME"}};
    if (is_s3_like(kind)) {
        if (std::none_of(parts.begin(), parts.end(), [&](auto name) { return set(name); })) return;
        for (const auto name : {parts[0], parts[1]})
            if (!set(name))
                lacks(name, fmt::format("credentials of {} are the access key and its secret together", kind),
                      "set both, or neither where the machine has a role", Elsewhere::file);
    }
    if (kind == "azure-blob" && !set("OBJECT_STORE_ENDPOINT") && !set("OBJECT_STORE_ACCOUNT_NAME"))
        lacks("OBJECT_STORE_ACCOUNT_NAME", "azure-blob needs the account, or its endpoint",
              "set it to the storage account's name", Elsewhere::file);
}

// What is lost on restart: an error where the web server needs more, a warning elsewhere.
void CloudJudge::lasting_storage() {
    const bool memory = view_.database_url.empty();
    const bool local = view_.tier == CloudTier::local;
    if (memory && !local && runs_web(view_.role))
        return lacks(
            "CONTROL_PLANE_URL",
            fmt::format("outside the local tier the web server refuses to keep its state in memory ({})",
                        to_string(view_.tier)),
            "set it to the Postgres URL", Elsewhere::file);
    if (memory && view_.role != CloudRole::all_in_one)
        return add(
            "configuration.ephemeral-storage", "CONTROL_PLANE_URL",
            fmt::format("{} is not set, and the {} shares its state with the other roles in Postgres only",
                        full("CONTROL_PLANE_URL"), to_string(view_.role)),
            "set it to the Postgres URL", Status::degraded);
    if (local || is_true("ALLOW_EPHEMERAL_STORAGE")) return;
    // A bucket that is not used has its own finding.
    const bool misled = set("OBJECT_STORE_BUCKET") && !set("OBJECT_STORE_KIND");
    if (view_.object_store == "filesystem" && !view_.configuration_file && !misled)
        add("configuration.ephemeral-storage", "OBJECT_STORE_KIND",
            fmt::format("{} is filesystem: artifacts live and die with this machine",
                        full("OBJECT_STORE_KIND")),
            "name a bucket, or set OPEN_COWORK_CLOUD_ALLOW_EPHEMERAL_STORAGE to true", Status::degraded);
}

// Browsers send files to the store themselves. What does not fit is not refused, but the web server is never
// ready.
void CloudJudge::direct_upload() {
    constexpr std::string_view name = "ARTIFACT_DIRECT_UPLOAD_MODE";
    const std::string mode = lowered(text(name));
    if (mode.empty() || mode == "off" || (mode == "enabled" && !runs_web(view_.role))) return;
    const auto not_ready = [&](std::string_view why, std::string remedy) {
        add("configuration.invalid-value", name, fmt::format("{} {}, so /readyz says 503", full(name), why),
            std::move(remedy));
    };
    if (mode != "enabled" && runs_web(view_.role))
        return not_ready("is neither off nor enabled", "set it to off or enabled");
    if (mode != "enabled")
        return add("configuration.lenient-value", name,
                   fmt::format("{} is neither off nor enabled; the server silently uses off", full(name)),
                   "set it to off or enabled", Status::degraded);
    if (view_.configuration_file) return;
    const bool aws = view_.object_store == "s3" && !set("OBJECT_STORE_ENDPOINT") &&
                     text("OBJECT_STORE_BUCKET").find('.') == std::string_view::npos;
    if (!aws)
        return not_ready("is enabled, but only S3 of AWS with a bucket without dots can do it",
                         "remove the line, or use such a bucket");
    // The other tiers need Postgres, and public_production the URL, whatever the uploads.
    const bool memory = view_.database_url.empty() && view_.tier == CloudTier::local;
    if (memory || (!set("PUBLIC_URL") && !production_tier()))
        not_ready("is enabled, which needs the public URL and Postgres", "set both, or remove the line");
}

// Of the migrator job only; the server does not read them.
void CloudJudge::migrator() {
    constexpr std::array pair{std::string_view{"RUNTIME_DATABASE_ROLE"},
                              std::string_view{"RUNTIME_DATABASE_PRINCIPAL"}};
    for (const auto name : pair) {
        const auto other = name == pair[0] ? pair[1] : pair[0];
        if (!set(name) && set(other))
            lacks(name, fmt::format("the migrator takes it and {} together", full(other)),
                  "set both or neither");
        if (set(name) && !is_database_role(text(name)))
            add("configuration.invalid-value", name,
                fmt::format("{} is not a lower-case Postgres name of at most 63 characters", full(name)),
                "use a-z, 0-9 and underscores");
    }
    if (set(pair[0]) && text(pair[0]) == text(pair[1]))
        add("configuration.invalid-value", pair[1],
            fmt::format("{} is the same as {}; the migrator refuses that", full(pair[1]), full(pair[0])),
            "name the login that the server connects as");
}

}  // namespace cowork::rules
