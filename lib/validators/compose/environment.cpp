#include "validators/compose/parts.hpp"

#include <algorithm>

namespace cowork::validators {
namespace {

using config::YamlNode;

ComposeVariable inherited(std::string_view key, const TextRange& where, const ComposeReader& read) {
    ComposeVariable variable{std::string(key), {{}, where}, where, true};
    const std::string* value = read.variables().find(key);
    if (value != nullptr) variable.value.value.text = *value;
    variable.value.value.literal = false;
    variable.value.value.known = value != nullptr;
    return variable;
}

ComposeVariable from_list(const YamlNode& item, const ComposeReader& read) {
    ComposeValue whole = read.scalar(item);
    const std::string_view written = item.text;
    const auto equals = written.find('=');
    if (equals == std::string_view::npos) return inherited(written, item.where, read);
    // The key is what is written, as nobody puts a variable there.
    ComposeVariable variable{std::string(written.substr(0, equals)), std::move(whole), item.where, false};
    std::string& text = variable.value.value.text;
    const auto at = text.find('=');
    const std::size_t dropped = at == std::string::npos ? text.size() : at + 1;
    text.erase(0, dropped);
    for (std::size_t& gap : variable.value.value.gaps) gap -= std::min(gap, dropped);
    return variable;
}

}  // namespace

void read_variables(const YamlNode* node, const ComposeReader& read,
                    std::vector<ComposeVariable>& variables) {
    if (node == nullptr) return;
    if (node->is_sequence())
        for (const YamlNode* item : node->items)
            if (item->is_scalar()) variables.push_back(from_list(*item, read));
    for (const YamlNode::Member& member : node->members) {
        const TextRange& where = member.key->where;
        if (member.value->is_null())
            variables.push_back(inherited(member.name(), where, read));
        else if (member.value->is_scalar())
            variables.push_back({std::string(member.name()), read.scalar(*member.value), where, false});
    }
}

void read_env_files(const YamlNode& service, const ComposeReader& read, std::vector<ComposeEnvFile>& files) {
    const YamlNode* node = service.find("env_file");
    read.each_text(node, [&](const ComposeValue& path, const YamlNode&) { files.push_back({path}); });
    if (node == nullptr || !node->is_sequence()) return;
    for (const YamlNode* item : node->items) {
        if (!item->is_map()) continue;
        const YamlNode* path = item->find("path");
        if (path == nullptr || !path->is_scalar()) continue;
        const YamlNode* required = item->find("required");
        files.push_back({read.scalar(*path), required == nullptr || is_yes(required->text),
                         read.member(*item, "format").text() == "raw"});
    }
}

}  // namespace cowork::validators
