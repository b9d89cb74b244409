#include "capabilities/plugin_name.hpp"

#include "core/text.hpp"

namespace cowork::capabilities {

std::string plugin_name(std::string_view spec) {
    spec = trimmed(spec);
    if (spec.starts_with('@')) {
        const auto slash = spec.find('/');
        if (slash == std::string_view::npos) return std::string(spec);
        return std::string(spec.substr(0, spec.find('@', slash)));
    }
    const bool location = spec.find_first_of("/\\:") != std::string_view::npos;
    if (!location) return std::string(spec.substr(0, spec.find('@')));
    spec = spec.substr(0, spec.find_first_of("?#"));
    while (spec.ends_with('/')) spec.remove_suffix(1);
    spec = spec.substr(spec.find_last_of("/\\:") + 1);
    // `user:password@host` without a path is no name of anything.
    return std::string(spec.substr(spec.rfind('@') == std::string_view::npos ? 0 : spec.rfind('@') + 1));
}

}  // namespace cowork::capabilities
