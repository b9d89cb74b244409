#include "validators/kubernetes/checks.hpp"
#include "validators/kubernetes/container_checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace cowork::validators {
namespace {

using config::YamlNode;
using Selected = std::vector<const KubernetesWorkload*>;

// Every Service is compared with every workload; a stream with more of them is not a deployment.
constexpr std::size_t most_pairs = 100'000;
constexpr std::size_t most_ports = 100;

class ServiceChecks {
  public:
    explicit ServiceChecks(const KubernetesChecks& checks) : checks_(checks) {}

    void check(const KubernetesObject& service) {
        const YamlNode* spec = service.spec();
        if (spec == nullptr || text_of(spec->find("type")) == "ExternalName") return;
        const YamlNode* selector = spec->find("selector");
        if (members_of(selector).empty()) return without_selector(service);
        if (checks_.manifests.workloads().empty()) return;
        const Selected selected = select(service, selector);
        const bool ours = service.name.find("open-cowork") != std::string_view::npos ||
                          text_of(selector->find("app.kubernetes.io/name")).starts_with("open-cowork");
        if (selected.empty())
            return checks_.findings.add(
                "kubernetes.service-no-workload", spec->member("selector")->key->where, "spec.selector",
                fmt::format("{} selects no workload among these manifests", service.label()), {},
                checks_.broken(ours));
        const auto& ports = items_of(spec->find("ports"));
        for (std::size_t i = 0; i < std::min(ports.size(), most_ports); ++i)
            check_port(service, selected, *ports[i]);
    }

  private:
    void without_selector(const KubernetesObject& service) {
        for (const std::string_view kind : {"Endpoints", "EndpointSlice"})
            if (checks_.manifests.find(kind, service.space, service.name) != nullptr) return;
        checks_.findings.add("kubernetes.service-selector-missing",
                             nearest_place(*service.node, {"spec", "selector"}, service.where()),
                             "spec.selector", fmt::format("{} has no selector", service.label()));
    }

    [[nodiscard]] Selected select(const KubernetesObject& service, const YamlNode* selector) const {
        Selected found;
        for (const KubernetesWorkload& workload : checks_.manifests.workloads())
            if (workload.lasting && workload.object->space == service.space &&
                checks_.manifests.includes(workload.labels(), selector))
                found.push_back(&workload);
        return found;
    }

    // Kubernetes finds a port by its number whether the container names it or not; by its name only there.
    void check_port(const KubernetesObject& service, const Selected& selected, const YamlNode& port) {
        const YamlNode* target = port.find("targetPort");
        if (target == nullptr) target = port.find("port");
        if (target == nullptr) return;
        bool ours = false;
        std::string why = "none of the containers behind it names that port";
        for (const KubernetesWorkload* workload : selected)
            for (const KubernetesContainer& container : workload->containers) {
                if (container.init) continue;
                const int number = port_of(container, *target);
                const int listening = listens(*workload, container);
                if (number > 0 && (listening == 0 || listening == number)) return;
                ours = ours || container.service != nullptr;
                if (number > 0) why = fmt::format("the service behind it listens on {}", listening);
            }
        checks_.findings.add(
            "kubernetes.service-target-port", target->where, "spec.ports.targetPort",
            fmt::format("{} sends to a port where nothing listens: {}", service.label(), why), {},
            checks_.broken(ours));
    }

    // 0 where it is not known, as of other software.
    [[nodiscard]] int listens(const KubernetesWorkload& workload, const KubernetesContainer& container) {
        if (container.service == nullptr) return 0;
        const auto [known, fresh] = ports_.emplace(container.node, 0);
        constexpr std::size_t most_read = 50;
        if (fresh && ports_.size() <= most_read)
            known->second = listening_port(container, environment_of(checks_.manifests, workload, container));
        return known->second;
    }

    const KubernetesChecks& checks_;
    std::map<const YamlNode*, int> ports_;
};

}  // namespace

void check_services(const KubernetesChecks& checks) {
    const auto& objects = checks.manifests.objects();
    const auto services = static_cast<std::size_t>(
        std::count_if(objects.begin(), objects.end(),
                      [](const KubernetesObject& object) { return object.kind == "Service"; }));
    std::size_t containers = 0;
    for (const KubernetesWorkload& workload : checks.manifests.workloads())
        containers += workload.containers.size();
    if (services * std::max(containers, checks.manifests.workloads().size()) > most_pairs) return;
    ServiceChecks each(checks);
    for (const KubernetesObject& object : objects)
        // Knative has a Service too, which is something else.
        if (object.kind == "Service" && object.api_version == "v1") each.check(object);
}

}  // namespace cowork::validators
