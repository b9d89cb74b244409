#pragma once

#include "config/jsonc_document.hpp"
#include "rules/desktop_places.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cowork::rules {

// The text of a file; ErrorCode::not_found when it is not there.
using ReadFile = std::function<Result<std::string>(const std::string& path)>;

struct DesktopLayer {
    LayerKind kind = LayerKind::user;
    config::JsoncDocument document;
};

// A file that does not count, because another of the same layer does.
struct ShadowedFile {
    std::string path;
    std::string by;
};

// Desktop's configuration as far as it lies in files: layers 2 to 5, read as Desktop reads them
// (contract/health-center.md section 8.1). Layer 1 ships inside the application and cannot be seen.
struct DesktopLayers {
    DesktopNames names;
    std::string home;
    std::string data_root;
    std::string user_path;            // of the user's layer: the file that is there, else the one to make
    std::vector<DesktopLayer> found;  // later wins
    std::vector<ShadowedFile> shadowed;
    std::vector<LayerKind> without_file;  // layers that a variable names and no file holds
    // Why Desktop would refuse a layer. With one, it ignores them all.
    std::vector<Error> problems;

    [[nodiscard]] const DesktopLayer* find(LayerKind kind) const;
    // The last layer that has a value there, which is the one that counts for anything but an object.
    [[nodiscard]] const DesktopLayer* winner(std::string_view pointer) const;
    [[nodiscard]] const nlohmann::ordered_json* value(std::string_view pointer) const;
    [[nodiscard]] std::optional<bool> flag(std::string_view pointer) const;
    [[nodiscard]] std::string text(std::string_view pointer) const;  // empty when it is no text
};

// ErrorCode::usage when HOME cannot be used; what is wrong with a layer is in `problems`. `resources` is
// where the application's own files are, if that is known: its layer may name the brand, and with it the
// places of the others. It is not among `found`.
[[nodiscard]] Result<DesktopLayers> read_desktop_layers(const config::Environment& environment,
                                                        const ReadFile& read, Platform platform,
                                                        const std::string& resources = {});

}  // namespace cowork::rules
