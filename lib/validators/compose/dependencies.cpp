#include "validators/compose/parts.hpp"

namespace cowork::validators {
namespace {

using config::YamlNode;

// `service`, `service:alias`, `container:name` and the like: the part before the colon.
std::string before_colon(const std::string& text) { return text.substr(0, text.find(':')); }

}  // namespace

void read_dependencies(const YamlNode& service, const ComposeReader& read, ComposeService& into) {
    const YamlNode* node = service.find("depends_on");
    read.each_text(node, [&](const ComposeValue& name, const YamlNode& item) {
        if (name.known()) into.dependencies.push_back({name.text(), "service_started", item.where});
    });
    if (node != nullptr)
        for (const YamlNode::Member& member : node->members) {
            const ComposeValue condition = read.member(*member.value, "condition");
            const YamlNode* required = member.value->find("required");
            into.dependencies.push_back({std::string(member.name()),
                                         condition.text().empty() ? "service_started" : condition.text(),
                                         member.key->where, required != nullptr && !is_yes(required->text)});
        }
    read.each_text(service.find("links"), [&](const ComposeValue& link, const YamlNode& item) {
        if (link.known()) into.links.push_back({before_colon(link.text()), {}, item.where});
    });
    read.each_text(service.find("volumes_from"), [&](const ComposeValue& from, const YamlNode& item) {
        if (from.known() && !from.text().starts_with("container:"))
            into.links.push_back({before_colon(from.text()), {}, item.where});
    });
    for (const char* key : {"network_mode", "pid", "ipc"}) {
        const YamlNode* mode = service.find(key);
        if (mode == nullptr || !mode->is_scalar()) continue;
        const ComposeValue text = read.scalar(*mode);
        if (text.known() && text.text().starts_with("service:"))
            into.links.push_back({text.text().substr(8), {}, mode->where});
    }
}

}  // namespace cowork::validators
