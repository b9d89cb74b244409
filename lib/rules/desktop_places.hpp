#pragma once

#include "config/load.hpp"
#include "core/error.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace cowork::rules {

enum class Platform { linux_desktop, macos };
[[nodiscard]] Platform this_platform();

// The names that the stock build of Desktop uses; a branded build changes them in its configuration.
struct DesktopNames {
    std::string brand = "Open Cowork";          // branding.name: the data root
    std::string data_dir_name = "open-cowork";  // branding.dataDirName: the configuration layers
};

enum class LayerKind { override_file, directory, user, managed };
[[nodiscard]] std::string_view to_string(LayerKind kind);  // "the user's layer"

// Where one layer may be: the first of these that is there counts.
struct LayerPlaces {
    LayerKind kind = LayerKind::user;
    std::vector<std::string> candidates;
};

// Layers 2 and 3, named by variables (contract/health-center.md section 8.1).
[[nodiscard]] std::vector<LayerPlaces> named_layers(const config::Environment& environment);
// Layers 4 and 5. `home` is absolute; XDG_CONFIG_HOME plays no part.
[[nodiscard]] std::vector<LayerPlaces> fixed_layers(std::string_view home, const DesktopNames& names,
                                                    Platform platform);

// HOME; ErrorCode::usage when it is no absolute path.
[[nodiscard]] Result<std::string> home_directory(const config::Environment& environment);
// Where Desktop keeps its data: OPEN_COWORK_USER_DATA_DIR, else the brand's directory in the place that the
// system has for such (section 7.1).
[[nodiscard]] std::string data_root(const config::Environment& environment, std::string_view home,
                                    const DesktopNames& names, Platform platform);

// A variable's trimmed value; empty when it is not set.
[[nodiscard]] std::string variable(const config::Environment& environment, std::string_view name);

}  // namespace cowork::rules
