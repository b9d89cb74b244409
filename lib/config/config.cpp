#include "config/config.hpp"

#include <utility>

namespace cowork::config {

void Config::set(std::string key, Secret value, SourceRef source) {
    const auto [known, fresh] = index_.try_emplace(key, settings_.size());
    if (fresh) {
        settings_.push_back({std::move(key), std::move(value), std::move(source)});
    } else {
        Setting& before = settings_[known->second];
        overridden_.push_back({std::move(key), std::move(before.value), std::move(before.source)});
        before.value = std::move(value);
        before.source = std::move(source);
    }
}

const Setting* Config::find(std::string_view key) const {
    const auto found = index_.find(key);
    return found == index_.end() ? nullptr : &settings_[found->second];
}

std::string_view Config::text(std::string_view key) const {
    const Setting* setting = find(key);
    return setting == nullptr ? std::string_view{} : setting->value.reveal();
}

}  // namespace cowork::config
