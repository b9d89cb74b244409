#include "checks/configuration_layers.hpp"
#include "checks/context.hpp"
#include "checks/env_file_layers.hpp"
#include "checks/gateway.hpp"
#include "checks/layers.hpp"
#include "core/shell_quote.hpp"
#include "rules/channel_gateway.hpp"
#include "rules/standalone_gateway.hpp"

#include <fmt/format.h>

#include <array>
#include <string>
#include <vector>

namespace cowork::checks {
namespace {

constexpr std::array also_for{catalogue::Intent::gateway_only};
constexpr std::array also_for_both{catalogue::Intent::gateway_only, catalogue::Intent::cloud_gateway};
constexpr std::array docs{std::string_view{"docs/reference/checks.md"}};

Finding env_file_private(const Context& context) {
    std::vector<std::string> files;
    for (const std::string& path : context.env_files)
        if (!only_the_cloud_reads(context, path)) files.push_back(path);
    return env_files_private(context, files);
}

// ---------------------------------------------------------------- gateway.configuration.valid

constexpr std::array configuration_reasons{
    Reason{"configuration.missing-key", Status::action_required,
           "a setting that the gateway needs is not set", "set it, or run cowork setup gateway-only"},
    Reason{"configuration.invalid-value", Status::action_required, "a value that the gateway refuses",
           "correct it"},
    Reason{"configuration.lenient-value", Status::degraded,
           "a value that the gateway silently replaces by a default", "correct it, or remove the line"},
    Reason{"configuration.unknown-key", Status::degraded, "a key that the gateway does not know and ignores",
           "correct its name, or remove the line"},
    Reason{"configuration.unreadable-line", Status::degraded,
           "a line of the env file that its readers skip or understand differently", "correct the line"},
    Reason{"configuration.placeholder-secret", Status::action_required,
           "a secret that is still a placeholder", "replace it by a real secret"},
    Reason{"configuration.short-secret", Status::action_required, "a secret under 16 characters",
           "replace it"},
    Reason{"configuration.no-provider", Status::action_required, "no channel provider is configured",
           "configure Telegram or the signed webhook"},
    Reason{"configuration.insecure-url", Status::action_required, "a URL that must be https is not",
           "use https"},
    Reason{"configuration.tls-required", Status::action_required,
           "team and enterprise deployments need verified TLS to Postgres",
           "set both DATABASE_SSL keys to true"},
    Reason{"endpoint.unparseable", Status::action_required, "a URL cannot be read", "correct it"},
    Reason{"endpoint.scheme", Status::action_required, "a URL is neither http nor https", "correct it"},
    Reason{"endpoint.credentials", Status::action_required, "a URL holds a user name or password",
           "remove them"},
    Reason{"endpoint.ambiguous-host", Status::action_required,
           "two readers of a URL could see different hosts", "write a plain host name or a plain address"},
    Reason{"endpoint.wildcard-host", Status::action_required, "a URL names a wildcard address",
           "name the server"},
    Reason{"endpoint.metadata-host", Status::action_required, "a URL names a cloud metadata service",
           "name the server"},
    Reason{"endpoint.public-host", Status::action_required, "the OpenCode URL names a public host",
           "move OpenCode to loopback or a private network"},
    Reason{"endpoint.private-dns", Status::action_required, "the OpenCode URL names a private DNS name",
           "set OPEN_COWORK_STANDALONE_GATEWAY_ALLOW_PRIVATE_DNS=true, or use an address"},
    Reason{"endpoint.extra-parts", Status::action_required,
           "the OpenCode URL has more than scheme, host and port", "remove the path, query and fragment"},
    Reason{"configuration.private-delivery", Status::action_required,
           "deliveries would go to a private or reserved address without leave",
           "name a public host, or allow private delivery"},
    // Of a Channel Gateway alone.
    Reason{"configuration.ignored-key", Status::degraded, "a key that has no effect beside another",
           "remove one of the two"},
    Reason{"configuration.public-provider", Status::action_required,
           "the fake or the cli provider on a gateway that others can reach",
           "use a real provider, or stay on loopback without a public URL"},
    Reason{"configuration.host-not-allowed", Status::action_required,
           "deliveries would go to a host that the allow-list does not have",
           "add the host to the list, or correct the URL"},
};

// The rules that do not hold, and the env-file lines that are not as they should be: all problems in one
// list.
std::vector<rules::Violation> configuration_problems(const Context& context) {
    std::vector<rules::Violation> problems;
    if (context.present.standalone_gateway) problems = rules::check_gateway(context.config);
    if (context.present.channel_gateway)
        for (rules::Violation& problem : rules::check_channel_gateway(context.config))
            problems.push_back(std::move(problem));
    add_unreadable_lines(problems, context, false);
    return problems;
}

Finding configuration_valid(const Context& context) {
    Layers layers;
    const auto problems = configuration_problems(context);
    layers.evidence("settings", static_cast<std::int64_t>(context.config.settings().size()));
    layers.evidence("problems", static_cast<std::int64_t>(problems.size()));
    if (problems.empty()) {
        layers.passed("rules", "every rule of the gateway's configuration holds"_safe);
        return layers.ready("the gateway would accept every value as written"_safe);
    }
    return broken_rules(layers, context, problems);
}

// ---------------------------------------------------------------- gateway.runtime_root.usable

constexpr std::array runtime_root_reasons{
    Reason{"runtime-root.not-set", Status::action_required, "no runtime root is configured",
           "set OPEN_COWORK_STANDALONE_GATEWAY_RUNTIME_ROOT to an absolute directory"},
    Reason{"runtime-root.invalid", Status::action_required,
           "the runtime root is not an absolute path below /", "set it to an absolute directory"},
    Reason{"runtime-root.missing", Status::action_required, "the directory does not exist", "create it"},
    Reason{"runtime-root.not-directory", Status::action_required, "the path is not a directory",
           "move the file away and create the directory"},
    Reason{"runtime-root.unreadable", Status::unknown, "the directory cannot be looked at",
           "run doctor as the gateway's user"},
    Reason{"runtime-root.not-writable", Status::action_required,
           "its owner, or this user, cannot write into it", "give it to the gateway's user with mode 700"},
    Reason{"runtime-root.other-owner", Status::unknown,
           "another user owns it, so this user cannot tell whether the gateway can write there",
           "run doctor as the gateway's user or as root"},
    Reason{"runtime-root.world-writable", Status::degraded, "every user of this machine can write into it",
           "take the permission away"},
    Reason{"runtime-root.low-space", Status::degraded, "less than 100 MiB are free there", "free some space"},
};

constexpr unsigned long long mebibyte = 1024ULL * 1024;
constexpr unsigned long long enough_bytes = 100 * mebibyte;

Finding runtime_root_usable(const Context& context) {
    Layers layers;
    const auto key = rules::gateway_key("RUNTIME_ROOT");
    if (const auto* setting = context.config.find(key)) layers.source(setting->source);
    const std::string path(rules::view_gateway(context.config).runtime_root);
    if (path.empty())
        return layers.broke("policy", Status::action_required, "runtime-root.not-set",
                            context.redactor.text("{} is not set", key));
    if (!rules::is_runtime_root(path))
        return layers.broke("policy", Status::action_required, "runtime-root.invalid",
                            context.redactor.text("{} is not an absolute path below /", path));
    const auto facts = context.files.target_facts(path);
    if (!facts && facts.error().code == ErrorCode::not_found)
        return layers.broke("file", Status::action_required, "runtime-root.missing",
                            context.redactor.text("{} does not exist", path),
                            context.redactor.text("install -d -m 0700 {}", path_word(path)));
    if (!facts)
        return layers.broke("file", Status::unknown, "runtime-root.unreadable",
                            context.redactor.text("{} cannot be looked at: {}", path, facts.error().message));
    if (facts->kind != probes::FileKind::directory)
        return layers.broke("file", Status::action_required, "runtime-root.not-directory",
                            context.redactor.text("{} is not a directory", path));
    layers.evidence("owner", static_cast<std::int64_t>(facts->owner));
    layers.evidence("mode", context.redactor.text("{:04o}", facts->mode));
    const auto writable = context.files.can_write_directory(path);
    const uid_t user = context.files.effective_user();
    if (!writable || !*writable) {
        if (facts->owner != user && user != 0)
            return layers.broke("access", Status::unknown, "runtime-root.other-owner",
                                context.redactor.text("{} belongs to user {}", path, facts->owner));
        return layers.broke("access", Status::action_required, "runtime-root.not-writable",
                            context.redactor.text("{} cannot be written", path));
    }
    // Root can write anywhere; the service user, who most likely owns the directory, needs its own bits.
    if ((facts->mode & 0300U) != 0300U)
        return layers.broke(
            "access", Status::action_required, "runtime-root.not-writable",
            context.redactor.text("{} has mode {:04o}: its owner cannot write into it", path, facts->mode),
            context.redactor.text("chmod 700 {}", path_word(path)));
    layers.passed("access", context.redactor.text("{} can be written", path));
    if ((facts->mode & 0002U) != 0)
        return layers.broke("mode", Status::degraded, "runtime-root.world-writable",
                            context.redactor.text("{} has mode {:04o}", path, facts->mode),
                            context.redactor.text("chmod o-w {}", path_word(path)));
    const auto space = context.files.free_bytes(path);
    if (space) {
        layers.evidence("free_mib", static_cast<std::int64_t>(*space / mebibyte));
        if (*space < enough_bytes)
            return layers.broke("space", Status::degraded, "runtime-root.low-space",
                                context.redactor.text("{} MiB are free at {}", *space / mebibyte, path));
    }
    return layers.ready(context.redactor.text("{} exists and can be written", path));
}

constexpr std::array rows{
    Check{.id = "gateway.env_file.private",
          .label = "Gateway env file private",
          .authority = catalogue::Authority::gateway_standalone,
          .control_plane = std::nullopt,
          .failing = Status::action_required,
          .looks_at = "Kind, mode, owner and number of names of each env file, and whether git tracks it or "
                      "would take it in.",
          .docs = docs,
          .needs = {},
          .ready_when = {},
          .also_for = also_for_both,
          .reasons = env_file_reasons,
          .run = env_file_private},
    Check{.id = "gateway.configuration.valid",
          .label = "Gateway configuration valid",
          .authority = catalogue::Authority::gateway_standalone,
          .control_plane = std::nullopt,
          .failing = Status::action_required,
          .looks_at =
              "Every rule that the gateway applies to its settings at start, and every value that it would "
              "silently replace by a default.",
          .docs = docs,
          .needs = {},
          .ready_when = {},
          .also_for = also_for_both,
          .reasons = configuration_reasons,
          .run = configuration_valid},
    Check{.id = "gateway.runtime_root.usable",
          .label = "Gateway runtime root usable",
          .authority = catalogue::Authority::gateway_standalone,
          .control_plane = std::nullopt,
          .failing = Status::action_required,
          .looks_at = "Whether the directory in which OpenCode works exists, can be written, and has space.",
          .docs = docs,
          .needs = {},
          .ready_when = {},
          .also_for = also_for,
          .reasons = runtime_root_reasons,
          .run = runtime_root_usable},
};

}  // namespace

std::span<const Check> gateway_host_checks() { return rows; }

}  // namespace cowork::checks
