#include "validators/compose/structure.hpp"

#include "core/names.hpp"
#include "validators/compose/checks.hpp"

#include <algorithm>
#include <array>
#include <unordered_set>

namespace cowork::validators {
namespace {

using config::YamlNode;

// The keys of a service in the Compose Specification.
constexpr std::array<std::string_view, 92> service_keys{"annotations",
                                                        "attach",
                                                        "blkio_config",
                                                        "build",
                                                        "cap_add",
                                                        "cap_drop",
                                                        "cgroup",
                                                        "cgroup_parent",
                                                        "command",
                                                        "configs",
                                                        "container_name",
                                                        "cpu_count",
                                                        "cpu_percent",
                                                        "cpu_period",
                                                        "cpu_quota",
                                                        "cpu_rt_period",
                                                        "cpu_rt_runtime",
                                                        "cpu_shares",
                                                        "cpus",
                                                        "cpuset",
                                                        "credential_spec",
                                                        "depends_on",
                                                        "deploy",
                                                        "develop",
                                                        "device_cgroup_rules",
                                                        "devices",
                                                        "dns",
                                                        "dns_opt",
                                                        "dns_search",
                                                        "domainname",
                                                        "entrypoint",
                                                        "env_file",
                                                        "environment",
                                                        "expose",
                                                        "extends",
                                                        "external_links",
                                                        "extra_hosts",
                                                        "gpus",
                                                        "group_add",
                                                        "healthcheck",
                                                        "hostname",
                                                        "image",
                                                        "init",
                                                        "ipc",
                                                        "isolation",
                                                        "label_file",
                                                        "labels",
                                                        "links",
                                                        "logging",
                                                        "mac_address",
                                                        "mem_limit",
                                                        "mem_reservation",
                                                        "mem_swappiness",
                                                        "memswap_limit",
                                                        "models",
                                                        "network_mode",
                                                        "networks",
                                                        "oom_kill_disable",
                                                        "oom_score_adj",
                                                        "pid",
                                                        "pids_limit",
                                                        "platform",
                                                        "ports",
                                                        "post_start",
                                                        "pre_stop",
                                                        "privileged",
                                                        "profiles",
                                                        "provider",
                                                        "pull_policy",
                                                        "read_only",
                                                        "restart",
                                                        "runtime",
                                                        "scale",
                                                        "secrets",
                                                        "security_opt",
                                                        "shm_size",
                                                        "stdin_open",
                                                        "stop_grace_period",
                                                        "stop_signal",
                                                        "storage_opt",
                                                        "sysctls",
                                                        "tmpfs",
                                                        "tty",
                                                        "ulimits",
                                                        "use_api_socket",
                                                        "user",
                                                        "userns_mode",
                                                        "uts",
                                                        "volume_driver",
                                                        "volumes",
                                                        "volumes_from",
                                                        "working_dir"};

// A key that is nearly one of them. Others may be newer than this list.
void check_keys(const YamlNode::Member& service, Findings& findings) {
    static const std::vector<std::string_view> known(service_keys.begin(), service_keys.end());
    constexpr std::size_t longest = 32, most = 200;
    if (service.value->members.size() > most) return;
    for (const YamlNode::Member& member : service.value->members) {
        const std::string_view key = member.name();
        if (member.merged || key.starts_with("x-") || key.size() > longest ||
            std::find(known.begin(), known.end(), key) != known.end())
            continue;
        const std::string_view meant = nearest(key, known);
        if (meant.empty()) continue;
        findings.add("compose.unknown-key", member.key->where,
                     fmt::format("services.{}.{}", service.name(), key),
                     fmt::format("Compose knows no key {} of a service; {} is meant", key, meant),
                     fmt::format("write {}", meant));
    }
}

}  // namespace

bool looks_like_compose(const YamlNode& document) {
    const YamlNode* services = document.find("services");
    if (services == nullptr) return false;
    std::size_t left = 100;
    for (const YamlNode::Member& service : services->members) {
        if (left-- == 0) return false;
        const YamlNode& node = *service.value;
        const YamlNode* image = node.find("image");
        if (image != nullptr && image->is_scalar()) return true;
        for (const char* key : {"build", "depends_on", "env_file", "extends", "network_mode"})
            if (node.find(key) != nullptr) return true;
    }
    return false;
}

void check_compose_structure(const YamlNode& document, Findings& findings) {
    const YamlNode::Member* services = document.member("services");
    if (services == nullptr || !services->value->is_map() || services->value->members.empty()) {
        if (document.find("include") != nullptr) return;
        // A map begins where its first key does.
        const TextRange where = services != nullptr ? services->key->where : document.where;
        findings.add("compose.services-required", where, "services", "the file has no services");
        return;
    }
    std::unordered_set<const YamlNode*> seen;
    std::size_t left = most_compose_services;
    for (const YamlNode::Member& service : services->value->members) {
        if (left-- == 0) return;
        if (seen.insert(service.value).second) check_keys(service, findings);
    }
}

}  // namespace cowork::validators
