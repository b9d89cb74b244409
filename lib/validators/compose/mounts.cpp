#include "validators/compose/parts.hpp"

namespace cowork::validators {
namespace {

using config::YamlNode;
using Type = ComposeMount::Type;

bool is_path(std::string_view source) {
    return source.starts_with('/') || source.starts_with('.') || source.starts_with('~');
}

// [SOURCE:]TARGET[:OPTIONS]
ComposeMount short_form(std::string_view text) {
    ComposeMount mount;
    mount.known = true;
    const auto colon = text.find(':');
    if (colon == std::string_view::npos) {
        mount.type = Type::anonymous;
        mount.target = text;
        return mount;
    }
    mount.source = text.substr(0, colon);
    mount.type = is_path(mount.source) ? Type::bind : Type::volume;
    text = text.substr(colon + 1);
    const auto options = text.find(':');
    mount.target = text.substr(0, options);
    if (options == std::string_view::npos) return mount;
    for (std::string_view rest = text.substr(options + 1); !rest.empty();) {
        const auto comma = rest.find(',');
        mount.read_only = mount.read_only || rest.substr(0, comma) == "ro";
        rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(comma + 1);
    }
    return mount;
}

Type type_of(std::string_view word, bool named) {
    if (word == "bind") return Type::bind;
    if (word == "volume") return named ? Type::volume : Type::anonymous;
    return word == "tmpfs" ? Type::tmpfs : Type::other;
}

ComposeMount long_form(const YamlNode& node, const ComposeReader& read) {
    ComposeMount mount;
    const ComposeValue type = read.member(node, "type"), source = read.member(node, "source"),
                       target = read.member(node, "target"), read_only = read.member(node, "read_only");
    mount.known = type.known() && source.known() && target.known() && read_only.known();
    mount.source = source.text();
    mount.target = target.text();
    mount.type = type_of(type.text(), !mount.source.empty());
    mount.read_only = is_yes(read_only.text());
    return mount;
}

}  // namespace

void read_mounts(const YamlNode& service, const ComposeReader& read, std::vector<ComposeMount>& mounts) {
    const auto add = [&](ComposeMount mount, const YamlNode& item) {
        mount.where = item.where;
        while (mount.target.size() > 1 && mount.target.ends_with('/')) mount.target.pop_back();
        mounts.push_back(std::move(mount));
    };
    if (const YamlNode* list = service.find("volumes"); list != nullptr && list->is_sequence())
        for (const YamlNode* item : list->items) {
            if (item->is_map()) add(long_form(*item, read), *item);
            if (!item->is_scalar()) continue;
            const ComposeValue text = read.scalar(*item);
            add(text.known() ? short_form(text.text()) : ComposeMount{}, *item);
        }
    read.each_text(service.find("tmpfs"), [&](const ComposeValue& text, const YamlNode& item) {
        ComposeMount mount;
        mount.type = Type::tmpfs;
        mount.target = text.text().substr(0, text.text().find(':'));
        mount.known = text.known();
        add(std::move(mount), item);
    });
}

}  // namespace cowork::validators
