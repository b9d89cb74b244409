#include "validators/kubernetes/image_pin.hpp"

#include "core/text.hpp"

#include <algorithm>

namespace cowork::validators {

bool is_pinned_digest(std::string_view text) {
    constexpr std::string_view scheme = "sha256:";
    constexpr std::size_t digits = 64;
    if (!text.starts_with(scheme)) return false;
    text.remove_prefix(scheme.size());
    return text.size() == digits && std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
           });
}

Pin pin_of(std::string_view image) {
    if (image.empty()) return Pin::none;
    if (image.find("${") != std::string_view::npos) return Pin::unknown;
    if (const auto at = image.find('@'); at != std::string_view::npos)
        return is_pinned_digest(image.substr(at + 1)) ? Pin::digest : Pin::bad_digest;
    // A colon before the last slash is that of the registry's port.
    const auto slash = image.rfind('/');
    const auto colon = image.find(':', slash == std::string_view::npos ? 0 : slash);
    if (colon == std::string_view::npos) return Pin::latest;
    return lowered(image.substr(colon + 1)) == "latest" ? Pin::latest : Pin::tag;
}

}  // namespace cowork::validators
