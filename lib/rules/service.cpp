#include "rules/service.hpp"

#include "core/names.hpp"
#include "rules/channel_gateway.hpp"
#include "rules/cloud_server.hpp"
#include "rules/standalone_gateway.hpp"

#include <algorithm>
#include <array>

namespace cowork::rules {

std::string Service::full_name(std::string_view name) const {
    const auto found =
        std::find_if(keys.begin(), keys.end(), [&](const Key& key) { return key.name == name; });
    if (found != keys.end()) return full_name(*found);
    return std::string(prefix) + std::string(name);
}

std::string Service::full_name(const Key& key) const {
    return key.bare ? std::string(key.name) : std::string(prefix) + std::string(key.name);
}

const Key* Service::find(std::string_view full_name) const {
    const bool prefixed = full_name.starts_with(prefix);
    const auto name = prefixed ? full_name.substr(prefix.size()) : full_name;
    const auto found = std::find_if(keys.begin(), keys.end(), [&](const Key& key) {
        return key.bare ? key.name == full_name : prefixed && key.name == name;
    });
    return found == keys.end() ? nullptr : &*found;
}

std::string_view Service::group_of(std::string_view full_name) const {
    const Key* key = find(full_name);
    if (key == nullptr) return {};
    std::string_view title;
    for (const KeyGroup& group : groups) {
        const auto first =
            std::find_if(keys.begin(), keys.end(), [&](const Key& k) { return k.name == group.first_key; });
        if (first != keys.end() && &*first <= key) title = group.title;
    }
    return title;
}

std::string Service::nearest(std::string_view name) const {
    std::vector<std::string_view> known;
    for (const Key& key : keys) known.push_back(key.name);
    const auto bare = name.starts_with(prefix) ? name.substr(prefix.size()) : name;
    const auto hint = cowork::nearest(bare, known);
    return hint.empty() ? std::string{} : full_name(hint);
}

std::span<const Service* const> services() {
    static const std::array all{&standalone_gateway(), &channel_gateway(), &cloud_server()};
    return all;
}

const Key* find_key(std::string_view full_name) {
    for (const Service* service : services())
        if (const Key* key = service->find(full_name)) return key;
    return nullptr;
}

}  // namespace cowork::rules
