#include "core/text.hpp"
#include "rules/cloud_judge.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>

namespace cowork::rules {
namespace {

constexpr std::size_t digest_length = 64;
constexpr std::size_t longest_worker_id = 128;

// sha256: and 64 hexadecimal digits in lower case; the empty text for anything else. The scheme may be left
// out.
std::string normal_digest(std::string_view text) {
    std::string digest = lowered(text);
    if (!digest.starts_with("sha256:")) digest = "sha256:" + digest;
    const auto hex = std::string_view(digest).substr(std::string_view("sha256:").size());
    const bool right = hex.size() == digest_length && std::all_of(hex.begin(), hex.end(), [](char c) {
                           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
                       });
    return right ? digest : std::string{};
}

bool is_worker_id(std::string_view id) {
    const auto alphanumeric = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    };
    return !id.empty() && id.size() <= longest_worker_id && alphanumeric(id.front()) &&
           std::all_of(id.begin(), id.end(),
                       [&](char c) { return alphanumeric(c) || c == '.' || c == '_' || c == '-'; });
}

// Absolute, without a step upwards.
bool is_container_command(std::string_view path) {
    const std::string closed = std::string(path) + "/";
    return path.starts_with('/') && closed.find("/../") == std::string::npos;
}

}  // namespace

void CloudJudge::isolation() {
    if (!runs_execution(view_.role)) return;
    worker_id();
    if (view_.isolation == "development-process") {
        if (view_.tier != CloudTier::local)
            add("configuration.isolation", "EXECUTION_ISOLATION_MODE",
                fmt::format(
                    "{} is development-process, which runs OpenCode unprotected beside the server and is "
                    "refused outside the local tier",
                    full("EXECUTION_ISOLATION_MODE")),
                "set it to sandbox and name the image");
        return;
    }
    if (view_.isolation == "external-provider")
        add("configuration.isolation", "EXECUTION_ISOLATION_MODE",
            fmt::format(
                "{} is external-provider, which only a changed build of the server has; it refuses to "
                "start",
                full("EXECUTION_ISOLATION_MODE")),
            "set it to sandbox");
    if (view_.isolation == "sandbox") sandbox();
    restricted_network();
}

void CloudJudge::sandbox() {
    if (text("ISOLATION_ENGINE") == "apple-container")
        add("configuration.isolation", "ISOLATION_ENGINE",
            fmt::format("{} is apple-container, which the server does not run; it refuses to start",
                        full("ISOLATION_ENGINE")),
            "set it to docker");
    if (set("ISOLATION_OPENCODE_BIN") && !is_container_command(text("ISOLATION_OPENCODE_BIN")))
        add("configuration.invalid-value", "ISOLATION_OPENCODE_BIN",
            fmt::format("{} is not an absolute path without ..; the server refuses to start",
                        full("ISOLATION_OPENCODE_BIN")),
            "write OpenCode's path in the image");
    sandbox_image();
}

void CloudJudge::sandbox_image() {
    if (!set("ISOLATION_IMAGE"))
        lacks("ISOLATION_IMAGE", "the sandbox runs OpenCode in it, and the server refuses to start without",
              "name the image");
    if (!set("ISOLATION_IMAGE_SHA256"))
        return lacks(
            "ISOLATION_IMAGE_SHA256",
            "the sandbox runs an image of a known digest only, and the server refuses to start without",
            "set it to the image's digest or id, as docker image inspect says");
    const std::string digest = normal_digest(text("ISOLATION_IMAGE_SHA256"));
    if (digest.empty())
        return add("configuration.invalid-value", "ISOLATION_IMAGE_SHA256",
                   fmt::format("{} is not sha256: and 64 hexadecimal digits; the server refuses to start",
                               full("ISOLATION_IMAGE_SHA256")),
                   "set it to the image's digest or id, as docker image inspect says");
    const std::string_view image = text("ISOLATION_IMAGE");
    if (image.find("@sha256:") != std::string_view::npos && !image.ends_with("@" + digest))
        add("configuration.isolation", "ISOLATION_IMAGE_SHA256",
            fmt::format("{} and the digest in {} are not the same; the server refuses to start",
                        full("ISOLATION_IMAGE_SHA256"), full("ISOLATION_IMAGE")),
            "make them the same, or leave the digest out of the image's name");
}

void CloudJudge::restricted_network() {
    if (text("ISOLATION_NETWORK_POLICY") != "restricted") return;
    for (const std::string_view name : {"ISOLATION_NETWORK_NAME", "ISOLATION_EGRESS_POLICY_ID"})
        if (!set(name))
            lacks(name, "the restricted network policy needs it",
                  "name the internal Docker network and the id in its label open-cowork.egress_policy");
}

void CloudJudge::worker_id() {
    // Blanks around it are an error here, though nowhere else.
    const std::string_view raw = config().text(full("WORKER_ID"));
    if (!set("WORKER_ID")) {
        if (view_.isolation != "development-process" || production_tier())
            lacks("WORKER_ID", "the worker refuses to start without a name of its own",
                  "give each worker another one, such as worker-1");
    } else if (!is_worker_id(raw)) {
        add("configuration.invalid-value", "WORKER_ID",
            fmt::format(
                "{} is not a letter or digit and at most 127 more letters, digits, dots, underscores or "
                "dashes; the server refuses to start",
                full("WORKER_ID")),
            "choose a name such as worker-1");
    }
}

}  // namespace cowork::rules
