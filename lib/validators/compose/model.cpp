#include "validators/compose/model.hpp"

#include "core/text.hpp"
#include "rules/lenient.hpp"
#include "validators/compose/parts.hpp"

#include <algorithm>

namespace cowork::validators {
namespace {

using config::YamlNode;
using Health = ComposeService::Health;

Health health_of(const YamlNode& service, const ComposeReader& read) {
    const YamlNode* check = service.find("healthcheck");
    if (check == nullptr || !check->is_map()) return Health::image;
    if (is_yes(read.member(*check, "disable").text())) return Health::disabled;
    const YamlNode* test = check->find("test");
    if (test == nullptr) return Health::image;  // only its intervals are set
    const YamlNode* first = test->is_sequence() && !test->items.empty() ? test->items.front() : test;
    return first->text == "NONE" ? Health::disabled : Health::own;
}

void read_replicas(const YamlNode& service, const ComposeReader& read, ComposeService& into) {
    into.replicas = 1;
    const YamlNode* node = service.at({"deploy", "replicas"});
    if (node == nullptr) node = service.find("scale");
    if (node == nullptr || !node->is_scalar()) return;
    into.replicas_where = node->where;
    const ComposeValue text = read.scalar(*node);
    into.replicas = text.known() ? rules::read_integer(text.text()) : std::nullopt;
}

// The words of `command` and `entrypoint`, with blanks between.
void read_command(const YamlNode& service, const ComposeReader& read, ComposeService& into) {
    for (const char* key : {"entrypoint", "command"})
        read.each_text(service.find(key), [&](const ComposeValue& word, const YamlNode& node) {
            into.command.where = node.where;
            into.command.value.known = into.command.value.known && word.known();
            into.command.value.text += word.text() + " ";
        });
}

void read_aliases(const YamlNode& service, const ComposeReader& read, ComposeService& into) {
    const auto add = [&](const ComposeValue& text, const YamlNode&) { into.aliases.push_back(text.text()); };
    read.each_text(service.find("hostname"), add);
    read.each_text(service.find("container_name"), add);
    const YamlNode* networks = service.find("networks");
    if (networks == nullptr) return;
    for (const YamlNode::Member& member : networks->members)
        read.each_text(member.value->find("aliases"), add);
}

ComposeService read_service(const YamlNode::Member& member, const ComposeReader& read) {
    ComposeService service;
    const YamlNode& node = *member.value;
    service.name = member.name();
    service.where = member.key->where;
    service.node = &node;
    if (const YamlNode* image = node.find("image"); image != nullptr && image->is_scalar())
        service.image = read.scalar(*image);
    service.builds = node.find("build") != nullptr;
    service.extends = node.find("extends") != nullptr;
    const YamlNode* profiles = node.find("profiles");
    service.profiles = profiles != nullptr && !profiles->items.empty();
    read_variables(node.find("environment"), read, service.environment);
    read_variables(node.at({"build", "args"}), read, service.build_arguments);
    read_env_files(node, read, service.env_files);
    read_ports(node, read, service.ports);
    read_mounts(node, read, service.mounts);
    read_dependencies(node, read, service);
    read_aliases(node, read, service);
    service.network_mode = read.member(node, "network_mode");
    service.privileged = read.member(node, "privileged");
    read_command(node, read, service);
    service.health = health_of(node, read);
    read_replicas(node, read, service);
    return service;
}

bool has_outside_network(const YamlNode& document) {
    const YamlNode* networks = document.find("networks");
    return networks != nullptr &&
           std::any_of(networks->members.begin(), networks->members.end(),
                       [](const YamlNode::Member& one) { return one.value->find("external") != nullptr; });
}

}  // namespace

bool is_yes(std::string_view text) {
    const std::string word = lowered(text);
    return word == "true" || word == "yes" || word == "on" || word == "y";
}

ComposeValue ComposeReader::scalar(const YamlNode& node) const {
    return {interpolate(node.text, variables_), node.where};
}

ComposeValue ComposeReader::member(const YamlNode& map, std::string_view key) const {
    const YamlNode* found = map.find(key);
    return found != nullptr && found->is_scalar() ? scalar(*found) : ComposeValue{};
}

void ComposeReader::each_text(const YamlNode* node,
                              const std::function<void(const ComposeValue&, const YamlNode&)>& visit) const {
    if (node == nullptr) return;
    if (node->is_scalar()) visit(scalar(*node), *node);
    for (const YamlNode* item : node->items)
        if (item->is_scalar()) visit(scalar(*item), *item);
}

std::string_view ComposeImage::name() const {
    const auto slash = repository.rfind('/');
    return std::string_view(repository).substr(slash == std::string::npos ? 0 : slash + 1);
}

ComposeImage parse_image(std::string_view text) {
    ComposeImage image;
    if (const auto at = text.find('@'); at != std::string_view::npos) {
        image.digest = text.substr(at + 1);
        text = text.substr(0, at);
    }
    const auto colon = text.rfind(':');
    const auto slash = text.rfind('/');
    // A colon before the last slash belongs to the registry's port.
    if (colon != std::string_view::npos && (slash == std::string_view::npos || colon > slash)) {
        image.tag = text.substr(colon + 1);
        text = text.substr(0, colon);
    }
    image.repository = text;
    return image;
}

ComposeImage ComposeService::image_name() const {
    return image && image->known() ? parse_image(trimmed(image->text())) : ComposeImage{};
}

const ComposeVariable* ComposeService::variable(std::string_view key) const {
    const auto found = std::find_if(environment.rbegin(), environment.rend(),
                                    [&](const ComposeVariable& one) { return one.key == key; });
    return found == environment.rend() ? nullptr : &*found;
}

const ComposeService* ComposeFile::find(std::string_view name) const {
    const auto found = by_name.find(name);
    return found == by_name.end() ? nullptr : &services[found->second];
}

ComposeFile read_compose(const YamlNode& document, const ComposeVariables& variables) {
    const ComposeReader read(variables);
    ComposeFile file;
    file.includes = document.find("include") != nullptr;
    file.outside_network = has_outside_network(document);
    file.services_node = document.find("services");
    if (file.services_node == nullptr) return file;
    for (const YamlNode::Member& member : file.services_node->members) {
        if (file.services.size() >= most_compose_services) break;
        if (member.value->is_map()) file.services.push_back(read_service(member, read));
    }
    for (std::size_t i = 0; i < file.services.size(); ++i) file.by_name.emplace(file.services[i].name, i);
    return file;
}

}  // namespace cowork::validators
