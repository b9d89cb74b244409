#include "rules/desktop_places.hpp"

#include "core/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <utility>

namespace cowork::rules {
namespace {

std::string normal(const std::string& path) {
    std::string text = std::filesystem::path(path).lexically_normal().string();
    while (text.size() > 1 && text.ends_with('/')) text.pop_back();
    return text;
}

// `.jsonc` is tried before `.json`, whichever of the two was named.
void add_pair(std::vector<std::string>& candidates, const std::string& path) {
    std::string base = normal(path);
    const std::string lower = lowered(base);
    for (const std::string_view extension : {".jsonc", ".json"}) {
        if (!lower.ends_with(extension)) continue;
        base.resize(base.size() - extension.size());
        break;
    }
    for (const std::string_view extension : {".jsonc", ".json"})
        if (std::string file = base + std::string(extension);
            std::find(candidates.begin(), candidates.end(), file) == candidates.end())
            candidates.push_back(std::move(file));
}

}  // namespace

Platform this_platform() {
#ifdef __APPLE__
    return Platform::macos;
#else
    return Platform::linux_desktop;
#endif
}

std::string_view to_string(LayerKind kind) {
    switch (kind) {
        case LayerKind::override_file:
            return "the layer of OPEN_COWORK_CONFIG_PATH";
        case LayerKind::directory:
            return "the directory layer";
        case LayerKind::user:
            return "the user's layer";
        case LayerKind::managed:
            return "the managed layer";
    }
    return "a layer";
}

std::vector<LayerPlaces> named_layers(const config::Environment& environment) {
    LayerPlaces file{LayerKind::override_file, {}};
    if (const std::string path = variable(environment, "OPEN_COWORK_CONFIG_PATH"); !path.empty())
        add_pair(file.candidates, path);
    LayerPlaces directory{LayerKind::directory, {}};
    for (const std::string_view name : {"OPEN_COWORK_CONFIG_DIR", "OPEN_COWORK_DOWNSTREAM_ROOT"}) {
        const std::string root = variable(environment, name);
        if (root.empty()) continue;
        add_pair(directory.candidates, root + "/config.json");
        add_pair(directory.candidates, root + "/open-cowork.config.json");
    }
    std::vector<LayerPlaces> layers;
    for (LayerPlaces* layer : {&file, &directory})
        if (!layer->candidates.empty()) layers.push_back(std::move(*layer));
    return layers;
}

std::vector<LayerPlaces> fixed_layers(std::string_view home, const DesktopNames& names, Platform platform) {
    LayerPlaces user{LayerKind::user, {}};
    add_pair(user.candidates, fmt::format("{}/.config/{}/config.json", home, names.data_dir_name));
    LayerPlaces managed{LayerKind::managed, {}};
    add_pair(managed.candidates,
             fmt::format("{}/{}/config.json",
                         platform == Platform::macos ? "/Library/Application Support" : "/etc",
                         names.data_dir_name));
    return {std::move(user), std::move(managed)};
}

Result<std::string> home_directory(const config::Environment& environment) {
    const std::string home = variable(environment, "HOME");
    if (!home.starts_with('/'))
        return fail(ErrorCode::usage, "HOME is not an absolute path, so Desktop's files cannot be found",
                    "set HOME to the home directory of the user who runs Desktop", {"HOME", 0, 0, {}});
    return normal(home);
}

std::string data_root(const config::Environment& environment, std::string_view home,
                      const DesktopNames& names, Platform platform) {
    if (const std::string explicit_root = variable(environment, "OPEN_COWORK_USER_DATA_DIR");
        !explicit_root.empty())
        return normal(explicit_root);
    if (platform == Platform::macos)
        return normal(fmt::format("{}/Library/Application Support/{}", home, names.brand));
    const std::string xdg = variable(environment, "XDG_CONFIG_HOME");
    const std::string base = xdg.starts_with('/') ? xdg : fmt::format("{}/.config", home);
    return normal(fmt::format("{}/{}", base, names.brand));
}

std::string variable(const config::Environment& environment, std::string_view name) {
    for (const auto& [key, value] : environment)
        if (key == name) return std::string(trimmed(value));
    return {};
}

}  // namespace cowork::rules
