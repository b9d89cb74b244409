#pragma once

#include "config/jsonc_document.hpp"
#include "config/load.hpp"
#include "probes/files.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace cowork::capabilities {

// A layer of Desktop's configuration with its placeholders replaced as Desktop does: `{env:NAME}` if the file
// allows that name, then `{file:path}` (contract/health-center.md section 8.1). Options of custom providers
// keep theirs. A text that cannot be told becomes a value of JSON's binary type.
[[nodiscard]] nlohmann::ordered_json without_placeholders(const config::JsoncDocument& document,
                                                          const std::string& home,
                                                          const config::Environment& environment,
                                                          probes::FileProbe& files);

}  // namespace cowork::capabilities
