#include "config/load.hpp"

#include "config/jsonc.hpp"
#include "core/atomic_file.hpp"

#include <unistd.h>

namespace cowork::config {
namespace {

bool ours(std::string_view key) {
    return key.starts_with("OPEN_COWORK_") || key.starts_with("OPENCODE_SERVER_");
}

Result<void> add_env_file(Loaded& loaded, const std::string& path) {
    auto text = read_file(path, max_env_file_bytes);
    if (!text) return tl::unexpected(text.error());
    EnvFile file = parse_env_file(*text, path);
    cleanse(*text);
    for (EnvEntry& entry : file.entries) {
        SourceRef where = entry.where;
        where.key = entry.key;
        loaded.config.set(std::move(entry.key), std::move(entry.value), std::move(where));
    }
    for (EnvDiagnostic& diagnostic : file.diagnostics) loaded.diagnostics.push_back(std::move(diagnostic));
    return {};
}

// A layer under all others: only keys that nothing else sets.
Result<void> add_json_layer(Config& config, std::string_view text, const std::string& name, Config& layers) {
    auto settings = read_flat_json(text, name);
    if (!settings) return tl::unexpected(settings.error());
    for (Setting& setting : *settings) {
        if (config.find(setting.key) == nullptr) {
            layers.set(std::move(setting.key), std::move(setting.value), std::move(setting.source));
        } else {
            config.set_overridden(std::move(setting));
        }
    }
    return {};
}

Result<void> add_json_layers(Config& config, std::string_view prefix) {
    const std::string file_key = std::string(prefix) + "CONFIG";
    const std::string inline_key = std::string(prefix) + "CONFIG_JSON";
    Config layers;
    if (const std::string path(config.text(file_key)); !path.empty()) {
        auto text = read_file(path, max_env_file_bytes);
        if (!text) return tl::unexpected(text.error());
        auto added = add_json_layer(config, *text, path, layers);
        cleanse(*text);
        if (!added) return added;
    }
    // The view stays valid: add_json_layer() does not touch what counts.
    if (const auto text = config.text(inline_key); !text.empty())
        if (auto added = add_json_layer(config, text, inline_key, layers); !added) return added;
    for (const Setting& setting : layers.settings())
        config.set(setting.key, setting.value.clone(), setting.source);
    for (const Setting& setting : layers.overridden())
        config.set_overridden({setting.key, setting.value.clone(), setting.source});
    return {};
}

}  // namespace

Result<Loaded> load(Sources sources) {
    Loaded loaded;
    for (const auto& [key, value] : sources.environment)
        if (ours(key))
            loaded.config.set(std::string(key), Secret(value), {"environment", 0, 0, std::string(key)});
    for (const std::string& path : sources.env_files)
        if (auto added = add_env_file(loaded, path); !added) return tl::unexpected(added.error());
    for (Setting& option : sources.options)
        loaded.config.set(std::move(option.key), std::move(option.value), std::move(option.source));
    if (!sources.prefix.empty())
        if (auto added = add_json_layers(loaded.config, sources.prefix); !added)
            return tl::unexpected(added.error());
    return loaded;
}

Environment process_environment() {
    Environment all;
    for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
        const std::string_view text(*entry);
        const auto equals = text.find('=');
        if (equals != std::string_view::npos)
            all.emplace_back(text.substr(0, equals), text.substr(equals + 1));
    }
    return all;
}

}  // namespace cowork::config
