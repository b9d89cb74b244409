#include "validators/compose/checks.hpp"

#include <algorithm>
#include <array>
#include <unordered_set>

// What a service uses, and what Compose takes for a value: it refuses the file otherwise.
namespace cowork::validators {
namespace {

using config::YamlNode;

bool holds_variable(std::string_view text) { return text.find('$') != std::string_view::npos; }

// One of the file's top-level maps.
class Defined {
  public:
    Defined(const YamlNode& document, std::string_view part, std::string_view noun)
        : part_(part), noun_(noun) {
        const YamlNode* node = document.find(part);
        if (node == nullptr) return;
        for (const YamlNode::Member& member : node->members) names_.insert(member.name());
    }

    void check(const ComposeService& service, std::string_view name, const TextRange& where,
               const ComposeContext& context) const {
        if (name.empty() || holds_variable(name) || names_.contains(name)) return;
        context.add("compose.undefined-reference", where, service_key(service, part_),
                    fmt::format("the service {} uses the {} {}, which the file does not define under {}",
                                service.name, noun_, name, part_),
                    fmt::format("define it under {} at the top of the file, or correct the name", part_));
    }

    // A list of names or of maps with `source`, or a map by names.
    void check_all(const ComposeService& service, const ComposeContext& context) const {
        const YamlNode* node = service.node->find(part_);
        if (node == nullptr) return;
        for (const YamlNode* item : node->items) {
            const YamlNode* name = item->is_map() ? item->find("source") : item;
            if (name != nullptr && name->is_scalar()) check(service, name->text, name->where, context);
        }
        for (const YamlNode::Member& member : node->members)
            check(service, member.name(), member.key->where, context);
    }

    void know(std::string_view name) { names_.insert(name); }

  private:
    std::string_view part_, noun_;
    std::unordered_set<std::string_view> names_;
};

void check_references(const YamlNode& document, const ComposeContext& context) {
    const Defined volumes(document, "volumes", "volume"), secrets(document, "secrets", "secret"),
        configs(document, "configs", "configuration");
    Defined networks(document, "networks", "network");
    networks.know("default");
    for (const ComposeService& service : context.file.services) {
        if (service.extends) continue;
        for (const ComposeMount& mount : service.mounts)
            if (mount.known && mount.type == ComposeMount::Type::volume)
                volumes.check(service, mount.source, mount.where, context);
        networks.check_all(service, context);
        secrets.check_all(service, context);
        configs.check_all(service, context);
    }
}

void refuse(const ComposeService& service, std::string_view part, const TextRange& where,
            std::string_view problem, std::string_view remedy, const ComposeContext& context) {
    context.add("compose.invalid-value", where, service_key(service, part),
                fmt::format("{} of the service {} {}", part, service.name, problem), std::string(remedy));
}

void check_conditions(const ComposeService& service, const ComposeContext& context) {
    constexpr std::array known{std::string_view{"service_started"}, std::string_view{"service_healthy"},
                               std::string_view{"service_completed_successfully"}};
    const YamlNode* node = service.node->find("depends_on");
    if (node == nullptr) return;
    for (const YamlNode::Member& member : node->members) {
        const YamlNode* condition = member.value->find("condition");
        if (condition == nullptr || !condition->is_scalar() || holds_variable(condition->text) ||
            std::find(known.begin(), known.end(), condition->text) != known.end())
            continue;
        refuse(service, "depends_on", condition->where, "has a condition that Compose does not know",
               "write service_started, service_healthy or service_completed_successfully", context);
    }
}

void check_restart(const ComposeService& service, const ComposeContext& context) {
    const YamlNode* node = service.node->find("restart");
    if (node == nullptr || !node->is_scalar() || holds_variable(node->text)) return;
    const std::string_view word = node->text;
    constexpr std::array known{std::string_view{"no"}, std::string_view{"always"},
                               std::string_view{"on-failure"}, std::string_view{"unless-stopped"},
                               std::string_view{""}};
    const auto count = word.starts_with("on-failure:") ? word.substr(word.find(':') + 1) : std::string_view{};
    const bool counted = !count.empty() && count.find_first_not_of("0123456789") == std::string_view::npos;
    // `no` without quotes is a boolean in YAML, and means the same.
    if (counted || word == "false" || std::find(known.begin(), known.end(), word) != known.end()) return;
    refuse(service, "restart", node->where, "is no policy that Docker knows",
           "write \"no\", always, on-failure or unless-stopped", context);
}

void check_ports(const ComposeService& service, const ComposeContext& context) {
    const YamlNode* node = service.node->find("ports");
    if (node == nullptr || node->is_null()) return;
    if (!node->is_sequence())
        return refuse(service, "ports", node->where, "is no list",
                      "write each port as an item, with - before it", context);
    // read_ports() made one of each item.
    for (std::size_t i = 0; i < std::min(node->items.size(), service.ports.size()); ++i) {
        const YamlNode* item = node->items[i];
        if (!item->is_scalar() || holds_variable(item->text) || service.ports[i].known) continue;
        refuse(service, "ports", item->where, "has an item that is no port",
               "write [ADDRESS:][HOST:]CONTAINER[/PROTOCOL], each port from 0 to 65535", context);
    }
}

void check_environment(const ComposeService& service, const ComposeContext& context) {
    const YamlNode* node = service.node->find("environment");
    if (node == nullptr) return;
    for (const YamlNode::Member& member : node->members)
        if (member.value->is_map() || member.value->is_sequence())
            refuse(service, "environment", member.key->where, "has a variable whose value is a map or a list",
                   "write one text, for example JSON in single quotes", context);
    for (const YamlNode* item : node->items)
        if (!item->is_scalar())
            refuse(service, "environment", item->where, "has an item that is no KEY=value",
                   "write KEY=value, or KEY: value without the dashes", context);
}

}  // namespace

void check_compose_definitions(const YamlNode& document, const ComposeContext& context) {
    for (const ComposeService& service : context.file.services) {
        check_conditions(service, context);
        check_restart(service, context);
        check_ports(service, context);
        check_environment(service, context);
    }
    if (!context.fragment && !context.file.includes) check_references(document, context);
}

}  // namespace cowork::validators
