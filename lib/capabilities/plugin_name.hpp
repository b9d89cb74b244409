#pragma once

#include <string>
#include <string_view>

namespace cowork::capabilities {

// A plugin's spec in OpenCode's configuration as a name to show: of a package its name without the version
// (`@scope/name@1.2` is `@scope/name`), of a path or URL the last part, without query and fragment. A URL may
// hold a password, and a version nobody needs to compare. What is then no plain name is a placeholder.
[[nodiscard]] std::string plugin_name(std::string_view spec);

}  // namespace cowork::capabilities
