#include "capabilities/plugin_name.hpp"

#include "core/text.hpp"

namespace cowork::capabilities {

namespace {

std::string part_of(std::string_view spec) {
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

}  // namespace

std::string plugin_name(std::string_view spec) {
    const std::string name = part_of(spec);
    constexpr std::size_t longest = 214;  // of a package's name
    const bool plain = !name.empty() && name.size() <= longest &&
                       name.find_first_not_of(
                           "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                           "0123456789-_.@/ ") == std::string::npos;
    return plain ? name : "(unusual)";
}

}  // namespace cowork::capabilities
