#include "config/config.hpp"

#include <algorithm>
#include <utility>

namespace cowork::config {

void Config::set(std::string key, Secret value, SourceRef source) {
    const auto found = std::find_if(settings_.begin(), settings_.end(),
                                    [&](const Setting& setting) { return setting.key == key; });
    if (found == settings_.end()) {
        settings_.push_back({std::move(key), std::move(value), std::move(source)});
    } else {
        overridden_.push_back({std::move(key), std::move(found->value), std::move(found->source)});
        found->value = std::move(value);
        found->source = std::move(source);
    }
}

const Setting* Config::find(std::string_view key) const {
    const auto found = std::find_if(settings_.begin(), settings_.end(),
                                    [&](const Setting& setting) { return setting.key == key; });
    return found == settings_.end() ? nullptr : &*found;
}

std::string_view Config::text(std::string_view key) const {
    const Setting* setting = find(key);
    return setting == nullptr ? std::string_view{} : setting->value.reveal();
}

}  // namespace cowork::config
